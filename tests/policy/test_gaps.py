"""Which gaps an offer on the menu closes."""

from datetime import date

import pytest

from tests.make.policy import edtech, entry, school_based_terms, zhuzhou
from xuefen.policy.gaps import closes_gaps
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import apply_overrides
from xuefen.policy.requirements import Entry, Person, standing

ON = date(2014, 3, 1)
ROW = {"name": "一项", "for_completion": False, "clause": "甲教〔2014〕1号 三"}


def closed_by(
    offer: Entry, ledger: list[Entry], pending: list[Entry] | None = None, person: Person | None = None
) -> tuple[str, ...]:
    result = standing(zhuzhou(), person or Person(), ledger, ON, pending or [])
    return closes_gaps(zhuzhou(), result, offer)


def test_any_credited_training_closes_the_gaps_of_cycle_and_year() -> None:
    assert closed_by(entry(on="2014-06-01"), []) == ("total", "year")


def test_an_offer_of_next_year_leaves_this_year_short() -> None:
    assert closed_by(entry(on="2015-06-01"), []) == ("total",)


def test_edtech_closes_its_own_line_once() -> None:
    assert closed_by(edtech("2014-06-01"), []) == ("total", "edtech", "year")
    assert closed_by(edtech("2014-06-01"), [edtech("2012-06-01")]) == ()


def test_a_full_term_is_closed_to_more_school_based_training() -> None:
    offer = entry("school_based", "3", "2014-06-01")
    assert closed_by(offer, [entry("school_based", "11", "2014-04-01")]) == ("total", "school_based", "year")
    assert closed_by(offer, [entry("school_based", "12", "2014-04-01")]) == ()
    assert closed_by(offer, [], [entry("school_based", "12", "2014-04-01")]) == ()


def test_a_gap_that_pending_claims_fill_needs_no_offer() -> None:
    assert closed_by(entry(on="2014-06-01"), [], [entry(credits="72", on="2014-02-20")]) == ("total",)
    assert closed_by(entry(on="2014-06-01"), [entry(credits="450", on="2013-06-01")]) == ("year",)


def test_what_is_not_credited_closes_nothing() -> None:
    assert closed_by(entry("safety", "0", "2014-06-01", hours="4"), school_based_terms("12")) == ()


@pytest.mark.requirement("003-05")
def test_an_induction_closes_the_hours_of_a_novice() -> None:
    novice = Person(hired_on=date(2014, 2, 1))
    offer = entry("induction", "20", "2014-06-01", mode=DeliveryMode.school_based)
    assert closed_by(offer, [], person=novice) == ("total", "year", "induction", "induction_school_based")


def test_an_exam_is_closed_by_an_offer_whose_exam_counts() -> None:
    exam = {"exam": {**ROW, "kind": "exam_passed", "category": "edtech", "per": "cycle"}}
    pack = apply_overrides(zhuzhou(), {"requirements": exam})
    result = standing(pack, Person(), [], ON)
    assert "exam" in closes_gaps(pack, result, edtech("2014-06-01"))
    assert "exam" not in closes_gaps(pack, result, edtech("2014-06-01", exam_passed=False))


def test_a_training_at_a_level_is_closed_by_an_offer_of_that_level() -> None:
    high = {"high": {**ROW, "kind": "trainings", "count": 1, "per": "cycle", "levels": ["provincial"]}}
    pack = apply_overrides(zhuzhou(), {"requirements": high})
    result = standing(pack, Person(), [], ON)
    assert "high" in closes_gaps(pack, result, entry(on="2014-06-01", level=Level.provincial))
    assert "high" not in closes_gaps(pack, result, entry(on="2014-06-01", level=Level.county))


def test_an_offer_over_the_cap_still_closes_hours() -> None:
    hours = {"hours": {**ROW, "kind": "category_per_year", "category": "school_based", "hours": 40}}
    pack = apply_overrides(zhuzhou(), {"requirements": hours})
    result = standing(pack, Person(), [entry("school_based", "12", "2014-04-01")], ON)
    assert closes_gaps(pack, result, entry("school_based", "3", "2014-06-01")) == ("hours",)
