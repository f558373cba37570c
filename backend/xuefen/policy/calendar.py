"""Years (培训年度), terms (学期) and cycles (继续教育周期) of a jurisdiction: which of them a day belongs to.

Term and year are independent calendars; each tiles time, so a day belongs to exactly one term and one year.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from xuefen.core.errors import Conflict
from xuefen.policy.pack_rows import CyclePlan, TermPlan, YearPlan

_DAY = timedelta(days=1)


class OutsideCycle(Conflict):
    code, title = "outside_cycle", "该日期不在本制度的继续教育周期内"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` to `ends_on`, both included."""

    label: str
    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    @property
    def months(self) -> int:
        """Calendar months that lie wholly inside."""
        return whole_months(self.starts_on, self.ends_on)


class Cycle(Period):
    """继续教育周期."""

    __slots__ = ()


class Year(Period):
    """培训年度."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Term(Period):
    """学期. `key` is unique over all years ("2014-autumn")."""

    key: str


def add_months(day: date, months: int) -> date:
    """The first of a month, so many months on (or back)."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_within(starts_on: date, ends_on: date) -> range:
    """Calendar months (year * 12 + month) from their first to their last day between two days, both included."""
    after = ends_on + _DAY
    return range(_month(starts_on) + (starts_on.day != 1), _month(after))


def whole_months(starts_on: date, ends_on: date) -> int:
    """How many calendar months lie wholly between two days, both included."""
    return len(months_within(starts_on, ends_on))


def months_covered(spans: Iterable[tuple[date, date]], period: Period) -> set[int]:
    """Calendar months of the period that lie wholly inside the spans, taken together."""
    clipped = ((max(first, period.starts_on), min(last, period.ends_on)) for first, last in spans)
    return {month for first, last in joined(clipped) for month in months_within(first, last)}


def joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """First and last days in order; spans that overlap, or follow each other without a gap, are one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if found and first - _DAY <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _month(day: date) -> int:
    return day.year * 12 + day.month


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March, which leaves the earlier span whole."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


class Plans(Protocol):
    """What a calendar is made of: a pack."""

    @property
    def cycle(self) -> CyclePlan: ...
    @property
    def year(self) -> YearPlan: ...
    @property
    def terms(self) -> Sequence[TermPlan]: ...


class Calendar:
    """The calendar of one pack. What a day belongs to is worked out once."""

    def __init__(self, plans: Plans) -> None:
        self._plan = plans.cycle
        self._starts_month = plans.year.starts_month
        self._terms = sorted(plans.terms, key=lambda term: term.starts)
        self._cycle_of: dict[tuple[int, int], Cycle | None] = {}
        self._year_of: dict[tuple[int, int], Year] = {}
        self._term_of: dict[date, Term] = {}
        self._term_starts = [(int(term.starts[:2]), int(term.starts[3:])) for term in self._terms]

    def find_cycle(self, day: date) -> Cycle | None:
        """The cycle that contains the day; None outside a cycle that does not repeat."""
        month = (day.year, day.month)
        if month not in self._cycle_of:
            self._cycle_of[month] = self._find_cycle(day)
        return self._cycle_of[month]

    def _find_cycle(self, day: date) -> Cycle | None:
        plan = self._plan
        length = whole_months(plan.starts_on, plan.ends_on)
        elapsed = (day.year - plan.starts_on.year) * 12 + day.month - plan.starts_on.month
        turn = elapsed // length
        if turn != 0 and not plan.repeats:
            return None
        starts_on = add_months(plan.starts_on, turn * length)
        ends_on = add_months(starts_on, length) - timedelta(days=1)
        return Cycle(f"{_years(starts_on, ends_on)}年周期", starts_on, ends_on)

    def cycle_of(self, day: date) -> Cycle:
        """The cycle that contains the day; refuses with `OutsideCycle`."""
        cycle = self.find_cycle(day)
        if cycle is None:
            raise OutsideCycle()
        return cycle

    def year_of(self, day: date) -> Year:
        """The training year that contains the day."""
        month = (day.year, day.month)
        if month not in self._year_of:
            self._year_of[month] = self._find_year(day)
        return self._year_of[month]

    def _find_year(self, day: date) -> Year:
        starts_on = date(day.year, self._starts_month, 1)
        if day < starts_on:
            starts_on = add_months(starts_on, -12)
        ends_on = add_months(starts_on, 12) - timedelta(days=1)
        return Year(f"{_years(starts_on, ends_on)}年度", starts_on, ends_on)

    def term_of(self, day: date) -> Term:
        """The term that contains the day; holidays belong to the term before them."""
        if day not in self._term_of:
            self._term_of[day] = self._find_term(day)
        return self._term_of[day]

    def _find_term(self, day: date) -> Term:
        begun = sum(starts <= (day.month, day.day) for starts in self._term_starts)
        # Before the first start of a calendar year the last term of the year before still runs.
        index = (begun or len(self._terms)) - 1
        year = day.year if begun else day.year - 1
        term = self._terms[index]
        starts_on = date(year, *self._term_starts[index])
        ends_on = self._start_after(index, year) - timedelta(days=1)
        return Term(f"{year}年{term.name}", starts_on, ends_on, f"{year}-{term.key}")

    def _start_after(self, index: int, year: int) -> date:
        if index + 1 < len(self._terms):
            return date(year, *self._term_starts[index + 1])
        return date(year + 1, *self._term_starts[0])


def _years(starts_on: date, ends_on: date) -> str:
    if starts_on.year == ends_on.year:
        return str(starts_on.year)
    return f"{starts_on.year}–{ends_on.year}"
