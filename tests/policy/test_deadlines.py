"""Windows for registering, reviewing, resubmitting and appealing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY, zhuzhou
from xuefen.policy.deadlines import (
    appeal_due,
    is_late_registration,
    registration_due,
    resubmission_due,
    review_due,
)
from xuefen.policy.working_days import WorkingDays, national_working_days

PLAIN_WEEKS = WorkingDays()


def test_registration_is_in_time_up_to_the_thirtieth_day() -> None:
    ended_on = date(2014, 3, 15)
    assert registration_due(zhuzhou(), ended_on) == date(2014, 4, 14)
    assert not is_late_registration(zhuzhou(), ended_on, date(2014, 4, 14))
    assert is_late_registration(zhuzhou(), ended_on, date(2014, 4, 15))


def test_a_review_takes_15_working_days_a_resubmission_10_an_appeal_15() -> None:
    friday = date(2014, 3, 14)
    assert review_due(zhuzhou(), PLAIN_WEEKS, friday) == date(2014, 4, 4)
    assert resubmission_due(zhuzhou(), PLAIN_WEEKS, friday) == date(2014, 3, 28)
    assert appeal_due(zhuzhou(), PLAIN_WEEKS, friday) == date(2014, 4, 4)


def test_holidays_are_skipped_and_worked_weekends_count() -> None:
    days = national_working_days()
    # 2026: 1 to 7 October are free; Saturday 10 October is worked.
    assert days.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert days.after(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert days.after(date(2026, 9, 30), 4) == date(2026, 10, 12)
    assert days.between(date(2026, 9, 30), date(2026, 10, 12)) == 4


# The notices of the State Council: worked days are weekends, holidays begin and end as printed.
@pytest.mark.parametrize(("year", "holidays", "worked"), [(2025, 28, 5), (2026, 33, 6)])
def test_the_national_calendar_has_every_printed_day(year: int, holidays: int, worked: int) -> None:
    days = national_working_days()
    assert sum(day.year == year for day in days.holidays) == holidays
    assert sum(day.year == year for day in days.worked) == worked
    assert all(day.weekday() >= 5 for day in days.worked)
    assert not days.holidays & days.worked


def test_a_year_without_data_counts_plain_weeks() -> None:
    assert date(2031, 10, 1) in national_working_days()
    assert date(2031, 10, 4) not in national_working_days()


@BRIEFLY
@given(
    st.dates(min_value=date(2024, 1, 1), max_value=date(2027, 1, 1)), st.integers(min_value=1, max_value=40)
)
def test_a_due_day_is_a_working_day_and_so_many_lie_between(since: date, count: int) -> None:
    days = national_working_days()
    due = days.after(since, count)
    assert due in days
    assert days.between(since, due) == count
    assert days.between(since, due - timedelta(days=1)) == count - 1
