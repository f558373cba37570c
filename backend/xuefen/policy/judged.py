"""The entries of a person in the order of their events, with what each of them adds in every unit."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from xuefen.policy.calendar import Period
from xuefen.policy.counting import ONE_TRAINING, InForce, Place, count
from xuefen.policy.demand import Demand
from xuefen.policy.entries import Entry, in_order
from xuefen.policy.vocabulary import Unit

Shares = dict[UUID | str, int]
"""What each entry adds to a line, in the line's own unit."""


class Judged:
    """Posted entries, or pending ones in the room that the posted have left. Ids are unique."""

    def __init__(
        self, entries: Iterable[Entry], in_force: InForce, taken: Mapping[Place, int] | None = None
    ) -> None:
        self.entries = in_order(entries)
        self.tally = count(self.entries, in_force, taken)
        self._days: list[date] = [entry.event_on for entry in self.entries]
        void = self.tally.void
        self._amounts: dict[Unit, list[int]] = {
            Unit.credits: list(self.tally.counted.values()),
            Unit.hours: [0 if void and entry.id in void else entry.hours_centi for entry in self.entries],
            Unit.times: [0 if void and entry.id in void else ONE_TRAINING for entry in self.entries],
        }

    def within(self, period: Period) -> slice:
        """Where the entries of the period stand."""
        return slice(bisect_left(self._days, period.starts_on), bisect_right(self._days, period.ends_on))

    def shares(self, demand: Demand) -> Shares:
        """What each entry adds to the demand, in its own unit; entries that add nothing are left out."""
        place, codes, choosy = self.within(demand.period), demand.categories, demand.choosy
        return {
            entry.id: amount
            for entry, amount in zip(self.entries[place], self._amounts[demand.unit][place], strict=True)
            if amount and (codes is None or entry.category in codes) and (not choosy or demand.suits(entry))
        }

    def credits(self, place: slice) -> list[tuple[Entry, int]]:
        """Entries with the credits of them that count."""
        return list(zip(self.entries[place], self._amounts[Unit.credits][place], strict=True))

    def by_category(self, period: Period) -> dict[str, int]:
        """Credits that count in the period."""
        totals: dict[str, int] = {}
        for entry, amount in self.credits(self.within(period)):
            if amount:
                totals[entry.category] = totals.get(entry.category, 0) + amount
        return dict(sorted(totals.items()))
