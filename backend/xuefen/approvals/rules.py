"""How a claim walks its route, and who may act at a step (DOMAIN section 3). Pure.

Nobody acts at two different steps of one claim; the same person may act again at the same step after a
return. Nobody decides a claim of which they are the beneficiary (本人回避).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from xuefen.approvals.states import DEAD, ClaimState, Flag, ReturnTo, Verdict
from xuefen.core.errors import Conflict, Invalid
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.policy.routes import Act, Tier


class ClaimFinal(Conflict):
    code, title = "claim_final", "这一条已办结，只能更正或申诉"


class OwnClaim(Conflict):
    code, title = "own_claim", "不能办理本人的学分，请同事或上一级办理"


class SamePerson(Conflict):
    code, title = "same_person", "您办过这一条的另一个环节，须由另一人办理"


class NotYourDesk(Conflict):
    code, title = "not_your_desk", "这一条现在不在您的单位办理"


class NoPreviousStep(Conflict):
    code, title = "no_previous_step", "登记环节没有上一步可退，请直接改学分，或选不予认定"


class NothingToWithdraw(Conflict):
    code, title = "nothing_to_withdraw", "您的单位没有可以撤回的环节，或下一级已经办理"


class ReasonRequired(Invalid):
    code, title = "reason_required", "请选一个原因"


class GrantTooHigh(Invalid):
    code, title = "grant_too_high", "核定学分不能多于申报学分"


DESK_ROLES = {
    Tier.school: Role.school_clerk,
    Tier.union: Role.school_clerk,
    Tier.county: Role.county_reviewer,
    Tier.city: Role.city_auditor,
}
"""Who works at a tier's desk."""

STATE_AFTER = {
    Act.register: ClaimState.registered,
    Act.review: ClaimState.reviewed,
    Act.audit: ClaimState.audited,
}
FULL_ATTENDANCE_PERCENT = 80
FINAL = frozenset({ClaimState.audited, *DEAD})


@dataclass(frozen=True, slots=True)
class Desk:
    """One step of a route as of the event: what is done, and the organisation that does it."""

    tier: Tier
    act: Act
    organisation_id: UUID
    path: str
    name: str

    @property
    def role(self) -> Role:
        return DESK_ROLES[self.tier]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a claim stands: `step` counts the steps already passed."""

    state: ClaimState
    step: int
    route: tuple[Desk, ...]

    @property
    def desk(self) -> Desk | None:
        """Whose turn it is; None when the claim is final."""
        ended = self.state in FINAL or self.step >= len(self.route)
        return None if ended else self.route[self.step]


@dataclass(frozen=True, slots=True)
class Acted:
    """An earlier act on the claim that still stands against acting at another step."""

    step: int
    actor_id: UUID


def advance(at: Position, verdict: Verdict, return_to: ReturnTo = ReturnTo.previous) -> Position:
    """The position after `verdict`. Withdrawing undoes the step before; a return names its target."""
    if at.desk is None:
        raise ClaimFinal
    if verdict is Verdict.approve:
        return _passed(at)
    if verdict is Verdict.reject:
        return Position(ClaimState.rejected, at.step, at.route)
    if verdict is Verdict.return_:
        return _returned(at, return_to)
    return _withdrawn(at)


def earns_credit(after: Position) -> bool:
    """Whether the last step has just been passed, which posts the credit."""
    return after.step == len(after.route) and after.state not in (ClaimState.rejected, ClaimState.withdrawn)


def deciding_step(at: Position, verdict: Verdict) -> int:
    """The step that an act belongs to: withdrawing belongs to the step that it undoes."""
    taken_back = verdict is Verdict.withdraw and not _at_its_maker(at)
    return at.step - 1 if taken_back else at.step


def _at_its_maker(at: Position) -> bool:
    """Not registered yet, or back at the registering desk: there a withdrawal ends the claim."""
    return at.step == 0


def _passed(at: Position) -> Position:
    step = at.step + 1
    act = at.route[at.step].act
    last = step == len(at.route)
    state = ClaimState.audited if last and act is not Act.register else STATE_AFTER[act]
    return Position(state, step, at.route)


def _returned(at: Position, return_to: ReturnTo) -> Position:
    if at.step == 0:
        raise NoPreviousStep
    step = 0 if return_to is ReturnTo.maker else at.step - 1
    return Position(ClaimState.returned, step, at.route)


def _withdrawn(at: Position) -> Position:
    if _at_its_maker(at):
        return Position(ClaimState.withdrawn, at.step, at.route)
    if at.state is ClaimState.returned:
        raise NothingToWithdraw
    step = at.step - 1
    state = ClaimState.draft if step == 0 else STATE_AFTER[at.route[step - 1].act]
    return Position(state, step, at.route)


def capacity(
    viewer: Viewer,
    desk: Desk,
    step: int,
    beneficiary: UUID,
    acted: Sequence[Acted],
    *,
    nobody_else: bool,
) -> Binding:
    """The binding by which `viewer` may act at `desk`, or the reason why not.

    `nobody_else`: nobody at the desk may act on this claim; it then escalates to the tier above (an
    administrator or the upper tier's own staff) instead of being skipped.
    """
    binding = _binding_at(viewer, desk, nobody_else)
    if binding is None:
        raise NotYourDesk
    if viewer.teacher_id == beneficiary:
        raise OwnClaim
    if any(act.actor_id == viewer.user_id and act.step != step for act in acted):
        raise SamePerson
    return binding


def _binding_at(viewer: Viewer, desk: Desk, nobody_else: bool) -> Binding | None:
    for binding in viewer.having([desk.role]):
        if binding.organisation_id == desk.organisation_id:
            return binding
    if not nobody_else:
        return None
    candidates = [one for one in viewer.bindings if _is_above(one) and desk.path.startswith(one.path)]
    return max(candidates, key=lambda binding: len(binding.path), default=None)


def _is_above(binding: Binding) -> bool:
    """An administrator, or a reviewer of the tier whose desk is really theirs."""
    kinds = {Role.county_reviewer: Tier.county, Role.city_auditor: Tier.city}
    return binding.role is Role.administrator or kinds.get(binding.role) == binding.kind


def granted(claimed_centi: int, current_centi: int | None, asked_centi: int | None) -> int:
    """Credits after the act: what is asked for now, else what was granted before, else what is claimed."""
    if asked_centi is None:
        return claimed_centi if current_centi is None else current_centi
    if asked_centi > claimed_centi:
        raise GrantTooHigh
    return asked_centi


def require_reason(verdict: Verdict, reason_code: str | None, known: Sequence[str]) -> None:
    """A return or a rejection names one of the policy's reasons."""
    if verdict in (Verdict.return_, Verdict.reject) and reason_code not in known:
        raise ReasonRequired


def flags(
    hours_centi: int,
    credits_centi: int,
    event_on: date,
    made_on: date,
    registration_days: int,
    attended: int | None,
    held: int | None,
) -> list[Flag]:
    """What a reviewer should look at. A surplus over a cap is never a flag (DOMAIN section 8)."""
    found = []
    if made_on > event_on + timedelta(days=registration_days):
        found.append(Flag.late_registration)
    found.extend(amount_flags(hours_centi, credits_centi))
    if attended is not None and held is not None and attended * 100 < held * FULL_ATTENDANCE_PERCENT:
        found.append(Flag.attendance_short)
    return found


def amount_flags(hours_centi: int, credits_centi: int) -> set[Flag]:
    """More credits than hours: an award may be so, a slip often is."""
    return {Flag.credits_over_hours} if hours_centi and credits_centi > hours_centi else set()
