"""zhuzhou-2014: the core notice. What a person owes, what a school risks, what the city is held to.

Standings worked out by hand stand in tests/policy/test_requirements.py, test_joining.py and test_posts.py too.
"""

from datetime import date

import pytest

from tests.make.policy import edtech, entry, one_line, school_based_terms, zhuzhou
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.rates import Rate
from xuefen.policy.requirements import Entry, Person, Standing, standing
from xuefen.policy.school_duties import school_duties
from xuefen.policy.thresholds import judge

PACK = zhuzhou()
LAST_DAY = date(2015, 12, 31)
LONG_AGO = date(1995, 9, 1)


def stands(person: Person, entries: list[Entry], on: date = LAST_DAY) -> Standing:
    return standing(PACK, person, entries, on)


# 五(三)1：“修满450学分且必修项目全部合格”; silent on who joins late: 36 of 84 months owe 36/84.
@pytest.mark.requirement("003-16")
def test_36_of_84_months_owe_192_85_in_all_51_42_school_based_and_the_whole_80() -> None:
    result = stands(Person(hired_on=date(2013, 1, 1)), [])
    required = {line.id: line.required_centi for line in result.lines if line.for_completion}
    assert required == {"total": 192_85, "school_based": 51_42, "edtech": 80_00}


@pytest.mark.requirement("003-16")
def test_who_has_just_that_much_completes_the_cycle() -> None:
    joined = Person(hired_on=date(2013, 1, 1))
    terms = [
        entry("school_based", "12", day) for day in ("2013-04-10", "2013-10-10", "2014-04-10", "2014-10-10")
    ]
    entries = [*terms, entry("school_based", "3.42", "2015-04-10"), edtech()]
    assert stands(joined, [*entries, entry(credits="61.43")]).complete
    assert not stands(joined, [*entries, entry(credits="61.42")]).complete


# 六(四)2：“当年20%以上的教师未能完成72学分的学校”: 以上 includes the number itself.
@pytest.mark.requirement("003-28")
@pytest.mark.parametrize(
    ("members", "below", "failed"), [(46, 9, False), (46, 10, True), (50, 10, True), (50, 9, False)]
)
def test_9_of_46_teachers_below_the_line_are_borne_and_10_of_50_are_not(
    members: int, below: int, failed: bool
) -> None:
    [rule] = PACK.thresholds
    assert judge(rule, members, below).failed is failed
    assert (rule.requirement, rule.inclusive, rule.proposed) == ("year", True, False)


# “不得评为县级以上各类先进单位（集体），校长……不能评为优秀等第，并……给予通报”
@pytest.mark.requirement("003-28")
def test_the_consequences_of_a_school_are_three() -> None:
    [rule] = PACK.thresholds
    assert [one.code for one in rule.consequences] == ["no_award", "principal_not_excellent", "bulletin"]


# 六(四)3：“少于72学分者，在当年度考核中不能评为优秀等第”
@pytest.mark.requirement("003-29")
def test_the_yearly_line_says_what_missing_it_means() -> None:
    year = one_line(stands(Person(LONG_AGO), [entry(credits="71.99", on="2015-05-10")]), "year")
    assert year.short
    assert year.consequence
    assert "不能评为优秀" in year.consequence


# 二：“确保到2015年我市中小学教师继续教育完成率达到95%以上”
@pytest.mark.requirement("003-04")
def test_the_city_is_held_to_95_percent_and_95_is_enough() -> None:
    [target] = PACK.targets
    assert (target.measure, target.of) == ("completion", "city")
    assert Rate(950, 1000).reaches(target.percent)
    assert not Rate(949, 1000).reaches(target.percent)


# 六(三)：“按照学校年度公用经费预算总额的5%……落实按教职工工资总额1.5%比例”
@pytest.mark.requirement("003-22")
def test_the_funds_are_5_percent_of_public_funds_and_1_5_of_the_payroll() -> None:
    asked = {row.base: (row.percent, row.stages, row.either) for row in PACK.funding}
    assert asked == {"public_funds": (5_00, (), None), "payroll": (1_50, (), None)}


# 三(一)1：“在上岗前和上岗一年内进行适应性培训，培训时间不少于150学时”
@pytest.mark.requirement("003-05")
def test_a_novice_hired_mid_year() -> None:
    novice = Person(hired_on=date(2014, 8, 16))
    entries = [entry("induction", "100", "2014-08-14"), entry("induction", "24", "2014-11-10")]
    result = stands(novice, entries, date(2014, 12, 31))
    induction, year = one_line(result, "induction"), one_line(result, "year")
    assert (induction.counted_centi, induction.missing_centi, induction.deadline) == (
        124_00,
        26_00,
        date(2015, 8, 15),
    )
    # Four whole months, September to December, of the year's 72; training before employment counts as well.
    assert (year.required_centi, year.counted_centi, year.met) == (24_00, 124_00, True)
    assert one_line(result, "total").required_centi == 450_00 * 16 // 84
    assert one_line(stands(novice, entries, date(2015, 12, 31)), "year").required_centi == 72_00


# 表1：“新任校长或拟任校长必须参加300学时资格培训，在任校长每5年必须修360学分”
@pytest.mark.requirement("003-43")
def test_a_principal_designate_becomes_a_serving_one() -> None:
    posts = (
        ("principal_designate", date(2013, 9, 1), date(2014, 8, 31)),
        ("principal", date(2014, 9, 1), None),
    )
    person = Person(LONG_AGO, positions=posts)
    entries = [entry("principal", "200", "2014-03-10"), entry("principal", "100", "2015-03-10")]
    designate = stands(person, entries[:1], date(2014, 8, 31))
    assert one_line(designate, "principal_qualification").missing_centi == 100_00
    assert designate.line("principal_serving") is None
    serving = stands(person, entries, date(2015, 8, 31))
    assert one_line(serving, "principal_qualification").met
    assert (
        one_line(serving, "principal_serving").counted_centi,
        one_line(serving, "principal_serving").starts_on,
    ) == (
        100_00,
        date(2014, 9, 1),
    )


# 表1：“每期满分为12学分”; 六(四)3：“一个年度内”. Term and year are calendars of their own.
@pytest.mark.requirement("003-47")
def test_a_january_activity_lies_in_the_old_years_term_and_in_the_new_year() -> None:
    autumn = entry("school_based", "10", "2014-11-20", mode=DeliveryMode.school_based)
    january = entry("school_based", "5", "2015-01-12", mode=DeliveryMode.school_based)
    assert PACK.calendar.term_of(january.event_on).key == "2014-autumn"
    assert PACK.calendar.year_of(january.event_on).label == "2015年度"
    result = stands(Person(LONG_AGO), [autumn, january])
    # Of the term's twelve ten are taken; two are left for January, and they are the new year's.
    assert one_line(result, "year").shares == {january.id: 2_00}
    [surplus] = result.uncounted
    assert (surplus.entry_id, surplus.credits_centi) == (january.id, 3_00)


# The notice names no exemption. Our reading: whole months are taken off the year and the cycle.
def test_half_a_year_of_illness_halves_the_year() -> None:
    ill = Person(LONG_AGO, exemptions=(("sick_leave", date(2015, 1, 1), date(2015, 6, 30)),))
    result = stands(ill, [*school_based_terms("12")])
    assert one_line(result, "year").required_centi == 36_00
    assert one_line(result, "total").required_centi == 450_00 * 78 // 84
    assert one_line(result, "edtech").required_centi == 80_00


# The notice knows no veto: one on file bars nothing here.
def test_an_ethics_veto_acts_only_where_the_pack_says() -> None:
    vetoed = Person(LONG_AGO, vetoes=((date(2015, 1, 1), date(2015, 12, 31)),))
    result = stands(vetoed, [entry(credits="72", on="2015-05-10")])
    assert (result.barred, result.attained) == (frozenset(), True)


# 六(四)1：“市教育局每年组织一次县市区教师继续教育工作的情况考核评估”；六(四)2：“一年一次小结，一轮一总结”
@pytest.mark.requirement("003-26", "003-27")
def test_the_assessment_of_counties_and_the_summaries_are_duties_of_people() -> None:
    answers = school_duties(PACK, [], PACK.calendar.year_of(LAST_DAY))
    carried = {one.row.id: (one.row.of, one.row.every, one.judged) for one in answers}
    assert carried["county_assessment"] == ("city", "year", "people")
    assert carried["year_summary"] == ("county", "year", "people")
    assert carried["cycle_summary"] == ("county", "cycle", "people")
