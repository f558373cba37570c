"""Registering a training for several teachers at once: the school's month in one request.

The unit that held the training registers it where it is the registering authority; rows it may not
register itself (the clerk's own) stay drafts at its desk for a colleague.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.deciding import Order, decide
from xuefen.approvals.desks import Place, level_of_sponsor
from xuefen.approvals.grounds import map_around
from xuefen.approvals.intake import ClaimRequest, IdUsed, Opened, open_claims
from xuefen.approvals.models import Claim
from xuefen.approvals.schemas import BatchIn, BatchItem, BatchRegistered, CodeTitle, Registered
from xuefen.approvals.states import ClaimSource, ClaimState, Verdict
from xuefen.core.clock import office_date
from xuefen.core.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from xuefen.organisations.policies import policies_of
from xuefen.organisations.roles import Role
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher
from xuefen.policy.deadlines import is_late_registration
from xuefen.policy.pack import Pack, category
from xuefen.policy.units import Credits
from xuefen.policy.worth import claim_refusals

REGISTRARS = (Role.school_clerk, Role.county_reviewer, Role.city_auditor)


class EventInFuture(Invalid):
    code, title = "event_in_future", "培训还没有结束，结束后再登记"


class LateReasonRequired(Invalid):
    code, title = "late_reason_required", "已超过登记期限，补录须写明原因"


class OutsideYourUnit(Conflict):
    code, title = "outside_your_unit", "只能登记本单位组织的培训"


@dataclass(frozen=True, slots=True)
class Held:
    """A batch with what it needs decided once: the unit that held it, and its rules."""

    batch: BatchIn
    unit: Place
    pack: Pack


async def register_batch(db: AsyncSession, viewer: Viewer, batch: BatchIn, now: datetime) -> BatchRegistered:
    """Make one claim for each teacher and register it at once; sent again, it changes nothing."""
    held = await _held(db, viewer, batch, now)
    await _require_teachers(db, viewer, batch)
    opened = await open_claims(
        db, viewer.city_id, [_request(held, place, viewer) for place in range(len(batch.items))], now
    )
    _require_same_body(batch, opened)
    fresh = [one.claim for one in opened if one.claim.state is ClaimState.draft]
    problems = await _register(db, viewer, fresh, now)
    return BatchRegistered(
        id=batch.id,
        items=[_answer(item, one, problems) for item, one in zip(batch.items, opened, strict=True)],
    )


async def _held(db: AsyncSession, viewer: Viewer, batch: BatchIn, now: datetime) -> Held:
    if batch.event_on > office_date(now):
        raise EventInFuture(errors=[FieldError("/event_on", EventInFuture.code, EventInFuture.title)])
    bound = {binding.organisation_id for binding in viewer.having(REGISTRARS)}
    if batch.organisation_id not in bound:
        raise OutsideYourUnit
    unit = (await map_around(db, viewer.city_id, [batch.organisation_id])).places[batch.organisation_id]
    pack = (await policies_of(db, viewer.city_id)).at(unit.path, batch.event_on).pack
    category(pack, batch.category)
    if is_late_registration(pack, batch.event_on, office_date(now)) and not batch.late_reason:
        raise LateReasonRequired(
            errors=[FieldError("/late_reason", LateReasonRequired.code, LateReasonRequired.title)]
        )
    held = Held(batch, unit, pack)
    _refuse_unrecognisable(held)
    return held


def _refuse_unrecognisable(held: Held) -> None:
    """What no authority could recognise is refused before anything is written, row by row."""
    faults: list[FieldError] = []
    first: DomainError | None = None
    for index, item in enumerate(held.batch.items):
        for refusal in claim_refusals(
            held.pack,
            held.batch.category,
            Credits(_credits(held.batch, item)),
            mode=held.batch.mode,
            level=level_of_sponsor(held.unit),
        ):
            first = first or refusal
            faults.append(FieldError(f"/items/{index}", refusal.code, refusal.title))
    if first is not None:
        raise type(first)(errors=faults)


async def _require_teachers(db: AsyncSession, viewer: Viewer, batch: BatchIn) -> None:
    """Every teacher must lie within the viewer's scope; the first that does not is a 404."""
    wanted = {item.teacher_id for item in batch.items}
    found = set(
        await db.scalars(
            within(select(col(Teacher.id)), viewer, Teacher).where(col(Teacher.id).in_(sorted(wanted)))
        )
    )
    if found != wanted:
        raise NotFound


def _require_same_body(batch: BatchIn, opened: list[Opened]) -> None:
    """The same id with another body is a mistake, not a retry."""
    for item, one in zip(batch.items, opened, strict=True):
        claim = one.claim
        same = (claim.title, claim.category, claim.credits_claimed_centi, claim.award_key) == (
            batch.title,
            batch.category,
            _credits(batch, item),
            item.diploma.value.key if item.diploma else None,
        )
        if not same:
            raise IdUsed


def _credits(batch: BatchIn, item: BatchItem) -> int:
    return batch.credits if item.credits is None else item.credits


def _request(held: Held, place: int, viewer: Viewer) -> ClaimRequest:
    batch = held.batch
    item = batch.items[place]
    return ClaimRequest(
        id=item.id,
        teacher_id=item.teacher_id,
        source=ClaimSource.school_batch,
        activity=f"batch:{batch.id}",
        title=batch.title,
        category=batch.category,
        level=level_of_sponsor(held.unit),
        mode=batch.mode,
        form=batch.form,
        event_on=batch.event_on,
        hours_centi=batch.hours if item.hours is None else item.hours,
        credits_centi=_credits(batch, item),
        sponsor_id=held.unit.id,
        batch_id=batch.id,
        made_by=viewer.user_id,
        late_reason=batch.late_reason,
        diploma=item.diploma.value if item.diploma else None,
        diploma_at=f"/items/{place}/diploma",
    )


async def _register(
    db: AsyncSession, viewer: Viewer, claims: list[Claim], now: datetime
) -> dict[UUID, DomainError]:
    versions = {claim.id: claim.version for claim in claims}
    outcome = await decide(db, viewer, versions, Order(verdict=Verdict.approve), now)
    for move in outcome.done:
        await db.refresh(move.claim)
    return dict(outcome.refused)


def _answer(item: BatchItem, opened: Opened, problems: dict[UUID, DomainError]) -> Registered:
    problem = problems.get(opened.claim.id)
    return Registered(
        id=item.id,
        claim_id=opened.claim.id,
        teacher_id=item.teacher_id,
        state=opened.claim.state,
        made=opened.made,
        problem=CodeTitle(code=problem.code, title=problem.title) if problem else None,
    )
