"""What the use cases of attendance read: the run and its roster, marks, results and outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.attendance.models import Assessment, AttendanceMark
from xuefen.attendance.rules import SessionHeld
from xuefen.attendance.states import ATTENDED
from xuefen.core.errors import NotFound
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.roles import Role
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.programs.models import ClassRun, ClassSession, Program

on_roster = col(Enrollment.state) != EnrollmentState.withdrawn


@dataclass(frozen=True, slots=True)
class Class:
    """A run with its program, as its provider sees it."""

    run: ClassRun
    program: Program


class RosterMark(NamedTuple):
    enrollment_id: UUID
    org_path: str
    mark: str | None
    version: int | None


class RosterResult(NamedTuple):
    enrollment_id: UUID
    org_path: str
    result: str | None
    score_centi: int | None
    exam_passed: bool | None
    assignment_passed: bool | None
    version: int | None


class Attender(NamedTuple):
    """One person of the roster with everything that completion depends on."""

    enrollment_id: UUID
    teacher_id: UUID
    state: str
    attended: int
    result: str | None
    exam_passed: bool | None
    assignment_passed: bool | None


def _taught_by(statement: Select[*tuple[Any, ...]], viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Runs that the viewer's own centre carries out: a run on the menu is seen by all, and kept by one."""
    providers = {binding.organisation_id for binding in viewer.having([Role.provider_staff])}
    return within(statement, viewer, ClassRun).where(col(ClassRun.provider_id).in_(providers))


def _class(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    of_run = and_(col(Program.city_id) == col(ClassRun.city_id), col(Program.id) == col(ClassRun.program_id))
    return _taught_by(select(ClassRun, Program).join(Program, of_run), viewer)


async def class_of(db: AsyncSession, viewer: Viewer, run_id: UUID, *, lock: bool = False) -> Class:
    """The run `run_id` of the viewer's centre, else `NotFound`.

    `lock`: until the end of the transaction nobody else writes marks or results of the run, or concludes
    it; enrolling does not wait.
    """
    statement = _class(viewer).where(col(ClassRun.id) == run_id)
    if lock:
        statement = statement.with_for_update(of=ClassRun, key_share=True)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return Class(*row)


async def session_to_mark(
    db: AsyncSession, viewer: Viewer, session_id: UUID
) -> tuple[ClassSession, ClassRun]:
    """The class session, its run locked as in `class_of`; else `NotFound`."""
    of_run = and_(
        col(ClassRun.city_id) == col(ClassSession.city_id), col(ClassRun.id) == col(ClassSession.run_id)
    )
    statement = (
        _taught_by(select(ClassSession, ClassRun).join(ClassRun, of_run), viewer)
        .where(col(ClassSession.id) == session_id)
        .with_for_update(of=ClassRun, key_share=True)
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def marks_at(db: AsyncSession, session: ClassSession) -> list[RosterMark]:
    """The whole roster with its marks at one session, in one query."""
    mark = and_(
        col(AttendanceMark.city_id) == col(Enrollment.city_id),
        col(AttendanceMark.enrollment_id) == col(Enrollment.id),
        col(AttendanceMark.session_id) == session.id,
    )
    rows = await db.execute(
        select(
            col(Enrollment.id),
            col(Enrollment.org_path),
            col(AttendanceMark.mark),
            col(AttendanceMark.version),
        )
        .outerjoin(AttendanceMark, mark)
        .where(
            col(Enrollment.city_id) == session.city_id, col(Enrollment.run_id) == session.run_id, on_roster
        )
    )
    return [RosterMark(*row) for row in rows]


async def results_of(db: AsyncSession, run: ClassRun) -> list[RosterResult]:
    """The whole roster with its results, in one query."""
    rows = await db.execute(
        select(
            col(Enrollment.id),
            col(Enrollment.org_path),
            col(Assessment.result),
            col(Assessment.score_centi),
            col(Assessment.exam_passed),
            col(Assessment.assignment_passed),
            col(Assessment.version),
        )
        .outerjoin(Assessment, _assessed())
        .where(*enrolled_in(run))
    )
    return [RosterResult(*row) for row in rows]


async def sessions_of(db: AsyncSession, run: ClassRun) -> list[ClassSession]:
    return list(
        await db.scalars(
            select(ClassSession)
            .where(col(ClassSession.city_id) == run.city_id, col(ClassSession.run_id) == run.id)
            .order_by(col(ClassSession.starts_at), col(ClassSession.id))
        )
    )


async def sessions_held(db: AsyncSession, run: ClassRun) -> list[SessionHeld]:
    """The sessions in their order, each with the number of people who have no mark there."""
    people = select(func.count()).select_from(Enrollment).where(*enrolled_in(run)).scalar_subquery()
    marked = (
        select(col(AttendanceMark.session_id), func.count().label("people"))
        .join(
            Enrollment,
            and_(
                col(Enrollment.city_id) == col(AttendanceMark.city_id),
                col(Enrollment.id) == col(AttendanceMark.enrollment_id),
            ),
        )
        .where(*enrolled_in(run))
        .group_by(col(AttendanceMark.session_id))
        .subquery()
    )
    rows = await db.execute(
        select(col(ClassSession.id), col(ClassSession.ends_at), people - func.coalesce(marked.c.people, 0))
        .outerjoin(marked, marked.c.session_id == col(ClassSession.id))
        .where(col(ClassSession.city_id) == run.city_id, col(ClassSession.run_id) == run.id)
        .order_by(col(ClassSession.starts_at), col(ClassSession.id))
    )
    return [SessionHeld(*row) for row in rows]


async def attenders(db: AsyncSession, run: ClassRun, *, lock: bool = False) -> list[Attender]:
    """Everybody on the roster with sessions attended and result, in the order of enrolment ids."""
    attended = (
        select(col(AttendanceMark.enrollment_id), func.count().label("sessions"))
        .join(ClassSession, _marks_session())
        .where(
            col(ClassSession.city_id) == run.city_id,
            col(ClassSession.run_id) == run.id,
            col(AttendanceMark.mark).in_(sorted(ATTENDED)),
        )
        .group_by(col(AttendanceMark.enrollment_id))
        .subquery()
    )
    statement = (
        select(
            col(Enrollment.id),
            col(Enrollment.teacher_id),
            col(Enrollment.state),
            func.coalesce(attended.c.sessions, 0),
            col(Assessment.result),
            col(Assessment.exam_passed),
            col(Assessment.assignment_passed),
        )
        .outerjoin(attended, attended.c.enrollment_id == col(Enrollment.id))
        .outerjoin(Assessment, _assessed())
        .where(*enrolled_in(run))
        .order_by(col(Enrollment.id))
    )
    if lock:
        statement = statement.with_for_update(of=Enrollment, key_share=True)
    return [Attender(*row) for row in await db.execute(statement)]


def enrolled_in(run: ClassRun) -> Sequence[Any]:
    return (col(Enrollment.city_id) == run.city_id, col(Enrollment.run_id) == run.id, on_roster)


def _assessed() -> Any:
    return and_(
        col(Assessment.city_id) == col(Enrollment.city_id),
        col(Assessment.enrollment_id) == col(Enrollment.id),
    )


def _marks_session() -> Any:
    return and_(
        col(ClassSession.city_id) == col(AttendanceMark.city_id),
        col(ClassSession.id) == col(AttendanceMark.session_id),
    )


async def marks_of(db: AsyncSession, city_id: UUID, enrollments: Sequence[UUID]) -> list[AttendanceMark]:
    """All marks of a page of the roster."""
    return list(
        await db.scalars(
            select(AttendanceMark)
            .where(col(AttendanceMark.city_id) == city_id, col(AttendanceMark.enrollment_id).in_(enrollments))
            .order_by(col(AttendanceMark.session_id))
        )
    )
