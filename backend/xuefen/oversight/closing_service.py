"""Use cases of a yearly closing (年度审验): open, take the next step, refresh, verify, close.

Whoever takes a step holds the whole closing; whoever works under a step holds a share of it, so that no
answer and no resolution falls between two steps.
"""

from collections import Counter
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.errors import NotFound
from xuefen.core.etag import Expected
from xuefen.core.repeats import request_hash, require_same
from xuefen.credits import figures
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies, county_paths, policies_of
from xuefen.organisations.queries import organisation_within
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.oversight import closing_figures, closing_queries, closing_rules, verdicts_proposing
from xuefen.oversight.authorities import NotTheAuthority, authority_path
from xuefen.oversight.closing_figures import Changed, Reach
from xuefen.oversight.closing_queries import closing_within, reach_of
from xuefen.oversight.closing_rules import AlreadyOpened, ClosesWithTheCity, NoClosingPlan, PeriodNotBegun
from xuefen.oversight.closing_schemas import ClosingIn
from xuefen.oversight.models import (
    Answer,
    Closing,
    ClosingKind,
    ClosingState,
    ClosingVerification,
)
from xuefen.policy.calendar import Period


async def open_closing(db: AsyncSession, viewer: Viewer, body: ClosingIn) -> tuple[Closing, bool]:
    """The closing, and whether it is new. Its dates are those of the policy in force at the period's end."""
    known = await db.get(Closing, (viewer.city_id, body.id))
    if known is not None:
        require_same(known.request_hash, body)
        return known, False
    unit = await organisation_within(db, viewer, body.organisation_id)
    policies = await policies_of(db, viewer.city_id)
    period = _period(policies, unit, body, clock.today())
    plan = policies.at(unit.path, period.ends_on).pack.closing
    if plan is None:
        raise NoClosingPlan
    await _refuse_second(db, unit, body.kind, period)
    dates = closing_rules.dates_of(plan, period.ends_on)
    closing = Closing(
        city_id=viewer.city_id,
        id=body.id,
        organisation_id=unit.id,
        org_path=unit.path,
        kind=body.kind,
        label=period.label,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        registration_until=dates.registration_until,
        objection_until=dates.objection_until,
        verification_until=dates.verification_until,
        closing_on=dates.closing_on,
        clause=plan.clause,
        opened_by=viewer.user_id,
        request_hash=request_hash(body),
    )
    db.add(closing)
    _note(db, viewer, "closing.opened", closing)
    await db.flush()
    return closing, True


def _period(policies: Policies, unit: Organisation, body: ClosingIn, today: date) -> Period:
    policy = policies.at(unit.path, body.on)
    period = closing_rules.period_of(policy.calendar, body.on, whole_cycle=body.kind is ClosingKind.cycle)
    if closing_rules.decider(policies.versions, unit.path, period.ends_on) != unit.path:
        raise ClosesWithTheCity
    if period.starts_on > today:
        raise PeriodNotBegun
    return period


async def _refuse_second(db: AsyncSession, unit: Organisation, kind: ClosingKind, period: Period) -> None:
    known = await db.scalar(
        select(col(Closing.id)).where(
            col(Closing.city_id) == unit.city_id,
            col(Closing.organisation_id) == unit.id,
            col(Closing.kind) == kind,
            col(Closing.starts_on) == period.starts_on,
        )
    )
    if known is not None:
        raise AlreadyOpened


async def advance(db: AsyncSession, viewer: Viewer, closing_id: UUID, expected: Expected) -> Closing:
    """End a step whose last day is over. Before teachers confirm, everyone's figures are computed."""
    closing = await closing_within(db, viewer, closing_id, "update")
    expected.check(closing.version)
    registering = closing.state is ClosingState.registering
    last_day = closing.registration_until if registering else closing.objection_until
    closing.state = closing_rules.next_state(closing.state, last_day, clock.today())
    closing.version += 1
    if registering:
        await _compute(db, await reach_of(db, closing))
    _note(db, viewer, f"closing.{closing.state}", closing)
    await db.flush()
    return closing


async def refresh(db: AsyncSession, viewer: Viewer, closing_id: UUID) -> int:
    """Compute anew what has changed: a county for its people, the city for all. Gives how many changed.

    A county whose figures changed has not verified these, so its verification falls.
    """
    closing = await closing_within(db, viewer, closing_id, "update")
    closing_rules.require_step(closing.state, ClosingState.confirming, ClosingState.verifying)
    bindings = _city(viewer, closing) or _counties(viewer, closing, await reach_of(db, closing))
    if not bindings:
        raise NotTheAuthority
    people: set[UUID] = set()
    for binding in bindings:
        path = max(binding.path, closing.org_path, key=len)
        changed = await _compute(db, await reach_of(db, closing, path))
        await _drop_verifications(db, closing, changed)
        people |= changed.people
    _note(db, viewer, "closing.refreshed", closing, bindings[0])
    await db.flush()
    return len(people)


async def _compute(db: AsyncSession, reach: Reach) -> Changed:
    await figures.bring_up_to_date(db, reach.closing.city_id, reach.path, reach.closing.ends_on)
    return await closing_figures.refresh(db, reach)


def _city(viewer: Viewer, closing: Closing) -> list[Binding]:
    """The viewer's binding as the city's auditor."""
    held = viewer.having([Role.city_auditor])
    return [one for one in held if closing.org_path.startswith(one.path)][:1]


def _counties(viewer: Viewer, closing: Closing, reach: Reach) -> list[Binding]:
    """The viewer's bindings at counties that this closing covers."""
    held = viewer.having([Role.county_reviewer])
    return [one for one in held if one.path.startswith(closing.org_path) and one.path not in reach.apart]


async def _drop_verifications(db: AsyncSession, closing: Closing, changed: Changed) -> None:
    verified = await closing_queries.verifications(db, closing)
    fallen = [row for path, row in verified.items() if any(one.startswith(path) for one in changed.paths)]
    await db.execute(
        delete(ClosingVerification).where(
            col(ClosingVerification.city_id) == closing.city_id,
            col(ClosingVerification.closing_id) == closing.id,
            col(ClosingVerification.organisation_id).in_([row.organisation_id for row in fallen]),
        )
    )


async def verify(db: AsyncSession, viewer: Viewer, closing_id: UUID, now: datetime) -> Closing:
    """县区核验: the viewer's counties stand by their people's figures. Done twice, it changes nothing."""
    closing = await closing_within(db, viewer, closing_id, "share")
    closing_rules.require_step(closing.state, ClosingState.verifying)
    bindings = _counties(viewer, closing, await reach_of(db, closing))
    if not bindings:
        raise NotTheAuthority
    verified = await closing_queries.verifications(db, closing)
    for binding in bindings:
        if binding.path not in verified:
            await _verify_county(db, viewer, closing, binding, now)
    await db.flush()
    return closing


async def _verify_county(
    db: AsyncSession, viewer: Viewer, closing: Closing, binding: Binding, now: datetime
) -> None:
    answers = await closing_queries.all_answers(db, closing, binding.path)
    closing_rules.refuse_open_objections(_open(answers))
    await _refuse_stale(db, await reach_of(db, closing, max(binding.path, closing.org_path, key=len)))
    db.add(
        ClosingVerification(
            city_id=closing.city_id,
            closing_id=closing.id,
            organisation_id=binding.organisation_id,
            org_path=binding.path,
            verified_by=viewer.user_id,
            verified_at=now,
        )
    )
    _note(db, viewer, "closing.verified", closing, binding)


async def close(
    db: AsyncSession, viewer: Viewer, closing_id: UUID, expected: Expected, now: datetime
) -> Closing:
    """市级审定: from here on the figures are frozen, and the consequences of the thresholds proposed."""
    closing = await closing_within(db, viewer, closing_id, "update")
    expected.check(closing.version)
    closing_rules.require_step(closing.state, ClosingState.verifying)
    closing_rules.refuse_before(closing.closing_on, clock.office_date(now))
    answers = await closing_queries.all_answers(db, closing, closing.org_path)
    closing_rules.refuse_open_objections(_open(answers))
    closing_rules.refuse_unverified(await _unverified(db, closing, answers))
    await _refuse_stale(db, await reach_of(db, closing))
    closing.state = ClosingState.closed
    closing.closed_by, closing.closed_at = viewer.user_id, now
    closing.version += 1
    await verdicts_proposing.propose(db, closing)
    _note(db, viewer, "closing.closed", closing)
    await db.flush()
    return closing


def _open(answers: dict[str, Counter[Answer]]) -> int:
    return sum(counts[Answer.objected] for counts in answers.values())


async def _unverified(db: AsyncSession, closing: Closing, answers: dict[str, Counter[Answer]]) -> list[str]:
    """Names of counties with people in the closing that have not verified."""
    counties = await county_paths(db, closing.city_id)
    concerned = {authority_path(path, counties.keys()) for path in answers} & counties.keys()
    verified = await closing_queries.verifications(db, closing)
    return [counties[path][1] for path in concerned - verified.keys()]


async def _refuse_stale(db: AsyncSession, reach: Reach) -> None:
    """Refuse where the record says something else by now than what people were shown.

    What was posted meanwhile and changes nobody's figures (a day of the new year) is no obstacle. A refusal
    takes back what was brought up to date here.
    """
    closing_rules.refuse_stale(len((await _compute(db, reach)).people))


def _note(
    db: AsyncSession, viewer: Viewer, action: str, closing: Closing, binding: Binding | None = None
) -> None:
    acting = binding or next(iter(viewer.having([Role.city_auditor])), None)
    if acting is None:
        raise NotFound
    audit.record(
        db,
        viewer.city_id,
        action,
        "closing",
        closing.id,
        actor_id=viewer.user_id,
        capacity=acting.role,
        org_path=acting.path,
    )
