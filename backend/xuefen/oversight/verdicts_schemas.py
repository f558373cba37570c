"""What crosses HTTP about verdicts on schools (考核问责的处理意见)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from xuefen.core.page import PageQuery
from xuefen.core.text import Input, Lines, Output, Version, refusal
from xuefen.oversight.closing_schemas import PersonHead, UnitHead
from xuefen.oversight.models import VerdictState
from xuefen.oversight.verdicts_rules import Ruling

MOST = 1000
Reason = Annotated[str, Lines(500)]


class VerdictQuery(PageQuery):
    """Latest closing first."""

    closing_id: UUID | None = None
    state: VerdictState | None = None


class ClosingHead(Output):
    id: UUID
    label: str


class ConsequenceOut(Output):
    code: str
    text: str
    clause: str


class VerdictOut(Output):
    """`below` of `members` are short of the line. `in_principle`: 原则上, the authority weighs the case."""

    id: UUID
    closing: ClosingHead
    school: UnitHead
    members: int
    below: int
    exempt: int
    clause: str
    consequences: list[ConsequenceOut]
    in_principle: bool
    state: VerdictState
    decided_at: datetime | None
    note: str | None
    version: int
    can_decide: bool


class VerdictDetail(VerdictOut):
    """With the names of those below the line, as the figures were frozen."""

    people: list[PersonHead]


class RulingIn(Input):
    """Dismissing needs a note."""

    verdict: Ruling
    note: Reason | None = None


class SeenVerdict(Input):
    id: UUID
    version: Version


class RulingsIn(RulingIn):
    items: Annotated[list[SeenVerdict], Field(min_length=1, max_length=MOST)]

    @model_validator(mode="after")
    def _once_each(self) -> "RulingsIn":
        if len({item.id for item in self.items}) < len(self.items):
            raise refusal("repeated", "同一条出现了两次")
        return self


class VerdictDone(Output):
    id: UUID
    version: int
    state: VerdictState


class VerdictConflict(Output):
    id: UUID


class VerdictProblem(Output):
    code: str
    title: str


class VerdictRefused(Output):
    id: UUID
    problem: VerdictProblem


class RulingsOut(Output):
    done: list[VerdictDone]
    conflicts: list[VerdictConflict]
    refused: list[VerdictRefused]
