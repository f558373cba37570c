"""单向抵扣: what is lent, to whom, how much, and what the lender keeps."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from tests.make.policy import edtech, entry, one_line, zhuzhou
from xuefen.policy.gaps import closes_gaps
from xuefen.policy.pack import Pack, apply_overrides
from xuefen.policy.requirements import Entry, Line, Person, Standing, standing

CLAUSE = "甲教〔2014〕1号 三"
ON = date(2014, 12, 31)
WEAK, BACK, MASTER = "weak_subject", "backbone", "master"
PERSON = Person(hired_on=date(1995, 9, 1))


def minimum(category: str, credits: int | None, per: str = "cycle", **row: Any) -> dict[str, Any]:
    return {
        "kind": f"category_per_{per}",
        "name": category,
        "category": category,
        "credits": credits,
        "for_completion": False,
        "clause": CLAUSE,
        **row,
    }


def lending(
    rows: Mapping[str, Mapping[str, Any]], *offsets: tuple[str, str] | tuple[str, str, int], **changes: Any
) -> Pack:
    """The pack with these requirements, and offsets (to fill, by, most)."""
    told = [
        {"category": row[0], "by": row[1], "clause": CLAUSE} | ({"most": row[2]} if len(row) > 2 else {})
        for row in offsets
    ]
    return apply_overrides(zhuzhou(), {"requirements": rows, "offsets": told, **changes})


PLAIN = lending({"weak": minimum(WEAK, 50)}, (WEAK, BACK))
KEEPING = lending({"weak": minimum(WEAK, 50), "back": minimum(BACK, 30)}, (WEAK, BACK))
AT_MOST_20 = lending({"weak": minimum(WEAK, 50)}, (WEAK, BACK, 20))


def stands(pack: Pack, entries: Sequence[Entry], pending: Sequence[Entry] = (), on: date = ON) -> Standing:
    return standing(pack, PERSON, entries, on, pending)


def line(
    pack: Pack, entries: Sequence[Entry], pending: Sequence[Entry] = (), on: date = ON, line_id: str = "weak"
) -> Line:
    return one_line(stands(pack, entries, pending, on), line_id)


def test_the_surplus_of_a_category_fills_another() -> None:
    own, lent = entry(WEAK, "35"), entry(BACK, "60")
    weak = line(PLAIN, [own, lent])
    assert (weak.counted_centi, weak.offset_centi, weak.met) == (50_00, 15_00, True)
    assert weak.shares == {own.id: 35_00, lent.id: 15_00}
    assert weak.explanation == (
        "weak_subject：2009–2015年周期须满50学分，已计50学分（其中抵扣15），已达标（甲教〔2014〕1号 三）"
    )


def test_never_the_other_way() -> None:
    back = line(KEEPING, [entry(WEAK, "100")], line_id="back")
    assert (back.counted_centi, back.offset_centi) == (0, 0)


def test_what_is_lent_counts_once_in_the_total() -> None:
    result = stands(PLAIN, [entry(BACK, "60")])
    assert one_line(result, "total").counted_centi == 60_00
    assert result.by_category == {BACK: 60_00}


@pytest.mark.parametrize(
    ("credits", "lent"), [("20", 0), ("30", 0), ("31", 1_00), ("80", 50_00), ("100", 50_00)]
)
def test_the_lender_keeps_its_own_minimum(credits: str, lent: int) -> None:
    result = stands(KEEPING, [entry(BACK, credits)])
    weak, back = one_line(result, "weak"), one_line(result, "back")
    assert (weak.offset_centi, weak.counted_centi) == (lent, lent)
    assert back.met == (credits != "20")


def test_the_latest_entries_are_lent_first() -> None:
    early, late = entry(BACK, "40", "2013-03-01"), entry(BACK, "30", "2014-03-01")
    assert line(PLAIN, [early, late]).shares == {late.id: 30_00, early.id: 20_00}


def test_no_more_is_lent_than_the_pack_allows() -> None:
    assert line(AT_MOST_20, [entry(BACK, "60")]).offset_centi == 20_00
    assert line(AT_MOST_20, [entry(WEAK, "40"), entry(BACK, "60")]).offset_centi == 10_00


def test_nothing_is_lent_to_two_categories() -> None:
    pack = lending({"weak": minimum(WEAK, 50), "master": minimum(MASTER, 30)}, (WEAK, BACK), (MASTER, BACK))
    early, late = entry(BACK, "40", "2013-03-01"), entry(BACK, "30", "2014-03-01")
    result = stands(pack, [early, late])
    assert one_line(result, "weak").shares == {late.id: 30_00, early.id: 20_00}
    assert one_line(result, "master").shares == {early.id: 20_00}


def test_a_category_is_filled_by_several_in_the_order_of_the_pack() -> None:
    pack = lending({"weak": minimum(WEAK, 50)}, (WEAK, BACK), (WEAK, MASTER))
    back, master = entry(BACK, "30"), entry(MASTER, "30")
    weak = line(pack, [master, back])
    assert (weak.shares, weak.offset_centi) == ({back.id: 30_00, master.id: 20_00}, 50_00)


def test_three_entries_are_lent_one_after_the_other() -> None:
    pack = lending({"weak": minimum(WEAK, 50), "master": minimum(MASTER, 30)}, (WEAK, BACK), (MASTER, BACK))
    first, second, third = (
        entry(BACK, *what) for what in (("10", "2012-03-01"), ("40", "2013-03-01"), ("30",))
    )
    result = stands(pack, [first, second, third])
    assert one_line(result, "weak").shares == {third.id: 30_00, second.id: 20_00}
    assert one_line(result, "master").shares == {second.id: 20_00, first.id: 10_00}


@pytest.mark.parametrize(
    ("posted", "coming", "lent"), [("50", "0", 10_00), ("5", "45", 10_00), ("0", "50", 10_00)]
)
def test_what_two_borrow_leaves_the_lenders_minimum(posted: str, coming: str, lent: int) -> None:
    rows = {"weak": minimum(WEAK, 20), "master": minimum(MASTER, 30), "back": minimum(BACK, 20)}
    pack = lending(rows, (WEAK, BACK), (MASTER, BACK))
    result = stands(pack, [entry(BACK, posted)], [entry(BACK, coming)])
    weak, master = one_line(result, "weak"), one_line(result, "master")
    assert (weak.counted_centi + weak.pending_centi, master.counted_centi + master.pending_centi) == (
        20_00,
        lent,
    )


# Otherwise an order of two rows for one category would let the second find nothing left.
def test_two_lines_of_one_category_share_what_it_borrows() -> None:
    pack = lending({"weak": minimum(WEAK, 10), "more": minimum(WEAK, 40)}, (WEAK, BACK))
    result = stands(pack, [entry(BACK, "30")])
    assert [one_line(result, name).offset_centi for name in ("weak", "more")] == [10_00, 30_00]
    for less, more in ((10, 20), (20, 10)):
        rows = {"weak": minimum(WEAK, less), "more": minimum(WEAK, more), "master": minimum(MASTER, 30)}
        third = lending(rows, (WEAK, BACK), (MASTER, BACK))
        assert line(third, [entry(BACK, "30")], line_id="master").offset_centi == 10_00


# The first year of the cycle begins on the same day as the cycle.
def test_the_year_and_the_cycle_borrow_each_for_itself() -> None:
    pack = lending({"year": minimum(WEAK, 20, "year"), "cycle": minimum(WEAK, 50)}, (WEAK, BACK))
    result = stands(pack, [entry(BACK, "30", "2009-05-01")], on=date(2009, 12, 31))
    assert [one_line(result, name).offset_centi for name in ("year", "cycle")] == [20_00, 30_00]


def test_a_year_borrows_from_its_own_days() -> None:
    pack = lending({"weak": minimum(WEAK, 20, "year")}, (WEAK, BACK))
    assert line(pack, [entry(BACK, "30", "2013-12-31")]).offset_centi == 0
    assert line(pack, [entry(BACK, "30", "2014-01-01")]).offset_centi == 20_00


def test_a_fixed_award_is_kept_for_its_own_requirement() -> None:
    pack = lending({"weak": minimum(WEAK, 50)}, (WEAK, "edtech"))
    assert line(pack, [edtech()]).offset_centi == 0


def test_what_the_lender_owes_of_the_year_is_kept_from_the_cycle() -> None:
    pack = lending({"weak": minimum(WEAK, 50), "back": minimum(BACK, 16, "year")}, (WEAK, BACK))
    this_year, before = entry(BACK, "20", "2014-03-01"), entry(BACK, "10", "2013-03-01")
    assert line(pack, [this_year, before]).offset_centi == 14_00
    assert line(pack, [before]).offset_centi == 10_00


def test_what_the_lender_owes_of_the_cycle_is_kept_first_from_other_years() -> None:
    pack = lending({"weak": minimum(WEAK, 50, "year"), "back": minimum(BACK, 30)}, (WEAK, BACK))
    this_year = entry(BACK, "20", "2014-03-01")
    assert line(pack, [this_year]).offset_centi == 0
    assert line(pack, [this_year, entry(BACK, "25", "2013-03-01")]).offset_centi == 15_00
    assert line(pack, [this_year, entry(BACK, "90", "2013-03-01")]).offset_centi == 20_00


def test_who_lacks_something_does_not_lend_and_who_lends_does_not_borrow() -> None:
    rows = {"weak": minimum(WEAK, 50), "back": minimum(BACK, 30), "master": minimum(MASTER, 10)}
    pack = lending(rows, (WEAK, BACK), (BACK, MASTER))
    borrower = stands(pack, [entry(BACK, "20"), entry(MASTER, "25")])
    assert [one_line(borrower, name).offset_centi for name in rows] == [0, 10_00, 0]
    lender = stands(pack, [entry(BACK, "40"), entry(MASTER, "25")])
    assert [one_line(lender, name).offset_centi for name in rows] == [10_00, 0, 0]
    assert one_line(lender, "back").met


def test_what_a_cap_takes_away_is_not_lent() -> None:
    pack = lending({"weak": minimum(WEAK, 50), "school_based": None}, (WEAK, "school_based"))
    assert line(pack, [entry("school_based", "30")]).offset_centi == 12_00


def test_a_line_that_is_exempt_borrows_nothing() -> None:
    person = Person(hired_on=date(2015, 12, 2))
    weak = one_line(standing(PLAIN, person, [entry(BACK, "60")], ON), "weak")
    assert (weak.required_centi, weak.offset_centi) == (None, 0)


def test_a_limit_in_credits_is_reckoned_in_hours_where_the_line_is() -> None:
    ten_to_one = {"hours": 10, "credits": 1, "clause": CLAUSE}
    pack = lending({"weak": minimum(WEAK, None, hours=50)}, (WEAK, BACK, 2), conversion=ten_to_one)
    weak = line(pack, [entry(WEAK, "1", hours="10"), entry(BACK, "6", hours="60")])
    assert (weak.unit, weak.offset_centi, weak.counted_centi) == ("hours", 20_00, 30_00)
    assert weak.converted_centi == 3_00
    own_rate = {"categories": {BACK: {"conversion": {"hours": 5, "credits": 1, "clause": CLAUSE}}}}
    mixed = apply_overrides(pack, own_rate)
    assert line(mixed, [entry(WEAK, "1", hours="10"), entry(BACK, "6", hours="60")]).converted_centi == 3_00


def test_pending_surplus_fills_what_the_posted_leaves() -> None:
    posted, coming = entry(BACK, "20"), entry(BACK, "40")
    weak = line(PLAIN, [posted], [coming])
    assert (weak.counted_centi, weak.pending_centi, weak.missing_after_pending_centi) == (20_00, 30_00, 0)
    assert (weak.pending_shares, weak.offset_centi) == ({coming.id: 30_00}, 20_00)


@pytest.mark.parametrize(
    ("posted", "coming", "counted", "pending"),
    [("20", "25", 0, 15_00), ("50", "25", 20_00, 25_00), ("30", "60", 0, 50_00), ("10", "15", 0, 0)],
)
def test_posted_and_pending_meet_the_lenders_minimum_together(
    posted: str, coming: str, counted: int, pending: int
) -> None:
    weak = line(KEEPING, [entry(BACK, posted)], [entry(BACK, coming)])
    assert (weak.counted_centi, weak.pending_centi) == (counted, pending)


def test_the_limit_holds_for_posted_and_pending_together() -> None:
    weak = line(AT_MOST_20, [entry(BACK, "15")], [entry(BACK, "15")])
    assert (weak.counted_centi, weak.pending_centi) == (15_00, 5_00)


def test_what_the_line_expects_of_its_own_comes_before_a_loan() -> None:
    own, lent = entry(WEAK, "45"), entry(BACK, "20")
    assert line(PLAIN, [], [lent, own]).pending_shares == {own.id: 45_00, lent.id: 5_00}


def test_pending_surplus_is_lent_once() -> None:
    pack = lending({"weak": minimum(WEAK, 50), "master": minimum(MASTER, 30)}, (WEAK, BACK), (MASTER, BACK))
    early, late = entry(BACK, "40", "2014-03-01"), entry(BACK, "30", "2014-05-01")
    result = stands(pack, [], [early, late])
    assert one_line(result, "weak").pending_shares == {late.id: 30_00, early.id: 20_00}
    assert one_line(result, "master").pending_shares == {early.id: 20_00}


def closed(pack: Pack, offer: Entry, entries: Sequence[Entry] = (), pending: Sequence[Entry] = ()) -> bool:
    return "weak" in closes_gaps(pack, stands(pack, entries, pending), offer)


def test_a_course_of_a_lender_closes_the_gap_it_would_fill() -> None:
    offer = entry(BACK, "10", "2014-06-01")
    assert closed(PLAIN, offer)
    assert closed(PLAIN, offer, [entry(BACK, "40")])
    assert not closed(PLAIN, offer, [entry(BACK, "50")])
    assert not closed(PLAIN, offer, [], [entry(BACK, "50")])
    assert not closed(PLAIN, entry(MASTER, "10", "2014-06-01"))
    assert not closed(PLAIN, entry(BACK, "10", "2016-06-01"))


@pytest.mark.parametrize(("has", "is_closed"), [("19", False), ("20", False), ("20.01", True), ("30", True)])
def test_its_own_minimum_comes_first(has: str, is_closed: bool) -> None:
    assert closed(KEEPING, entry(BACK, "10", "2014-06-01"), [entry(BACK, has)]) == is_closed


def test_a_lender_at_its_limit_closes_nothing_more() -> None:
    offer = entry(BACK, "10", "2014-06-01")
    assert closed(AT_MOST_20, offer, [entry(BACK, "19")])
    assert not closed(AT_MOST_20, offer, [entry(BACK, "20")])
    assert not closed(AT_MOST_20, offer, [entry(BACK, "15")], [entry(BACK, "5")])


def test_a_course_that_is_worth_nothing_lends_nothing() -> None:
    assert not closed(PLAIN, entry(BACK, "0", "2014-06-01"))


def test_the_least_course_of_a_lender_adds_something() -> None:
    assert closed(PLAIN, entry(BACK, "0.01", "2014-06-01"))


def test_a_minimum_that_does_not_bind_keeps_nothing() -> None:
    pack = lending({"weak": minimum(WEAK, 70), "back": minimum(BACK, 16, "year")}, (WEAK, BACK))
    novice = Person(hired_on=date(2014, 12, 2))
    weak = one_line(standing(pack, novice, [entry(BACK, "5", "2014-12-20")], ON), "weak")
    assert (weak.required_centi, weak.offset_centi) == (10_00, 5_00)


# The pending entry of another year frees a posted surplus of this one, but is itself no part of this year.
def test_a_pending_entry_outside_the_year_lends_nothing_to_it() -> None:
    rows = {"weak": minimum(WEAK, 50, "year"), "back": minimum(BACK, 30)}
    pack = lending(rows, (WEAK, BACK, 15))
    posted, coming = [entry(BACK, "20", "2014-03-01")], [entry(BACK, "25", "2013-03-01")]
    weak = line(pack, posted, coming)
    assert (weak.counted_centi, weak.pending_centi) == (0, 0)
    assert closed(pack, entry(BACK, "10", "2014-06-01"), posted, coming)
    rows["master"] = minimum(MASTER, 50, "year")
    two = lending(rows, (WEAK, BACK), (MASTER, BACK, 15))
    standing_of_two = stands(two, posted, [*coming, entry(BACK, "10", "2014-04-01")])
    assert one_line(standing_of_two, "weak").pending_centi == 10_00
    assert one_line(standing_of_two, "master").lenders == {BACK}
