"""What holds for every ledger: order never matters, nothing counts twice, every figure is the sum it lists."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY, one_line, posted_by_term, zhuzhou
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.requirements import Entry, Person, Standing, standing
from xuefen.policy.vocabulary import Unit

ON = date(2014, 12, 31)
CODES = [
    *("school_based", "school_based", "post_training", "edtech", "degree"),
    *("safety", "induction", "homeroom", "a_code_of_another_city"),
]
PERSON = Person(
    hired_on=date(2011, 9, 1),
    positions=(("homeroom", date(2012, 9, 1), None), ("principal", date(2013, 9, 1), None)),
)


def entries_between(first: date, last: date) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        id=st.uuids(),
        category=st.sampled_from(CODES),
        credits_centi=st.integers(min_value=0, max_value=20_00),
        hours_centi=st.integers(min_value=0, max_value=40_00),
        event_on=st.dates(min_value=first, max_value=last),
        mode=st.sampled_from([None, DeliveryMode.onsite, DeliveryMode.school_based]),
        exam_passed=st.booleans(),
    )


def ledgers_of(one: st.SearchStrategy[Entry]) -> st.SearchStrategy[list[Entry]]:
    return st.lists(one, max_size=25, unique_by=lambda entry: entry.id)


entries = entries_between(date(2008, 6, 1), date(2016, 6, 30))
ledgers = ledgers_of(entries)
whole_terms = ledgers_of(entries_between(date(2009, 2, 15), date(2015, 8, 31)))


def stands(ledger: list[Entry], pending: list[Entry] | None = None) -> Standing:
    return standing(zhuzhou(), PERSON, ledger, ON, pending or [])


@BRIEFLY
@given(ledgers, st.randoms(use_true_random=False))
def test_the_order_of_entries_never_changes_a_standing(ledger: list[Entry], random: Random) -> None:
    shuffled = random.sample(ledger, len(ledger))
    assert stands(shuffled) == stands(ledger)


@BRIEFLY
@given(ledgers)
def test_every_entry_of_the_cycle_is_counted_or_explained_to_the_last_hundredth(ledger: list[Entry]) -> None:
    result = stands(ledger)
    counted = {one.entry_id: one.credits_centi for one in result.counted}
    uncounted = {one.entry_id: one.credits_centi for one in result.uncounted}
    for one in ledger:
        if one.event_on in result.cycle:
            assert counted.get(one.id, 0) + uncounted.get(one.id, 0) == one.credits_centi
    assert all(one.reason and one.clause for one in result.uncounted)


@BRIEFLY
@given(ledgers, ledgers)
def test_every_figure_is_the_sum_of_the_entries_it_lists(ledger: list[Entry], coming: list[Entry]) -> None:
    result = stands(ledger, coming)
    credits = {one.entry_id: one.credits_centi for one in result.counted}
    hours = {one.id: one.hours_centi for one in ledger}
    for line in result.lines:
        amounts = credits if line.unit is Unit.credits else hours
        assert line.counted_centi == sum(amounts[entry_id] for entry_id in line.entry_ids)
        assert len(set(line.entry_ids)) == len(line.entry_ids)
        assert line.required_centi is None or line.met == (line.counted_centi >= line.required_centi)
    assert result.total_counted_centi == sum(result.by_category.values())
    assert result.total is not None
    assert result.total.counted_centi == result.total_counted_centi
    assert result.total.pending_centi == result.total_pending_centi


@pytest.mark.requirement("003-47")
@BRIEFLY
@given(whole_terms)
def test_each_term_counts_its_posted_school_based_credits_up_to_12(ledger: list[Entry]) -> None:
    posted = posted_by_term(zhuzhou(), ledger, "school_based")
    counted = one_line(stands(ledger), "school_based").counted_centi
    assert counted == sum(min(12_00, centi) for centi in posted.values())


@BRIEFLY
@given(ledgers, entries)
def test_posting_and_reversing_an_entry_restores_the_standing(ledger: list[Entry], mistake: Entry) -> None:
    before = stands(ledger)
    with_mistake = [*ledger, mistake]
    stands(with_mistake)
    assert stands([one for one in with_mistake if one is not mistake]) == before


# Within whole terms: a term that began before the cycle may have been filled there.
@BRIEFLY
@given(whole_terms, st.integers(min_value=0, max_value=40))
def test_taking_an_entry_away_never_adds_a_credit(ledger: list[Entry], index: int) -> None:
    before, after = stands(ledger), stands(ledger[:index] + ledger[index + 1 :])
    for line_id in ("total", "school_based", "edtech"):
        assert one_line(after, line_id).counted_centi <= one_line(before, line_id).counted_centi


@BRIEFLY
@given(ledgers, ledgers)
def test_pending_claims_change_nothing_that_is_counted(ledger: list[Entry], coming: list[Entry]) -> None:
    without, with_pending = stands(ledger), stands(ledger, coming)
    assert with_pending.counted == without.counted
    assert with_pending.uncounted == without.uncounted
    for old, new in zip(without.lines, with_pending.lines, strict=True):
        assert (new.counted_centi, new.missing_centi, new.met) == (
            old.counted_centi,
            old.missing_centi,
            old.met,
        )
        assert new.missing_after_pending_centi == max(0, new.missing_centi - new.pending_centi)
