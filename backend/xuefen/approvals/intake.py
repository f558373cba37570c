"""Intake: completions, batches and reports become draft claims at the registering desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals import rules
from xuefen.approvals.desks import stored
from xuefen.approvals.diplomas import Graduate, refuse_unearned, refuse_unless_agreeing, used
from xuefen.approvals.grounds import Earlier, Grounds, grounds_of
from xuefen.approvals.models import Claim
from xuefen.approvals.requests import ClaimRequest as ClaimRequest
from xuefen.approvals.states import DEAD, ClaimState, Flag
from xuefen.core.clock import office_date
from xuefen.core.errors import Conflict, DomainError
from xuefen.policy.calendar import Calendar
from xuefen.policy.pack import Pack
from xuefen.policy.routes import route


class IdUsed(Conflict):
    code, title = "id_used", "这个编号已用于另一条内容，请换一个编号重新提交"


@dataclass(frozen=True, slots=True)
class Opened:
    """The claim of a request, and whether this call made it (else it stood already)."""

    claim: Claim
    made: bool


async def open_claims(
    db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest], now: datetime
) -> list[Opened]:
    """One claim for each request, in the order given; set-based, for up to some thousands.

    A live claim with the same (teacher, activity, day) is returned instead of a second one. A diploma that
    another live claim of the city rests on is refused (`DiplomaUsed`), by the table's own index.
    """
    if not requests:
        return []
    grounds = await grounds_of(db, city_id, requests)
    rows = [
        _row(city_id, request, grounds, now) for request in sorted(requests, key=lambda one: one.natural_key)
    ]
    known = await _known(db, city_id, requests)
    await _insert(db, rows)
    return await _stand(db, city_id, requests, known)


def _row(city_id: UUID, request: ClaimRequest, grounds: Grounds, now: datetime) -> dict[str, Any]:
    school = grounds.schools[request.id]
    sponsor = grounds.places.places[request.sponsor_id] if request.sponsor_id else None
    policy = grounds.policies.at(school.path, request.event_on)
    steps = route(policy.pack, request.category, request.level, grounds.places.school_place(school))
    desks = grounds.places.desks(steps, sponsor, school)
    found = rules.flags(
        request.hours_centi,
        request.credits_centi,
        request.event_on,
        office_date(now),
        policy.pack.deadlines.registration_days,
        request.attended,
        request.held,
    )
    if _same_program(request, policy.calendar, grounds.earlier):
        found.append(Flag.same_program)
    return {
        "city_id": city_id,
        "id": request.id,
        "number": f"XF-{request.event_on.year}-{str(request.id)[-6:].upper()}",
        "teacher_id": request.teacher_id,
        "school_id": school.id,
        "org_path": school.path,
        "category": request.category,
        "level": request.level,
        "mode": request.mode,
        "form": request.form,
        "sponsor_id": request.sponsor_id,
        "sponsor_path": sponsor.path if sponsor else None,
        "program_id": request.program_id,
        "run_id": request.run_id,
        "batch_id": request.batch_id,
        "source": request.source,
        "activity": request.activity,
        "title": request.title,
        "event_on": request.event_on,
        "hours_centi": request.hours_centi,
        "credits_claimed_centi": request.credits_centi,
        "exam_passed": request.exam_passed,
        "attended_sessions": request.attended,
        "held_sessions": request.held,
        "late_reason": request.late_reason,
        **_award(policy.pack, request, grounds.graduates.get(request.teacher_id), now),
        "flags": sorted({*found, *request.flags}),
        "route": stored(desks),
        "step": 0,
        "state": ClaimState.draft,
        "desk_id": desks[0].organisation_id,
        "desk_path": desks[0].path,
        "arrived_at": now,
        "made_by": request.made_by,
        "made_at": now,
        "version": 1,
    }


def _award(pack: Pack, request: ClaimRequest, graduate: Graduate | None, now: datetime) -> dict[str, Any]:
    """What the claim keeps of its diploma, which must be one that may earn an award."""
    diploma = request.diploma
    refuse_unless_agreeing(pack, request.category, request.event_on, diploma, request.diploma_at)
    if diploma is None or graduate is None:
        return {"award_key": None, "awarded_degree": None, "degree_before": None}
    refuse_unearned(pack, diploma, graduate, office_date(now), request.diploma_at)
    return {
        "award_key": diploma.key,
        "awarded_degree": diploma.degree,
        "degree_before": graduate.degree,
    }


def _same_program(request: ClaimRequest, calendar: Calendar, earlier: Earlier) -> bool:
    """The same program claimed for another day of the same cycle, from whatever source."""
    if request.program_id is None:
        return False
    cycle = calendar.find_cycle(request.event_on)
    days = [day for day, _ in earlier.get((request.teacher_id, request.program_id), ())]
    return cycle is not None and any(day != request.event_on and day in cycle for day in days)


async def _insert(db: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert in the order of the natural key: two batches that overlap wait and never deadlock."""
    dialect = db.get_bind().dialect.name
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    await db.execute(build(Claim).on_conflict_do_nothing(), list(rows))


async def _known(db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest]) -> frozenset[UUID]:
    """Ids that were sent before: their claims stand already."""
    found = await db.scalars(
        select(col(Claim.id)).where(
            col(Claim.city_id) == city_id, col(Claim.id).in_([request.id for request in requests])
        )
    )
    return frozenset(found)


async def _stand(
    db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest], known: frozenset[UUID]
) -> list[Opened]:
    found = await db.scalars(
        select(Claim).where(
            col(Claim.city_id) == city_id,
            col(Claim.teacher_id).in_(sorted({request.teacher_id for request in requests})),
            col(Claim.activity).in_(sorted({request.activity for request in requests})),
            col(Claim.event_on).in_(sorted({request.event_on for request in requests})),
            col(Claim.state).not_in(DEAD),
        )
    )
    claims = {(str(claim.teacher_id), claim.activity, claim.event_on): claim for claim in found}
    opened = []
    for request in requests:
        claim = claims.get(request.natural_key)
        if claim is None:
            raise await _why_not(db, city_id, request)
        opened.append(Opened(claim, made=claim.id == request.id and claim.id not in known))
    return opened


async def _why_not(db: AsyncSession, city_id: UUID, request: ClaimRequest) -> DomainError:
    """Why the table did not take the claim."""
    if request.diploma is None:
        return IdUsed()
    rests_on_it = select(col(Claim.id)).where(
        col(Claim.city_id) == city_id,
        col(Claim.award_key) == request.diploma.key,
        col(Claim.state).not_in(DEAD),
    )
    taken = await db.scalar(rests_on_it)
    return IdUsed() if taken is None else used(request.diploma_at)
