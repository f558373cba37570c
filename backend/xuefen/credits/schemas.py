"""What crosses HTTP about a standing and a ledger."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from xuefen.core.page import PageQuery
from xuefen.core.text import AmountOut, Output
from xuefen.ledger.models import EntryKind
from xuefen.organisations.roles import Role
from xuefen.policy.levels import Level
from xuefen.policy.vocabulary import Unit


class TeacherHead(Output):
    id: UUID
    name: str
    staff_no: str
    school_name: str
    stage: str
    subject: str


class PolicyHead(Output):
    """The rules the answer rests on."""

    key: str
    name: str
    source: str
    from_on: date


class PeriodOut(Output):
    label: str
    starts_on: date
    ends_on: date


class TotalOut(Output):
    """The cycle as a whole. `missing` leaves out what is still in review."""

    required: AmountOut
    counted: AmountOut
    pending: AmountOut
    missing: AmountOut
    missing_after_pending: AmountOut
    met: bool
    deadline: date


class LineOut(Output):
    """One requirement. `required` null: it does not bind now, `note` says why.

    `exempt`: an exemption takes it away. `converted`: a figure in hours as credits, where they are not one to
    one. `offset`: so much of `counted` comes from another category by an offset of the policy.
    """

    id: str
    name: str
    kind: str
    unit: Unit
    category: str | None
    group: str | None
    compulsory: bool
    required: AmountOut | None
    counted: AmountOut
    pending: AmountOut
    missing: AmountOut
    missing_after_pending: AmountOut
    met: bool
    period_label: str
    starts_on: date | None
    deadline: date
    clause: str
    for_completion: bool
    exempt: bool
    consequence: str | None
    converted: AmountOut | None
    offset: AmountOut
    entry_ids: list[UUID]
    note: str | None
    explanation: str


class GroupOut(Output):
    group: str
    name: str
    counted: AmountOut
    pending: AmountOut


class UncountedOut(Output):
    entry_id: UUID
    title: str
    event_on: date
    credits: AmountOut
    reason_code: str
    reason: str
    clause: str


class TodoLink(Output):
    run_id: UUID | None
    claim_id: UUID | None


class TodoOut(Output):
    """Something the teacher should know or do; `at` is when it matters."""

    kind: Annotated[str, Field(examples=["class_soon", "claim_returned", "year_warning"])]
    title: str
    detail: str
    at: datetime
    link: TodoLink


class StandingOut(Output):
    """`attained`: the year's line is met. `barred`: what an ethics veto keeps from being met, all else apart."""

    teacher: TeacherHead
    on: date
    policy: PolicyHead
    cycle: PeriodOut
    year: PeriodOut
    complete: bool
    attained: bool
    barred: list[Literal["year", "completion"]]
    total: TotalOut | None
    lines: list[LineOut]
    groups: list[GroupOut]
    uncounted: list[UncountedOut]
    todo: list[TodoOut]


class LedgerQuery(PageQuery):
    """Newest posting first."""


class RuleText(Output):
    clause: str
    text: str


class Surplus(Output):
    credits: AmountOut
    reason: str
    clause: str


class ProgramHead(Output):
    id: UUID
    code: str
    title: str


class EntryDecision(Output):
    act: str
    verdict: str
    capacity: Role
    actor_name: str
    organisation_name: str
    decided_at: datetime


class EntryOut(Output):
    """One line of 学分明细. `counted` plus `uncounted.credits` is `credits` while it stands."""

    id: UUID
    sequence: int
    kind: EntryKind
    title: str
    category: str
    category_name: str
    group: str
    level: Level
    event_on: date
    year_label: str
    term_label: str
    posted_at: datetime
    credits: AmountOut
    hours: AmountOut
    counted: AmountOut
    uncounted: Surplus | None
    rule: RuleText
    program: ProgramHead | None
    claim_id: UUID | None
    decisions: list[EntryDecision]
    reversed: bool
    reverses_id: UUID | None
    reason: str | None
    balance_after: AmountOut
    sealed: bool


class LedgerPage(Output):
    items: list[EntryOut]
    next_page_token: str | None
    balance: AmountOut
