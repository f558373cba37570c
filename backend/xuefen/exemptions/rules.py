"""Who proposes an exemption, who decides it, who may read its reason. Pure.

The school's clerk proposes, the tier above decides; where an office has nobody who may act, the next one up
does its part. Nobody acts in a case of their own (本人回避), or decides what they proposed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from xuefen.core.errors import Conflict, FieldError, Invalid
from xuefen.exemptions.states import ExemptionKind, ExemptionState, ExemptionVerdict
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.policy.pack import Pack

OFFICES = (Role.school_clerk, Role.county_reviewer, Role.city_auditor)
"""From the nearest to a teacher to the farthest."""
AUTHORITIES = (Role.county_reviewer, Role.city_auditor)
LABEL = "免修"
"""All that most people are told of a case."""
KIND_NAMES = {
    ExemptionKind.sick_leave: "病假",
    ExemptionKind.maternity_leave: "产假",
    ExemptionKind.transfer: "调动",
    ExemptionKind.near_retirement: "临近退休",
    ExemptionKind.in_study: "在读",
}


class KindNotForeseen(Invalid):
    code, title = "exemption_not_foreseen", "现行制度没有这一类免修"


class CasesOverlap(Conflict):
    code, title = "exemption_overlaps", "与这位教师的另一项免修日期重叠"


class OwnCase(Conflict):
    code, title = "own_case", "不能办理本人的事项，请由同事或上一级办理"


class ProposedYourself(Conflict):
    code, title = "proposed_yourself", "这一项是您提出的，须由另一人决定"


class LeftToUnit(Conflict):
    code, title = "left_to_unit", "请由教师所在单位的管理员提出"


class NotYourCase(Conflict):
    code, title = "not_your_case", "这一项由另一级办理"


class NotInThatState(Conflict):
    code, title = "exemption_decided", "这一项已经办过，请刷新后再看"


class VetoNotForeseen(Conflict):
    code, title = "ethics_veto_not_foreseen", "现行制度没有师德一票否决"


class DocumentUsed(Conflict):
    code, title = "document_used", "这份文件已经登记过"


class VetoEnded(Conflict):
    code, title = "ethics_veto_ended", "一票否决已经到期或撤销"


class AlreadyReplied(Conflict):
    code, title = "already_replied", "已经申辩过一次，不能再改"


class Case(Protocol):
    """What the rules look at in a case."""

    teacher_id: UUID
    org_path: str
    desk_path: str
    proposed_by: UUID


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who holds one of the offices above a teacher today."""

    role: Role
    path: str
    user_id: UUID


@dataclass(frozen=True, slots=True)
class Ladder:
    """The offices above a unit. `staff` leaves the teacher concerned out."""

    unit_path: str
    county_path: str | None
    staff: tuple[Officer, ...]

    def is_staffed(self, office: Role, besides: UUID | None = None) -> bool:
        return any(officer.role is office and officer.user_id != besides for officer in self.staff)

    def desk_above(self, office: Role) -> str:
        """Where a proposal of that office is decided: the county for its schools, else the city."""
        if office is Role.school_clerk and self.county_path is not None:
            return self.county_path
        return self.unit_path.split("/")[0] + "/"


def proposer(viewer: Viewer, teacher_id: UUID, ladder: Ladder) -> Binding:
    """The binding by which `viewer` may propose: the nearest office that somebody holds."""
    refuse_own(viewer, teacher_id)
    for binding in _nearest_first(viewer, ladder.unit_path):
        nearer = OFFICES[: OFFICES.index(binding.role)]
        if not any(ladder.is_staffed(office) for office in nearer):
            return binding
    raise LeftToUnit


def decider(viewer: Viewer, case: Case, ladder: Ladder) -> Binding:
    """The binding by which `viewer` may decide the case: at its desk, or above one that is deserted."""
    refuse_own(viewer, case.teacher_id)
    if case.proposed_by == viewer.user_id:
        raise ProposedYourself
    bindings = [one for one in viewer.having(AUTHORITIES) if case.desk_path.startswith(one.path)]
    for binding in bindings:
        if binding.path == case.desk_path:
            return binding
    if bindings and not ladder.is_staffed(Role.county_reviewer, besides=case.proposed_by):
        return bindings[0]
    raise NotYourCase


def authority_over(viewer: Viewer, path: str) -> Binding:
    """The nearest authority that `viewer` holds over `path`; `NotYourCase` when there is none."""
    held = [binding for binding in _nearest_first(viewer, path) if binding.role in AUTHORITIES]
    if not held:
        raise NotYourCase
    return held[0]


def refuse_own(viewer: Viewer, teacher_id: UUID) -> None:
    if viewer.teacher_id == teacher_id:
        raise OwnCase


def decided(state: ExemptionState, verdict: ExemptionVerdict) -> ExemptionState:
    """The state after `verdict`: what waits is approved or refused, what is approved may be revoked."""
    before = ExemptionState.approved if verdict is ExemptionVerdict.revoke else ExemptionState.proposed
    if state is not before:
        raise NotInThatState
    return {
        ExemptionVerdict.approve: ExemptionState.approved,
        ExemptionVerdict.refuse: ExemptionState.refused,
        ExemptionVerdict.revoke: ExemptionState.revoked,
    }[verdict]


def require_foreseen(kind: ExemptionKind, pack: Pack) -> None:
    """`KindNotForeseen` unless the policy relieves in such cases."""
    if kind not in {row.kind for row in pack.exemptions}:
        raise KindNotForeseen(errors=[FieldError("/kind", KindNotForeseen.code, KindNotForeseen.title)])


def sees_reason(viewer: Viewer, case: Case) -> bool:
    """The teacher, the clerk of the unit that proposed, and the authorities above it."""
    return viewer.teacher_id == case.teacher_id or viewer.covers(case.org_path, *OFFICES)


def is_over(until_on: date, lifted_at: datetime | None, today: date) -> bool:
    """Whether a veto bars nothing any more."""
    return lifted_at is not None or until_on < today


def _nearest_first(viewer: Viewer, path: str) -> Iterable[Binding]:
    above = [binding for binding in viewer.having(OFFICES) if path.startswith(binding.path)]
    return sorted(above, key=lambda binding: OFFICES.index(binding.role))
