"""national-2016: 360 hours in five years, for who has no rule of their own."""

from datetime import date

import pytest

from tests.make.policy import entry, one_line
from xuefen.policy.levels import Level
from xuefen.policy.pack import category, load_pack
from xuefen.policy.requirements import Line, Person, standing
from xuefen.policy.routes import SchoolPlace, SponsorTooLow, route

PACK = load_pack("national-2016")


def total(hours: str, on: date = date(2020, 12, 31), hired_on: date = date(2000, 9, 1)) -> Line:
    result = standing(PACK, Person(hired_on=hired_on), [entry(credits=hours, on="2018-05-10")], on)
    return one_line(result, "total")


# 教师〔2016〕12号：“完善五年一周期的教师全员培训制度”; 360 hours are the nation's rule.
@pytest.mark.parametrize(("hours", "met"), [("360", True), ("359.99", False)])
def test_360_hours_in_five_years(hours: str, met: bool) -> None:
    assert (total(hours).unit, total(hours).required_centi, total(hours).met) == ("hours", 360_00, met)


@pytest.mark.requirement("004-14")
def test_the_next_five_years_begin_with_nothing() -> None:
    line = total("360", date(2021, 1, 1))
    assert (line.counted_centi, line.starts_on, line.deadline) == (0, date(2021, 1, 1), date(2025, 12, 31))


def test_who_joins_in_the_third_year_owes_three_fifths() -> None:
    assert total("100", hired_on=date(2018, 1, 1)).required_centi == 216_00


# “经县级以上教育行政部门审核确认的教研活动，可纳入培训学分”
@pytest.mark.requirement("004-11")
def test_research_activities_count_from_the_county_upwards() -> None:
    assert category(PACK, "research").organiser_at_least is Level.county
    assert route(PACK, "research", Level.county, SchoolPlace())
    with pytest.raises(SponsorTooLow):
        route(PACK, "research", Level.school, SchoolPlace())
