"""What the lines of a pack may not say together: names twice, codes that nothing has, offsets in a circle."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from pydantic_core import PydanticCustomError

from xuefen.policy.accountability_rows import (
    DutyRow,
    ExemptionRow,
    FundingRow,
    Offset,
    TargetRow,
    ThresholdRow,
)
from xuefen.policy.pack_rows import Category, Fixed, ReturnReason, TermPlan, contradiction
from xuefen.policy.requirement_rows import (
    Binds,
    CategoryPerCycle,
    CategoryPerYear,
    FixedAward,
    Requirement,
    TotalPerCycle,
    TotalPerYear,
    Trainings,
)
from xuefen.policy.vocabulary import Unit


class Lines(Protocol):
    """The tables of a pack that speak of one another."""

    @property
    def categories(self) -> Sequence[Category]: ...
    @property
    def requirements(self) -> Sequence[Requirement]: ...
    @property
    def terms(self) -> Sequence[TermPlan]: ...
    @property
    def return_reasons(self) -> Sequence[ReturnReason]: ...
    @property
    def offsets(self) -> Sequence[Offset]: ...
    @property
    def exemptions(self) -> Sequence[ExemptionRow]: ...
    @property
    def thresholds(self) -> Sequence[ThresholdRow]: ...
    @property
    def targets(self) -> Sequence[TargetRow]: ...
    @property
    def funding(self) -> Sequence[FundingRow]: ...
    @property
    def duties(self) -> Sequence[DutyRow]: ...


def disagreement(pack: Lines) -> PydanticCustomError | None:
    """The first contradiction, with the key path to change; None when the lines agree."""
    return next(_found(pack), None)


def _found(pack: Lines) -> Iterator[PydanticCustomError]:
    yield from _doubles("categories", [row.code for row in pack.categories])
    yield from _doubles("requirements", [row.id for row in pack.requirements])
    yield from _doubles("return_reasons", [row.code for row in pack.return_reasons])
    yield from _doubles("terms", [row.key for row in pack.terms])
    yield from _doubles("exemptions", [row.kind for row in pack.exemptions])
    yield from _doubles("thresholds", [row.id for row in pack.thresholds])
    yield from _doubles("targets", [row.id for row in pack.targets])
    yield from _doubles("funding", [row.id for row in pack.funding])
    yield from _doubles("duties", [row.id for row in pack.duties])
    yield from _overlapping_terms(pack.terms)
    yield from _dangling(pack)
    yield from _two_totals(pack.requirements, TotalPerCycle, "周期总学分", "total_per_cycle")
    yield from _two_totals(pack.requirements, TotalPerYear, "年度", "total_per_year")
    yield from _components(pack)
    yield from _levels_twice(pack.requirements)
    yield from _doubles("offsets", [f"{row.by}抵{row.category}" for row in pack.offsets])
    yield from _circles(pack.offsets)
    yield from _offset_units(pack)


def _doubles(table: str, names: Sequence[str]) -> Iterator[PydanticCustomError]:
    counts = Counter(names)
    for index, name in enumerate(names):
        if counts[name] > 1:
            yield contradiction(
                (table, index), f"“{name}”出现了{counts[name]}次", "每行用不同的名称，删去重复的一行"
            )


def _overlapping_terms(terms: Sequence[TermPlan]) -> Iterator[PydanticCustomError]:
    """A term runs until the next one starts, over New Year if need be; its lessons must have ended by then."""
    starts = sorted(term.starts for term in terms)
    for index, term in enumerate(terms):
        if starts.count(term.starts) > 1:
            yield contradiction(
                ("terms", index, "starts"), f"“{term.name}”与另一学期同日开始，两学期重叠", "改正起始日"
            )
        following = starts[(starts.index(term.starts) + 1) % len(starts)]
        if term.teaching_ends is not None and not _falls_in(term.teaching_ends, term.starts, following):
            yield contradiction(
                ("terms", index, "teaching_ends"),
                f"“{term.name}”的教学结束日不在本学期内，与另一学期重叠",
                "改为本学期起始日之后、下一学期起始日之前的一天",
            )


def _falls_in(day: str, starts: str, following: str) -> bool:
    """Whether a day of the year lies from `starts` until before `following`; one term alone is the whole year."""
    if starts < following:
        return starts <= day < following
    return day >= starts or day < following


def _dangling(pack: Lines) -> Iterator[PydanticCustomError]:
    categories = {row.code: row for row in pack.categories}
    for table, rows in (("requirements", pack.requirements), ("offsets", pack.offsets)):
        for index, row in enumerate(rows):
            for key in ("category", "by"):
                yield from _unknown_category((table, index, key), getattr(row, key, None), categories)
    for index, duty in enumerate(pack.duties):
        if duty.measure is not None:
            yield from _unknown_category(
                ("duties", index, "measure", "category"), duty.measure.category, categories
            )
    for index, requirement in enumerate(pack.requirements):
        if isinstance(requirement, FixedAward) and not _is_fixed(categories.get(requirement.category)):
            yield contradiction(
                ("requirements", index, "category"),
                f"“{requirement.category}”不是固定计分的类别",
                '改用 kind = "category_per_cycle"，或把该类别的 worth 改为 fixed',
            )
    known = {row.id for row in pack.requirements}
    named = [(("thresholds", index), row.requirement) for index, row in enumerate(pack.thresholds)]
    named += [(("targets", index), row.requirement or "") for index, row in enumerate(pack.targets)]
    for path, name in named:
        if name and name not in known:
            yield contradiction(
                (*path, "requirement"), f"没有“{name}”这条要求", "改为 requirements 中已有的 id"
            )


def _is_fixed(category: Category | None) -> bool:
    return category is not None and isinstance(category.worth, Fixed)


def _unknown_category(
    path: Sequence[str | int], code: str | None, categories: Mapping[str, Category]
) -> Iterator[PydanticCustomError]:
    if code and code not in categories:
        yield contradiction(path, f"没有“{code}”这个类别", "改为 categories 中已有的 code")


def _two_totals(
    requirements: Sequence[Requirement], of: type[TotalPerCycle] | type[TotalPerYear], name: str, kind: str
) -> Iterator[PydanticCustomError]:
    """Each person has one total; rows that bind different people may stand side by side."""
    totals = [(index, row.binds) for index, row in enumerate(requirements) if isinstance(row, of)]
    for place, (index, binds) in enumerate(totals):
        if any(_same_people(binds, other) for _, other in totals[:place]):
            yield contradiction(
                ("requirements", index),
                f"{name}要求不止一条",
                f"只保留一条 {kind}，或用 binds 分清对象",
            )


def _same_people(one: Binds | None, other: Binds | None) -> bool:
    return one is None or other is None or one == other


def _components(pack: Lines) -> Iterator[PydanticCustomError]:
    """A component (必修、研修、选修) is one that categories name, and it stands instead of a category."""
    named = {row.component for row in pack.categories}
    for index, row in enumerate(pack.requirements):
        if not isinstance(row, Trainings) or row.component is None:
            continue
        path = ("requirements", index, "component")
        if row.category is not None:
            yield contradiction(path, "component 与 category 只能写一个", "删去其中一项")
        elif row.component not in named:
            yield contradiction(
                path, f"没有属于“{row.component}”的类别", "在类别中写明 component，或删去这一条"
            )


def _levels_twice(requirements: Sequence[Requirement]) -> Iterator[PydanticCustomError]:
    """Counts at levels do not overlap: one training answers one of the rows."""
    rows = [
        (index, row) for index, row in enumerate(requirements) if isinstance(row, Trainings) and row.levels
    ]
    for place, (index, row) in enumerate(rows):
        for _, other in rows[:place]:
            alike = (row.per, row.category, row.component) == (other.per, other.category, other.component)
            shared = set(row.levels or ()) & set(other.levels or ())
            if alike and shared and _same_people(row.binds, other.binds):
                yield contradiction(
                    ("requirements", index, "levels"),
                    f"“{'、'.join(sorted(shared))}”已由“{other.id}”计数，同一次培训不重复计算",
                    "每个层次只写在一条要求中",
                )


def _circles(offsets: Sequence[Offset]) -> Iterator[PydanticCustomError]:
    """单向抵扣: following who fills whom must never come back to the start."""
    fillers: dict[str, set[str]] = {}
    for index, row in enumerate(offsets):
        fillers.setdefault(row.category, set()).add(row.by)
        if row.category in _reached(row.by, fillers):
            yield contradiction(
                ("offsets", index), f"“{row.by}”与“{row.category}”互相抵扣", "抵扣只能单向，删去其中一行"
            )


def _reached(start: str, fillers: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for code in fillers.get(waiting.pop(), set()) - reached:
            reached.add(code)
            waiting.append(code)
    return reached


def _offset_units(pack: Lines) -> Iterator[PydanticCustomError]:
    """Both sides of an offset reckon in one unit."""
    minima = (CategoryPerCycle, CategoryPerYear, FixedAward)
    rows = [row for row in pack.requirements if isinstance(row, minima)]
    for index, offset in enumerate(pack.offsets):
        units = {_unit(row) for row in rows if row.category in (offset.category, offset.by)}
        if len(units) > 1:
            yield contradiction(
                ("offsets", index),
                f"“{offset.by}”与“{offset.category}”的要求有的按学分、有的按学时，不能相抵",
                "两类要求用同一单位",
            )


def _unit(row: CategoryPerCycle | CategoryPerYear | FixedAward) -> Unit:
    return Unit.credits if isinstance(row, FixedAward) else row.unit
