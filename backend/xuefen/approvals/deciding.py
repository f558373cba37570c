"""Deciding on claims: load, decide, write. One claim or a thousand go the same way, set-based."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals import desks, queries, rules
from xuefen.approvals.degrees import raise_degrees
from xuefen.approvals.models import Claim, Decision, DecisionNote
from xuefen.approvals.states import ReturnTo, Verdict
from xuefen.core import audit, outbox
from xuefen.core.errors import DomainError, NotFound, PreconditionFailed
from xuefen.core.ids import new_id
from xuefen.core.rowsets import RowSet, insert_rows, table_of, update_guarded
from xuefen.ledger.posting import Posting, post
from xuefen.organisations.policies import Policies, policies_of
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.policy.pack import Pack
from xuefen.policy.units import Credits
from xuefen.policy.worth import claim_refusals

CLAIMS = table_of(Claim)
DECISIONS = table_of(Decision)
NOTES = table_of(DecisionNote)
DECIDED = "claims.decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the office wants done with a set of claims."""

    verdict: Verdict
    credits_centi: int | None = None
    reason_code: str | None = None
    note: str | None = None
    return_to: ReturnTo = ReturnTo.previous


@dataclass(frozen=True, slots=True)
class Move:
    """One claim's act, decided and not yet written."""

    claim: Claim
    before: rules.Position
    after: rules.Position
    step: int
    binding: Binding
    credits_centi: int


@dataclass
class Outcome:
    """What became of each claim of a batch."""

    done: list[Move]
    conflicts: list[UUID]
    refused: list[tuple[UUID, DomainError]]


async def decide(
    db: AsyncSession, viewer: Viewer, versions: Mapping[UUID, int], order: Order, now: datetime
) -> Outcome:
    """Carry out `order` on the claims of `versions` (id -> version seen), in one transaction.

    A claim moved meanwhile is a conflict, one that may not be decided is refused; the others go on.
    """
    claims = await _load(db, viewer, list(versions))
    acted = await queries.acts_on(db, viewer.city_id, list(claims))
    stalled = await _stalled(db, viewer, claims)
    policies = await policies_of(db, viewer.city_id)
    outcome = Outcome([], [], [])
    for claim_id, version in versions.items():
        claim = claims.get(claim_id)
        if claim is None:
            outcome.refused.append((claim_id, NotFound()))
        elif claim.version != version:
            outcome.conflicts.append(claim_id)
        else:
            _weigh(outcome, claim, viewer, order, acted[claim_id], claim_id in stalled, policies)
    await _write(db, viewer, outcome.done, order, policies, now)
    return outcome


async def decide_one(
    db: AsyncSession, viewer: Viewer, claim_id: UUID, version: int, order: Order, now: datetime
) -> Move:
    """The same for one claim; its refusal is raised."""
    outcome = await decide(db, viewer, {claim_id: version}, order, now)
    if outcome.refused:
        raise outcome.refused[0][1]
    if outcome.conflicts:
        raise PreconditionFailed
    return outcome.done[0]


async def _load(db: AsyncSession, viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, Claim]:
    """The claims within scope, locked in the order of their ids."""
    found = await db.scalars(
        within(select(Claim), viewer, Claim)
        .where(col(Claim.id).in_(ids))
        .order_by(col(Claim.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {claim.id: claim for claim in found}


async def _stalled(db: AsyncSession, viewer: Viewer, claims: Mapping[UUID, Claim]) -> set[UUID]:
    """Claims at desks that are not the viewer's own and where nobody may act; asked only when needed."""
    own = {binding.organisation_id for binding in viewer.bindings}
    foreign = [claim.id for claim in claims.values() if claim.desk_id not in own]
    return await queries.stalled(db, viewer.city_id, foreign) if foreign else set()


def _weigh(
    outcome: Outcome,
    claim: Claim,
    viewer: Viewer,
    order: Order,
    acted: Sequence[rules.Acted],
    nobody_else: bool,
    policies: Policies,
) -> None:
    try:
        pack = policies.at(claim.org_path, claim.event_on).pack
        outcome.done.append(judge(claim, viewer, order, acted, nobody_else, pack))
    except DomainError as refusal:
        outcome.refused.append((claim.id, refusal))


def judge(
    claim: Claim,
    viewer: Viewer,
    order: Order,
    acted: Sequence[rules.Acted],
    nobody_else: bool,
    pack: Pack,
) -> Move:
    """The move that `order` makes of this claim, or the refusal."""
    before = rules.Position(claim.state, claim.step, desks.read(claim.route))
    after = rules.advance(before, order.verdict, order.return_to)
    step = rules.deciding_step(before, order.verdict)
    binding = rules.capacity(
        viewer, before.route[step], step, claim.teacher_id, acted, nobody_else=nobody_else
    )
    rules.require_reason(order.verdict, order.reason_code, [reason.code for reason in pack.return_reasons])
    amount = _credits_after(claim, order, pack)
    return Move(claim, before, after, step, binding, amount)


def _credits_after(claim: Claim, order: Order, pack: Pack) -> int:
    asked = order.credits_centi if order.verdict is Verdict.approve else None
    amount = rules.granted(claim.credits_claimed_centi, claim.credits_granted_centi, asked)
    if order.verdict is Verdict.approve:
        _refuse_unrecognisable(claim, amount, pack)
    return amount


def _refuse_unrecognisable(claim: Claim, credits_centi: int, pack: Pack) -> None:
    refusals = claim_refusals(
        pack,
        claim.category,
        Credits(credits_centi),
        exam_passed=claim.exam_passed,
        mode=claim.mode,
        level=claim.level,
    )
    if refusals:
        raise refusals[0]


async def _write(
    db: AsyncSession,
    viewer: Viewer,
    moves: Sequence[Move],
    order: Order,
    policies: Policies,
    now: datetime,
) -> None:
    if not moves:
        return
    await _move_claims(db, moves, now)
    await _record(db, viewer, moves, order, now)
    earned = [move for move in moves if rules.earns_credit(move.after) and move.credits_centi > 0]
    await post(db, viewer.city_id, [_posting(move, viewer, policies, now) for move in earned])
    await raise_degrees(db, [move.claim for move in earned])
    _tell(db, viewer, moves, order)


async def _move_claims(db: AsyncSession, moves: Sequence[Move], now: datetime) -> None:
    shared = {"city_id": moves[0].claim.city_id, "new_arrived_at": now}
    await update_guarded(db, RowSet(CLAIMS, shared, [_change(move) for move in moves]))


def _change(move: Move) -> dict[str, Any]:
    desk = move.after.desk
    return {
        "id": move.claim.id,
        "version": move.claim.version,
        "new_version": move.claim.version + 1,
        "new_state": move.after.state,
        "new_step": move.after.step,
        "new_desk_id": desk.organisation_id if desk else None,
        "new_desk_path": desk.path if desk else None,
        "new_credits_granted_centi": move.credits_centi,
    }


async def _record(
    db: AsyncSession, viewer: Viewer, moves: Sequence[Move], order: Order, now: datetime
) -> None:
    decisions = [_decision(move, viewer, order, now) for move in moves]
    await insert_rows(db, RowSet(DECISIONS, {}, decisions))
    if order.note:
        notes = [{key: row[key] for key in ("city_id", "id", "teacher_id", "org_path")} for row in decisions]
        await insert_rows(db, RowSet(NOTES, {"note": order.note}, notes))


def _decision(move: Move, viewer: Viewer, order: Order, now: datetime) -> dict[str, Any]:
    claim = move.claim
    current = claim.credits_granted_centi
    return {
        "city_id": claim.city_id,
        "id": new_id(),
        "claim_id": claim.id,
        "teacher_id": claim.teacher_id,
        "org_path": claim.org_path,
        "step": move.step,
        "act": move.before.route[move.step].act,
        "verdict": order.verdict,
        "capacity": move.binding.role,
        "organisation_id": move.binding.organisation_id,
        "actor_id": viewer.user_id,
        "state_before": move.before.state,
        "state_after": move.after.state,
        "credits_before_centi": claim.credits_claimed_centi if current is None else current,
        "credits_after_centi": move.credits_centi,
        "reason_code": order.reason_code,
        "decided_at": now,
    }


def _posting(move: Move, viewer: Viewer, policies: Policies, now: datetime) -> Posting:
    claim = move.claim
    return Posting(
        id=uuid5(claim.id, "credit"),
        teacher_id=claim.teacher_id,
        issuer_id=move.before.route[-1].organisation_id,
        org_path=claim.org_path,
        credits_centi=move.credits_centi,
        hours_centi=claim.hours_centi,
        category=claim.category,
        level=claim.level,
        mode=claim.mode,
        exam_passed=claim.exam_passed,
        event_on=claim.event_on,
        title=claim.title,
        policy_sha256=policies.at(claim.org_path, claim.event_on).sha256,
        posted_by=viewer.user_id,
        posted_at=now,
        claim_id=claim.id,
        program_id=claim.program_id,
        award_key=claim.award_key,
    )


def _tell(db: AsyncSession, viewer: Viewer, moves: Sequence[Move], order: Order) -> None:
    """One audit row and one event for each desk that acted; the decisions themselves name the claims."""
    by_desk: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in moves:
        by_desk[(move.binding.path, move.binding.role)].append(move)
    for (path, capacity), acts in by_desk.items():
        audit.record(
            db,
            viewer.city_id,
            f"claims.{order.verdict}",
            "claim",
            acts[0].claim.id if len(acts) == 1 else None,
            actor_id=viewer.user_id,
            capacity=capacity,
            org_path=path,
        )
    claims = [{"id": str(move.claim.id), "state": move.after.state} for move in moves]
    outbox.publish(db, viewer.city_id, DECIDED, {"verdict": order.verdict, "claims": claims})
