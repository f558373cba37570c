"""Use cases of enrolments: take a place, give it back, list one's own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.errors import Forbidden, NotFound
from xuefen.core.etag import Expected
from xuefen.core.ids import new_id
from xuefen.core.outbox import OutboxEvent
from xuefen.core.page import Keyset, Page
from xuefen.core.repeats import DifferentBody
from xuefen.enrollments import joins, queries, rules
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.past import Facts, Question, facts_of
from xuefen.enrollments.places import Values, take_place
from xuefen.enrollments.queries import Asked
from xuefen.enrollments.rules import AlreadyEnrolled, NoSeatsForUnit, RunFull
from xuefen.enrollments.schemas import EnrollmentIn, EnrollmentOut, EnrollmentQuery, refusal_out
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.policies import policy_for
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher
from xuefen.programs.models import ClassRun, Program
from xuefen.programs.seats import release_seat

NEWEST_FIRST = Keyset("enrollments", (col(Enrollment.enrolled_at), col(Enrollment.id)), descending=True)


class Told(NamedTuple):
    """An enrolment with what is told of its run."""

    id: UUID
    run_id: UUID
    program_id: UUID
    title: str
    run_name: str
    starts_on: date
    ends_on: date
    state: EnrollmentState
    enrolled_at: datetime
    withdraw_until: datetime
    version: int
    holder_id: UUID
    org_path: str


async def enroll(db: AsyncSession, viewer: Viewer, body: EnrollmentIn) -> tuple[EnrollmentOut, bool]:
    """A place in the run, and whether it is new. A retry gives the enrolment as it stands.

    Whether a seat is free is not asked beforehand: the guarded statement that takes one says so.
    """
    teacher_id, now = teacher_of(viewer), clock.now()
    asked = await queries.asked(db, viewer.city_id, teacher_id, body.run_id)
    if asked is None:
        raise NotFound
    today = clock.office_date(now)
    facts = await facts_of(
        db, Question(viewer.city_id, teacher_id, body.run_id, asked.program_id, body.id, today)
    )
    if facts.used_for is not None:
        return await _as_it_stands(db, viewer, body, facts), False
    await _judge(db, viewer, asked, facts, now)
    told = _new_place(body, asked, now)
    await _take(db, viewer, teacher_id, asked, told)
    return _out(told, now), True


async def withdraw(
    db: AsyncSession, viewer: Viewer, enrollment_id: UUID, expected: Expected
) -> EnrollmentOut:
    """Give the place back until the run's deadline; the seat is free for the next teacher at once."""
    told, now = await _own_one(db, viewer, enrollment_id, lock=True), clock.now()
    expected.check(told.version)
    refusal = rules.may_withdraw(told.state, told.withdraw_until, now)
    if refusal is not None:
        raise refusal
    await release_seat(db, viewer.city_id, told.run_id, told.holder_id)
    left = told._replace(state=EnrollmentState.withdrawn, version=told.version + 1)
    await db.execute(
        update(Enrollment)
        .where(col(Enrollment.city_id) == viewer.city_id, col(Enrollment.id) == told.id)
        .values(state=left.state, version=left.version, withdrawn_at=now)
    )
    audit_event, event = _trail(viewer, told, "enrollment.withdrawn", now)
    db.add_all([AuditEvent(**audit_event), OutboxEvent(**event)])
    await db.flush()
    return _out(left, now)


async def list_enrollments(db: AsyncSession, viewer: Viewer, query: EnrollmentQuery) -> Page[EnrollmentOut]:
    """The viewer's own enrolments, newest first."""
    statement, now = _own(viewer), clock.now()
    if query.state is not None:
        statement = statement.where(col(Enrollment.state) == query.state)
    found = (await db.execute(NEWEST_FIRST.select(statement, query))).all()
    rows, token = NEWEST_FIRST.cut(
        [Told(*row) for row in found], query, lambda told: (told.enrolled_at, told.id)
    )
    return Page(items=[_out(row, now) for row in rows], next_page_token=token)


def teacher_of(viewer: Viewer) -> UUID:
    """The teacher that the viewer is; `Forbidden` for an account that is no teacher's."""
    if viewer.teacher_id is None:
        raise Forbidden
    return viewer.teacher_id


async def _as_it_stands(db: AsyncSession, viewer: Viewer, body: EnrollmentIn, facts: Facts) -> EnrollmentOut:
    if facts.used_for != (viewer.teacher_id, body.run_id):
        raise DifferentBody
    return _out(await _own_one(db, viewer, body.id), clock.now())


async def _judge(db: AsyncSession, viewer: Viewer, asked: Asked, facts: Facts, now: datetime) -> None:
    """Raise what stands in the way. The policy is read only for the few whom a cycle or a year concerns."""
    today, calendar = clock.office_date(now), None
    if rules.needs_calendar(asked.offer, facts.past):
        calendar = (await policy_for(db, viewer.city_id, asked.org_path, today)).calendar
    refusal = rules.may_enroll(asked.offer, asked.learner(facts.posts), facts.past, calendar, now, today)
    if refusal is not None:
        raise refusal
    if asked.quota == 0:
        raise NoSeatsForUnit


def _new_place(body: EnrollmentIn, asked: Asked, now: datetime) -> Told:
    return Told(
        id=body.id,
        run_id=body.run_id,
        program_id=asked.program_id,
        title=asked.title,
        run_name=asked.run_name,
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        state=EnrollmentState.enrolled,
        enrolled_at=now,
        withdraw_until=asked.withdraw_until,
        version=1,
        holder_id=asked.holder_id,
        org_path=asked.org_path,
    )


async def _take(db: AsyncSession, viewer: Viewer, teacher_id: UUID, asked: Asked, told: Told) -> None:
    enrollment = {
        "city_id": viewer.city_id,
        "id": told.id,
        "run_id": told.run_id,
        "program_id": told.program_id,
        "teacher_id": teacher_id,
        "provider_id": asked.provider_id,
        "school_id": asked.school_id,
        "org_path": asked.org_path,
        "holder_id": told.holder_id,
        "state": told.state,
        "enrolled_at": told.enrolled_at,
        "version": told.version,
    }
    trail = _trail(viewer, told, "enrollment.enrolled", told.enrolled_at)
    try:
        taken = await take_place(db, enrollment, *trail)
    except IntegrityError:
        # The unique index on live enrolments: another request of the same teacher was faster.
        raise AlreadyEnrolled from None
    if not taken:
        raise RunFull


def _trail(viewer: Viewer, told: Told, action: str, at: datetime) -> tuple[Values, Values]:
    """What the act leaves behind: a row of the audit trail, and an event for those who wait for it."""
    audit_event = {
        "city_id": viewer.city_id,
        "id": new_id(),
        "happened_at": at,
        "actor_id": viewer.user_id,
        "capacity": Role.teacher,
        "action": action,
        "object_kind": "enrollment",
        "object_id": told.id,
        "org_path": told.org_path,
        "outcome": "done",
        "fields": [],
    }
    event = {
        "city_id": viewer.city_id,
        "id": new_id(),
        "topic": action,
        "payload": {"enrollment_id": str(told.id), "run_id": str(told.run_id)},
        "created_at": at,
        "attempts": 0,
    }
    return audit_event, event


async def _own_one(db: AsyncSession, viewer: Viewer, enrollment_id: UUID, *, lock: bool = False) -> Told:
    """One of the viewer's own enrolments; with `lock`, the teacher is locked first, as for enrolling."""
    statement = _own(viewer).where(col(Enrollment.id) == enrollment_id)
    if lock:
        statement = statement.with_for_update(of=(Teacher, Enrollment), key_share=True)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return Told(*row)


def _own(viewer: Viewer) -> Select[Any]:
    columns: Sequence[Any] = (
        col(Enrollment.id),
        col(Enrollment.run_id),
        col(Enrollment.program_id),
        col(Program.title),
        col(ClassRun.name),
        col(ClassRun.starts_on),
        col(ClassRun.ends_on),
        col(Enrollment.state),
        col(Enrollment.enrolled_at),
        col(ClassRun.withdraw_until),
        col(Enrollment.version),
        col(Enrollment.holder_id),
        col(Enrollment.org_path),
    )
    return (
        select(*columns)
        .select_from(Enrollment)
        .join(Teacher, joins.teacher_of_enrollment())
        .join(ClassRun, joins.run_of_enrollment())
        .join(Program, joins.program_of_run())
        .where(col(Enrollment.city_id) == viewer.city_id, col(Enrollment.teacher_id) == teacher_of(viewer))
    )


def _out(told: Told, now: datetime) -> EnrollmentOut:
    refusal = rules.may_withdraw(told.state, told.withdraw_until, now)
    return EnrollmentOut(
        id=told.id,
        run_id=told.run_id,
        program_id=told.program_id,
        title=told.title,
        run_name=told.run_name,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        state=told.state,
        enrolled_at=told.enrolled_at,
        withdraw_until=told.withdraw_until,
        can_withdraw=refusal is None,
        withdraw_refusal=refusal_out(refusal),
        version=told.version,
    )
