"""A policy pack (制度): one jurisdiction's rules as data, every line with the clause it comes from.

A pack is TOML. `parse_pack` reads one, `apply_overrides` lays a jurisdiction's own changes over it; both
refuse with `PackInvalid`, whose `errors` name the key, its line and the remedy.
"""

import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from xuefen.core.errors import FieldError, Invalid, NotFound
from xuefen.policy.accountability_rows import (
    ClosingPlan,
    DutyRow,
    EthicsVetoRow,
    ExemptionRow,
    FundingRow,
    InterviewPlan,
    Offset,
    TargetRow,
    ThresholdRow,
    WarningPlan,
)
from xuefen.policy.agreement import disagreement
from xuefen.policy.calendar import Calendar
from xuefen.policy.overrides import laid_over
from xuefen.policy.pack_faults import fault_of, unreadable
from xuefen.policy.pack_rows import (
    Category,
    Conversion,
    CyclePlan,
    Deadlines,
    Joining,
    Limited,
    ReturnReason,
    Routes,
    Row,
    TermPlan,
    Text,
    YearPlan,
)
from xuefen.policy.requirement_rows import Requirement, TotalPerCycle, TotalPerYear

MOST_FAULTS = 50
"""More are not told at once; a file of nothing but faults would take minutes to explain."""


class PackInvalid(Invalid):
    code, title = "policy_invalid", "制度文件有错误，未生效"


class PackUnknown(NotFound):
    code, title = "policy_unknown", "没有这套制度"


class CategoryUnknown(Invalid):
    code, title = "category_unknown", "现行制度中没有这个培训类别"


class Pack(Row):
    """One regime. Nothing in it changes in place; two packs with the same content are equal."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    name: Text
    jurisdiction: Literal["nation", "province", "city", "county"]
    source: Text
    minutes_per_hour: Annotated[int, Field(strict=True, ge=1, le=60)] = 45
    cycle: CyclePlan
    year: YearPlan
    terms: Annotated[tuple[TermPlan, ...], Field(min_length=1, max_length=6)]
    conversion: Conversion
    joining: Joining
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    requirements: tuple[Annotated[Requirement, Field(discriminator="kind")], ...]
    routes: Routes
    deadlines: Deadlines
    return_reasons: Annotated[tuple[ReturnReason, ...], Field(min_length=1)]
    offsets: tuple[Offset, ...] = ()
    exemptions: tuple[ExemptionRow, ...] = ()
    ethics_veto: EthicsVetoRow | None = None
    thresholds: tuple[ThresholdRow, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    funding: tuple[FundingRow, ...] = ()
    duties: tuple[DutyRow, ...] = ()
    closing: ClosingPlan | None = None
    warnings: WarningPlan | None = None
    interviews: InterviewPlan | None = None

    @cached_property
    def _categories_by_code(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    def find_category(self, code: str) -> Category | None:
        """The category, or None: a credit brought from another city may bear a code unknown here."""
        return self._categories_by_code.get(code)

    @cached_property
    def limited(self) -> dict[str, tuple[Category, Limited]]:
        """The categories whose worth may refuse a credit, by code."""
        return {row.code: (row, row.worth) for row in self.categories if isinstance(row.worth, Limited)}

    def rate_of(self, code: str) -> Conversion:
        """How hours of the category become credits; of a code unknown here, as the pack says in general."""
        row = self.find_category(code)
        return (row and row.conversion) or self.conversion

    @cached_property
    def converts(self) -> bool:
        """Whether hours of any category are not worth as many credits."""
        own = [row.conversion for row in self.categories if row.conversion is not None]
        return any(rate.hours.centi != rate.credits.centi for rate in (self.conversion, *own))

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self)

    @property
    def totals(self) -> tuple[TotalPerCycle, ...]:
        """The requirements on the whole cycle; each person is bound by one of them at most."""
        return tuple(row for row in self.requirements if isinstance(row, TotalPerCycle))

    @property
    def yearly(self) -> tuple[TotalPerYear, ...]:
        """The lines of the training year; each person is bound by one of them at most."""
        return tuple(row for row in self.requirements if isinstance(row, TotalPerYear))

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        fault = disagreement(self)
        if fault is not None:
            raise fault
        return self


def category(pack: Pack, code: str) -> Category:
    """The category of a new claim or program; a code the pack does not know is refused."""
    found = pack.find_category(code)
    if found is None:
        raise CategoryUnknown()
    return found


def parse_pack(text: str) -> Pack:
    """Read a pack from TOML; every fault is told with its line."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PackInvalid(errors=[unreadable(error)]) from error
    return _checked(data, text)


def apply_overrides(pack: Pack, overrides: Mapping[str, Any]) -> Pack:
    """The pack with a jurisdiction's own changes (form: `policy.overrides`), checked as a whole again."""
    return _checked(laid_over(pack.model_dump(exclude_none=True), overrides), text="")


def _checked(data: Mapping[str, Any], text: str) -> Pack:
    try:
        return Pack.model_validate(data)
    except ValidationError as error:
        told = error.errors(include_url=False)[:MOST_FAULTS]
        faults: list[FieldError] = [fault_of(dict(one), data, text) for one in told]
        raise PackInvalid(errors=faults) from error


def pack_keys() -> tuple[str, ...]:
    """The packs that come with the product."""
    names = (entry.name for entry in resources.files("xuefen.policy").joinpath("packs").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def pack_text(key: str) -> str:
    """The TOML of a pack that comes with the product."""
    if key not in pack_keys():
        raise PackUnknown()
    return resources.files("xuefen.policy").joinpath("packs", f"{key}.toml").read_text(encoding="utf-8")


@cache
def load_pack(key: str) -> Pack:
    """A pack that comes with the product, read once."""
    return parse_pack(pack_text(key))
