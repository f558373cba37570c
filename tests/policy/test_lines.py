"""What a standing tells beside its sums: conversion, vetoes, attainment, and each line in words."""

from dataclasses import replace
from datetime import date

import pytest

from tests.make.policy import edtech, entry, one_line, school_based_terms, zhuzhou
from xuefen.policy.pack import apply_overrides
from xuefen.policy.requirements import Entry, Person, Standing, standing

ON = date(2015, 12, 31)
ON_2014 = date(2014, 12, 31)
VETERAN = Person(hired_on=date(1995, 9, 1))


def stands(entries: list[Entry], on: date = ON, person: Person = VETERAN) -> Standing:
    return standing(zhuzhou(), person, entries, on)


TEN_TO_ONE = {"hours": 10, "credits": 1, "clause": "甲教〔2014〕1号 三"}
HOURS = {
    "kind": "total_per_year",
    "name": "年度学时",
    "hours": 72,
    "for_completion": False,
    "clause": "甲 三",
}


# Conversion floors the total once, each category at its own rate.
def test_hours_are_converted_once_and_at_the_rate_of_their_category() -> None:
    pack = apply_overrides(
        zhuzhou(), {"conversion": TEN_TO_ONE, "requirements": {"year": HOURS | {"credits": None}}}
    )
    small = [entry(hours="0.75", credits="0.07", on="2014-03-01", id=f"e{n}") for n in range(3)]
    year = one_line(standing(pack, VETERAN, small, ON_2014), "year")
    assert (year.counted_centi, year.converted_centi) == (2_25, 22)
    assert year.explanation == (
        "年度学时：2014年度须满72学时，已计2.25学时（合0.22学分），还差69.75，最迟2014-12-31（甲 三）"
    )
    own = apply_overrides(pack, {"categories": {"backbone": {"conversion": TEN_TO_ONE | {"hours": 3}}}})
    mixed = [
        *small,
        entry("backbone", hours="1", on="2014-03-01"),
        entry("from_elsewhere", hours="1", on="2014-03-01"),
    ]
    assert (
        one_line(standing(own, VETERAN, mixed, ON_2014), "year").converted_centi == (75 * 3 + 100) // 10 + 33
    )
    in_credits = one_line(standing(pack, VETERAN, small, ON_2014), "total")
    assert in_credits.converted_centi is None


def test_hours_that_are_worth_as_many_credits_are_not_converted() -> None:
    pack = apply_overrides(zhuzhou(), {"requirements": {"year": HOURS | {"credits": None}}})
    assert one_line(standing(pack, VETERAN, [entry()], ON_2014), "year").converted_centi is None
    own = apply_overrides(pack, {"categories": {"backbone": {"conversion": TEN_TO_ONE}}})
    assert one_line(standing(own, VETERAN, [entry()], ON_2014), "year").converted_centi == 10_00


def barred(bars: list[str], on: date, *vetoes: tuple[date, date]) -> frozenset[str]:
    pack = apply_overrides(zhuzhou(), {"ethics_veto": {"bars": bars, "clause": "甲 四"}})
    person = Person(hired_on=date(1995, 9, 1), vetoes=vetoes)
    return standing(pack, person, [], on).barred


# 师德一票否决 acts where the pack says, on evaluation alone.
@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2013, 12, 31), set()),
        (date(2014, 5, 31), set()),
        (date(2014, 6, 1), {"year", "completion"}),
        (date(2014, 12, 31), {"year", "completion"}),
        (date(2015, 2, 28), {"year", "completion"}),
        (date(2015, 3, 1), {"year"}),
        (date(2015, 12, 31), {"year"}),
    ],
)
def test_a_veto_bars_the_years_it_touches_and_completion_while_in_force(on: date, found: set[str]) -> None:
    veto = (date(2014, 6, 1), date(2015, 2, 28))
    assert barred(["year", "completion"], on, veto) == found
    assert barred(["completion"], on, veto) == found & {"completion"}
    assert barred(["year"], on, (date(1999, 1, 1), date(1999, 2, 1)), veto) == found & {"year"}


@pytest.mark.parametrize(("last", "found"), [(date(2013, 12, 31), set()), (date(2014, 1, 1), {"year"})])
def test_a_veto_bars_the_year_of_its_last_day(last: date, found: set[str]) -> None:
    assert barred(["year", "completion"], ON_2014, (date(2013, 6, 1), last)) == found


def test_a_pack_without_a_veto_bars_nothing() -> None:
    pack = apply_overrides(zhuzhou(), {"ethics_veto": None})
    person = Person(vetoes=((date(2014, 1, 1), date(2014, 12, 31)),))
    assert standing(pack, person, [], ON_2014).barred == frozenset()


def test_a_veto_keeps_from_attainment_and_completion_and_changes_no_figure() -> None:
    pack = apply_overrides(zhuzhou(), {"ethics_veto": {"bars": ["year", "completion"], "clause": "甲 四"}})
    entries = [*school_based_terms(*["12"] * 10), edtech(), entry(credits="250", on="2014-03-01")]
    good = standing(pack, VETERAN, entries, ON_2014)
    veto = replace(VETERAN, vetoes=((date(2014, 6, 1), date(2014, 12, 31)),))
    vetoed = standing(pack, veto, entries, ON_2014)
    assert (good.attained, good.complete) == (True, True)
    assert (vetoed.attained, vetoed.complete) == (False, False)
    assert (vetoed.lines, vetoed.counted) == (good.lines, good.counted)


def test_the_year_is_attained_when_its_line_is_met() -> None:
    assert not stands([entry(credits="71")], ON_2014).attained
    assert stands([entry(credits="72")], ON_2014).attained
    assert not stands([entry(credits="72")], ON_2014, Person(hired_on=date(2014, 12, 2))).attained
    no_year = apply_overrides(
        zhuzhou(), {"requirements": {"year": None}, "thresholds": None, "targets": None, "warnings": None}
    )
    without = standing(no_year, VETERAN, [entry(credits="72")], ON_2014)
    assert (without.year_line, without.attained) == (None, False)


# A span of a post reaches over the cycle: what it rests on is told with the standing, in the order of events.
def test_entries_outside_the_cycle_are_told_when_a_line_rests_on_them() -> None:
    person = Person(date(1995, 9, 1), positions=(("homeroom", date(2005, 9, 1), None),))
    early, unlisted, inside = (
        entry("homeroom", on="2008-03-01"),
        entry(on="2008-04-01"),
        entry(on="2009-03-01"),
    )
    result = standing(zhuzhou(), person, [inside, unlisted, early], date(2010, 3, 1))
    assert [one.entry_id for one in result.counted] == [early.id, inside.id]
    assert result.total_counted_centi == 10_00
    later = Person(date(1995, 9, 1), positions=(("homeroom", date(2012, 9, 1), None),))
    after, other = entry("homeroom", on="2016-03-01"), entry(on="2016-03-01")
    told = standing(zhuzhou(), later, [other, after, inside], ON)
    assert [one.entry_id for one in told.counted] == [inside.id, after.id]
    assert told.by_category == {"post_training": 10_00}


def test_pending_credits_are_told_by_category_of_the_cycle() -> None:
    coming = [entry(on="2014-05-01"), entry("backbone", on="2014-05-01"), entry(on="2016-01-01")]
    result = standing(zhuzhou(), VETERAN, [entry("degree", credits="100", on="2014-01-01")], ON_2014, coming)
    assert list(result.pending_by_category.items()) == [("backbone", 10_00), ("post_training", 10_00)]
    assert (result.total_pending_centi, result.total_counted_centi) == (20_00, 100_00)


def test_a_line_tells_what_it_asks_for() -> None:
    pack = apply_overrides(zhuzhou(), {"requirements": {"year": {"consequence": "不得评优"}}})
    result = standing(
        pack, VETERAN, [entry(credits="2", on="2014-03-01")], ON_2014, [entry(credits="3", on="2014-04-01")]
    )
    year, school_based = one_line(result, "year"), one_line(result, "school_based")
    assert (year.name, year.kind, year.category, year.mode) == ("年度学分", "total_per_year", None, None)
    assert (school_based.category, school_based.for_completion) == ("school_based", True)
    assert (year.consequence, year.for_completion, year.short) == ("不得评优", False, True)
    assert (year.missing_centi, year.missing_after_pending_centi) == (70_00, 67_00)
    assert (year.starts_on, year.deadline) == (date(2014, 1, 1), date(2014, 12, 31))
    assert year.looks_at(entry(on="2014-12-31"))
    assert not year.looks_at(entry(on="2015-01-01"))
    assert not school_based.looks_at(entry(on="2014-12-31"))
    assert (result.cycle.starts_on, result.year.label, result.on) == (date(2009, 1, 1), "2014年度", ON_2014)
    assert result.line("nothing_of_the_kind") is None
    assert result.total is result.line("total")
    assert result.year_line is year
