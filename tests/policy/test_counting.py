"""Caps, awards that come once, exams: what counts, where it is limited, and how it is told."""

from datetime import date
from typing import Any

import pytest

from tests.make.policy import edtech, entry, zhuzhou
from xuefen.policy.counting import ONE_TRAINING, Reason, Tally, count
from xuefen.policy.entries import Entry, in_order
from xuefen.policy.pack import Pack, apply_overrides
from xuefen.policy.vocabulary import Unit

CLAUSE = "甲教〔2014〕1号 三"


def capped(kind: str, cap: int = 20, **changes: Any) -> Pack:
    worth = {"categories": {"post_training": {"worth": {"kind": kind, "cap": cap}}}}
    return apply_overrides(zhuzhou(), worth | changes)


def tally(entries: list[Entry], pack: Pack | None = None) -> Tally:
    rules = pack or zhuzhou()
    return count(in_order(entries), lambda _: rules)


def amounts(entries: list[Entry], pack: Pack | None = None) -> list[int]:
    """What counts of each, in the order of events."""
    return list(tally(entries, pack).counted.values())


@pytest.mark.parametrize(
    ("kind", "days", "counted", "reason", "said"),
    [
        (
            "cap_per_term",
            ["2014-02-15", "2014-08-31", "2014-09-01"],
            [15_00, 5_00, 15_00],
            Reason.over_term_cap,
            "2014年春季学期教师岗位培训每期满分20学分",
        ),
        (
            "cap_per_year",
            ["2014-01-01", "2014-12-31", "2015-01-01"],
            [15_00, 5_00, 15_00],
            Reason.over_year_cap,
            "2014年度教师岗位培训每年度最多20学分",
        ),
        (
            "cap_per_cycle",
            ["2009-01-01", "2015-12-31", "2016-01-01"],
            [15_00, 5_00, 15_00],
            Reason.over_cycle_cap,
            "2009–2015年周期教师岗位培训每周期最多20学分",
        ),
    ],
)
def test_a_cap_holds_in_its_term_year_or_cycle(
    kind: str, days: list[str], counted: list[int], reason: Reason, said: str
) -> None:
    ledger = [entry(credits="15", on=day) for day in days]
    found = tally(ledger, capped(kind))
    assert list(found.counted.values()) == counted
    assert list(found.uncounted) == [ledger[1].id]
    surplus = found.uncounted[ledger[1].id]
    assert (surplus.credits_centi, surplus.reason_code) == (10_00, reason)
    assert surplus.reason == f"{said}，超出部分保留在明细中，不计入"
    assert (surplus.entry_id, surplus.clause) == (ledger[1].id, zhuzhou().categories[1].clause)
    assert found.void == set()


def test_a_cap_that_is_exactly_full_leaves_no_surplus_and_no_room() -> None:
    full, next_one = entry(credits="20"), entry(credits="0.01", on="2014-04-01")
    found = tally([full, next_one], capped("cap_per_term"))
    assert list(found.counted.values()) == [20_00, 0]
    assert list(found.uncounted) == [next_one.id]


def test_a_cap_takes_away_credits_and_leaves_the_hours() -> None:
    over = entry(credits="30", hours="40")
    found = tally([over], capped("cap_per_term"))
    units = {unit: found.amount(unit, over) for unit in Unit}
    assert units == {Unit.credits: 20_00, Unit.hours: 40_00, Unit.times: ONE_TRAINING}


@pytest.mark.parametrize(
    ("refused", "first"),
    [
        (edtech(exam_passed=False), []),
        (edtech("2014-05-10"), [edtech("2012-05-10")]),
        (entry("safety", "4"), []),
        (entry("safety", "0", hours="4"), []),
    ],
)
def test_what_does_not_count_at_all_is_neither_hours_nor_a_training(
    refused: Entry, first: list[Entry]
) -> None:
    found = tally([*first, refused])
    assert refused.id in found.void
    assert {unit: found.amount(unit, refused) for unit in Unit} == dict.fromkeys(Unit, 0)


def test_an_award_cut_to_its_amount_still_counts_in_hours() -> None:
    generous = edtech(credits="90")
    found = tally([generous])
    assert found.amount(Unit.hours, generous) == 90_00
    assert found.uncounted[generous.id].reason == "教育技术能力培训固定记80学分，多出部分不计入"
    assert found.uncounted[generous.id].credits_centi == 10_00


def test_an_award_of_no_credit_still_has_its_hours() -> None:
    nothing = entry("edtech", "0", hours="80", exam_passed=True)
    found = tally([nothing])
    assert (found.void, found.uncounted, found.amount(Unit.hours, nothing)) == (set(), {}, 80_00)


def test_an_award_in_two_parts_counts_up_to_its_amount() -> None:
    halves = [edtech(on, credits="50") for on in ("2012-05-10", "2013-05-10", "2014-05-10")]
    found = tally(halves)
    assert list(found.counted.values()) == [50_00, 30_00, 0]
    assert [one.reason_code for one in found.uncounted.values()] == [Reason.over_award, Reason.once_per_cycle]


def test_the_credits_of_a_failed_exam_are_told_as_they_are() -> None:
    failed = edtech(exam_passed=False, credits="60")
    assert tally([failed]).uncounted[failed.id].reason == "教育技术能力培训考试未通过，60学分不计入"


def diploma(on: str, key: str | None, id: str) -> Entry:
    return Entry(id, "degree", 100_00, 0, date.fromisoformat(on), award_key=key)


# 表1：“凭毕业证书登记100学分”: once for each diploma.
@pytest.mark.requirement("003-44")
def test_one_diploma_earns_one_award_whatever_the_cycle() -> None:
    before, again, other = (
        diploma("2008-06-30", "A1", "a"),
        diploma("2014-06-30", "A1", "b"),
        diploma("2014-07-01", "B2", "c"),
    )
    found = tally([before, again, other])
    assert list(found.counted.values()) == [100_00, 0, 100_00]
    assert found.uncounted["b"].reason_code is Reason.once_per_diploma
    assert found.uncounted["b"].reason == "学历提高培训每份毕业证书只计一次，这份已计过"
    assert found.void == {"b"}


def test_diplomas_without_a_number_are_each_their_own() -> None:
    assert amounts([diploma("2014-06-30", None, "a"), diploma("2014-06-30", "", "b")]) == [100_00, 100_00]


# The one cycle of the pack is 2009 to 2015: an award of 2007 is no award of 2017.
def test_days_before_the_cycle_and_days_after_it_are_not_one_cycle() -> None:
    assert amounts([edtech("2007-05-10"), edtech("2012-05-10"), edtech("2017-05-10")]) == [80_00] * 3
    assert amounts([edtech("2007-05-10"), edtech("2008-12-31")]) == [80_00, 0]
    assert amounts([edtech("2016-01-01"), edtech("2017-05-10")]) == [80_00, 0]


def test_a_surplus_outside_every_cycle_is_told_without_one() -> None:
    over = entry(credits="30", on="2008-05-10")
    said = tally([over], capped("cap_per_cycle")).uncounted[over.id].reason
    assert said == "教师岗位培训每周期最多20学分，超出部分保留在明细中，不计入"


def test_the_cap_of_the_day_of_the_event_holds() -> None:
    old, new = capped("cap_per_term", 20), capped("cap_per_term", 8)
    ledger = [entry(credits="10", on=on) for on in ("2014-03-01", "2014-03-31", "2014-04-01", "2014-09-05")]
    found = count(in_order(ledger), lambda day: old if day < date(2014, 4, 1) else new)
    assert list(found.counted.values()) == [10_00, 10_00, 0, 8_00]
    fewer = count(in_order(ledger[2:]), lambda day: old if day < date(2014, 4, 1) else new)
    assert list(fewer.counted.values()) == [8_00, 8_00]


def test_what_is_taken_already_leaves_the_rest() -> None:
    first = tally([entry("school_based", "8", "2014-03-01")])
    taken = dict(first.taken)
    second = count([entry("school_based", "8", "2014-04-01")], lambda _: zhuzhou(), first.taken)
    assert list(second.counted.values()) == [4_00]
    assert first.taken == taken
    assert second.taken == dict.fromkeys(taken, 12_00)


def test_applied_bonuses_programs_and_codes_of_other_cities_have_no_limit() -> None:
    ledger = [
        entry(code, "300", f"2014-0{n}-01") for n, code in enumerate(("policy_bonus", "backbone", "qq"), 1)
    ]
    found = tally(ledger)
    assert (list(found.counted.values()), found.taken, found.uncounted) == ([300_00] * 3, {}, {})


def test_entries_are_ordered_by_day_and_then_by_id() -> None:
    days = [("b", "2014-03-02"), ("c", "2014-03-01"), ("a", "2014-03-02")]
    assert [one.id for one in in_order([entry(on=on, id=id) for id, on in days])] == ["c", "a", "b"]


@pytest.mark.parametrize(("credits", "hours"), [(-1, 0), (0, -1)])
def test_an_entry_in_force_is_never_negative(credits: int, hours: int) -> None:
    with pytest.raises(
        ValueError, match=r"^an entry in force is never negative; leave out what was reversed$"
    ):
        Entry("a", "post_training", credits, hours, date(2014, 1, 1))
    assert Entry("a", "post_training", 0, 0, date(2014, 1, 1)).credits_centi == 0
