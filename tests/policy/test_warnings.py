"""The days of a training year on which a policy warns."""

from datetime import date

import pytest

from tests.make.policy import zhuzhou
from xuefen.policy.calendar import Year
from xuefen.policy.pack import apply_overrides
from xuefen.policy.warnings import is_time_to_warn, warning_days

CALENDAR_YEAR = Year("2026年度", date(2026, 1, 1), date(2026, 12, 31))
FROM_MARCH = Year("2026年度", date(2026, 3, 1), date(2027, 2, 28))
PLAN = {"warnings": {"on": ["10-01", "02-15"], "clause": "示例通知 二"}}


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (CALENDAR_YEAR, [date(2026, 2, 15), date(2026, 10, 1)]),
        (FROM_MARCH, [date(2026, 10, 1), date(2027, 2, 15)]),
    ],
)
def test_warning_days_fall_in_the_training_year_wherever_it_begins(year: Year, days: list[date]):
    assert warning_days(apply_overrides(zhuzhou(), PLAN), year) == days


@pytest.mark.parametrize(
    ("on", "warns"),
    [(date(2026, 9, 30), False), (date(2026, 10, 1), True), (date(2027, 2, 28), True)],
)
def test_from_the_first_warning_day_on_it_is_time(on: date, warns: bool):
    assert is_time_to_warn(apply_overrides(zhuzhou(), PLAN), FROM_MARCH, on) is warns


def test_a_policy_without_warning_days_never_warns():
    silent = apply_overrides(zhuzhou(), {"warnings": None})
    assert warning_days(silent, CALENDAR_YEAR) == []
    assert not is_time_to_warn(silent, CALENDAR_YEAR, date(2026, 12, 31))
