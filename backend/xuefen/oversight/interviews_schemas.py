"""What crosses HTTP about accountability interviews (约谈)."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import model_validator

from xuefen.core.page import PageQuery
from xuefen.core.text import Day, Input, Lines, Output, refusal
from xuefen.oversight.closing_schemas import PersonHead, UnitHead
from xuefen.oversight.models import InterviewState

Minutes = Annotated[str, Lines(2000)]


class InterviewQuery(PageQuery):
    """Latest first; the first page also says who is due."""

    state: InterviewState | None = None


class Proposal(Output):
    """Who is due: the head of a school, or a person together with the head. `years`: of the bulletins."""

    school: UnitHead
    teacher: PersonHead | None
    bulletins: int
    years: list[str]
    clause: str


class InterviewIn(Input):
    """With `teacher_id`: of that person, with the head of the school."""

    id: UUID
    school_id: UUID
    teacher_id: UUID | None = None
    due_on: Day


class RecordIn(Input):
    """What was said, or why it was called off."""

    outcome: Literal[InterviewState.held, InterviewState.cancelled]
    held_on: Day | None = None
    record: Minutes

    @model_validator(mode="after")
    def _held_on_a_day(self) -> "RecordIn":
        if (self.outcome == InterviewState.held) != (self.held_on is not None):
            raise refusal("held_on", "已约谈的写明日期，取消的不写")
        return self


class InterviewOut(Output):
    id: UUID
    organisation: UnitHead
    school: UnitHead
    teacher: PersonHead | None
    bulletins: int
    clause: str
    due_on: date
    overdue: bool
    state: InterviewState
    held_on: date | None
    record: str | None
    made_at: datetime
    version: int


class InterviewPage(Output):
    items: list[InterviewOut]
    next_page_token: str | None
    proposed: list[Proposal]
