"""What became of the people enrolled in training runs, counted by run, school, and whether they are exempt.

Readings, where the sources say nothing: who attended one meeting took part; of a run without meetings, who
has a result. Exempt is whoever has an approved case (病假、调动、临退休 …) on any day of the run.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.attendance.models import Assessment, AttendanceMark
from xuefen.attendance.states import ATTENDED, Result
from xuefen.enrollments.joins import program_of_run, run_of_enrollment, same_row
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.exemptions.models import Exemption, ExemptionState
from xuefen.organisations.models import Organisation
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.policy.rates import Turnout
from xuefen.programs.models import ClassRun, ClassSession, Program
from xuefen.programs.states import RunState

READERS = (*sorted(UNIT_READERS), Role.provider_staff)
PASSED = (Result.passed, Result.excellent)


@dataclass(frozen=True, slots=True)
class Run:
    """A run that people of the viewer's scope are enrolled in."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date
    state: RunState
    program_id: UUID
    program_title: str
    provider_name: str

    @property
    def concluded(self) -> bool:
        return self.state is RunState.concluded


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one school in one run; those with an approved case are a group of their own."""

    run_id: UUID
    path: str
    exempt: bool
    turnout: Turnout


async def runs_of(db: AsyncSession, viewer: Viewer, first: date, last: date) -> list[Run]:
    """The runs that end between two days, in the order of their ends."""
    columns: list[Any] = [
        col(ClassRun.id),
        col(ClassRun.name),
        col(ClassRun.starts_on),
        col(ClassRun.ends_on),
        col(ClassRun.state),
        col(Program.id),
        col(Program.title),
        col(Organisation.name),
    ]
    enrolled = _enrolled(viewer, first, last).with_only_columns(col(Enrollment.run_id))
    statement = (
        select(*columns)
        .select_from(ClassRun)
        .join(Program, program_of_run())
        .join(Organisation, same_row(Organisation, "id", Program, "provider_id"))
        .where(col(ClassRun.city_id) == viewer.city_id, col(ClassRun.id).in_(enrolled))
        .order_by(col(ClassRun.ends_on), col(ClassRun.id))
    )
    return [Run(*row) for row in await db.execute(statement)]


async def groups_of(db: AsyncSession, viewer: Viewer, first: date, last: date) -> list[Group]:
    """The people in those runs."""
    people = _people(viewer, first, last).subquery()
    group = (people.c.run_id, people.c.org_path, people.c.exempt)
    sums = [func.sum(people.c[name]) for name in ("participated", "assessed", "passed", "excellent")]
    rows = await db.execute(select(*group, func.count(), *sums).group_by(*group))
    return [
        Group(run_id, path, bool(exempt), Turnout(*map(int, counts)))
        for run_id, path, exempt, *counts in rows
    ]


def _enrolled(viewer: Viewer, first: date, last: date) -> Select[Any]:
    columns: list[Any] = [col(Enrollment.run_id), col(Enrollment.org_path)]
    statement: Select[Any] = (
        select(*columns)
        .select_from(Enrollment)
        .join(ClassRun, run_of_enrollment())
        .where(
            col(Enrollment.state) != EnrollmentState.withdrawn,
            col(ClassRun.state) != RunState.cancelled,
            col(ClassRun.ends_on).between(first, last),
        )
    )
    return within(statement, viewer.acting_as(*READERS), Enrollment)


def _people(viewer: Viewer, first: date, last: date) -> Select[Any]:
    """One row for each enrolment: run, school, and 1 or 0 for each question."""
    result = col(Assessment.result)
    without_meetings = and_(~_meets(), result.is_not(None))
    return (
        _enrolled(viewer, first, last)
        .outerjoin(Assessment, same_row(Assessment, "enrollment_id", Enrollment, "id"))
        .add_columns(
            case((_excused(), 1), else_=0).label("exempt"),
            case((_attended(), 1), (without_meetings, 1), else_=0).label("participated"),
            case((result.is_not(None), 1), else_=0).label("assessed"),
            case((result.in_(PASSED), 1), else_=0).label("passed"),
            case((result == Result.excellent, 1), else_=0).label("excellent"),
        )
    )


def _attended() -> ColumnElement[bool]:
    return exists().where(
        same_row(AttendanceMark, "enrollment_id", Enrollment, "id"), col(AttendanceMark.mark).in_(ATTENDED)
    )


def _meets() -> ColumnElement[bool]:
    return exists().where(same_row(ClassSession, "run_id", ClassRun, "id"))


def _excused() -> ColumnElement[bool]:
    return exists().where(
        same_row(Exemption, "teacher_id", Enrollment, "teacher_id"),
        col(Exemption.state) == ExemptionState.approved,
        col(Exemption.from_on) <= col(ClassRun.ends_on),
        col(Exemption.until_on) >= col(ClassRun.starts_on),
    )
