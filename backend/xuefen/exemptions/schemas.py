"""Exemptions and vetoes as they cross HTTP. A reason goes out only to those who may know it."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import model_validator

from xuefen.core.page import PageQuery
from xuefen.core.text import Day, Input, Line, Lines, Output, refusal
from xuefen.exemptions.states import ExemptionKind, ExemptionState, ExemptionVerdict
from xuefen.people.rules import WrongDates


class _Dated(Input):
    """From a day until a day, both included."""

    from_on: Day
    until_on: Day

    @model_validator(mode="after")
    def refuse_wrong_dates(self) -> Self:
        if self.until_on < self.from_on:
            raise refusal(WrongDates.code, WrongDates.title)
        return self


class ExemptionIn(_Dated):
    """`evidence`: what was seen, such as a certificate with its date."""

    id: UUID
    kind: ExemptionKind
    evidence: Annotated[str, Line(200)]


class ExemptionQuery(PageQuery):
    """Oldest proposal first."""

    state: ExemptionState | None = None


class ExemptionDecisionIn(Input):
    """Refusing and revoking say why."""

    verdict: ExemptionVerdict
    note: Annotated[str, Line(200)] | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.verdict is not ExemptionVerdict.approve and self.note is None:
            raise refusal("note_required", "请写明原因")
        return self


class ExemptTeacher(Output):
    id: UUID
    name: str
    staff_no: str
    school_name: str


class ExemptionReason(Output):
    """`desk_name`: the office that decides."""

    kind: ExemptionKind
    kind_name: str
    evidence: str
    proposed_by: str
    proposed_at: datetime
    desk_name: str
    decided_by: str | None
    decided_at: datetime | None
    note: str | None


class ExemptionOut(Output):
    """`reason` null: the viewer is told that there is an exemption, and no more."""

    id: UUID
    teacher: ExemptTeacher
    label: str
    from_on: date
    until_on: date
    state: ExemptionState
    reason: ExemptionReason | None
    version: int


class EthicsVetoIn(_Dated):
    id: UUID
    document_no: Annotated[str, Line(60)]


class VetoReplyIn(Input):
    text: Annotated[str, Lines(1000)]


class EthicsVetoOut(Output):
    """`in_force`: it bars what the policy says today."""

    id: UUID
    teacher_id: UUID
    document_no: str
    authority_name: str
    from_on: date
    until_on: date
    in_force: bool
    recorded_at: datetime
    reply: str | None
    replied_at: datetime | None
    lifted_at: datetime | None
    version: int
