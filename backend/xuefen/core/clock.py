"""The one clock. Instants are aware and UTC; days are those of the office in Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return office_date(now())


def office_date(instant: datetime) -> date:
    return instant.astimezone(OFFICE).date()


def office_time(day: date, at: time) -> datetime:
    """The instant at which the office's clock shows `at` on `day`, in UTC."""
    return datetime.combine(day, at, OFFICE).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of the office day and first instant of the next, in UTC."""
    return office_time(day, time()), office_time(day + timedelta(days=1), time())
