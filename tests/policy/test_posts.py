"""What binds a novice, a homeroom teacher and a principal: duties of the post, never of the certificate."""

from datetime import date

import pytest

from tests.make.policy import edtech, entry, one_line, zhuzhou
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.pack import apply_overrides
from xuefen.policy.requirements import Entry, Person, Standing, standing

HIRED_LONG_AGO = date(1995, 9, 1)


def stands(person: Person, entries: list[Entry], on: date = date(2015, 12, 31)) -> Standing:
    return standing(zhuzhou(), person, entries, on)


# 三(一)1：“在上岗前和上岗一年内进行适应性培训，培训时间不少于150学时，其中校本研训30学时。”
@pytest.mark.requirement("003-05")
@pytest.mark.requirement("003-37")
def test_a_novice_owes_150_hours_by_the_day_before_the_first_anniversary() -> None:
    novice = Person(hired_on=date(2014, 9, 1))
    before = entry("induction", "40", "2014-08-20", mode=DeliveryMode.onsite)
    at_school = entry("induction", "30", "2014-11-20", mode=DeliveryMode.school_based)
    last_day = entry("induction", "79", "2015-08-31", mode=DeliveryMode.base)
    too_late = entry("induction", "1", "2015-09-01", mode=DeliveryMode.onsite)
    result = stands(novice, [before, at_school, last_day, too_late], date(2015, 6, 1))
    hours, of_school = one_line(result, "induction"), one_line(result, "induction_school_based")
    assert (hours.unit, hours.required_centi, hours.counted_centi) == ("hours", 150_00, 149_00)
    assert (hours.deadline, hours.missing_centi, hours.for_completion) == (date(2015, 8, 31), 1_00, False)
    assert (of_school.required_centi, of_school.entry_ids, of_school.met) == (30_00, (at_school.id,), True)


# The 30 school-based hours are induction: they stand outside the cap of 12 on 校本培训.
@pytest.mark.requirement("003-05")
def test_school_based_induction_is_outside_the_cap_of_the_term() -> None:
    entries = [
        entry("induction", "30", "2014-10-10", mode=DeliveryMode.school_based),
        entry("school_based", "12", "2014-10-20"),
    ]
    result = stands(Person(hired_on=date(2014, 9, 1)), entries)
    assert (result.total_counted_centi, result.uncounted) == (42_00, ())


# 三(一)1：“新任教师参加适应性培训后，还需参加本周期内的教师岗位培训。”
@pytest.mark.requirement("003-06")
def test_induction_is_credited_as_induction_and_never_as_post_training() -> None:
    result = stands(Person(hired_on=date(2014, 9, 1)), [entry("induction", "150", "2014-10-10")])
    assert result.by_category == {"induction": 150_00}


@pytest.mark.requirement("003-37")
def test_a_teacher_hired_before_the_cycle_owes_no_induction() -> None:
    assert stands(Person(hired_on=HIRED_LONG_AGO), []).line("induction") is None
    assert stands(Person(), []).line("induction") is None


# 三(三)2：“所有班主任教师五年一周期内须接受不少于30学时的专题培训”
@pytest.mark.requirement("003-08")
@pytest.mark.requirement("003-42")
def test_a_homeroom_teacher_owes_30_hours_in_five_years() -> None:
    homeroom = Person(HIRED_LONG_AGO, positions=(("homeroom", date(2007, 9, 1), None),))
    earlier = entry("homeroom", "30", "2012-08-31")
    within = entry("homeroom", "29.5", "2012-09-01")
    duty = one_line(stands(homeroom, [earlier, within], date(2014, 12, 31)), "homeroom")
    assert (duty.starts_on, duty.deadline) == (date(2012, 9, 1), date(2017, 8, 31))
    assert (duty.counted_centi, duty.missing_centi, duty.entry_ids) == (29_50, 50, (within.id,))
    assert not duty.for_completion


@pytest.mark.requirement("003-08")
@pytest.mark.parametrize(
    ("on", "starts_on"),
    [
        (date(2012, 8, 31), date(2007, 9, 1)),
        (date(2012, 9, 1), date(2012, 9, 1)),
        (date(2012, 9, 2), date(2012, 9, 1)),
    ],
)
def test_the_five_years_begin_anew_on_the_anniversary(on: date, starts_on: date) -> None:
    homeroom = Person(HIRED_LONG_AGO, positions=(("homeroom", date(2007, 9, 1), None),))
    assert one_line(stands(homeroom, [], on), "homeroom").starts_on == starts_on


def test_the_hours_of_a_failed_exam_count_for_no_duty_and_those_of_a_full_term_do() -> None:
    duties = {"homeroom": {"category": "edtech"}, "induction": {"category": "school_based"}}
    pack = apply_overrides(zhuzhou(), {"requirements": duties})
    person = Person(date(2014, 9, 1), positions=(("homeroom", date(2014, 9, 1), None),))
    ledger = [edtech("2014-10-10", exam_passed=False), entry("school_based", "13", "2014-10-10")]
    result = standing(pack, person, ledger, date(2015, 6, 1))
    assert one_line(result, "homeroom").counted_centi == 0
    assert one_line(result, "induction").counted_centi == 13_00


@pytest.mark.requirement("003-42")
def test_the_duty_of_a_post_binds_only_while_it_is_held() -> None:
    until_summer = Person(HIRED_LONG_AGO, positions=(("homeroom", date(2012, 9, 1), date(2014, 8, 31)),))
    assert stands(until_summer, [], date(2014, 8, 31)).line("homeroom") is not None
    assert stands(until_summer, [], date(2014, 9, 1)).line("homeroom") is None


# 表1：“新任校长或拟任校长必须参加300学时资格培训，在任校长每5年必须修360学分。”
@pytest.mark.requirement("003-43")
def test_a_new_principal_owes_300_hours_and_a_serving_one_360_credits_in_five_years() -> None:
    principal = Person(HIRED_LONG_AGO, positions=(("principal", date(2013, 9, 1), None),))
    entries = [entry("principal", "290", "2013-07-10"), entry("post_training", "100", "2014-03-10")]
    result = stands(principal, entries, date(2014, 6, 1))
    qualification, serving = (
        one_line(result, "principal_qualification"),
        one_line(result, "principal_serving"),
    )
    assert (qualification.counted_centi, qualification.missing_centi) == (290_00, 10_00)
    assert qualification.deadline == date(2014, 8, 31)
    assert (serving.starts_on, serving.deadline) == (date(2013, 9, 1), date(2018, 8, 31))
    # All categories count, from the appointment on.
    assert (serving.required_centi, serving.counted_centi) == (360_00, 100_00)


@pytest.mark.requirement("003-43")
def test_a_designate_principal_owes_the_300_hours_and_no_360_credits() -> None:
    designate = Person(HIRED_LONG_AGO, positions=(("principal_designate", date(2014, 3, 1), None),))
    result = stands(designate, [], date(2014, 6, 1))
    assert one_line(result, "principal_qualification").required_centi == 300_00
    assert result.line("principal_serving") is None


@pytest.mark.requirement("003-43")
def test_a_principal_of_long_standing_is_no_longer_new() -> None:
    principal = Person(HIRED_LONG_AGO, positions=(("principal", date(2001, 9, 1), None),))
    result = stands(principal, [], date(2014, 6, 1))
    assert result.line("principal_qualification") is None
    assert one_line(result, "principal_serving").starts_on == date(2011, 9, 1)
