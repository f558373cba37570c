"""What the records say of a school's duties, month by month, and when the rest falls due."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY, zhuzhou
from xuefen.policy.calendar import Period
from xuefen.policy.pack import Pack, apply_overrides
from xuefen.policy.school_duties import Activity, DutyAnswer, days_asked, next_due, school_duties

YEAR = Period("2014年度", date(2014, 1, 1), date(2014, 12, 31))
TEACHING = (3, 4, 5, 6, 9, 10, 11, 12)
MONTHLY = {"of": "school", "every": "teaching_month"}
ETHICS = {**MONTHLY, "name": "师德学习", "clause": "甲", "measure": {"category": "safety", "hours": "1"}}
ACTIVITIES = {
    **MONTHLY,
    "name": "研训活动",
    "clause": "乙",
    "measure": {"category": "school_based", "times": 2, "each_hours": "1"},
}


def pack(**duties: dict[str, Any]) -> Pack:
    """株洲's pack, whose safety hours stand here for those of ethics, with these duties and no others."""
    changes = {"terms": {"autumn": {"teaching_ends": "01-20"}, "spring": {"teaching_ends": "06-28"}}}
    own = dict.fromkeys(row.id for row in zhuzhou().duties)
    return apply_overrides(zhuzhou(), {**changes, "duties": own | duties})


def duty(**changes: Any) -> dict[str, Any]:
    return {"name": "学期小结", "of": "school", "every": "term", "clause": "丙"} | changes


def held(on: str, hours: str = "1", category: str = "safety") -> Activity:
    return Activity(date.fromisoformat(on), category, round(float(hours) * 100))


def every_month(category: str = "safety", hours: str = "1", day: int = 10) -> list[Activity]:
    return [held(f"2014-{month:02}-{day:02}", hours, category) for month in TEACHING]


def unmet_months(answers: tuple[DutyAnswer, ...]) -> list[int]:
    return [one.period.starts_on.month for one in answers if not one.met]


# 汨罗: “每月师德教育不少于1学时”. One month without it is the school's duty unmet.
@pytest.mark.requirement("002-08")
def test_one_teaching_month_without_ethics_training_is_the_schools_duty_unmet() -> None:
    activities = [one for one in every_month() if one.on.month != 5]
    answers = school_duties(pack(ethics=ETHICS), activities, YEAR)
    assert [one.period.starts_on.month for one in answers] == list(TEACHING)
    [may] = [one for one in answers if not one.met]
    assert (may.row.id, may.judged, may.clause, may.unit) == ("ethics", "records", "甲", "hours")
    assert (may.required_centi, may.held_centi, may.deadline) == (100, 0, date(2014, 5, 31))
    assert not may.unmet(date(2014, 5, 31))
    assert may.unmet(date(2014, 6, 1))


@pytest.mark.requirement("002-08")
@pytest.mark.parametrize(("hours", "unmet"), [("1", []), ("0.99", [5])])
def test_an_hour_in_all_is_enough_and_less_is_not(hours: str, unmet: list[int]) -> None:
    activities = [one for one in every_month() if one.on.month != 5] + [held("2014-05-31", hours)]
    assert unmet_months(school_duties(pack(ethics=ETHICS), activities, YEAR)) == unmet


@pytest.mark.requirement("002-08")
def test_holidays_owe_nothing_and_lend_nothing() -> None:
    activities = [*every_month(), held("2014-07-10"), held("2014-08-10")]
    assert all(one.met for one in school_duties(pack(ethics=ETHICS), activities, YEAR))
    in_holidays = [held("2014-07-31", "20"), held("2014-04-30"), held("2014-06-01")]
    assert 5 in unmet_months(school_duties(pack(ethics=ETHICS), in_holidays, YEAR))


# 汨罗: “各项教研和培训活动每月不少于2次,每次不少于1学时”
@pytest.mark.requirement("002-09")
def test_two_activities_of_an_hour_each_are_asked_for() -> None:
    rules = pack(research=ACTIVITIES)
    once = every_month("school_based")
    twice = once + every_month("school_based", day=20)
    brief = once + every_month("school_based", "0.75", day=20) + every_month("school_based", "0.75", day=21)
    assert [one.held_centi for one in school_duties(rules, twice, YEAR)] == [200] * 8
    assert all(one.met for one in school_duties(rules, twice, YEAR))
    assert unmet_months(school_duties(rules, once, YEAR)) == list(TEACHING)
    assert unmet_months(school_duties(rules, brief, YEAR)) == list(TEACHING)


def test_a_measure_in_hours_and_times_has_an_answer_for_each() -> None:
    rules = pack(research={**ACTIVITIES, "measure": {"category": "school_based", "times": 2, "hours": "3"}})
    answers = school_duties(rules, every_month("school_based", "4"), YEAR)
    assert [(one.unit, one.met) for one in answers[:2]] == [("hours", True), ("times", False)]
    assert len(answers) == 16


@pytest.mark.requirement("001-04")
def test_a_summary_is_due_so_many_days_before_lessons_end_and_people_judge_it() -> None:
    rules = pack(summary=duty(due={"days_before_term_end": 7}))
    spring, autumn = school_duties(rules, [], YEAR)
    assert (spring.judged, spring.met, spring.unit) == ("people", None, None)
    assert (spring.deadline, autumn.deadline) == (date(2014, 6, 21), date(2015, 1, 13))
    assert not spring.unmet(date(2016, 1, 1))
    row = rules.duties[0]
    assert next_due(rules, row, date(2014, 1, 14)) == date(2014, 6, 21)
    assert next_due(rules, row, date(2014, 6, 21)) == date(2014, 6, 21)
    assert next_due(rules, row, date(2014, 6, 22)) == date(2015, 1, 13)


def test_without_an_end_of_lessons_the_term_itself_ends() -> None:
    ends = {"teaching_ends": None}
    rules = apply_overrides(
        pack(summary=duty(due={"days_before_term_end": 7})), {"terms": {"autumn": ends, "spring": ends}}
    )
    spring, autumn = school_duties(rules, [], YEAR)
    assert (spring.deadline, autumn.deadline) == (date(2014, 8, 24), date(2015, 2, 7))


@pytest.mark.requirement("001-13")
def test_a_plan_of_the_year_falls_due_on_its_day_of_each_year() -> None:
    rules = pack(plan=duty(every="year", due={"on": "04-15"}))
    [answer] = school_duties(rules, [], YEAR)
    assert answer.deadline == date(2014, 4, 15)
    assert next_due(rules, rules.duties[0], date(2014, 4, 16)) == date(2015, 4, 15)


def test_a_training_year_from_march_has_its_january_in_the_next_calendar_year() -> None:
    rules = apply_overrides(pack(plan=duty(every="year", due={"on": "01-15"})), {"year": {"starts_month": 3}})
    year = rules.calendar.year_of(date(2014, 6, 1))
    [answer] = school_duties(rules, [], year)
    assert answer.deadline == date(2015, 1, 15)


def test_a_day_outside_the_term_is_no_deadline_of_it() -> None:
    answers = school_duties(pack(plan=duty(due={"on": "04-15"})), [], YEAR)
    assert [one.deadline for one in answers] == [date(2014, 4, 15)]


@pytest.mark.requirement("001-09")
def test_the_event_itself_decides_where_a_duty_counts_back_from_it() -> None:
    rules = pack(notice=duty(every="event", due={"days_before_event": 7}))
    [answer] = school_duties(rules, [], YEAR)
    assert (answer.judged, answer.deadline, answer.period) == ("people", None, YEAR)
    assert next_due(rules, rules.duties[0], date(2014, 1, 1)) is None


# 李沧: “每学期至少邀请两名专家资源库的专家进行教师培训”
@pytest.mark.requirement("001-08")
def test_a_duty_of_the_term_counts_over_new_year() -> None:
    rules = pack(
        experts=duty(measure={"category": "school_based", "times": 2}, due={"days_before_term_end": 1})
    )
    visits = [
        held("2014-10-10", category="school_based"),
        held("2015-01-19", category="school_based"),
        held("2015-01-20", category="school_based"),
    ]
    needed = days_asked(rules, YEAR)
    assert (needed.starts_on, needed.ends_on) == (date(2014, 2, 15), date(2015, 2, 14))
    spring, autumn = school_duties(rules, visits, YEAR)
    assert (spring.met, autumn.met, autumn.held_centi) == (False, True, 200)
    assert autumn.deadline == date(2015, 1, 19)


def test_duties_of_the_year_and_the_cycle_are_counted_over_their_own_days() -> None:
    measure = {"category": "school_based", "hours": "10"}
    rules = pack(yearly=duty(every="year", measure=measure), cyclical=duty(every="cycle", measure=measure))
    of_year, of_cycle = school_duties(
        rules,
        [held("2013-05-01", "9", "school_based"), held("2014-05-01", "1", "school_based")],
        YEAR,
    )
    assert (of_year.held_centi, of_year.met) == (100, False)
    assert (of_cycle.held_centi, of_cycle.met, of_cycle.deadline) == (1000, True, date(2015, 12, 31))
    assert days_asked(rules, YEAR).starts_on == date(2009, 1, 1)


def test_a_period_holds_the_months_and_the_year_that_begin_in_it() -> None:
    period = Period("", date(2014, 4, 2), date(2015, 1, 1))
    answers = school_duties(pack(ethics=ETHICS, plan=duty(every="year")), [], period)
    begun = [(one.row.every, one.period.starts_on) for one in answers]
    assert begun == [
        *(("teaching_month", date(2014, month, 1)) for month in (5, 6, 9, 10, 11, 12)),
        ("year", date(2015, 1, 1)),
    ]


days = st.dates(date(2013, 12, 1), date(2015, 2, 1))
held_ones = st.lists(
    st.builds(Activity, days, st.sampled_from(["safety", "school_based"]), st.integers(0, 300)), max_size=20
)


@BRIEFLY
@given(held_ones, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_one_more_activity_never_harms(held_in: list[Activity], dice: Any) -> None:
    rules = pack(ethics=ETHICS, research=ACTIVITIES)
    before = school_duties(rules, held_in, YEAR)
    shuffled = sorted(held_in, key=lambda _: dice.random())
    assert school_duties(rules, shuffled, YEAR) == before
    after = school_duties(rules, [*held_in, held("2014-05-05", "2")], YEAR)
    assert all(new.met or not old.met for old, new in zip(before, after, strict=True))
