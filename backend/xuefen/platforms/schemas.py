"""What crosses HTTP about platforms and their completions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from xuefen.attendance.schemas import Score
from xuefen.attendance.states import Result
from xuefen.core.errors import FieldError
from xuefen.core.page import PageQuery
from xuefen.core.problems import ProblemField
from xuefen.core.text import (
    AmountIn,
    AmountOut,
    IdNumber,
    Input,
    Instant,
    Line,
    Output,
    PhoneNumber,
    StaffNo,
    refusal,
)
from xuefen.core.validation_messages import field_errors
from xuefen.platforms.states import CompletionStatus, ItemState, PlatformScope, PlatformStatus

BATCH = 1000
ExternalId = Annotated[str, Line(80)]
PlatformName = Annotated[str, Line(60)]


def _distinct(scopes: list[PlatformScope]) -> list[PlatformScope]:
    if len(set(scopes)) != len(scopes):
        raise refusal("doubled", "有重复的内容")
    return sorted(scopes)


class PlatformIn(Input):
    """A platform (第三方学习平台) to be registered; `scopes` is the most its tokens may carry."""

    id: UUID
    name: PlatformName
    scopes: Annotated[
        list[PlatformScope], Field(min_length=1, max_length=len(PlatformScope)), AfterValidator(_distinct)
    ]


class PlatformOut(Output):
    id: UUID
    name: str
    client_id: str
    scopes: list[PlatformScope]
    status: PlatformStatus
    created_at: datetime
    version: int


class PlatformSecretOut(PlatformOut):
    """`client_secret` is shown this once, and null ever after: only its hash is kept."""

    client_secret: str | None


class TeacherRef(Input):
    """Whose completion it is: exactly one number. A name that is given must fit; a phone needs one."""

    staff_no: StaffNo | None = None
    id_number: IdNumber | None = None
    phone: PhoneNumber | None = None
    name: Annotated[str, Line(40)] | None = None

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        if sum(number is not None for number in (self.staff_no, self.id_number, self.phone)) != 1:
            raise refusal("one_number", "工号、身份证号、手机号须且只须填一项")
        return self


class CompletionIn(Input):
    """One completion. The program is named by its code or by its id (`activity_id`)."""

    external_id: ExternalId
    teacher: TeacherRef
    program_code: Annotated[str, Line(40)] | None = None
    activity_id: UUID | None = None
    completed_at: Instant
    hours: AmountIn
    result: Result
    score: Score | None = None

    @model_validator(mode="after")
    def _one_program(self) -> Self:
        if (self.program_code is None) == (self.activity_id is None):
            raise refusal("one_program", "program_code 与 activity_id 须且只须填一项")
        return self

    @property
    def program(self) -> str | UUID:
        return self.program_code or self.activity_id or ""


@dataclass(frozen=True, slots=True)
class Malformed:
    """An item that does not fit; the others of its batch go on. `external_id` only where it is one."""

    external_id: str | None
    errors: Sequence[Mapping[str, Any]]

    def faults(self, index: int) -> list[FieldError]:
        """What is wrong, with pointers into the batch."""
        placed = [{**error, "loc": ("body", "items", index, *error["loc"])} for error in self.errors]
        return field_errors(placed, limit=10)


_external_id: TypeAdapter[str] = TypeAdapter(ExternalId)


def _one_by_one(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    try:
        return check(value)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        return Malformed(_legible_id(value), errors)


def _legible_id(item: Any) -> str | None:
    try:
        return _external_id.validate_python(item["external_id"])
    except (ValidationError, LookupError, TypeError):
        return None


class CompletionsIn(Input):
    """A batch. Each item is checked by itself: one that does not fit is refused alone."""

    items: Annotated[
        list[Annotated[CompletionIn, WrapValidator(_one_by_one)]], Field(min_length=1, max_length=BATCH)
    ]

    def sent(self) -> Sequence[CompletionIn | Malformed]:
        """The items as they are: those that do not fit stand in the list as `Malformed`."""
        return self.items


class ItemProblem(Output):
    code: str
    title: str
    errors: list[ProblemField]


class ItemStatus(Output):
    """What became of one item. `external_id` is null when the item had none that can be read."""

    external_id: str | None
    status: ItemState
    completion_id: UUID | None
    claim_id: UUID | None
    problem: ItemProblem | None


class SyncAnswer(Output):
    """One status for each item, in the order given."""

    items: list[ItemStatus]


class CompletionQuery(PageQuery):
    updated_since: Instant | None = None


class CompletionOut(Output):
    """A completion as it was received, and what became of it."""

    completion_id: UUID
    external_id: str
    status: CompletionStatus
    program_code: str
    completed_on: date
    hours: AmountOut
    result: Result
    score: AmountOut | None
    claim_id: UUID | None
    received_at: datetime
    updated_at: datetime
