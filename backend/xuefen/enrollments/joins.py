"""How the rows of an enrolment belong together, and when two courses meet at the same time."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.models import Organisation
from xuefen.people.models import Teacher
from xuefen.programs.models import ClassRun, ClassSession, Program, Seat

Wanted = aliased(ClassSession, name="wanted")
Booked = aliased(ClassSession, name="booked")


def same_row(left: Any, left_id: str, right: Any, right_id: str) -> ColumnElement[bool]:
    """`left.left_id` names the row that `right.right_id` names, in the same city."""
    return and_(left.city_id == right.city_id, getattr(left, left_id) == getattr(right, right_id))


def program_of_run() -> ColumnElement[bool]:
    return same_row(Program, "id", ClassRun, "program_id")


def run_of_enrollment() -> ColumnElement[bool]:
    return same_row(ClassRun, "id", Enrollment, "run_id")


def teacher_of_enrollment() -> ColumnElement[bool]:
    return same_row(Teacher, "id", Enrollment, "teacher_id")


def seats_of_run() -> ColumnElement[bool]:
    return same_row(Seat, "run_id", ClassRun, "id")


def holder_of_seat() -> ColumnElement[bool]:
    return same_row(Organisation, "id", Seat, "holder_id")


def overlapping(city_id: Any, teacher_id: Any) -> Select[Any]:
    """The least title of the courses, enrolled in, that meet while a session of another (`Wanted`) run does."""
    at_once = and_(
        col(Wanted.city_id) == col(Booked.city_id),
        col(Wanted.run_id) != col(Booked.run_id),
        col(Wanted.starts_at) < col(Booked.ends_at),
        col(Booked.starts_at) < col(Wanted.ends_at),
    )
    return (
        select(func.min(col(Program.title)))
        .select_from(Enrollment)
        .join(Booked, same_row(Booked, "run_id", Enrollment, "run_id"))
        .join(Program, same_row(Program, "id", Enrollment, "program_id"))
        .join(Wanted, at_once)
        .where(
            col(Enrollment.city_id) == city_id,
            col(Enrollment.teacher_id) == teacher_id,
            col(Enrollment.state) == EnrollmentState.enrolled,
        )
    )
