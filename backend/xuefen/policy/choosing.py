"""Choosing courses for lines that are short: no clashes, as few gaps left as can be, in as few days as can be.

Exact while at most `EXACTLY` courses come into question: every combination is weighed that could still be
the best. Beyond that a greedy choice, from which courses that are not needed are dropped and single courses
exchanged for others that take fewer days; that is good, not proven to be the best.

Best means: fewest gaps left open, then fewest calendar days with sessions, then fewest courses, then those
that end first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from xuefen.policy.counting import Place, count
from xuefen.policy.entries import Entry
from xuefen.policy.pack import Pack
from xuefen.policy.requirements import Line

EXACTLY = 12


class Hindrance(StrEnum):
    """What keeps the person from enrolling in an offer."""

    not_eligible = "not_eligible"
    clash = "clash"
    full = "full"
    opens_later = "opens_later"


@dataclass(frozen=True, slots=True)
class Offer:
    """An open run as the person finds it. `entry`: what it is worth once completed, on its last day.

    `days`: calendar days with sessions; none for a course online without sessions. `hindrance` None: the
    person can enroll now.
    """

    program: UUID | str
    entry: Entry
    days: frozenset[date]
    meetings: tuple[tuple[datetime, datetime], ...] = ()
    hindrance: Hindrance | None = None

    @property
    def id(self) -> UUID | str:
        return self.entry.id

    def clashes(self, other: "Offer") -> bool:
        """Whether both cannot be taken: they meet at the same time, or are runs of one program."""
        return self.program == other.program or any(
            begins < other_ends and other_begins < ends
            for begins, ends in self.meetings
            for other_begins, other_ends in other.meetings
        )


class Worth:
    """What offers add to lines that are short, in the room that pending entries leave under the caps."""

    def __init__(self, pack: Pack, taken: Mapping[Place, int], lines: Sequence[Line]) -> None:
        self.pack, self.taken, self.lines = pack, taken, tuple(lines)

    @cached_property
    def missing(self) -> tuple[int, ...]:
        return tuple(line.missing_after_pending_centi for line in self.lines)

    def add(self, offer: Offer, taken: Mapping[Place, int]) -> tuple[tuple[int, ...], Mapping[Place, int]]:
        """What the offer adds to each line where `taken` has counted already, and what is taken then."""
        entry = offer.entry
        tally = count([entry], lambda _: self.pack, taken)
        amounts = tuple(tally.amount(line.unit, entry) if line.looks_at(entry) else 0 for line in self.lines)
        return amounts, tally.taken

    def of_each(self, offers: Sequence[Offer]) -> list[dict[str, int]]:
        """What each adds beside the ones before it; lines to which it adds nothing are left out."""
        found, taken = [], self.taken
        for offer in offers:
            amounts, taken = self.add(offer, taken)
            pairs = zip(self.lines, amounts, strict=True)
            found.append({line.id: amount for line, amount in pairs if amount})
        return found

    def of_all(self, offers: Sequence[Offer]) -> dict[str, int]:
        each = self.of_each(offers)
        return {line.id: sum(one.get(line.id, 0) for one in each) for line in self.lines}

    def after(self, offers: Sequence[Offer]) -> tuple[Mapping[Place, int], tuple[int, ...]]:
        """What is taken with these offers, in the order of their events, and still missing of each line."""
        left, taken = self.missing, self.taken
        for offer in offers:
            amounts, taken = self.add(offer, taken)
            left = _less(left, amounts)
        return taken, left


Cost = tuple[int, int, int, tuple[int, ...]]
"""Gaps left open, days, courses, and the places of the courses in the order of their last days."""


@dataclass(frozen=True, slots=True)
class _SoFar:
    """Where a choice stands: what is taken under the caps, what is missing of each line, and its days."""

    taken: Mapping[Place, int]
    left: tuple[int, ...]
    days: frozenset[date]


def choose(worth: Worth, free: Sequence[Offer]) -> tuple[list[Offer], bool]:
    """Which of `free` (in the order of their events) to take, and whether no other choice is better."""
    choice = _Choice(worth, free)
    exact = len(choice.candidates) <= EXACTLY
    return choice.exactly() if exact else choice.roughly(), exact


class _Choice:
    """The choice among those offers that add something to a line within reach."""

    def __init__(self, worth: Worth, free: Sequence[Offer]) -> None:
        self.worth = worth
        self.candidates = [offer for offer in free if any(worth.add(offer, worth.taken)[0])]
        self.best: Cost = self._cost(())
        self._known: dict[tuple[int, int], bool] = {}

    @cached_property
    def hopes(self) -> list[tuple[int, ...]]:
        """For each place: what the candidates from there on add at most to each line."""
        hopes = [tuple(0 for _ in self.worth.lines)]
        for offer in reversed(self.candidates):
            amounts, _ = self.worth.add(offer, self.worth.taken)
            hopes.append(tuple(map(sum, zip(hopes[-1], amounts, strict=True))))
        return hopes[::-1]

    def exactly(self) -> list[Offer]:
        """Every combination that could still be better than the best so far."""
        self._search(0, (), self.worth.taken, self.worth.missing)
        return self._offers(self.best[3])

    def _search(
        self, place: int, chosen: tuple[int, ...], taken: Mapping[Place, int], left: tuple[int, ...]
    ) -> None:
        days = len(days_of(self._offers(chosen)))
        self.best = min(self.best, (_open(left), days, len(chosen), chosen))
        hoped = _open(_less(left, self.hopes[place]))
        if place == len(self.candidates) or (hoped, days, len(chosen)) >= self.best[:3]:
            return
        if self._fits(place, chosen):
            amounts, after = self.worth.add(self.candidates[place], taken)
            if _useful(amounts, left):
                self._search(place + 1, (*chosen, place), after, _less(left, amounts))
        self._search(place + 1, chosen, taken, left)

    def roughly(self) -> list[Offer]:
        return self._offers(self._needed(self._cheaper(self._needed(self._greedy()))))

    def _greedy(self) -> tuple[int, ...]:
        """Again and again the course that closes most for its days; those without sessions first."""
        chosen: tuple[int, ...] = ()
        while True:
            so_far = _SoFar(*self.worth.after(self._offers(chosen)), days_of(self._offers(chosen)))
            fitting = [place for place in range(len(self.candidates)) if self._fits(place, chosen)]
            merits = [(self._merit(place, so_far), -place) for place in fitting]
            (_, gain), best = max(merits, default=((False, Fraction(0)), 0))
            if not gain:
                return chosen
            chosen = tuple(sorted((*chosen, -best)))

    def _merit(self, place: int, so_far: "_SoFar") -> tuple[bool, Fraction]:
        """The part of the gaps that the course would close, for each further day that it takes."""
        offer = self.candidates[place]
        amounts, _ = self.worth.add(offer, so_far.taken)
        days = len(offer.days - so_far.days)
        parts = zip(amounts, so_far.left, self.worth.missing, strict=True)
        gain = sum((Fraction(min(amount, left), missing) for amount, left, missing in parts), Fraction(0))
        return days == 0 and gain > 0, gain / (days or 1)

    def _needed(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """Without the courses that close nothing which the others do not, the longest first."""
        for place in sorted(chosen, key=lambda place: (-len(self.candidates[place].days), -place)):
            without = tuple(other for other in chosen if other != place)
            if self._cost(without)[0] <= self._cost(chosen)[0]:
                chosen = without
        return chosen

    def _cheaper(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """One course exchanged for another wherever that costs less, each course once."""
        for place in chosen:
            rest = tuple(other for other in chosen if other != place)
            most = len(days_of(self._offers(chosen)))
            exchanges = [
                tuple(sorted((*rest, other)))
                for other in range(len(self.candidates))
                if self._fits(other, rest) and len(days_of(self._offers((*rest, other)))) < most
            ]
            chosen = min([chosen, *exchanges], key=self._cost)
        return chosen

    def _fits(self, place: int, chosen: tuple[int, ...]) -> bool:
        return place not in chosen and not any(self._clash(place, other) for other in chosen)

    def _clash(self, place: int, other: int) -> bool:
        if (place, other) not in self._known:
            self._known[place, other] = self.candidates[place].clashes(self.candidates[other])
        return self._known[place, other]

    def _cost(self, chosen: tuple[int, ...]) -> Cost:
        offers = self._offers(chosen)
        return _open(self.worth.after(offers)[1]), len(days_of(offers)), len(chosen), chosen

    def _offers(self, chosen: tuple[int, ...]) -> list[Offer]:
        return [self.candidates[place] for place in chosen]


def days_of(offers: Iterable[Offer]) -> frozenset[date]:
    return frozenset().union(*(offer.days for offer in offers))


def _open(left: Iterable[int]) -> int:
    return sum(amount > 0 for amount in left)


def _less(left: tuple[int, ...], amounts: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(max(0, rest - amount) for rest, amount in zip(left, amounts, strict=True))


def _useful(amounts: tuple[int, ...], left: tuple[int, ...]) -> bool:
    return any(amount and rest for amount, rest in zip(amounts, left, strict=True))
