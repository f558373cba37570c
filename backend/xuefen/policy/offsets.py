"""单向抵扣: what one category has beyond its own minimum fills what another lacks, never the other way."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from xuefen.policy.accountability_rows import Offset
from xuefen.policy.demands import Demand
from xuefen.policy.pack import Pack

Shares = dict[UUID | str, int]
"""What each entry adds to a line, in the line's own unit."""

Lent = dict[tuple[str, date], int]
"""How much a category has lent already in a period, by the period's first day."""

_OFFSETTABLE = frozenset({"category_per_cycle", "category_per_year"})


def borrowed(
    pack: Pack,
    asked: Sequence[Demand],
    own: Sequence[Shares],
    shares_of: Callable[[Demand], Shares],
    already: Sequence[int] | None = None,
) -> list[Shares]:
    """What each demand gets from other categories, in the order of the pack's offsets.

    `own` is what each demand has of itself, `shares_of` what entries a demand would have; `already` is how
    much of each demand is filled beforehand. Every part is lent once, the latest first.
    """
    got: list[Shares] = [{} for _ in asked]
    lent: Lent = {}
    for offset in pack.offsets:
        for place, demand in enumerate(asked):
            if demand.row.kind not in _OFFSETTABLE or demand.categories != frozenset({offset.category}):
                continue
            has = sum(own[place].values()) + sum(got[place].values()) + (already[place] if already else 0)
            missing = max(0, (demand.share.required_centi or 0) - has)
            got[place] |= _lend(offset, demand, missing, asked, shares_of, lent)
    return got


def _lend(
    offset: Offset,
    demand: Demand,
    missing: int,
    asked: Sequence[Demand],
    shares_of: Callable[[Demand], Shares],
    lent: Lent,
) -> Shares:
    donor = replace(demand, categories=frozenset({offset.by}))
    pool = shares_of(donor)
    key = (offset.by, demand.period.starts_on)
    gone = lent.get(key, 0)
    spare = sum(pool.values()) - _own_minimum(donor, asked) - gone
    amount = max(0, min(missing, spare, offset.most.centi if offset.most else missing))
    lent[key] = gone + amount
    return _latest(pool, amount, skip=gone)


def _own_minimum(donor: Demand, asked: Sequence[Demand]) -> int:
    """What the lending category must keep for a requirement of its own in the same period."""
    kept = [
        demand.share.required_centi or 0
        for demand in asked
        if (demand.row.kind, demand.categories, demand.unit, demand.period)
        == (donor.row.kind, donor.categories, donor.unit, donor.period)
    ]
    return max(kept, default=0)


def _latest(pool: Shares, amount: int, skip: int) -> Shares:
    """Parts of the latest entries that make up `amount`, after `skip` of them are gone already."""
    parts: Shares = {}
    for entry_id, share in reversed(pool.items()):
        left = max(0, share - skip)
        skip = max(0, skip - share)
        part = min(left, amount)
        amount -= part
        if part:
            parts[entry_id] = part
    return parts
