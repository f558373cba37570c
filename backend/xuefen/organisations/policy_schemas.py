"""Policies as they cross HTTP."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    JsonValue,
    Strict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from xuefen.core.page import PageQuery
from xuefen.core.text import MAX_INT, Day, Input, Output, is_clean, refusal
from xuefen.organisations.policy_states import PolicyState
from xuefen.policy.diff import ChangeKind

LONGEST_TEXT = 100_000
_LONGEST_LINE = 2_000
"""The time to read a dotted key grows with the square of its length."""
_DEEPEST, _MOST_VALUES, _LONGEST_VALUE = 8, 2_000, 400
PackKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", max_length=40)]


def _policy_text(text: str) -> str:
    """As it was written, so that a fault is found on its line; only line ends become newlines."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(plain) > LONGEST_TEXT:
        raise refusal("text_too_long", f"最多 {LONGEST_TEXT} 个字")
    if any(len(line) > _LONGEST_LINE for line in plain.split("\n")):
        raise refusal("line_too_long", f"每行最多 {_LONGEST_LINE} 个字")
    if not is_clean(plain, breaks=True):
        raise refusal("text_control", "含有不能使用的字符，请删除后重新输入")
    return plain


def _overrides(tree: dict[str, Any]) -> dict[str, Any]:
    """Texts, whole numbers, booleans, null, lists and tables: no more than a pack itself may hold."""
    waiting: list[tuple[Any, int]] = [(tree, 1)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if seen > _MOST_VALUES or depth > _DEEPEST:
            raise refusal("overrides_too_large", "调整的内容太多或层次太深")
        if isinstance(value, dict):
            waiting += [(key, depth) for key in value] + [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif not _is_plain(value):
            raise refusal("overrides_value", "只能写文字、整数、true、false 或 null；小数写成带引号的文字")
    return tree


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_VALUE and is_clean(value)
    return value is None or (isinstance(value, int) and abs(value) <= MAX_INT)


PolicyText = Annotated[
    str,
    Strict(),
    AfterValidator(_policy_text),
    WithJsonSchema({"type": "string", "maxLength": LONGEST_TEXT, "description": "制度文件（TOML）"}),
]
Overrides = Annotated[dict[str, Any], AfterValidator(_overrides)]
"""A tree laid over the pack's own; rows by their name, null takes a line away (`policy.overrides`)."""


class PolicyQuery(PageQuery):
    """By unit, the first day first. `organisation_id`: versions of that unit alone."""

    organisation_id: UUID | None = None
    state: PolicyState | None = None


class PolicyIn(Input):
    """A draft for a city or county: one of the product's own packs or a text, with the unit's changes."""

    id: UUID
    organisation_id: UUID
    from_on: Day
    pack_key: PackKey | None = None
    text: PolicyText | None = None
    overrides: Overrides = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_one_source(self) -> Self:
        if (self.pack_key is None) == (self.text is None):
            raise refusal("one_source", "选用自带的制度或上传制度文件，只能选一种")
        return self


class PolicyCheckIn(Input):
    text: PolicyText
    overrides: Overrides = Field(default_factory=dict)


class FaultOut(Output):
    """What is wrong, and how to mend it. `path` is the key path in the pack, `""` the whole file."""

    path: str
    code: str
    message: str


class PolicySummary(Output):
    """What a pack holds, in numbers."""

    key: str
    name: str
    categories: int
    requirements: int
    thresholds: int
    duties: int


class PolicyCheckOut(Output):
    """`summary` null: there are faults."""

    faults: list[FaultOut]
    summary: PolicySummary | None


class PolicyOut(Output):
    """A version of the rules of one unit. `until_on`: the day before the unit's next one begins.

    `holds`: it decides today about the unit.
    """

    id: UUID
    organisation_id: UUID
    organisation_name: str
    pack_key: str
    state: PolicyState
    from_on: date
    until_on: date | None
    holds: bool
    made_at: datetime
    adopted_at: datetime | None
    version: int


class PolicyDetail(PolicyOut):
    """With its content: `text` as written, `overrides` of the unit, and `content`, both laid together.

    `content` has every key of a pack, amounts as decimal strings, each line with its `clause`.
    """

    name: str
    source: str
    sha256: str
    text: str
    overrides: dict[str, JsonValue]
    content: dict[str, JsonValue]


class DiffQuery(Input):
    against: UUID


class ChangeOut(Output):
    """`path`: by the name of a row and the key in it. A row that only one has is one change."""

    path: str
    kind: ChangeKind
    before: JsonValue
    after: JsonValue
    clause: str | None


class DiffOut(Output):
    """From `against` to the policy asked about."""

    changes: list[ChangeOut]
