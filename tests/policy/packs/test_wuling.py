"""wuling: a five-year round, who is excused from it, and what the training centre owes."""

from datetime import date

import pytest

from xuefen.policy.pack import load_pack
from xuefen.policy.rates import Rate
from xuefen.policy.school_duties import DutyAnswer, next_due, school_duties

PACK = load_pack("wuling")
YEAR = PACK.calendar.year_of(date(2017, 5, 1))


def duty(duty_id: str) -> DutyAnswer:
    [answer] = [one for one in school_duties(PACK, [], YEAR) if one.row.id == duty_id]
    return answer


# 三2：“在‘十三五’新一轮教师培训中修满规定学分”
@pytest.mark.requirement("004-14")
def test_one_round_of_five_years_follows_another() -> None:
    cycle_of = PACK.calendar.cycle_of
    assert cycle_of(date(2017, 5, 1)).label == "2016–2020年周期"
    assert (cycle_of(date(2020, 12, 31)).label, cycle_of(date(2021, 1, 1)).label) == (
        "2016–2020年周期",
        "2021–2025年周期",
    )


# 一2：“仅有140人因为身体、工作调动、即将退休等多种原因未能参加”
@pytest.mark.requirement("004-01")
def test_who_is_ill_transferred_or_about_to_retire_is_excused() -> None:
    excused = {row.kind: row for row in PACK.exemptions}
    assert [excused[kind].relieves for kind in ("sick_leave", "transfer", "near_retirement")] == [
        "months",
        "months",
        "year",
    ]


# 二3(4)：“让每位教师人人主动参训”
@pytest.mark.requirement("004-01")
def test_everybody_takes_part_and_exemptions_make_the_difference() -> None:
    [target] = PACK.targets
    assert (target.measure, target.percent) == ("participation", 100_00)
    # 一2: 1,638 took part and 140 did not.
    assert (Rate(1638, 1638 + 140).percent, Rate(1638, 1638).percent) == ("92.12", "100.00")
    assert not Rate(1638, 1778).reaches(target.percent)
    assert Rate(1638, 1638).reaches(target.percent)


# 二3(2)：“每项培训结束时必须以问卷的形式征集学员意见和建议，并反馈给任课教师”
@pytest.mark.requirement("004-06")
def test_a_survey_belongs_to_every_program() -> None:
    assert (duty("survey").row.of, duty("survey").row.every) == ("centre", "event")


# “每年评选最受欢迎的课程”
@pytest.mark.requirement("004-07")
def test_the_most_popular_course_is_chosen_every_year() -> None:
    assert (duty("popular_course").row.every, duty("popular_course").judged) == ("year", "people")


# “培训教师80%以上必须具有大学本科以上学历”“专任教师每年参与培训进修人数应不低于教师总数的80%”
@pytest.mark.requirement("004-03", "004-16")
@pytest.mark.parametrize("duty_id", ["qualification", "staff_training"])
def test_what_a_centre_owes_of_its_own_staff_people_judge(duty_id: str) -> None:
    answer = duty(duty_id)
    assert (answer.row.of, answer.judged) == ("centre", "people")
    assert "80%" in answer.row.name
    assert next_due(PACK, answer.row, YEAR.starts_on) is None
