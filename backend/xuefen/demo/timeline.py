"""The demo's days: everything is placed around one today, and what has happened lies before it begins."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from xuefen.core.clock import office_time
from xuefen.policy.working_days import WorkingDays, national_working_days

YEARS_BEFORE = 5
CYCLE_YEARS = 7
RECENT = timedelta(days=45)
"""What ended longer ago than this has walked its whole route."""


class Term(NamedTuple):
    """A school term with three days on which its activities are held."""

    year: int
    name: str
    days: tuple[date, date, date]


@dataclass(frozen=True)
class Timeline:
    """The sixth year of a seven-year cycle: late enough to be complete, early enough to be short."""

    today: date

    @property
    def cycle_starts_on(self) -> date:
        return date(self.today.year - YEARS_BEFORE, 1, 1)

    @property
    def cycle_ends_on(self) -> date:
        return date(self.today.year - YEARS_BEFORE + CYCLE_YEARS - 1, 12, 31)

    @property
    def opening(self) -> datetime:
        """When the organisations and accounts were set up."""
        return office_time(self.cycle_starts_on, time(8))

    @property
    def moment(self) -> datetime:
        """The first instant of today: the demo's now."""
        return office_time(self.today, time())

    @property
    def settled_on(self) -> date:
        """The last day whose trainings are all through."""
        return self.today - RECENT

    @property
    def years(self) -> range:
        return range(self.cycle_starts_on.year, self.today.year + 1)

    @property
    def last_year(self) -> int:
        return self.today.year - 1

    @property
    def terms(self) -> list[Term]:
        """Every term of the cycle up to this year's, settled or not."""
        return [term for year in self.years for term in (_spring(year), _autumn(year))]

    @property
    def working_days(self) -> WorkingDays:
        return national_working_days()

    def back(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def school_year(self, years_ago: int = 0) -> date:
        """The first day of the running school year, or of one before it."""
        begun = date(self.today.year, 9, 1)
        year = self.today.year if self.today >= begun else self.today.year - 1
        return date(year - years_ago, 9, 1)

    def office_day(self, day: date) -> date:
        """`day`, or the next working day; where today comes first, somebody was on duty."""
        working = day
        while working not in self.working_days:
            working += timedelta(days=1)
        return working if working < self.today else min(day, self.back(1))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return office_time(day, time(hour, minute))


def _spring(year: int) -> Term:
    return Term(year, "春季学期", (date(year, 3, 18), date(year, 4, 15), date(year, 5, 13)))


def _autumn(year: int) -> Term:
    return Term(year, "秋季学期", (date(year, 9, 16), date(year, 10, 14), date(year, 11, 6)))
