"""The roster (花名册) of a run as its centre sees it: people, marks so far, results."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.attendance import queries
from xuefen.attendance.models import Assessment, AttendanceMark
from xuefen.attendance.queries import Class
from xuefen.attendance.schemas import (
    ResultOut,
    Roster,
    RosterEntry,
    RosterMarkOut,
    RosterRun,
    RosterSession,
)
from xuefen.core.page import Keyset, PageQuery
from xuefen.enrollments.models import Enrollment
from xuefen.organisations.models import Organisation
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher
from xuefen.programs.models import ClassRun

BY_SCHOOL = Keyset("roster", (col(Enrollment.org_path), col(Enrollment.id)))


class Listed(NamedTuple):
    enrollment: Enrollment
    name: str
    staff_no: str
    school_name: str
    assessment: Assessment | None


async def roster(db: AsyncSession, viewer: Viewer, run_id: UUID, page: PageQuery) -> Roster:
    """A page of the roster, school by school."""
    known = await queries.class_of(db, viewer, run_id)
    rows = [Listed(*row) for row in await db.execute(BY_SCHOOL.select(_people(known.run), page))]
    shown, token = BY_SCHOOL.cut(rows, page, lambda row: (row.enrollment.org_path, row.enrollment.id))
    marks = await queries.marks_of(db, known.run.city_id, [row.enrollment.id for row in shown])
    return Roster(
        run=_run(known),
        sessions=await _sessions(db, known.run),
        items=_entries(shown, marks),
        next_page_token=token,
    )


def _people(run: ClassRun) -> Select[*tuple[Any, ...]]:
    teacher = and_(col(Teacher.city_id) == run.city_id, col(Teacher.id) == col(Enrollment.teacher_id))
    school = and_(col(Organisation.city_id) == run.city_id, col(Organisation.id) == col(Enrollment.school_id))
    assessed = and_(
        col(Assessment.city_id) == run.city_id, col(Assessment.enrollment_id) == col(Enrollment.id)
    )
    return (
        select(Enrollment, col(Teacher.name), col(Teacher.staff_no), col(Organisation.name), Assessment)
        .join(Teacher, teacher)
        .join(Organisation, school)
        .outerjoin(Assessment, assessed)
        .where(*queries.enrolled_in(run))
    )


def _run(known: Class) -> RosterRun:
    run, program = known.run, known.program
    return RosterRun(
        id=run.id,
        name=run.name,
        program_id=program.id,
        program_title=program.title,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        state=run.state,
        attendance_percent=program.attendance_percent,
        has_exam=program.has_exam,
        has_assignment=program.has_assignment,
        version=run.version,
    )


async def _sessions(db: AsyncSession, run: ClassRun) -> list[RosterSession]:
    held = {session.id: session for session in await queries.sessions_held(db, run)}
    return [
        RosterSession(
            id=session.id,
            title=session.title,
            place=session.place,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            unmarked=held[session.id].unmarked,
        )
        for session in await queries.sessions_of(db, run)
    ]


def _entries(rows: Sequence[Listed], marks: Sequence[AttendanceMark]) -> list[RosterEntry]:
    by_person: dict[UUID, list[RosterMarkOut]] = defaultdict(list)
    for mark in marks:
        by_person[mark.enrollment_id].append(RosterMarkOut.model_validate(mark))
    return [
        RosterEntry(
            enrollment_id=row.enrollment.id,
            name=row.name,
            staff_no=row.staff_no,
            school_name=row.school_name,
            state=row.enrollment.state,
            marks=by_person[row.enrollment.id],
            result=_result(row.assessment),
        )
        for row in rows
    ]


def _result(assessment: Assessment | None) -> ResultOut | None:
    if assessment is None:
        return None
    return ResultOut(
        result=assessment.result,
        score=assessment.score_centi,
        exam_passed=assessment.exam_passed,
        assignment_passed=assessment.assignment_passed,
        version=assessment.version,
    )
