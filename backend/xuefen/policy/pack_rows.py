"""The rows of a policy pack: what each table of the TOML may say. `policy.pack` puts them together."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StrictBool,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.units import Credits, Hours
from xuefen.policy.vocabulary import Audience, Group


def _amount(of: type[Credits] | type[Hours], value: object) -> Credits | Hours:
    if isinstance(value, of) and value.centi > 0:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    try:
        amount = of.parse(value) if isinstance(value, str) else of(0)
    except ValueError:
        amount = of(0)
    if amount.centi <= 0:
        raise PydanticCustomError("amount", "not a positive exact amount")
    return amount


def _only_a_date(value: object) -> object:
    # Lax dates would take 20090101 for a number of seconds.
    if isinstance(value, (date, str)):
        return value
    raise PydanticCustomError("date_type", "not a date")


CreditsAmount = Annotated[
    Credits, PlainValidator(lambda value: _amount(Credits, value)), PlainSerializer(str, return_type=str)
]
HoursAmount = Annotated[
    Hours, PlainValidator(lambda value: _amount(Hours, value)), PlainSerializer(str, return_type=str)
]
Day = Annotated[date, BeforeValidator(_only_a_date)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Count = Annotated[int, Field(strict=True, ge=1, le=400)]
Month = Annotated[int, Field(strict=True, ge=1, le=12)]
_EVERY_YEAR = (
    r"^(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$"
)
MonthDay = Annotated[str, StringConstraints(pattern=_EVERY_YEAR)]
"""A day that every year has: all but 29 February."""


def percentage(value: object) -> int:
    """Hundredths of a percent from 20, "1.5" or "1.50"; more than none and at most all."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    try:
        centi = Credits.parse(value).centi if isinstance(value, str) else 0
    except ValueError:
        centi = 0
    if not 0 < centi <= 100_00:
        raise PydanticCustomError("percent", "not a percentage")
    return centi


def contradiction(path: Sequence[str | int], message: str, remedy: str) -> PydanticCustomError:
    """Two lines of a pack that cannot both hold; `path` is the one to change."""
    return PydanticCustomError(
        "contradiction", "contradiction", {"path": list(path), "message": message, "remedy": remedy}
    )


class Row(BaseModel):
    """Unknown keys are refused: a mistyped rule must not pass for a missing one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(Row):
    """A line of a pack: where it comes from, and how we read it where the source leaves room."""

    clause: Text
    reading: Text | None = None


class CyclePlan(Clause):
    """继续教育周期, in whole months; `repeats` says whether another of the same length follows by itself."""

    starts_on: Day
    ends_on: Day
    repeats: StrictBool = False

    @model_validator(mode="after")
    def _is_whole_months(self) -> Self:
        if self.ends_on <= self.starts_on:
            raise contradiction(("ends_on",), "周期的最后一天早于第一天", "改正两个日期")
        if self.starts_on.day != 1 or (self.ends_on + timedelta(days=1)).day != 1:
            raise contradiction(("starts_on",), "周期不是整月", "从某月1日起，到某月最后一天止")
        return self


class YearPlan(Clause):
    """培训年度, from the first of any month. `teaching_months`: those in which schools teach."""

    starts_month: Month
    teaching_months: tuple[Month, ...] = (3, 4, 5, 6, 9, 10, 11, 12)


class TermPlan(Clause):
    """学期, from a day of the year until the day before the next one begins.

    `teaching_ends`: the last day of lessons, from which deadlines before the end of term are counted.
    """

    key: Code
    name: Text
    starts: MonthDay
    teaching_ends: MonthDay | None = None


class Conversion(Clause):
    """折算: so many hours are worth so many credits."""

    hours: HoursAmount
    credits: CreditsAmount


class Joining(Clause):
    """What a teacher hired in the middle of a cycle owes of it."""

    late: Literal["full", "pro_rata", "from_next_cycle"]


class PerProgram(Row):
    kind: Literal["per_program"]


class AppliedYearly(Row):
    """Applied for and audited once a year (policy_bonus)."""

    kind: Literal["applied_yearly"]


class Cap(Row):
    """每期（每年、每周期）满分: more than the cap is kept, shown and not counted."""

    kind: Literal["cap_per_term", "cap_per_year", "cap_per_cycle"]
    cap: CreditsAmount


class Fixed(Row):
    """记 n 学分: neither more nor less, once per cycle or once per diploma; with `exam`, only if passed."""

    kind: Literal["fixed"]
    credits: CreditsAmount
    exam: StrictBool
    once: Literal["cycle", "diploma"]


class NotCredited(Row):
    """不单独计分: a participation record and no credit."""

    kind: Literal["not_credited"]


Limited = Cap | Fixed | NotCredited
"""The worths that may refuse a credit."""

Worth = PerProgram | AppliedYearly | Limited


class Part(Row):
    """A portion of a blended training."""

    name: Text
    hours: HoursAmount


class Category(Clause):
    """A row of table 1. `modes` empty: the row asks for no particular mode. No `conversion`: the pack's."""

    code: Code
    name: Text
    group: Group
    audience: Audience
    compulsory: StrictBool = False
    component: Literal["compulsory", "research", "elective"] | None = None
    """必修, 研修, 选修, where the notice divides a year's training so."""
    subjects: tuple[Text, ...] = ()
    organiser_at_least: Level | None = None
    modes: tuple[DeliveryMode, ...] = ()
    parts: tuple[Part, ...] = ()
    worth: Annotated[Worth, Field(discriminator="kind")]
    own_route: Literal["city", "teacher_made", "participation"] | None = None
    encouraged_until_age: Count | None = None
    conversion: Conversion | None = None


class Routes(Clause):
    """The choices that 五(二) leaves to a city; `policy.routes` walks them.

    `city_audit`: `each` school-level claim goes on to the city centre, or the county's review is final and
    the city draws a `sample`. `teacher_made`: diplomas and bonuses by all three tiers, or by the `letter`.
    """

    city_audit: Literal["each", "sample"] = "each"
    teacher_made: Literal["three_tier", "letter"] = "three_tier"


class Deadlines(Clause):
    registration_days: Count
    review_working_days: Count
    resubmission_working_days: Count
    appeal_working_days: Count


class ReturnReason(Clause):
    """退回原因, chosen by the reviewer."""

    code: Code
    title: Text
