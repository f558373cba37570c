"""rugao: plans and summaries, a yearly evaluation, degrees by stage, and one of two budgets."""

from datetime import date

import pytest

from xuefen.policy.pack import load_pack
from xuefen.policy.requirements import Person, standing
from xuefen.policy.school_duties import DutyAnswer, school_duties

PACK = load_pack("rugao")
YEAR = PACK.calendar.year_of(date(2014, 11, 1))


def duty(duty_id: str) -> DutyAnswer:
    [answer] = [one for one in school_duties(PACK, [], YEAR) if one.row.id == duty_id]
    return answer


# 二1：“学年初，学校制订校本研训专项工作计划……年末写出校本研训专项总结”
@pytest.mark.requirement("002-31")
def test_a_plan_opens_the_school_year_and_a_summary_ends_it() -> None:
    assert (YEAR.starts_on, YEAR.ends_on) == (date(2014, 9, 1), date(2015, 8, 31))
    plan, summary = duty("plan"), duty("summary")
    assert (plan.row.of, plan.deadline) == ("school", date(2014, 9, 30))
    assert (summary.row.of, summary.deadline) == ("school", date(2015, 8, 31))


# “坚持校本研训年度评估制度。……评估采用综合评议和现场评估相结合的方式进行。”
@pytest.mark.requirement("002-32")
def test_the_yearly_evaluation_is_the_countys_and_people_judge_it() -> None:
    evaluation = duty("evaluation")
    assert (evaluation.row.of, evaluation.row.every, evaluation.judged) == ("county", "year", "people")
    assert "综合评议" in evaluation.row.name


# 二2(10)：“幼儿园教师专科及以上学历必须达到95%，……必须分别达到45%、65%、95%；……8%、20%、15%”
@pytest.mark.requirement("002-35")
def test_the_degree_targets_by_stage() -> None:
    assert {(row.stage, row.degree): row.percent // 100 for row in PACK.targets} == {
        ("kindergarten", "associate"): 95,
        ("kindergarten", "bachelor"): 45,
        ("primary", "bachelor"): 65,
        ("junior", "bachelor"): 95,
        ("junior", "master"): 8,
        ("senior", "master"): 20,
        ("vocational", "master"): 15,
    }


# “各单位10月底前要将学历进修教师名册和相关情况报教育局人事科”
@pytest.mark.requirement("002-36")
def test_the_roster_of_degree_study_is_due_on_the_last_day_of_october() -> None:
    assert duty("degree_roster").deadline == date(2014, 10, 31)


# 三(二)：“不得低于5%，或不低于教师工资总额的1.5%”
def test_either_budget_is_enough() -> None:
    assert {(row.base, row.percent, row.either) for row in PACK.funding} == {
        ("public_funds", 5_00, "school_fund"),
        ("payroll", 1_50, "school_fund"),
    }


# “年初编制培训项目计划及预算，经领导审批同意后实施。培训项目结束，经考核合格，按实结算。”
def test_the_budget_is_due_in_january_and_the_settlement_follows_the_program() -> None:
    assert duty("budget").deadline == date(2015, 1, 31)
    assert (duty("settlement").row.every, duty("settlement").deadline) == ("event", None)


# 三(三)：“纳入对各科室、市直学校、各镇中心初中的年度目标考核”
@pytest.mark.requirement("002-39")
def test_results_enter_the_yearly_assessment_of_the_unit() -> None:
    assert (duty("unit_assessment").row.of, duty("unit_assessment").judged) == ("county", "people")


# The plan asks no hours of a person: nothing is invented in their place.
def test_a_plan_without_hours_asks_none_of_anybody() -> None:
    result = standing(PACK, Person(hired_on=date(2003, 9, 1)), [], YEAR.ends_on)
    assert (result.lines, result.attained, result.complete) == ((), False, False)
