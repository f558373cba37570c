"""three-tier: the product's own default, for who wants 360 credits, 72 a year and three tiers."""

from datetime import date

import pytest

from tests.make.policy import entry, one_line, three_tier
from xuefen.policy.levels import Level
from xuefen.policy.requirements import Person, standing
from xuefen.policy.routes import Act, SchoolPlace, Step, Tier, route
from xuefen.policy.thresholds import judge

PACK = three_tier()
VETERAN = Person(hired_on=date(2000, 9, 1))


# 周期总学分 360；年度学分 72
@pytest.mark.parametrize(("credits", "complete"), [("360", True), ("359.99", False)])
def test_360_credits_complete_five_years(credits: str, complete: bool) -> None:
    result = standing(PACK, VETERAN, [entry(credits=credits, on="2024-05-10")], date(2025, 12, 31))
    assert result.complete is complete


@pytest.mark.parametrize(("credits", "attained"), [("72", True), ("71.99", False)])
def test_72_credits_attain_a_year(credits: str, attained: bool) -> None:
    result = standing(PACK, VETERAN, [entry(credits=credits, on="2024-05-10")], date(2024, 12, 31))
    assert (result.attained, one_line(result, "year").consequence) == (attained, "当年度考核不能评为优秀")


# 三级审核
def test_a_schools_claim_passes_three_tiers() -> None:
    assert route(PACK, "school_based", Level.school, SchoolPlace()) == (
        Step(Tier.school, Act.register),
        Step(Tier.county, Act.review),
        Step(Tier.city, Act.audit),
    )


# 学校问责
def test_a_fifth_of_a_school_below_the_line_is_proposed_to_the_authority() -> None:
    [rule] = PACK.thresholds
    assert (judge(rule, 50, 10).failed, judge(rule, 46, 9).failed, rule.proposed) == (True, False, True)


def test_the_cycle_follows_itself() -> None:
    assert PACK.calendar.cycle_of(date(2026, 11, 22)).label == "2026–2030年周期"
