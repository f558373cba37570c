"""What crosses HTTP about a yearly closing (年度审验)."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import model_validator

from xuefen.core.page import PageQuery
from xuefen.core.text import AmountOut, Day, Input, Lines, Output, refusal
from xuefen.ledger.models import EntryKind
from xuefen.oversight.models import Answer, ClosingKind, ClosingState
from xuefen.policy.vocabulary import Unit

Words = Annotated[str, Lines(500)]


class UnitHead(Output):
    id: UUID
    name: str


class PersonHead(Output):
    id: UUID
    name: str
    staff_no: str


class ClosingIn(Input):
    """`on`: any day of the training year or cycle to be closed."""

    id: UUID
    organisation_id: UUID
    kind: ClosingKind
    on: Day


class ClosingQuery(PageQuery):
    """Latest period first."""

    kind: ClosingKind | None = None
    state: ClosingState | None = None


class ClosingOut(Output):
    id: UUID
    organisation: UnitHead
    kind: ClosingKind
    label: str
    starts_on: date
    ends_on: date
    registration_until: date
    objection_until: date
    verification_until: date
    closing_on: date
    clause: str
    state: ClosingState
    opened_at: datetime
    closed_at: datetime | None
    version: int


class AnswerCounts(Output):
    """People by what they answered. `objected`: objections that wait for a resolution."""

    people: int
    unanswered: int
    confirmed: int
    objected: int
    settled: int


class ResultCounts(Output):
    """The summary (小结): how many the line binds, how many of them meet it, and who fulfils all for completion."""

    bound: int
    met: int
    below: int
    exempt: int
    complete: int


class CountyProgress(Output):
    """A county, or the city for its direct schools (verified by closing)."""

    organisation: UnitHead
    counts: AnswerCounts
    results: ResultCounts
    verified_at: datetime | None


class ClosingDetail(ClosingOut):
    """Counts are of the people within the viewer's scope."""

    counts: AnswerCounts
    results: ResultCounts
    counties: list[CountyProgress]


class FiguresOut(Output):
    """`required` null: the line does not bind. `exempt`: 免修, never the reason."""

    unit: Unit
    required: AmountOut | None
    counted: AmountOut
    met: bool
    exempt: bool
    complete: bool


class FigureQuery(PageQuery):
    """`below`: only those whom the line binds and who do not meet it."""

    answer: Answer | None = None
    school_id: UUID | None = None
    below: bool = False


class ClosingFigureOut(Output):
    teacher: PersonHead
    school: UnitHead
    figures: FiguresOut
    answer: Answer
    answered_at: datetime | None
    objection: str | None
    resolution: str | None
    version: int


class MyClosing(Output):
    """`todo` says what the teacher may do now, `until` the last day for it."""

    id: UUID
    kind: ClosingKind
    label: str
    state: ClosingState
    clause: str
    todo: Literal["register", "answer", "wait", "nothing"]
    text: str
    until: date | None
    school: UnitHead | None
    figures: FiguresOut | None
    answer: Answer | None
    objection: str | None
    resolution: str | None
    version: int | None


class MyClosings(Output):
    items: list[MyClosing]


class AnswerIn(Input):
    """Confirm, or object and say what is wrong."""

    answer: Literal[Answer.confirmed, Answer.objected]
    objection: Words | None = None

    @model_validator(mode="after")
    def _says_what_is_wrong(self) -> "AnswerIn":
        if (self.answer == Answer.objected) != (self.objection is not None):
            raise refusal("objection", "有异议时写明哪里不对，确认时不写")
        return self


class SettlementIn(Input):
    teacher_id: UUID
    resolution: Words


class Refreshed(Output):
    """How many people's figures changed; those who had confirmed are asked again."""

    changed: int


class CorrectionEntry(Output):
    """An entry of the ledger posted after the freezing, about a day of the closed period."""

    id: UUID
    kind: EntryKind
    title: str
    category: str
    event_on: date
    posted_at: datetime
    credits: AmountOut
    reverses_id: UUID | None


class Correction(Output):
    """`now`: the standing of the last day of the period, as the record says today; null: no longer in service then."""

    teacher: PersonHead
    school: UnitHead
    frozen: FiguresOut
    now: FiguresOut | None
    entries: list[CorrectionEntry]


class CorrectionQuery(PageQuery):
    """By person."""
