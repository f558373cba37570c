"""What holds under every pack that loads and under packs made up, for any person and any ledger."""

from collections import Counter, defaultdict
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.worlds import MADE, PACKS, World, worlds
from xuefen.policy.entries import Entry
from xuefen.policy.pack_rows import AppliedYearly, PerProgram
from xuefen.policy.requirements import Line, Standing
from xuefen.policy.vocabulary import Unit

FEW = settings(max_examples=8, derandomize=True, deadline=None)
MANY = settings(max_examples=50, derandomize=True, deadline=None)
each_pack = pytest.mark.parametrize("name", PACKS)


@each_pack
@FEW
@given(st.data(), st.randoms(use_true_random=False))
def test_no_order_ever_changes_a_standing(name: str, data: st.DataObject, random: Random) -> None:
    world = data.draw(worlds(name))

    def shuffled(things: list[Entry] | tuple[object, ...]) -> list[object]:
        return random.sample(things, len(things))

    person = replace(
        world.person,
        positions=tuple(shuffled(world.person.positions)),
        exemptions=tuple(shuffled(world.person.exemptions)),
        vetoes=tuple(shuffled(world.person.vetoes)),
    )
    again = world.standing(person=person, ledger=shuffled(world.ledger), coming=shuffled(world.coming))
    assert again == world.standing()


@each_pack
@FEW
@given(st.data())
def test_a_reversal_restores_the_standing_exactly(name: str, data: st.DataObject) -> None:
    world = data.draw(worlds(name))
    before = world.standing()
    for mistake in world.coming:
        posted = [*world.ledger, mistake]
        world.standing(ledger=posted)
        posted.remove(mistake)
        assert world.standing(ledger=posted) == before


@each_pack
@FEW
@given(st.data())
def test_every_figure_is_the_sum_of_the_entries_it_lists(name: str, data: st.DataObject) -> None:
    world = data.draw(worlds(name))
    result = world.standing()
    counted = {one.entry_id: one.credits_centi for one in result.counted}
    ledger = {one.id: one for one in world.ledger}
    for line in result.lines:
        _adds_up(line, ledger, counted)
    of_cycle = [one for one in world.ledger if one.event_on in result.cycle]
    assert result.total_counted_centi == sum(counted.get(one.id, 0) for one in of_cycle)
    by_category: Counter[str] = Counter()
    for one in of_cycle:
        by_category[one.category] += counted.get(one.id, 0)
    assert +by_category == result.by_category
    if result.total is not None and result.total.unit is Unit.credits:
        assert result.total.counted_centi == result.total_counted_centi


def _adds_up(line: Line, ledger: dict[object, Entry], counted: dict[object, int]) -> None:
    own = {key: part for key, part in line.shares.items() if line.demand.concerns(ledger[key])}
    worth = {key: _worth(line.unit, ledger[key], counted) for key in line.shares}
    assert own == {key: worth[key] for key in own}
    assert all(0 < part <= worth[key] for key, part in line.shares.items())
    assert line.counted_centi == sum(line.shares.values())
    assert line.offset_centi == line.counted_centi - sum(own.values())
    assert line.pending_centi == sum(line.pending_shares.values())
    assert line.shares.keys().isdisjoint(line.pending_shares)
    required = line.required_centi
    assert line.met == (required is not None and line.counted_centi >= required)
    assert line.short == (required is not None and line.counted_centi < required)


def _worth(unit: Unit, entry: Entry, counted: dict[object, int]) -> int:
    if unit is Unit.credits:
        return counted.get(entry.id, 0)
    return entry.hours_centi if unit is Unit.hours else 1_00


@each_pack
@FEW
@given(st.data())
def test_no_more_counts_than_was_posted_and_the_rest_is_explained(name: str, data: st.DataObject) -> None:
    world = data.draw(worlds(name))
    result = world.standing()
    counted = {one.entry_id: one.credits_centi for one in result.counted}
    uncounted = {one.entry_id: one.credits_centi for one in result.uncounted}
    for one in world.ledger:
        together = counted.get(one.id, 0) + uncounted.get(one.id, 0)
        assert together == one.credits_centi or (together == 0 and one.event_on not in result.cycle)
    assert all(one.reason and one.clause for one in result.uncounted)


# An entry whose category has neither cap nor award: nothing can stand against it.
@each_pack
@FEW
@given(st.data())
def test_an_entry_more_never_lowers_a_figure(name: str, data: st.DataObject) -> None:
    world = data.draw(worlds(name))
    free = {row.code for row in world.pack.categories if isinstance(row.worth, PerProgram | AppliedYearly)}
    before = world.standing()
    for more in world.coming:
        if more.category in free:
            after = world.standing(ledger=[*world.ledger, more])
            assert after.total_counted_centi >= before.total_counted_centi
            for old, new in zip(before.lines, after.lines, strict=True):
                assert new.counted_centi >= old.counted_centi
                assert new.required_centi == old.required_centi


@each_pack
@FEW
@given(st.data())
def test_an_exemption_never_asks_for_more(name: str, data: st.DataObject) -> None:
    world = data.draw(worlds(name))
    without = world.standing(person=replace(world.person, exemptions=()))
    for old, new in zip(without.lines, world.standing().lines, strict=True):
        assert new.id == old.id
        assert (new.required_centi or 0) <= (old.required_centi or 0)
        assert new.shares.keys() <= old.shares.keys() or new.offset_centi
        assert not old.exempt


def _lent(
    world: World, result: Standing, pending: bool
) -> dict[tuple[object, ...], dict[str, Counter[object]]]:
    """By lender and period: for each category that borrows, the most of each entry that a line of it lists."""
    entries = {one.id: one for one in (world.coming if pending else world.ledger)}
    found: dict[tuple[object, ...], dict[str, Counter[object]]] = defaultdict(lambda: defaultdict(Counter))
    for line in result.lines:
        for key, part in (line.pending_shares if pending else line.shares).items():
            if line.category is not None and entries[key].category != line.category:
                of_pair = found[entries[key].category, line.demand.period][line.category]
                of_pair[key] = max(of_pair[key], part)
    return found


@MANY
@given(worlds(MADE))
def test_offsets_lend_no_part_twice_and_nothing_of_the_lenders_own_minimum(world: World) -> None:
    result = world.standing(coming=[])
    counted = {one.entry_id: one.credits_centi for one in result.counted}
    entries = {one.id: one for one in world.ledger}
    for (lender, period), borrowers in _lent(world, result, pending=False).items():
        parts: Counter[object] = sum(borrowers.values(), Counter())
        assert all(part <= counted[key] for key, part in parts.items())
        assert all(entries[key].event_on in period for key in parts)
        for line in result.lines:
            if line.category == lender and line.demand.period == period:
                own = line.counted_centi - line.offset_centi
                assert sum(parts.values()) <= max(0, own - (line.required_centi or 0))
        for row in world.pack.offsets:
            if row.by == lender and row.most is not None:
                assert sum(borrowers[row.category].values()) <= row.most.centi


@MANY
@given(worlds(MADE))
def test_pending_loans_lend_no_part_twice_either(world: World) -> None:
    result = world.standing()
    pending = {one.id: one.credits_centi for one in world.coming}
    for borrowers in _lent(world, result, pending=True).values():
        parts: Counter[object] = sum(borrowers.values(), Counter())
        assert all(part <= pending[key] for key, part in parts.items())
    for line in result.lines:
        if line.offset_centi:
            assert line.counted_centi <= (line.required_centi or 0)


# What was pending and is posted unchanged leaves every line at least as near to its goal as was promised.
@MANY
@given(worlds(MADE))
def test_posting_what_was_pending_keeps_what_it_promised(world: World) -> None:
    free = {row.code for row in world.pack.categories if isinstance(row.worth, PerProgram)}
    calm = replace(
        world,
        ledger=[one for one in world.ledger if one.category in free],
        coming=[one for one in world.coming if one.category in free],
    )
    posted = calm.standing(ledger=[*calm.ledger, *calm.coming], coming=[])
    for promised, kept in zip(calm.standing().lines, posted.lines, strict=True):
        assert kept.missing_centi <= promised.missing_after_pending_centi
