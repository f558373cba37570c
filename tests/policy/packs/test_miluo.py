"""miluo: 72 credits a year, sixteen school-based hours, and what a school owes in each teaching month."""

from datetime import date

import pytest

from tests.make.policy import entry, one_line
from xuefen.policy.pack import load_pack
from xuefen.policy.rates import Rate
from xuefen.policy.requirements import Entry, Line, Person, standing
from xuefen.policy.school_duties import Activity, DutyAnswer, school_duties
from xuefen.policy.thresholds import judge

PACK = load_pack("miluo")
ON = date(2017, 12, 31)
YEAR = PACK.calendar.year_of(ON)
TEACHING = (3, 4, 5, 6, 9, 10, 11, 12)
VETERAN = Person(hired_on=date(2001, 9, 1))


def line(entries: list[Entry], line_id: str, person: Person = VETERAN, on: date = ON) -> Line:
    return one_line(standing(PACK, person, entries, on), line_id)


def held(category: str, month: int, hours: str = "1", day: int = 10) -> Activity:
    return Activity(date(2017, month, day), category, round(float(hours) * 100))


def a_good_year() -> list[Activity]:
    """An hour of ethics and two activities of an hour in each teaching month."""
    monthly = [("ethics", 10), ("school_based", 11), ("school_based", 25)]
    return [held(category, month, day=day) for month in TEACHING for category, day in monthly]


def unmet(activities: list[Activity]) -> list[DutyAnswer]:
    return [answer for answer in school_duties(PACK, activities, YEAR) if answer.met is False]


# 四(二)：“未能完成72学分”
@pytest.mark.requirement("002-17")
@pytest.mark.parametrize(("credits", "missing"), [("72", 0), ("71.99", 1)])
def test_the_year_asks_for_72_credits_and_says_what_missing_it_means(credits: str, missing: int) -> None:
    year = line([entry(credits=credits, on="2017-05-10")], "year")
    assert (year.required_centi, year.missing_centi) == (72_00, missing)
    assert (year.deadline, year.consequence is not None) == (ON, True)


# 三(六)5：“保证教师年度参加研修不少于16学时”
@pytest.mark.requirement("002-10")
@pytest.mark.parametrize(("hours", "met"), [("16", True), ("15.99", False)])
def test_sixteen_school_based_hours_a_year_are_the_teachers(hours: str, met: bool) -> None:
    entries = [
        entry("school_based", "1", "2017-04-10", hours=hours),
        entry("post_training", "50", "2017-05-10"),
    ]
    school_based = line(entries, "school_based")
    assert (school_based.unit, school_based.required_centi, school_based.met) == ("hours", 16_00, met)


# 三(六)5 speaks of ethics as a part of school-based study: its hours fill the sixteen, never the other way.
@pytest.mark.requirement("002-10")
def test_ethics_hours_may_stand_in_for_school_based_ones() -> None:
    entries = [entry("school_based", "10", "2017-04-10"), entry("ethics", "8", "2017-05-10")]
    school_based = line(entries, "school_based")
    assert (school_based.counted_centi, school_based.offset_centi, school_based.met) == (16_00, 6_00, True)
    assert line(entries, "year").counted_centi == 18_00


# 三(六)5：“每月师德教育不少于1学时”
@pytest.mark.requirement("002-08")
def test_a_teaching_month_without_ethics_training_is_the_schools_duty_unmet() -> None:
    activities = [one for one in a_good_year() if (one.category, one.on.month) != ("ethics", 5)]
    [may] = unmet(activities)
    assert (may.row.id, may.row.of, may.period.label) == ("ethics_monthly", "school", "2017年5月")
    assert (may.required_centi, may.held_centi, may.deadline) == (1_00, 0, date(2017, 5, 31))
    assert may.clause == "汨罗市教师培训工作计划 三(六)5"
    # It is no line of any teacher.
    assert standing(PACK, VETERAN, [], ON).line("ethics_monthly") is None


@pytest.mark.requirement("002-08")
@pytest.mark.parametrize(("hours", "met"), [(["0.5", "0.5"], True), (["0.5", "0.49"], False)])
def test_the_hour_of_ethics_may_be_made_of_parts(hours: list[str], met: bool) -> None:
    activities = [one for one in a_good_year() if (one.category, one.on.month) != ("ethics", 5)]
    activities += [held("ethics", 5, each, day) for day, each in enumerate(hours, 8)]
    assert (unmet(activities) == []) is met


# “各项教研和培训活动每月不少于2次，每次不少于1学时”
@pytest.mark.requirement("002-09")
@pytest.mark.parametrize(("second", "months"), [("1", []), ("0.99", [10])])
def test_two_activities_a_month_of_an_hour_each(second: str, months: list[int]) -> None:
    activities = [one for one in a_good_year() if (one.on.month, one.on.day) != (10, 25)]
    answers = unmet([*activities, held("school_based", 10, second, 25)])
    assert [(one.row.id, one.period.starts_on.month) for one in answers] == [
        ("activities_monthly", month) for month in months
    ]


@pytest.mark.requirement("002-08", "002-09")
def test_nothing_is_asked_of_the_holidays() -> None:
    assert unmet(a_good_year()) == []
    assert {one.period.starts_on.month for one in unmet([])} == set(TEACHING)


# 四(二)：“凡当年有20%及以上的教师未能完成72学分的学校，原则上当年不得评为……”
@pytest.mark.requirement("002-18")
@pytest.mark.parametrize(
    ("members", "below", "failed"), [(46, 9, False), (45, 9, True), (50, 10, True), (1, 0, False)]
)
def test_20_percent_itself_is_too_much(members: int, below: int, failed: bool) -> None:
    [rule] = PACK.thresholds
    assert judge(rule, members, below).failed is failed
    assert (rule.requirement, rule.inclusive, rule.proposed) == ("year", True, True)
    assert [one.code for one in rule.consequences] == ["no_award", "principal_not_excellent", "bulletin"]


# 二(二)：“教师参培率达100%、合格率达100%、年度学分达标率达90%以上”
@pytest.mark.requirement("002-01")
def test_all_take_part_all_pass_and_nine_in_ten_reach_the_year() -> None:
    targets = {row.measure: row for row in PACK.targets}
    assert {measure: row.percent for measure, row in targets.items()} == {
        "participation": 100_00, "pass": 100_00, "attainment": 90_00,
    }  # fmt: skip
    assert targets["attainment"].requirement == "year"
    assert Rate(90, 100).reaches(targets["attainment"].percent)
    assert not Rate(899, 1000).reaches(targets["attainment"].percent)
    assert not Rate(999, 1000).reaches(targets["pass"].percent)


# 三(六)：“坚持实行‘一票否决制’”
@pytest.mark.requirement("002-14")
def test_a_veto_bars_the_year_and_no_credit() -> None:
    vetoed = Person(date(2001, 9, 1), vetoes=((date(2017, 4, 1), date(2018, 3, 31)),))
    result = standing(PACK, vetoed, [entry(credits="72", on="2017-03-10")], ON)
    assert one_line(result, "year").met
    assert (result.barred, result.attained) == (frozenset({"year"}), False)


# 四(二)：“经多次通报仍无明显改进的学员，……将组织约谈该学员及其所在单位负责人”
@pytest.mark.requirement("002-16")
def test_two_bulletins_lead_to_an_interview() -> None:
    assert PACK.interviews
    assert PACK.interviews.after_bulletins == 2


# 四(四)：“按教职工工资总额1.5%……中小学校应当将年度公用经费的8%用于教师培训”
@pytest.mark.requirement("002-21")
def test_the_funds_are_1_5_percent_of_the_payroll_and_8_of_public_funds() -> None:
    assert {row.base: row.percent for row in PACK.funding} == {"payroll": 1_50, "public_funds": 8_00}


# 三(六)4⑽：“教师资格注册暂缓注册人员补休学分培训”
@pytest.mark.requirement("002-12")
def test_who_is_deferred_owes_a_make_up_training() -> None:
    deferred = Person(date(2001, 9, 1), positions=(("registration_deferred", date(2017, 6, 1), None),))
    assert not line([entry("make_up", "8", "2017-05-31")], "registration_deferred", deferred).met
    assert line([entry("make_up", "8", "2017-09-10")], "registration_deferred", deferred).met
    assert standing(PACK, VETERAN, [], ON).line("registration_deferred") is None


# 三(六)6：“根据是否取得……结业证书、……是否为新教师……等具体情况，按照‘必修+选修’的个人研修模式”
@pytest.mark.requirement("002-12")
def test_what_is_compulsory_follows_from_what_a_person_is() -> None:
    novice = Person(hired_on=date(2017, 8, 1))
    assert {one.id for one in standing(PACK, novice, [], ON).lines} == {
        "year",
        "school_based",
        "edtech",
        "induction",
    }
    certified = entry("edtech", "50", "2016-05-10", exam_passed=True)
    open_lines = {one.id for one in standing(PACK, VETERAN, [certified], ON).lines if one.short}
    assert open_lines == {"year", "school_based"}


# 四(三)：“应当在4月底前完成今年教师培训的调查摸底”
def test_the_report_on_needs_is_due_at_the_end_of_april() -> None:
    [report] = [one for one in school_duties(PACK, [], YEAR) if one.row.id == "needs_report"]
    assert (report.deadline, report.judged) == (date(2017, 4, 30), "people")
