"""What a teacher should know or do now: classes that begin soon, claims that came back, a year that falls short."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, DateTime, String, bindparam, cast, false, null, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.models import Claim, Decision
from xuefen.approvals.states import ClaimState, Verdict
from xuefen.core.clock import OFFICE, day_bounds
from xuefen.core.db import connection_of
from xuefen.credits.schemas import TodoLink, TodoOut
from xuefen.credits.standing import TeacherFacts
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.policy.pack import Pack
from xuefen.policy.requirements import Standing
from xuefen.policy.units import short_text
from xuefen.policy.vocabulary import UNIT_NAMES
from xuefen.policy.warnings import is_time_to_warn
from xuefen.programs.models import ClassRun, ClassSession, Program

SOON = timedelta(days=14)
MOST = 5


async def todo_of(db: AsyncSession, teacher: TeacherFacts, pack: Pack, standing: Standing) -> list[TodoOut]:
    """Soonest first; at most five of each kind. One query."""
    first = day_bounds(standing.on)[0]
    whose = {"city": teacher.city_id, "teacher": teacher.id, "first": first, "last": first + SOON}
    rows = await (await connection_of(db)).execute(_TODO, whose)
    reasons = {reason.code: reason.title for reason in pack.return_reasons}
    todo = [_class(row) if row.is_class else _returned(row, reasons) for row in rows]
    return sorted([*todo, *_warning(pack, standing)], key=lambda item: item.at)


def _warning(pack: Pack, standing: Standing) -> list[TodoOut]:
    """From the policy's first warning day of the year on, while the yearly line is short."""
    line = standing.year_line
    if line is None or not line.short or not is_time_to_warn(pack, standing.year, standing.on):
        return []
    unit = UNIT_NAMES[line.unit]
    missing = f"还差{short_text(line.missing_centi)}{unit}"
    coming = f"，另有{short_text(line.pending_centi)}{unit}在审核" if line.pending_centi else ""
    return [
        TodoOut(
            kind="year_warning",
            title=f"{line.name}还没有达标",
            detail=f"{missing}{coming}，最迟{line.deadline}（{line.clause}）",
            at=day_bounds(line.deadline)[0],
            link=TodoLink(run_id=None, claim_id=None),
        )
    ]


def _class(row: Any) -> TodoOut:
    return TodoOut(
        kind="class_soon",
        title=row.title,
        detail="，".join(filter(None, (row.session_place or row.place, _hours(row.at, row.ends_at)))),
        at=row.at,
        link=TodoLink(run_id=row.id, claim_id=None),
    )


def _hours(starts_at: datetime, ends_at: datetime) -> str:
    first, last = starts_at.astimezone(OFFICE), ends_at.astimezone(OFFICE)
    return f"{first:%H:%M}–{last:%H:%M}"


def _returned(row: Any, reasons: Mapping[str, str]) -> TodoOut:
    """A claim sent back for correction, with the reason given last. The registering unit corrects it."""
    return TodoOut(
        kind="claim_returned",
        title=row.title,
        detail=reasons.get(row.reason_code or "", "已退回修改"),
        at=row.at,
        link=TodoLink(run_id=None, claim_id=row.id),
    )


_CLASSES = (
    select(
        true().label("is_class"),
        col(Program.title).label("title"),
        col(ClassRun.id).label("id"),
        col(ClassRun.place).label("place"),
        col(ClassSession.place).label("session_place"),
        col(ClassSession.starts_at).label("at"),
        col(ClassSession.ends_at).label("ends_at"),
        cast(null(), String).label("reason_code"),
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
    .subquery()
)
_RETURNED = (
    select(
        false().label("is_class"),
        col(Claim.title).label("title"),
        col(Claim.id).label("id"),
        cast(null(), String).label("place"),
        cast(null(), String).label("session_place"),
        col(Claim.arrived_at).label("at"),
        cast(null(), DateTime(timezone=True)).label("ends_at"),
        col(Decision.reason_code).label("reason_code"),
    )
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
    .subquery()
)
_TODO: CompoundSelect[*tuple[Any, ...]] = union_all(select(_CLASSES), select(_RETURNED))
