"""What may be done with a program, by whom, and when. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from xuefen.core.errors import Conflict
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.programs.states import ProgramState, RunState


class ProgramAct(StrEnum):
    """修改 提交 批准 退回 发布 关闭."""

    edit = "edit"
    submit = "submit"
    approve = "approve"
    return_ = "return"
    publish = "publish"
    close = "close"


class NotInThisState(Conflict):
    code, title = "program_state", "项目当前状态不能进行此操作，请刷新后再试"


class OwnSubmission(Conflict):
    code, title = "own_submission", "本人提交的项目须由他人批准"


class NotTheAuthority(Conflict):
    code, title = "not_the_authority", "该项目由主办单位的主管部门审批，请联系其审核人员"


class RunsStillOpen(Conflict):
    code, title = "runs_still_open", "还有期次未结班，结班后才能关闭项目"


class NotSchedulable(Conflict):
    code, title = "program_locked", "项目审批中或已关闭，不能增加期次和课次"


class RunNotOpen(Conflict):
    code, title = "run_not_open", "本期已结班或取消，不能再安排课次"


class OutsideRun(Conflict):
    code, title = "session_outside_run", "上课时间不在本期起止日期内"


class SessionsOverlap(Conflict):
    code, title = "sessions_overlap", "与本期其他课次时间重叠"


_MOVES: Mapping[tuple[ProgramState, ProgramAct], ProgramState] = {
    (ProgramState.draft, ProgramAct.edit): ProgramState.draft,
    (ProgramState.draft, ProgramAct.submit): ProgramState.submitted,
    (ProgramState.returned, ProgramAct.edit): ProgramState.returned,
    (ProgramState.returned, ProgramAct.submit): ProgramState.submitted,
    (ProgramState.submitted, ProgramAct.approve): ProgramState.approved,
    (ProgramState.submitted, ProgramAct.return_): ProgramState.returned,
    (ProgramState.approved, ProgramAct.return_): ProgramState.returned,
    (ProgramState.approved, ProgramAct.publish): ProgramState.published,
    (ProgramState.published, ProgramAct.close): ProgramState.closed,
}
_MAKING = frozenset({ProgramAct.edit, ProgramAct.submit})
_AFTER_APPROVAL = frozenset({ProgramAct.publish, ProgramAct.close})
"""What is approved, its provider may put on the menu and take off again as well as the authority."""
_SCHEDULABLE = frozenset(
    {ProgramState.draft, ProgramState.returned, ProgramState.approved, ProgramState.published}
)
MAKERS = (Role.provider_staff, Role.county_reviewer, Role.city_auditor)
AUTHORITIES = (Role.county_reviewer, Role.city_auditor)


def advance(state: ProgramState, act: ProgramAct) -> ProgramState:
    """The state after `act`; `NotInThisState` where the state does not allow it."""
    try:
        return _MOVES[state, act]
    except KeyError:
        raise NotInThisState from None


def authority_of(org_path: str, sponsor_kind: str) -> tuple[Role, str]:
    """Who approves a program of this sponsor: the role, and the path at which it must be bound.

    The city audits what the city and its direct schools set up, the county what it and its schools do
    (株教函〔2014〕29号 五(二): 市直属学校由市审核, 其他学校由县市区审核).
    """
    segments = org_path.rstrip("/").split("/")
    city = f"{segments[0]}/"
    is_direct_school = sponsor_kind == OrganisationKind.school and len(segments) == 2
    under_city = sponsor_kind == OrganisationKind.city or is_direct_school
    if under_city:
        return Role.city_auditor, city
    return Role.county_reviewer, f"{city}{segments[1]}/"


def maker_binding(viewer: Viewer, org_path: str, provider_id: UUID) -> Binding | None:
    """The capacity in which `viewer` works on a program: its provider's staff, or the unit above it."""
    for binding in viewer.having(MAKERS):
        if binding.role is Role.provider_staff and binding.organisation_id == provider_id:
            return binding
        if binding.role is not Role.provider_staff and org_path.startswith(binding.path):
            return binding
    return None


def authority_binding(viewer: Viewer, org_path: str, sponsor_kind: str) -> Binding | None:
    """The capacity in which `viewer` decides on a program; None: it is another unit's to decide."""
    role, path = authority_of(org_path, sponsor_kind)
    return next((binding for binding in viewer.having([role]) if binding.path == path), None)


def capacity_for(
    viewer: Viewer, act: ProgramAct, org_path: str, sponsor_kind: str, provider_id: UUID
) -> Binding | None:
    """The binding that permits `act`, whatever the state."""
    if act in _MAKING:
        return maker_binding(viewer, org_path, provider_id)
    authority = authority_binding(viewer, org_path, sponsor_kind)
    if act in _AFTER_APPROVAL and authority is None:
        return maker_binding(viewer, org_path, provider_id)
    return authority


def refuse_own_submission(act: ProgramAct, submitted_by: UUID | None, viewer: Viewer) -> None:
    """Registering and auditing are two persons' acts (003-46); so are submitting and approving."""
    if act is ProgramAct.approve and submitted_by == viewer.user_id:
        raise OwnSubmission


def open_acts(
    viewer: Viewer,
    state: ProgramState,
    org_path: str,
    sponsor_kind: str,
    provider_id: UUID,
    submitted_by: UUID | None,
) -> list[ProgramAct]:
    """What `viewer` may do with a program as it stands, for the page's buttons."""
    return [
        act
        for act in ProgramAct
        if (state, act) in _MOVES
        and capacity_for(viewer, act, org_path, sponsor_kind, provider_id)
        and not (act is ProgramAct.approve and submitted_by == viewer.user_id)
    ]


def refuse_unschedulable(state: ProgramState) -> None:
    """Runs and sessions may be added while the program is being made, and afterwards while it runs."""
    if state not in _SCHEDULABLE:
        raise NotSchedulable


def refuse_closed_run(state: RunState) -> None:
    if state != RunState.open:
        raise RunNotOpen
