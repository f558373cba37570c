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


@pytest.mark.requirement("003-47")
def test_on_one_day_the_lower_id_counts_first() -> None:
    same_day = [entry("school_based", "8", "2014-10-10", id=id) for id in ("b", "a")]
    for ledger in (same_day, same_day[::-1]):
        assert [(one.entry_id, one.credits_centi) for one in stands(ledger).counted] == [
            ("a", 8_00),
            ("b", 4_00),
        ]


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


def test_a_pack_that_asks_nothing_for_completion_completes_nobody() -> None:
    pack = apply_overrides(three_tier(), {"requirements": {"total": {"for_completion": False}}})
    result = standing(pack, Person(), [entry(credits="400", on="2026-03-01")], date(2026, 11, 22))
    assert one_line(result, "total").met
    assert not result.complete


def test_a_negative_entry_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="never negative"):
        Entry("a", "post_training", -1, 0, ON)
