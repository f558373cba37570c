"""What crosses HTTP about claims."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from xuefen.approvals.diploma_schemas import DiplomaIn
from xuefen.approvals.states import ClaimSource, ClaimState, ReturnTo, Verdict
from xuefen.core.page import PageQuery
from xuefen.core.text import (
    AmountIn,
    AmountOut,
    Code,
    Day,
    Input,
    Line,
    Lines,
    Output,
    SearchText,
    Version,
    refusal,
)
from xuefen.organisations.roles import Role
from xuefen.people.degrees import Degree
from xuefen.policy.levels import ActivityForm, DeliveryMode
from xuefen.policy.routes import Act, Tier

MOST = 1000
ShortNote = Annotated[str, Lines(500)]


class ClaimFilters(PageQuery):
    """`queue=mine`: what waits for the viewer. `flag`: clean, or noticed by the checks."""

    queue: Annotated[str | None, Field(pattern="^mine$")] = None
    flag: Annotated[str | None, Field(pattern="^(clean|flagged)$")] = None
    state: ClaimState | None = None
    school_id: UUID | None = None
    teacher_id: UUID | None = None
    category: Code | None = None
    q: SearchText | None = None


class Named(Output):
    id: UUID
    name: str


class CodeTitle(Output):
    code: str
    title: str


class DeskOut(Output):
    """Whose turn it is."""

    tier: Tier
    act: Act
    organisation_id: UUID
    organisation_name: str


class ClaimOut(Output):
    """One line of a queue."""

    id: UUID
    number: str
    teacher: Named
    school: Named
    title: str
    category: str
    category_name: str
    group: str
    mode: DeliveryMode
    form: ActivityForm | None
    event_on: date
    year_label: str
    term_label: str
    hours: AmountOut
    credits_claimed: AmountOut
    credits_granted: AmountOut | None
    exam_passed: bool
    state: ClaimState
    step: int
    desk: DeskOut | None
    flags: list[CodeTitle]
    waiting_days: int
    source: ClaimSource
    late_reason: str | None
    version: int


class ClaimPage(Output):
    """`total`, `clean` and `flagged` count the whole list, whichever page is shown."""

    items: list[ClaimOut]
    next_page_token: str | None
    total: int
    clean: int
    flagged: int


class RouteStep(Output):
    """One step of the claim's way: `state` is done, current or todo."""

    tier: Tier
    act: Act
    organisation_id: UUID
    organisation_name: str
    state: str
    actor_name: str | None
    at: datetime | None


class DecisionOut(Output):
    """One act on the claim. `escalated`: done for a desk where nobody could act."""

    id: UUID
    step: int
    act: Act
    verdict: Verdict
    capacity: Role
    actor_name: str
    organisation_name: str
    decided_at: datetime
    reason_code: str | None
    reason: str | None
    note: str | None
    credits_before: AmountOut
    credits_after: AmountOut
    escalated: bool


class AttendanceOut(Output):
    attended: int
    sessions: int


class CapOut(Output):
    """How full the capped term is: for information, never a reason to grant less."""

    counted: AmountOut
    cap: AmountOut
    after: AmountOut
    term_label: str
    text: str


class ClaimDetail(ClaimOut):
    """`awarded_degree`: of the diploma that the claim rests on."""

    awarded_degree: Degree | None
    route: list[RouteStep]
    decisions: list[DecisionOut]
    attendance: AttendanceOut | None
    cap: CapOut | None
    rule: "RuleOut"
    return_reasons: list[CodeTitle]
    verdicts: list[Verdict]
    """What the viewer may do now."""
    can_decide: bool
    refusal: CodeTitle | None
    stalled: CodeTitle | None


class RuleOut(Output):
    clause: str
    text: str


class DecisionIn(Input):
    """`credits_granted` only with approve; `return_to` only with return."""

    verdict: Verdict
    credits_granted: AmountIn | None = None
    reason_code: Code | None = None
    note: ShortNote | None = None
    return_to: ReturnTo = ReturnTo.previous

    @model_validator(mode="after")
    def _agrees(self) -> "DecisionIn":
        if self.credits_granted is not None and self.verdict is not Verdict.approve:
            raise refusal("credits_granted_misplaced", "只有通过时才能核定学分")
        return self


class Seen(Input):
    id: UUID
    version: Version


class BatchDecisionIn(Input):
    verdict: Verdict
    items: Annotated[list[Seen], Field(min_length=1, max_length=MOST)]
    reason_code: Code | None = None
    note: ShortNote | None = None
    return_to: ReturnTo = ReturnTo.previous

    @model_validator(mode="after")
    def _once_each(self) -> "BatchDecisionIn":
        if len({item.id for item in self.items}) < len(self.items):
            raise refusal("repeated", "同一条出现了两次")
        return self


class ClaimDone(Output):
    id: UUID
    version: int
    state: ClaimState


class ClaimConflict(Output):
    id: UUID


class ClaimRefused(Output):
    id: UUID
    problem: CodeTitle


class BatchOutcome(Output):
    done: list[ClaimDone]
    conflicts: list[ClaimConflict]
    refused: list[ClaimRefused]


class BatchItem(Input):
    """One teacher of a batch. `id` is the claim's, made by the client; own credits override the batch's.

    `diploma`: where the category is credited once per diploma, and only there; the event is its day.
    """

    id: UUID
    teacher_id: UUID
    hours: AmountIn | None = None
    credits: AmountIn | None = None
    diploma: DiplomaIn | None = None


class BatchIn(Input):
    """A training that the viewer's unit held itself and registers for several teachers at once."""

    id: UUID
    title: Annotated[str, Line(100)]
    category: Code
    organisation_id: UUID
    """The unit that held the training, where the viewer is bound."""
    mode: DeliveryMode
    form: ActivityForm | None = None
    event_on: Day
    hours: AmountIn
    credits: AmountIn
    late_reason: Annotated[str, Line(200)] | None = None
    items: Annotated[list[BatchItem], Field(min_length=1, max_length=MOST)]

    @model_validator(mode="after")
    def _once_each(self) -> "BatchIn":
        if len({item.teacher_id for item in self.items}) < len(self.items):
            raise refusal("repeated", "同一位教师出现了两次")
        return self


class Registered(Output):
    """`problem` says why a claim was made and not yet registered (for instance the clerk's own)."""

    id: UUID
    claim_id: UUID
    teacher_id: UUID
    state: ClaimState
    made: bool
    problem: CodeTitle | None


class BatchRegistered(Output):
    id: UUID
    items: list[Registered]


class ClaimEdit(Input):
    """Corrections to a claim at the registering desk; what is left out stays."""

    title: Annotated[str, Line(100)] | None = None
    hours: AmountIn | None = None
    credits: AmountIn | None = None
    late_reason: Annotated[str, Line(200)] | None = None


ClaimDetail.model_rebuild()
