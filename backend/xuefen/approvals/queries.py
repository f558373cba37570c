"""Reads about claims that join: earlier acts, stalled desks, the queue."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals import rules
from xuefen.approvals.models import Claim, Decision
from xuefen.approvals.states import ClaimState, Verdict
from xuefen.core.clock import today
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.roles import Role
from xuefen.organisations.scope import below
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import RoleBinding, Teacher, User, UserStatus

UPPER_TIER = (Role.administrator, Role.county_reviewer, Role.city_auditor)
OPEN = (ClaimState.draft, ClaimState.registered, ClaimState.reviewed, ClaimState.returned)


async def acts_on(
    db: AsyncSession, city_id: UUID, claim_ids: Sequence[UUID]
) -> dict[UUID, list[rules.Acted]]:
    """Claim -> who acted at which step. Withdrawals undo an act; they bind nobody to another step."""
    rows = await db.execute(
        select(col(Decision.claim_id), col(Decision.step), col(Decision.actor_id)).where(
            col(Decision.city_id) == city_id,
            col(Decision.claim_id).in_(claim_ids),
            col(Decision.verdict) != Verdict.withdraw,
        )
    )
    acts: dict[UUID, list[rules.Acted]] = defaultdict(list)
    for claim_id, step, actor_id in rows:
        acts[claim_id].append(rules.Acted(step, actor_id))
    return acts


async def stalled(db: AsyncSession, city_id: UUID, claim_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the claims whose present desk has nobody who may act on them."""
    found = await db.scalars(
        select(col(Claim.id)).where(
            col(Claim.city_id) == city_id,
            col(Claim.id).in_(claim_ids),
            col(Claim.desk_id).is_not(None),
            ~somebody_may_act(today()),
        )
    )
    return set(found)


def somebody_may_act(on: date) -> ColumnElement[bool]:
    """At the claim's desk works an active person, not the beneficiary, who did no other step of it."""
    role_of_desk = case(
        (col(Organisation.kind) == OrganisationKind.city, Role.city_auditor),
        (col(Organisation.kind) == OrganisationKind.county, Role.county_reviewer),
        else_=Role.school_clerk,
    )
    # Named here, else these two would speak of any claim: the one around them correlates by name too.
    this_claim_and_person = (Claim, User)
    other_step = (
        exists()
        .where(
            col(Decision.city_id) == col(Claim.city_id),
            col(Decision.claim_id) == col(Claim.id),
            col(Decision.actor_id) == col(User.id),
            col(Decision.step) != col(Claim.step),
            col(Decision.verdict) != Verdict.withdraw,
        )
        .correlate(*this_claim_and_person)
    )
    beneficiary = (
        exists()
        .where(
            col(Teacher.city_id) == col(Claim.city_id),
            col(Teacher.id) == col(Claim.teacher_id),
            col(Teacher.user_id) == col(User.id),
        )
        .correlate(*this_claim_and_person)
    )
    return (
        exists()
        .where(
            col(RoleBinding.city_id) == col(Claim.city_id),
            col(RoleBinding.organisation_id) == col(Claim.desk_id),
            col(RoleBinding.from_on) <= on,
            or_(col(RoleBinding.until_on).is_(None), col(RoleBinding.until_on) >= on),
            col(Organisation.city_id) == col(RoleBinding.city_id),
            col(Organisation.id) == col(RoleBinding.organisation_id),
            col(RoleBinding.role) == role_of_desk,
            col(User.city_id) == col(RoleBinding.city_id),
            col(User.id) == col(RoleBinding.user_id),
            col(User.status) == UserStatus.active,
            ~other_step,
            ~beneficiary,
        )
        .correlate(Claim)
    )


def in_queue_of(viewer: Viewer, on: date) -> ColumnElement[bool]:
    """Claims that wait for the viewer: at the viewer's desks, and those stalled at desks below.

    Own claims and claims of which the viewer did another step are left out: a colleague's turn.
    """
    desks = [binding.organisation_id for binding in viewer.having(rules.DESK_ROLES.values())]
    above = sorted({binding.path for binding in viewer.having(UPPER_TIER)})
    reach = {binding.path for binding in viewer.having((*rules.DESK_ROLES.values(), *UPPER_TIER))}
    stalled_below = [and_(below(Claim.desk_path, path), ~somebody_may_act(on)) for path in above]
    conditions = [
        col(Claim.city_id) == viewer.city_id,
        col(Claim.desk_path).is_not(None),
        or_(false(), *(below(Claim.desk_path, path) for path in sorted(reach))),
        col(Claim.state).in_(OPEN),
        or_(col(Claim.desk_id).in_(desks), *stalled_below),
        ~did_another_step(viewer.user_id),
    ]
    if viewer.teacher_id is not None:
        conditions.append(col(Claim.teacher_id) != viewer.teacher_id)
    return and_(*conditions)


def did_another_step(user_id: UUID) -> ColumnElement[bool]:
    other = exists().where(
        col(Decision.city_id) == col(Claim.city_id),
        col(Decision.claim_id) == col(Claim.id),
        col(Decision.actor_id) == user_id,
        col(Decision.step) != col(Claim.step),
        col(Decision.verdict) != Verdict.withdraw,
    )
    return other.correlate(Claim)
