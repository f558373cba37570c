"""Standings worked out by hand; each quotes the sentence it comes from."""

from datetime import date

import pytest

from tests.make.policy import edtech, entry, one_line, school_based_terms, three_tier, zhuzhou
from xuefen.policy.calendar import OutsideCycle
from xuefen.policy.counting import Reason
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.pack import apply_overrides
from xuefen.policy.requirements import Entry, Line, Person, Standing, standing

ON = date(2015, 12, 31)
VETERAN = Person(hired_on=date(1995, 9, 1))


def stands(entries: list[Entry], on: date = ON, person: Person = VETERAN) -> Standing:
    return standing(zhuzhou(), person, entries, on)


def line(entries: list[Entry], line_id: str, on: date = ON, person: Person = VETERAN) -> Line:
    return one_line(stands(entries, on, person), line_id)


def compulsory() -> list[Entry]:
    """120 school-based in ten terms and the 80 of edtech."""
    return [*school_based_terms(*["12"] * 10), edtech()]


# 五(三)1：“修满450学分且必修项目全部合格可申请结业。必修项目要求为：校本研训120学分，教育技术能力培训考试80学分。”
@pytest.mark.requirement("003-16")
def test_450_with_both_compulsory_parts_completes_the_cycle() -> None:
    result = stands([*compulsory(), entry(credits="250")])
    assert result.total_counted_centi == 450_00
    assert one_line(result, "total").met
    assert result.complete


# “不少于450学分”: 449 is fewer.
@pytest.mark.requirement("003-03")
@pytest.mark.requirement("003-16")
def test_449_lacks_one() -> None:
    result = stands([*compulsory(), entry(credits="249")])
    total = one_line(result, "total")
    assert (total.counted_centi, total.missing_centi, total.met) == (449_00, 1_00, False)
    assert total.deadline == date(2015, 12, 31)
    assert total.clause == "株教函〔2014〕29号 五(三)1"
    assert not result.complete


# “必修项目全部合格”: the sum alone is not enough.
@pytest.mark.requirement("003-16")
def test_450_with_118_school_based_is_not_complete() -> None:
    entries = [*school_based_terms(*["12"] * 9, "10"), edtech(), entry(credits="252")]
    result = stands(entries)
    school_based = one_line(result, "school_based")
    assert one_line(result, "total").met
    assert (school_based.counted_centi, school_based.missing_centi) == (118_00, 2_00)
    assert not result.complete


# 五(三)1：“教育技术能力培训考试80学分”: without the exam the 80 count for nothing.
@pytest.mark.requirement("003-16")
@pytest.mark.requirement("003-38")
def test_450_that_include_80_without_the_exam_count_370() -> None:
    unexamined = edtech(exam_passed=False)
    result = stands([*school_based_terms(*["12"] * 10), unexamined, entry(credits="250")])
    assert result.total_counted_centi == 370_00
    assert one_line(result, "total").missing_centi == 80_00
    assert one_line(result, "edtech").counted_centi == 0
    (refused,) = result.uncounted
    assert (refused.entry_id, refused.credits_centi) == (unexamined.id, 80_00)
    assert refused.reason_code is Reason.exam_not_passed
    assert refused.reason == "教育技术能力培训考试未通过，80学分不计入"
    assert refused.clause == "株教函〔2014〕29号 表1·教育技术能力培训；考试见五(三)1"
    assert not result.complete


# 表1：“每期满分为12学分”
@pytest.mark.requirement("003-47")
def test_13_school_based_credits_in_one_term_count_12() -> None:
    only = entry("school_based", "13", "2014-10-15")
    result = stands([only], date(2014, 12, 31))
    assert [(one.entry_id, one.credits_centi) for one in result.counted] == [(only.id, 12_00)]
    (surplus,) = result.uncounted
    assert (surplus.entry_id, surplus.credits_centi) == (only.id, 1_00)
    assert surplus.reason_code is Reason.over_term_cap
    assert surplus.reason == "2014年秋季学期校本培训每期满分12学分，超出部分保留在明细中，不计入"
    assert surplus.clause == "株教函〔2014〕29号 表1·校本培训"
    # The surplus counts for nothing: neither category nor year nor cycle.
    counted = {one.id: one.counted_centi for one in result.lines}
    assert counted == {"total": 12_00, "school_based": 12_00, "edtech": 0, "year": 12_00}


@pytest.mark.requirement("003-47")
def test_the_earliest_event_of_the_term_counts_first_and_the_last_is_cut() -> None:
    late = entry("school_based", "5", "2014-11-20", id="a")
    early = entry("school_based", "5", "2014-09-20", id="z")
    middle = entry("school_based", "5", "2014-10-20", id="m")
    result = stands([late, early, middle])
    assert [(one.entry_id, one.credits_centi) for one in result.counted] == [
        ("z", 5_00),
        ("m", 5_00),
        ("a", 2_00),
    ]
    assert [(one.entry_id, one.credits_centi) for one in result.uncounted] == [("a", 3_00)]


# The term runs into January: the cap follows the term, the year and the cycle follow the day.
@pytest.mark.requirement("003-47")
def test_a_term_across_new_year_has_one_cap() -> None:
    december, january = entry("school_based", "8", "2014-12-20"), entry("school_based", "8", "2015-01-10")
    in_2014 = line([december, january], "year", date(2014, 12, 31))
    in_2015 = line([december, january], "year", date(2015, 12, 31))
    assert (in_2014.counted_centi, in_2014.entry_ids) == (8_00, (december.id,))
    assert (in_2015.counted_centi, in_2015.entry_ids) == (4_00, (january.id,))


def test_when_a_counted_entry_is_reversed_the_surplus_of_its_term_moves_up() -> None:
    first, second = entry("school_based", "10", "2014-03-10"), entry("school_based", "9", "2014-04-10")
    assert line([first, second], "school_based").counted_centi == 12_00
    without_first = stands([second])
    assert one_line(without_first, "school_based").counted_centi == 9_00
    assert without_first.uncounted == ()


# 六(四)3：“一个年度内参加培训累计少于72学分者，在当年度考核中不能评为优秀等第。”
@pytest.mark.requirement("003-29")
@pytest.mark.parametrize(
    ("credits", "met", "missing"), [("71", False, 1_00), ("71.99", False, 1), ("72", True, 0)]
)
def test_72_meets_the_year_and_71_does_not(credits: str, met: bool, missing: int) -> None:
    year = line([entry(credits=credits, on="2014-06-30")], "year", date(2014, 12, 31))
    assert (year.met, year.missing_centi, year.period_label) == (met, missing, "2014年度")
    assert year.deadline == date(2014, 12, 31)
    assert year.clause == "株教函〔2014〕29号 六(四)3"
    assert not year.for_completion


def test_a_year_takes_only_the_credits_of_its_own_days() -> None:
    entries = [entry(credits="72", on="2013-12-31"), entry(credits="5", on="2014-01-01")]
    assert line(entries, "year", date(2014, 7, 1)).counted_centi == 5_00
    assert line(entries, "year", date(2013, 7, 1)).counted_centi == 72_00


def test_edtech_counts_once_in_a_cycle() -> None:
    first, again = edtech("2012-05-10"), edtech("2014-05-10")
    result = stands([again, first])
    assert result.total_counted_centi == 80_00
    (refused,) = result.uncounted
    assert (refused.entry_id, refused.reason_code) == (again.id, Reason.once_per_cycle)
    assert refused.reason == "教育技术能力培训每个周期只计一次，本周期已计过"


def test_an_award_without_the_exam_does_not_use_up_the_one_of_the_cycle() -> None:
    failed, passed = edtech("2012-05-10", exam_passed=False), edtech("2014-05-10")
    assert line([failed, passed], "edtech").entry_ids == (passed.id,)


def test_an_award_never_counts_more_than_its_fixed_amount() -> None:
    result = stands([edtech(credits="90")])
    assert result.total_counted_centi == 80_00
    assert [one.reason_code for one in result.uncounted] == [Reason.over_award]


# 表1：“凭毕业证书登记100学分”
@pytest.mark.requirement("003-44")
def test_each_diploma_counts_100_without_an_exam() -> None:
    first = entry("degree", "100", "2011-06-30", mode=DeliveryMode.study)
    second = entry("degree", "100", "2014-06-30", mode=DeliveryMode.study)
    assert stands([first, second]).by_category == {"degree": 200_00}


# 表1：“不单独计分”
@pytest.mark.requirement("003-39")
@pytest.mark.requirement("003-41")
@pytest.mark.parametrize("code", ["safety", "mental_health_general"])
def test_what_is_not_credited_separately_counts_nothing(code: str) -> None:
    result = stands([entry(code, "4"), entry(code, "0", hours="2")])
    assert result.total_counted_centi == 0
    (refused,) = result.uncounted
    assert refused.reason_code is Reason.not_credited
    assert refused.reason.endswith("不单独计分，所记4学分不计入")


def test_a_category_of_another_city_counts_in_the_total_and_the_year_alone() -> None:
    result = stands([entry("research_leave", "20", "2014-05-01")], date(2014, 12, 31))
    assert result.by_category == {"research_leave": 20_00}
    assert {one.id: one.counted_centi for one in result.lines} == {
        "total": 20_00,
        "school_based": 0,
        "edtech": 0,
        "year": 20_00,
    }


def test_credits_of_another_cycle_are_no_part_of_this_one() -> None:
    before, after = entry(credits="30", on="2008-12-31"), entry(credits="40", on="2016-01-01")
    result = stands([before, after])
    assert (result.total_counted_centi, result.counted, result.uncounted) == (0, (), ())


def test_a_day_outside_every_cycle_has_no_standing() -> None:
    with pytest.raises(OutsideCycle):
        stands([], date(2016, 1, 1))


def test_pending_claims_fill_only_what_the_posted_entries_leave() -> None:
    posted = entry("school_based", "8", "2014-11-01")
    earlier_but_pending = entry("school_based", "6", "2014-09-10")
    school_based = one_line(standing(zhuzhou(), VETERAN, [posted], ON, [earlier_but_pending]), "school_based")
    assert (school_based.counted_centi, school_based.pending_centi) == (8_00, 4_00)
    assert (school_based.missing_centi, school_based.missing_after_pending_centi) == (112_00, 108_00)
    assert school_based.pending_ids == (earlier_but_pending.id,)


def test_what_is_pending_never_meets_a_requirement() -> None:
    year = one_line(
        standing(zhuzhou(), VETERAN, [], date(2014, 6, 1), [entry(credits="80", on="2014-05-01")]), "year"
    )
    assert (year.met, year.pending_centi, year.missing_after_pending_centi) == (False, 80_00, 0)


def test_a_pending_exam_that_failed_promises_nothing() -> None:
    result = standing(zhuzhou(), VETERAN, [], ON, [edtech(exam_passed=False)])
    assert (one_line(result, "edtech").pending_centi, result.total_pending_centi) == (0, 0)


# “周期中途入职”: months in service ÷ months of the cycle, floored to hundredths; fixed awards never pro-rated.
@pytest.mark.parametrize(
    ("hired_on", "total", "school_based", "months"),
    [
        (date(2008, 9, 1), 450_00, 120_00, 84),
        (date(2009, 1, 1), 450_00, 120_00, 84),
        (date(2011, 9, 1), 278_57, 74_28, 52),
        (date(2011, 9, 2), 273_21, 72_85, 51),
        (date(2015, 12, 1), 5_35, 1_42, 1),
    ],
)
def test_who_joins_late_owes_the_share_of_the_months_in_service(
    hired_on: date, total: int, school_based: int, months: int
) -> None:
    result = stands([], person=Person(hired_on=hired_on))
    assert one_line(result, "total").required_centi == total == 450_00 * months // 84
    assert one_line(result, "school_based").required_centi == school_based
    assert one_line(result, "edtech").required_centi == 80_00


def test_the_share_is_explained() -> None:
    assert line([], "total", person=Person(hired_on=date(2011, 9, 1))).explanation == (
        "周期总学分：2009–2015年周期须满278.57学分，按在职52个月折算（周期共84个月），"
        "已计0学分，还差278.57，最迟2015-12-31（株教函〔2014〕29号 五(三)1）"
    )


@pytest.mark.parametrize(
    ("late", "required"), [("full", 450_00), ("pro_rata", 278_57), ("from_next_cycle", None)]
)
def test_a_policy_chooses_what_late_joiners_owe(late: str, required: int | None) -> None:
    pack = apply_overrides(zhuzhou(), {"joining": {"late": late}})
    result = standing(pack, Person(hired_on=date(2011, 9, 1)), [], ON)
    assert one_line(result, "total").required_centi == required


def test_a_line_that_does_not_bind_is_neither_met_nor_short() -> None:
    pack = apply_overrides(zhuzhou(), {"joining": {"late": "from_next_cycle"}})
    result = standing(pack, Person(hired_on=date(2011, 9, 1)), [*compulsory(), entry(credits="300")], ON)
    for line_id in ("total", "school_based", "edtech"):
        one = one_line(result, line_id)
        assert (one.required_centi, one.met, one.short, one.missing_centi) == (None, False, False, 0)
    assert not result.complete
    assert "自下一周期起要求" in one_line(result, "total").explanation


@pytest.mark.parametrize(
    ("person", "required"),
    [
        (Person(hired_on=date(2014, 9, 1)), 24_00),
        (Person(hired_on=date(2014, 9, 2)), 18_00),
        (Person(hired_on=date(2014, 1, 1)), 72_00),
        (Person(hired_on=date(2014, 12, 2)), None),
        (Person(hired_on=date(2015, 3, 1)), None),
        (Person(hired_on=date(1975, 9, 1), leaves_on=date(2014, 6, 30)), 36_00),
        (Person(hired_on=date(1975, 9, 1), leaves_on=date(2014, 6, 15)), 30_00),
        (Person(hired_on=date(2014, 3, 1), leaves_on=date(2014, 8, 31)), 36_00),
        (Person(), 72_00),
    ],
)
def test_in_the_year_of_hiring_or_leaving_the_yearly_line_is_pro_rata_by_month(
    person: Person, required: int | None
) -> None:
    assert line([], "year", date(2014, 12, 31), person).required_centi == required


# 三(一)1：“在上岗前和上岗一年内进行适应性培训，培训时间不少于150学时，其中校本研训30学时。”
@pytest.mark.requirement("003-05")
@pytest.mark.requirement("003-37")
def test_a_novice_owes_150_hours_by_the_day_before_the_first_anniversary() -> None:
    novice = Person(hired_on=date(2014, 9, 1))
    before = entry("induction", "40", "2014-08-20", mode=DeliveryMode.onsite)
    at_school = entry("induction", "30", "2014-11-20", mode=DeliveryMode.school_based)
    last_day = entry("induction", "79", "2015-08-31", mode=DeliveryMode.base)
    too_late = entry("induction", "1", "2015-09-01", mode=DeliveryMode.onsite)
    result = stands([before, at_school, last_day, too_late], date(2015, 6, 1), novice)
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
    result = stands(entries, person=Person(hired_on=date(2014, 9, 1)))
    assert (result.total_counted_centi, result.uncounted) == (42_00, ())


# 三(一)1：“新任教师参加适应性培训后，还需参加本周期内的教师岗位培训。”
@pytest.mark.requirement("003-06")
def test_induction_is_credited_as_induction_and_never_as_post_training() -> None:
    result = stands([entry("induction", "150", "2014-10-10")], person=Person(hired_on=date(2014, 9, 1)))
    assert result.by_category == {"induction": 150_00}


@pytest.mark.requirement("003-37")
def test_a_teacher_hired_before_the_cycle_owes_no_induction() -> None:
    assert stands([]).line("induction") is None
    assert stands([], person=Person()).line("induction") is None


# 三(三)2：“所有班主任教师五年一周期内须接受不少于30学时的专题培训”
@pytest.mark.requirement("003-08")
@pytest.mark.requirement("003-42")
def test_a_homeroom_teacher_owes_30_hours_in_five_years() -> None:
    homeroom = Person(VETERAN.hired_on, positions=(("homeroom", date(2007, 9, 1), None),))
    earlier = entry("homeroom", "30", "2012-08-31")
    within = entry("homeroom", "29.5", "2012-09-01")
    duty = line([earlier, within], "homeroom", date(2014, 12, 31), homeroom)
    assert (duty.starts_on, duty.deadline) == (date(2012, 9, 1), date(2017, 8, 31))
    assert (duty.counted_centi, duty.missing_centi, duty.entry_ids) == (29_50, 50, (within.id,))
    assert not duty.for_completion


@pytest.mark.requirement("003-42")
def test_the_duty_of_a_post_binds_only_while_it_is_held() -> None:
    until_summer = Person(VETERAN.hired_on, positions=(("homeroom", date(2012, 9, 1), date(2014, 8, 31)),))
    assert stands([], date(2014, 8, 31), until_summer).line("homeroom") is not None
    assert stands([], date(2014, 9, 1), until_summer).line("homeroom") is None


# 表1：“新任校长或拟任校长必须参加300学时资格培训，在任校长每5年必须修360学分。”
@pytest.mark.requirement("003-43")
def test_a_new_principal_owes_300_hours_and_a_serving_one_360_credits_in_five_years() -> None:
    principal = Person(VETERAN.hired_on, positions=(("principal", date(2013, 9, 1), None),))
    entries = [entry("principal", "290", "2013-07-10"), entry("post_training", "100", "2014-03-10")]
    result = stands(entries, date(2014, 6, 1), principal)
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
    designate = Person(VETERAN.hired_on, positions=(("principal_designate", date(2014, 3, 1), None),))
    result = stands([], date(2014, 6, 1), designate)
    assert one_line(result, "principal_qualification").required_centi == 300_00
    assert result.line("principal_serving") is None


@pytest.mark.requirement("003-43")
def test_a_principal_of_long_standing_is_no_longer_new() -> None:
    principal = Person(VETERAN.hired_on, positions=(("principal", date(2001, 9, 1), None),))
    result = stands([], date(2014, 6, 1), principal)
    assert result.line("principal_qualification") is None
    assert one_line(result, "principal_serving").starts_on == date(2011, 9, 1)


def test_the_caps_of_the_day_of_the_event_hold_and_the_requirements_of_today() -> None:
    changes = {
        "categories": {"school_based": {"worth": {"cap": 6}}},
        "requirements": {"total": {"credits": 300}},
    }
    today = apply_overrides(zhuzhou(), changes)
    entries = [entry("school_based", "10", "2013-10-10"), entry("school_based", "10", "2014-10-10")]
    result = standing(
        today, VETERAN, entries, ON, in_force=lambda day: zhuzhou() if day < date(2014, 1, 1) else today
    )
    assert one_line(result, "school_based").counted_centi == 10_00 + 6_00
    assert one_line(result, "total").required_centi == 300_00


def test_the_generic_default_asks_for_360_and_caps_nothing() -> None:
    entries = [entry("school_based", "287", "2026-03-01"), entry(credits="73", on="2027-05-01")]
    result = standing(three_tier(), Person(), entries, date(2026, 11, 22))
    assert result.cycle.label == "2026–2030年周期"
    assert result.complete
    assert one_line(result, "year").counted_centi == 287_00


def test_a_negative_entry_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="never negative"):
        Entry("a", "post_training", -1, 0, ON)
