"""By when an office or a person must act: calendar days for registration, working days for the rest."""

from dataclasses import dataclass
from datetime import date, timedelta

from xuefen.policy.pack import Pack

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Monday to Friday, less `holidays`, plus the weekends that are worked (调休)."""

    holidays: frozenset[date] = frozenset()
    worked_weekends: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        if day in self.worked_weekends:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; the day itself is not counted."""
        while count > 0:
            day += _DAY
            count -= day in self
        return day

    def between(self, since: date, on: date) -> int:
        """Working days after `since`, up to and including `on`."""
        span = max(0, (on - since).days)
        return sum(since + _DAY * step in self for step in range(1, span + 1))


def registration_due(pack: Pack, event_on: date) -> date:
    """The last day to register a training in time: 以内 includes it."""
    return event_on + _DAY * pack.deadlines.registration_days


def is_late_registration(pack: Pack, event_on: date, on: date) -> bool:
    """补录: registered after the window, so it needs a reason."""
    return on > registration_due(pack, event_on)


def review_due(pack: Pack, days: WorkingDays, arrived_on: date) -> date:
    """The last day for a desk to decide on what arrived on that day."""
    return days.after(arrived_on, pack.deadlines.review_working_days)


def resubmission_due(pack: Pack, days: WorkingDays, returned_on: date) -> date:
    """The last day to hand a returned claim in again."""
    return days.after(returned_on, pack.deadlines.resubmission_working_days)


def appeal_due(pack: Pack, days: WorkingDays, decided_on: date) -> date:
    """The last day to appeal against a decision."""
    return days.after(decided_on, pack.deadlines.appeal_working_days)
