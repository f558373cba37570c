"""Use cases of enrolments: take a place, give it back, list one's own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.errors import Forbidden, NotFound
from xuefen.core.etag import Expected
from xuefen.core.outbox import OutboxEvent
from xuefen.core.page import Keyset, Page
from xuefen.core.repeats import DifferentBody
from xuefen.enrollments import joins, queries, rules
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.past import Facts, Question, facts_of
from xuefen.enrollments.places import take_place
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

    enrollment: Enrollment
    title: str
    run_name: str
    starts_on: date
    ends_on: date
    withdraw_until: datetime


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
    enrollment = Enrollment(
        id=body.id,
        city_id=viewer.city_id,
        run_id=body.run_id,
        program_id=asked.program_id,
        teacher_id=teacher_id,
        provider_id=asked.provider_id,
        school_id=asked.school_id,
        org_path=asked.org_path,
        holder_id=asked.holder_id,
        enrolled_at=now,
    )
    await _take(db, viewer, enrollment)
    run = (asked.title, asked.run_name, asked.starts_on, asked.ends_on, asked.withdraw_until)
    return _out(Told(enrollment, *run), now), True


async def withdraw(
    db: AsyncSession, viewer: Viewer, enrollment_id: UUID, expected: Expected
) -> EnrollmentOut:
    """Give the place back until the run's deadline; the seat is free for the next teacher at once."""
    told, now = await _own_one(db, viewer, enrollment_id, lock=True), clock.now()
    enrollment = told.enrollment
    expected.check(enrollment.version)
    refusal = rules.may_withdraw(enrollment.state, told.withdraw_until, now)
    if refusal is not None:
        raise refusal
    await release_seat(db, enrollment.city_id, enrollment.run_id, enrollment.holder_id)
    enrollment.state = EnrollmentState.withdrawn
    enrollment.withdrawn_at = now
    enrollment.version += 1
    db.add_all(_trail(viewer, enrollment, "enrollment.withdrawn"))
    await db.flush()
    return _out(told, now)


async def list_enrollments(db: AsyncSession, viewer: Viewer, query: EnrollmentQuery) -> Page[EnrollmentOut]:
    """The viewer's own enrolments, newest first."""
    statement, now = _own(viewer), clock.now()
    if query.state is not None:
        statement = statement.where(col(Enrollment.state) == query.state)
    found = (await db.execute(NEWEST_FIRST.select(statement, query))).all()
    rows, token = NEWEST_FIRST.cut(
        [Told(*row) for row in found], query, lambda row: (row.enrollment.enrolled_at, row.enrollment.id)
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


async def _take(db: AsyncSession, viewer: Viewer, enrollment: Enrollment) -> None:
    audit_event, event = _trail(viewer, enrollment, "enrollment.enrolled")
    try:
        taken = await take_place(db, enrollment, audit_event, event)
    except IntegrityError:
        # The unique index on live enrolments: another request of the same teacher was faster.
        raise AlreadyEnrolled from None
    if not taken:
        raise RunFull


def _trail(viewer: Viewer, enrollment: Enrollment, action: str) -> tuple[AuditEvent, OutboxEvent]:
    """What the act leaves behind: who did it, and an event for those who wait for it."""
    audit_event = AuditEvent(
        city_id=enrollment.city_id,
        actor_id=viewer.user_id,
        capacity=Role.teacher,
        action=action,
        object_kind="enrollment",
        object_id=enrollment.id,
        org_path=enrollment.org_path,
    )
    payload = {"enrollment_id": str(enrollment.id), "run_id": str(enrollment.run_id)}
    return audit_event, OutboxEvent(city_id=enrollment.city_id, topic=action, payload=payload)


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
        Enrollment,
        col(Program.title),
        col(ClassRun.name),
        col(ClassRun.starts_on),
        col(ClassRun.ends_on),
        col(ClassRun.withdraw_until),
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
    enrollment = told.enrollment
    refusal = rules.may_withdraw(enrollment.state, told.withdraw_until, now)
    return EnrollmentOut(
        id=enrollment.id,
        run_id=enrollment.run_id,
        program_id=enrollment.program_id,
        title=told.title,
        run_name=told.run_name,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        state=EnrollmentState(enrollment.state),
        enrolled_at=enrollment.enrolled_at,
        withdraw_until=told.withdraw_until,
        can_withdraw=refusal is None,
        withdraw_refusal=refusal_out(refusal),
        version=enrollment.version,
    )
