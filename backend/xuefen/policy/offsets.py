"""单向抵扣: what one category has beyond its own minimum fills what another lacks, never the other way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from xuefen.policy.accountability_rows import Offset
from xuefen.policy.calendar import Period
from xuefen.policy.demand import Demand
from xuefen.policy.judged import Judged, Shares
from xuefen.policy.pack import Pack
from xuefen.policy.vocabulary import Unit

_OFFSETTABLE = frozenset({"category_per_cycle", "category_per_year"})

_Key = tuple[int, int]
"""A row of the pack's offsets and a demand that it may fill, by their places."""


@dataclass(slots=True)
class Loans:
    """What the demands of a standing have of themselves, and what they borrow by the offsets of the pack.

    `before`: the loans of posted entries, on top of which pending ones fill what is left. `lent`: by donor and
    period, how much each borrowing category has had; two lines of one category share what it borrows.
    """

    pack: Pack
    asked: Sequence[Demand]
    judged: Judged
    before: "Loans | None" = None
    own: list[Shares] = field(default_factory=list)
    got: list[Shares] = field(default_factory=list)
    lent: dict[tuple[str, Period], dict[str, int]] = field(default_factory=dict)
    by_row: dict[_Key, int] = field(default_factory=dict)

    @property
    def both(self) -> "tuple[Loans, ...]":
        """The loans of posted entries, then those of pending ones."""
        return (self,) if self.before is None else (self.before, self)

    def filled(self, place: int) -> int:
        """How much of a demand is filled, by its own and by loans."""
        return sum(sum(one.own[place].values()) + sum(one.got[place].values()) for one in self.both)

    def of_row(self, key: _Key) -> int:
        """How much a demand has had by one row."""
        return sum(one.by_row.get(key, 0) for one in self.both)

    def lenders(self, place: int) -> frozenset[str]:
        """The categories that may lend more to a demand, as far as `most` goes."""
        demand = self.asked[place]
        return frozenset(
            row.by
            for index, row in enumerate(self.pack.offsets)
            if _may_fill(row, demand) and self.of_row((index, place)) != _most(self.pack, row, demand)
        )


def loans(pack: Pack, asked: Sequence[Demand], judged: Judged, before: Loans | None = None) -> Loans:
    """What each demand has and gets, in the order of the pack's offsets. Every part is lent once, the latest first."""
    own = [judged.shares(demand) for demand in asked]
    found = Loans(pack, asked, judged, before, own, [{} for _ in asked])
    for index, row in enumerate(pack.offsets):
        for place, demand in enumerate(asked):
            if _may_fill(row, demand):
                _lend(found, row, (index, place))
    return found


def _may_fill(row: Offset, demand: Demand) -> bool:
    return demand.row.kind in _OFFSETTABLE and demand.categories == frozenset({row.category})


def _lend(found: Loans, row: Offset, key: _Key) -> None:
    place = key[1]
    demand = found.asked[place]
    missing = (demand.share.required_centi or 0) - found.filled(place)
    donor = replace(demand, categories=frozenset({row.by}))
    pools = [one.judged.shares(donor) for one in found.both]
    gone = [_gone(one, row, demand.period) for one in found.both]
    spare = sum(map(_sum, pools)) - max(_kept(found, donor, pools), default=0) - sum(gone)
    most = _most(found.pack, row, demand)
    room = missing if most is None else most - found.of_row(key)
    amount = max(0, min(missing, spare, _sum(pools[-1]) - gone[-1], room))
    found.by_row[key] = amount
    found.got[place] |= _latest(pools[-1], amount, skip=gone[-1])
    borrowers = found.lent.setdefault((row.by, demand.period), {})
    borrowers[row.category] = max(borrowers.get(row.category, 0), amount)


def _gone(one: Loans, row: Offset, period: Period) -> int:
    """What the donor has lent to other categories in the same period."""
    borrowers = one.lent.get((row.by, period), {})
    return sum(amount for code, amount in borrowers.items() if code != row.category)


def _most(pack: Pack, row: Offset, demand: Demand) -> int | None:
    """The limit of the row in the demand's unit; None where it sets none."""
    if row.most is None:
        return None
    if demand.unit is not Unit.hours:
        return row.most.centi
    rate = pack.rate_of(row.by)
    return row.most.centi * rate.hours.centi // rate.credits.centi


def _kept(found: Loans, donor: Demand, pools: Sequence[Shares]) -> Iterator[int]:
    """What of the pools the lending category must keep, for each requirement of its own."""
    for place, demand in enumerate(found.asked):
        if demand.categories != donor.categories or demand.unit is not donor.unit:
            continue
        own = [one.own[place] for one in found.both]
        outside = sum(
            amount
            for shares, pool in zip(own, pools, strict=True)
            for entry_id, amount in shares.items()
            if entry_id not in pool
        )
        # What lies outside the pool fills the minimum first.
        yield min(demand.share.required_centi or 0, sum(map(_sum, own))) - outside


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


def _sum(shares: Shares) -> int:
    return sum(shares.values())
