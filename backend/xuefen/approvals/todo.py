"""What a teacher should know or do now: classes that begin soon, claims that came back."""

from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.models import Claim, Decision
from xuefen.approvals.states import ClaimState, Verdict
from xuefen.core.clock import OFFICE, day_bounds
from xuefen.credits.schemas import TodoLink, TodoOut
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.people.models import Teacher
from xuefen.policy.pack import Pack
from xuefen.programs.models import ClassRun, ClassSession, Program

SOON = timedelta(days=14)
MOST = 5


async def todo_of(db: AsyncSession, teacher: Teacher, pack: Pack, on: date) -> list[TodoOut]:
    """Soonest first; at most five of each kind."""
    todo = [*await _classes(db, teacher, on), *await _returned(db, teacher, pack)]
    return sorted(todo, key=lambda item: item.at)


async def _classes(db: AsyncSession, teacher: Teacher, on: date) -> list[TodoOut]:
    first = day_bounds(on)[0]
    whose = {"city": teacher.city_id, "teacher": teacher.id, "first": first, "last": first + SOON}
    rows = await (await db.connection()).execute(_CLASSES, whose)
    return [
        TodoOut(
            kind="class_soon",
            title=title,
            detail="，".join(filter(None, (session_place or run_place, _hours(starts_at, ends_at)))),
            at=starts_at,
            link=TodoLink(run_id=run_id, claim_id=None),
        )
        for title, run_id, run_place, session_place, starts_at, ends_at in rows
    ]


_CLASSES = (
    select(
        col(Program.title),
        col(ClassRun.id),
        col(ClassRun.place),
        col(ClassSession.place),
        col(ClassSession.starts_at),
        col(ClassSession.ends_at),
    )
    .join(
        ClassRun,
        (col(ClassRun.city_id) == col(Program.city_id)) & (col(ClassRun.program_id) == col(Program.id)),
    )
    .join(
        ClassSession,
        (col(ClassSession.city_id) == col(ClassRun.city_id)) & (col(ClassSession.run_id) == col(ClassRun.id)),
    )
    .join(
        Enrollment,
        (col(Enrollment.city_id) == col(ClassRun.city_id)) & (col(Enrollment.run_id) == col(ClassRun.id)),
    )
    .where(
        col(Enrollment.city_id) == bindparam("city"),
        col(Enrollment.teacher_id) == bindparam("teacher"),
        col(Enrollment.state) == EnrollmentState.enrolled,
        col(ClassSession.ends_at) >= bindparam("first"),
        col(ClassSession.starts_at) < bindparam("last"),
    )
    .order_by(col(ClassSession.starts_at))
    .limit(MOST)
)


def _hours(starts_at: datetime, ends_at: datetime) -> str:
    first, last = starts_at.astimezone(OFFICE), ends_at.astimezone(OFFICE)
    return f"{first:%H:%M}–{last:%H:%M}"


async def _returned(db: AsyncSession, teacher: Teacher, pack: Pack) -> list[TodoOut]:
    """Claims sent back for correction, with the reason given last. The registering unit corrects them."""
    whose = {"city": teacher.city_id, "teacher": teacher.id}
    rows = await (await db.connection()).execute(_RETURNED, whose)
    reasons = {reason.code: reason.title for reason in pack.return_reasons}
    return [
        TodoOut(
            kind="claim_returned",
            title=title,
            detail=reasons.get(code or "", "已退回修改"),
            at=arrived_at,
            link=TodoLink(run_id=None, claim_id=claim_id),
        )
        for claim_id, title, arrived_at, code in rows
    ]


_RETURNED = (
    select(col(Claim.id), col(Claim.title), col(Claim.arrived_at), col(Decision.reason_code))
    .outerjoin(
        Decision,
        (col(Decision.city_id) == col(Claim.city_id))
        & (col(Decision.claim_id) == col(Claim.id))
        & (col(Decision.verdict) == Verdict.return_)
        & (col(Decision.decided_at) == col(Claim.arrived_at)),
    )
    .where(
        col(Claim.city_id) == bindparam("city"),
        col(Claim.teacher_id) == bindparam("teacher"),
        col(Claim.state) == ClaimState.returned,
    )
    .order_by(col(Claim.arrived_at))
    .limit(MOST)
)
