"""licang: what a school owes in each term, and how long before."""

from datetime import date

import pytest

from xuefen.policy.pack import load_pack
from xuefen.policy.requirements import Person, standing
from xuefen.policy.school_duties import Activity, DutyAnswer, school_duties

PACK = load_pack("licang")
YEAR = PACK.calendar.year_of(date(2019, 5, 1))


def answers(duty_id: str, activities: list[Activity] | None = None) -> list[DutyAnswer]:
    return [one for one in school_duties(PACK, activities or [], YEAR) if one.row.id == duty_id]


def expert(on: str) -> Activity:
    return Activity(date.fromisoformat(on), "expert_session", 2_00)


# 一1：“各校学期校本培训总结应于学期结束前一周发布”
@pytest.mark.requirement("001-04")
def test_the_summary_is_due_seven_days_before_lessons_end() -> None:
    assert [(one.period.label, one.deadline) for one in answers("summary")] == [
        ("2019年春季学期", date(2019, 6, 28)),
        ("2019年秋季学期", date(2020, 1, 13)),
    ]


# 一1：“各校的学期校本培训计划要及时挂在……栏目内以备审核”
@pytest.mark.requirement("001-03")
def test_a_plan_is_filed_each_term_and_people_judge_it() -> None:
    assert [(one.judged, one.met) for one in answers("plan")] == [("people", None)] * 2


# 一3：“每学期至少邀请两名专家资源库的专家进行教师培训”
@pytest.mark.requirement("001-08")
@pytest.mark.parametrize(
    ("days", "met"),
    [
        ([], [False, False]),
        (["2019-03-10", "2019-10-10"], [False, False]),
        (["2019-03-10", "2019-08-31"], [True, False]),
        (["2019-03-10", "2019-05-10", "2019-10-10", "2020-01-08"], [True, True]),
    ],
)
def test_two_experts_a_term(days: list[str], met: list[bool]) -> None:
    assert [one.met for one in answers("experts", [expert(day) for day in days])] == met


# 一3：“要提前一周发布在培训网的菜单式培训版块”
@pytest.mark.requirement("001-09")
def test_an_experts_visit_is_posted_seven_days_ahead() -> None:
    [notice] = answers("expert_notice")
    assert notice.deadline is None
    assert notice.row.due
    assert notice.row.due.days_before_event == 7


# 一4：“每年选择一所学校作为共建学校，每学期至少开展一次培训合作交流活动”“于4月中旬前上传”
@pytest.mark.requirement("001-12", "001-13")
def test_demonstration_schools_pair_once_a_year_and_meet_once_a_term() -> None:
    [partner] = answers("partner")
    assert partner.deadline == date(2019, 4, 15)
    assert [one.judged for one in answers("joint_activity")] == ["people", "people"]


def test_the_plan_asks_no_hours_of_anybody() -> None:
    assert standing(PACK, Person(), [], YEAR.ends_on).lines == ()
