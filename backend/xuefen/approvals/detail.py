"""One claim with its whole way: route, decisions, the term's cap, and what the viewer may do now."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals import desks, queries, rules
from xuefen.approvals.models import Claim, Decision, DecisionNote
from xuefen.approvals.reading import claim_within_scope, fields_of, position
from xuefen.approvals.schemas import (
    AttendanceOut,
    CapOut,
    ClaimDetail,
    CodeTitle,
    DecisionOut,
    RouteStep,
    RuleOut,
)
from xuefen.approvals.states import ClaimState, Verdict
from xuefen.core.errors import DomainError
from xuefen.ledger.reading import posted_between
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import policies_of
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import User
from xuefen.policy.pack import Pack
from xuefen.policy.worth import cap_state, rule_of


async def claim_detail(db: AsyncSession, viewer: Viewer, claim_id: UUID) -> ClaimDetail:
    """A claim with its route, decisions, cap, and what the viewer may do with it now."""
    row = await claim_within_scope(db, viewer, claim_id)
    await db.refresh(row.claim)
    policies = await policies_of(db, viewer.city_id)
    pack = policies.at(row.claim.org_path, row.claim.event_on).pack
    decisions = await _decisions(db, row.claim, pack)
    verdicts, refusal, stalled = await _may(db, viewer, row.claim)
    return ClaimDetail(
        **fields_of(row, policies),
        awarded_degree=row.claim.awarded_degree,
        route=_route(row.claim, decisions),
        decisions=decisions,
        attendance=_attendance(row.claim),
        cap=await _cap(db, row.claim, pack),
        rule=RuleOut.model_validate(rule_of(pack, row.claim.category)),
        return_reasons=[CodeTitle(code=r.code, title=r.title) for r in pack.return_reasons],
        verdicts=verdicts,
        can_decide=Verdict.approve in verdicts,
        refusal=refusal,
        stalled=stalled,
    )


async def _decisions(db: AsyncSession, claim: Claim, pack: Pack) -> list[DecisionOut]:
    rows = await db.execute(
        select(Decision, col(DecisionNote.note), col(User.name), col(Organisation.name))
        .outerjoin(
            DecisionNote,
            (col(DecisionNote.city_id) == col(Decision.city_id)) & (col(DecisionNote.id) == col(Decision.id)),
        )
        .join(User, (col(User.city_id) == col(Decision.city_id)) & (col(User.id) == col(Decision.actor_id)))
        .join(
            Organisation,
            (col(Organisation.city_id) == col(Decision.city_id))
            & (col(Organisation.id) == col(Decision.organisation_id)),
        )
        .where(col(Decision.city_id) == claim.city_id, col(Decision.claim_id) == claim.id)
        .order_by(col(Decision.decided_at), col(Decision.id))
    )
    reasons = {reason.code: reason.title for reason in pack.return_reasons}
    route = desks.read(claim.route)
    return [_decision(*row, reasons, route) for row in rows]


def _decision(
    decision: Decision,
    note: str | None,
    actor_name: str,
    organisation_name: str,
    reasons: Mapping[str, str],
    route: Sequence[rules.Desk],
) -> DecisionOut:
    return DecisionOut(
        id=decision.id,
        step=decision.step,
        act=route[decision.step].act,
        verdict=decision.verdict,
        capacity=decision.capacity,
        actor_name=actor_name,
        organisation_name=organisation_name,
        decided_at=decision.decided_at,
        reason_code=decision.reason_code,
        reason=reasons.get(decision.reason_code or ""),
        note=note,
        credits_before=decision.credits_before_centi,
        credits_after=decision.credits_after_centi,
        escalated=decision.organisation_id != route[decision.step].organisation_id,
    )


def _route(claim: Claim, decisions: Sequence[DecisionOut]) -> list[RouteStep]:
    """Each step with who did it: the latest approval that still stands."""
    approvals = {one.step: one for one in decisions if one.verdict is Verdict.approve}
    steps = []
    for index, desk in enumerate(desks.read(claim.route)):
        done = approvals.get(index) if index < claim.step else None
        current = index == claim.step and claim.desk_id is not None
        steps.append(
            RouteStep(
                tier=desk.tier,
                act=desk.act,
                organisation_id=desk.organisation_id,
                organisation_name=desk.name,
                state="done" if index < claim.step else "current" if current else "todo",
                actor_name=done.actor_name if done else None,
                at=done.decided_at if done else None,
            )
        )
    return steps


def _attendance(claim: Claim) -> AttendanceOut | None:
    if claim.attended_sessions is None or claim.held_sessions is None:
        return None
    return AttendanceOut(attended=claim.attended_sessions, sessions=claim.held_sessions)


async def _cap(db: AsyncSession, claim: Claim, pack: Pack) -> CapOut | None:
    empty = (
        cap_state(pack, claim.category, claim.event_on, 0, 0) if pack.find_category(claim.category) else None
    )
    if empty is None:
        return None
    posted = await posted_between(
        db, claim.city_id, claim.teacher_id, claim.category, empty.term.starts_on, empty.term.ends_on
    )
    waiting = 0 if claim.state == ClaimState.audited else _amount(claim)
    state = cap_state(pack, claim.category, claim.event_on, posted, waiting) or empty
    return CapOut(
        counted=state.counted_centi,
        cap=state.cap_centi,
        after=state.after_centi,
        term_label=state.term.label,
        text=state.text,
    )


def _amount(claim: Claim) -> int:
    granted = claim.credits_granted_centi
    return claim.credits_claimed_centi if granted is None else granted


async def _may(
    db: AsyncSession, viewer: Viewer, claim: Claim
) -> tuple[list[Verdict], CodeTitle | None, CodeTitle | None]:
    """What the viewer may do, why not to approve, and whether the desk has nobody who can."""
    at = position(claim)
    if at.desk is None:
        return [], None, None
    acted = (await queries.acts_on(db, viewer.city_id, [claim.id]))[claim.id]
    nobody = bool(await queries.stalled(db, viewer.city_id, [claim.id]))
    allowed: list[Verdict] = []
    refusal: CodeTitle | None = None
    for verdict in Verdict:
        try:
            rules.advance(at, verdict)
            step = rules.deciding_step(at, verdict)
            rules.capacity(viewer, at.route[step], step, claim.teacher_id, acted, nobody_else=nobody)
        except DomainError as why_not:
            if verdict is Verdict.approve:
                refusal = CodeTitle(code=why_not.code, title=why_not.title)
        else:
            allowed.append(verdict)
    stalled = (
        CodeTitle(code="no_reviewer", title=f"{at.desk.name}没有可以办理的人，已转上一级") if nobody else None
    )
    return allowed, refusal, stalled
