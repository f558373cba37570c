"""Terms and years tile time, each on its own; cycles are data."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY, three_tier, zhuzhou
from xuefen.policy.calendar import (
    Calendar,
    OutsideCycle,
    Period,
    joined,
    months_covered,
    months_within,
    whole_months,
    years_after,
)
from xuefen.policy.pack import apply_overrides

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


@BRIEFLY
@given(DAYS)
def test_terms_and_years_leave_no_gap_and_no_overlap(day: date) -> None:
    calendar = Calendar(zhuzhou())
    for period_of in (calendar.term_of, calendar.year_of):
        period = period_of(day)
        assert day in period
        assert period_of(period.starts_on) == period_of(period.ends_on) == period
        assert period_of(period.ends_on + timedelta(days=1)) != period
        assert period_of(period.ends_on + timedelta(days=1)).starts_on == period.ends_on + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "key", "label"),
    [
        (date(2014, 2, 14), "2013-autumn", "2013年秋季学期"),
        (date(2014, 2, 15), "2014-spring", "2014年春季学期"),
        (date(2014, 8, 31), "2014-spring", "2014年春季学期"),
        (date(2014, 9, 1), "2014-autumn", "2014年秋季学期"),
        (date(2014, 12, 31), "2014-autumn", "2014年秋季学期"),
        (date(2015, 1, 20), "2014-autumn", "2014年秋季学期"),
    ],
)
def test_the_autumn_term_runs_into_the_next_year(day: date, key: str, label: str) -> None:
    term = Calendar(zhuzhou()).term_of(day)
    assert (term.key, term.label) == (key, label)


def test_a_training_year_may_start_in_any_month() -> None:
    pack = apply_overrides(zhuzhou(), {"year": {"starts_month": 3}})
    year = Calendar(pack).year_of(date(2014, 2, 28))
    assert (year.starts_on, year.ends_on) == (date(2013, 3, 1), date(2014, 2, 28))
    assert year.label == "2013–2014年度"


# 五(三)1：“本周期内（2009-2015年）”
@pytest.mark.requirement("003-03")
def test_the_cycle_of_the_notice_runs_from_2009_to_2015() -> None:
    calendar = Calendar(zhuzhou())
    cycle = calendar.cycle_of(date(2014, 2, 26))
    assert (cycle.starts_on, cycle.ends_on, cycle.months) == (date(2009, 1, 1), date(2015, 12, 31), 84)
    assert cycle.label == "2009–2015年周期"


@pytest.mark.parametrize("day", [date(2008, 12, 31), date(2016, 1, 1)])
def test_a_cycle_that_does_not_repeat_has_no_day_outside(day: date) -> None:
    calendar = Calendar(zhuzhou())
    assert calendar.find_cycle(day) is None
    with pytest.raises(OutsideCycle):
        calendar.cycle_of(day)


def test_a_jurisdiction_may_set_its_own_cycle() -> None:
    pack = apply_overrides(zhuzhou(), {"cycle": {"starts_on": "2023-09-01", "ends_on": "2028-08-31"}})
    assert Calendar(pack).cycle_of(date(2026, 11, 22)).label == "2023–2028年周期"


@BRIEFLY
@given(DAYS)
def test_cycles_that_repeat_follow_each_other_without_a_gap(day: date) -> None:
    calendar = Calendar(three_tier())
    cycle = calendar.cycle_of(day)
    assert day in cycle
    assert cycle.months == 60
    assert cycle.starts_on.year % 5 == 1
    assert calendar.cycle_of(cycle.ends_on + timedelta(days=1)).starts_on == cycle.ends_on + timedelta(days=1)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "months"),
    [
        (date(2014, 9, 1), date(2014, 12, 31), 4),
        (date(2014, 9, 2), date(2014, 12, 31), 3),
        (date(2014, 9, 1), date(2014, 12, 30), 3),
        (date(2014, 12, 2), date(2014, 12, 31), 0),
        (date(2015, 1, 1), date(2014, 12, 31), 0),
        (date(2016, 1, 1), date(2014, 12, 31), 0),
    ],
)
def test_a_month_counts_when_it_lies_wholly_inside(starts_on: date, ends_on: date, months: int) -> None:
    assert whole_months(starts_on, ends_on) == months


def test_an_anniversary_of_29_february_is_1_march() -> None:
    assert years_after(date(2012, 2, 29), 1) == date(2013, 3, 1)
    assert years_after(date(2012, 2, 29), 4) == date(2016, 2, 29)


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([], []),
        ([(1, 5), (6, 9)], [(1, 9)]),
        ([(1, 5), (7, 9)], [(1, 5), (7, 9)]),
        ([(7, 9), (1, 5)], [(1, 5), (7, 9)]),
        ([(1, 9), (3, 5)], [(1, 9)]),
        ([(3, 5), (1, 4), (5, 8)], [(1, 8)]),
        ([(5, 4)], []),
        ([(5, 5)], [(5, 5)]),
    ],
)
def test_spans_that_touch_are_one(spans: list[tuple[int, int]], found: list[tuple[int, int]]) -> None:
    days = [(date(2014, 3, first), date(2014, 3, last)) for first, last in spans]
    assert joined(days) == [(date(2014, 3, first), date(2014, 3, last)) for first, last in found]


def test_a_span_without_an_end_takes_in_what_follows() -> None:
    assert joined([(date(2014, 3, 1), date.max), (date(2015, 1, 1), date.max)]) == [
        (date(2014, 3, 1), date.max)
    ]


def test_months_are_numbered_through_the_years() -> None:
    within = months_within(date(2013, 11, 2), date(2014, 2, 28))
    assert [divmod(month - 1, 12) for month in within] == [(2013, 11), (2014, 0), (2014, 1)]


def test_months_are_covered_by_spans_taken_together() -> None:
    spring = Period("", date(2014, 2, 1), date(2014, 5, 31))
    spans = [(date(2014, 3, 16), date(2014, 9, 30)), (date(2013, 1, 1), date(2014, 3, 15))]
    assert len(months_covered(spans, spring)) == 4
    assert len(months_covered(spans[:1], spring)) == 2
    assert months_covered([(date(2013, 1, 1), date(2014, 1, 31))], spring) == set()
    assert months_covered([(date(2014, 6, 1), date.max)], spring) == set()


# Every calendar is asked for the same days again and again.
def test_a_calendar_works_out_a_day_once() -> None:
    calendar = Calendar(zhuzhou())
    for day, other in ((date(2014, 2, 26), date(2014, 2, 27)), (date(2014, 3, 1), date(2014, 3, 2))):
        assert calendar.cycle_of(day) is calendar.cycle_of(other)
        assert calendar.year_of(day) is calendar.year_of(other)
        assert calendar.term_of(day) is calendar.term_of(day)
