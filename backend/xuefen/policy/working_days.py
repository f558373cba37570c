"""Working days: Monday to Friday, less the holidays, plus the weekends that are worked in exchange (调休)."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A calendar of working days. Years without data count every Monday to Friday."""

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted."""
        while count > 0:
            day += _DAY
            if day in self:
                count -= 1
        return day

    def between(self, since: date, on: date) -> int:
        """Working days after `since`, up to and including `on`."""
        return sum(day in self for day in _days(since + _DAY, on))


@cache
def national_working_days() -> WorkingDays:
    """The holidays of the whole country, from `working_days.toml`."""
    text = resources.files("xuefen.policy").joinpath("working_days.toml").read_text(encoding="utf-8")
    years = tomllib.loads(text)["years"]
    return WorkingDays(
        holidays=frozenset(
            day for year in years for first, last in year["holidays"] for day in _days(first, last)
        ),
        worked=frozenset(day for year in years for day in year["worked"]),
    )


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY
