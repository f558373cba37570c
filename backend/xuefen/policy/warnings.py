"""The days of a training year on which a policy warns those who are short (预警)."""

from datetime import date

from xuefen.policy.calendar import Period
from xuefen.policy.pack import Pack


def warning_days(pack: Pack, year: Period) -> list[date]:
    """The policy's warning days that fall in the training year, earliest first."""
    if pack.warnings is None:
        return []
    years = range(year.starts_on.year, year.ends_on.year + 1)
    days = {date.fromisoformat(f"{number}-{day}") for number in years for day in pack.warnings.on}
    return sorted(day for day in days if day in year)


def is_time_to_warn(pack: Pack, year: Period, on: date) -> bool:
    """Whether a warning day of the year has come."""
    return any(day <= on for day in warning_days(pack, year))
