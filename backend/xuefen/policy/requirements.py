"""The standing (达标情况) of one person: what is met, what is missing, what counted, what did not, and why.

`standing` is a function of its arguments alone. Term, year, cycle and caps of an entry follow from the day of
its event; what is required follows from the pack in force on the day asked about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

from xuefen.policy.calendar import Cycle, Year
from xuefen.policy.counting import Counted, InForce, Place, Uncounted
from xuefen.policy.demands import Demand, demands
from xuefen.policy.entries import Entry, Person, Position
from xuefen.policy.judged import Judged
from xuefen.policy.lines import Line
from xuefen.policy.offsets import Loans, loans
from xuefen.policy.pack import Pack
from xuefen.policy.vocabulary import Unit

__all__ = ["Counted", "Entry", "Line", "Person", "Position", "Standing", "Uncounted", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The answer for one person on one day.

    `counted` and `uncounted` cover every entry of the cycle and every entry that a line rests on;
    `total_*` and `by_category` speak of the cycle alone. `barred`: evaluations ("year", "completion") that an
    ethics veto keeps from being met; it changes no line and no figure.
    """

    on: date
    cycle: Cycle
    year: Year
    lines: tuple[Line, ...]
    counted: tuple[Counted, ...]
    uncounted: tuple[Uncounted, ...]
    total_counted_centi: int
    total_pending_centi: int
    by_category: Mapping[str, int]
    pending_by_category: Mapping[str, int]
    taken: Mapping[Place, int]
    barred: frozenset[str]

    @property
    def total(self) -> Line | None:
        """The line of the whole cycle, where the pack has one."""
        return next((line for line in self.lines if line.kind == "total_per_cycle"), None)

    @property
    def year_line(self) -> Line | None:
        """The line of the training year, where the pack has one for this person."""
        return next((line for line in self.lines if line.kind == "total_per_year"), None)

    @property
    def attained(self) -> bool:
        """年度达标: the year's line binds and is met, and no veto bars the year."""
        line = self.year_line
        return line is not None and line.met and "year" not in self.barred

    @property
    def complete(self) -> bool:
        """结业条件 met: every line for completion binds and is met, and no veto bars it."""
        lines = [line for line in self.lines if line.for_completion]
        return bool(lines) and all(line.met for line in lines) and "completion" not in self.barred

    def line(self, line_id: str) -> Line | None:
        """The line of a requirement; None where it does not concern this person."""
        return next((line for line in self.lines if line.id == line_id), None)


def standing(
    pack: Pack,
    person: Person,
    entries: Sequence[Entry],
    on: date,
    pending: Sequence[Entry] = (),
    *,
    in_force: InForce | None = None,
) -> Standing:
    """Where `person` stands on `on`. `pending` are claims under way: they fill what the posted entries leave.

    `in_force` gives the pack whose caps held on the day of an event, where the rules have changed since;
    without it `pack` has always held. Refuses a day outside any cycle (`OutsideCycle`).
    """
    rules = in_force or (lambda _: pack)
    posted = Judged(entries, rules)
    coming = Judged(pending, rules, posted.tally.taken)
    cycle = pack.calendar.cycle_of(on)
    year = pack.calendar.year_of(on)
    lines = _lines(pack, tuple(demands(pack, person, on)), posted, coming)
    by_category = posted.by_category(cycle)
    pending_by_category = coming.by_category(cycle)
    concerned = _concerned(posted, cycle, lines)
    uncounted = posted.tally.uncounted
    return Standing(
        on=on,
        cycle=cycle,
        year=year,
        lines=lines,
        counted=tuple(Counted(entry.id, amount) for entry, amount in concerned if amount),
        uncounted=tuple(uncounted[entry.id] for entry, _ in concerned if entry.id in uncounted),
        total_counted_centi=sum(by_category.values()),
        total_pending_centi=sum(pending_by_category.values()),
        by_category=MappingProxyType(by_category),
        pending_by_category=MappingProxyType(pending_by_category),
        taken=MappingProxyType(coming.tally.taken),
        barred=_barred(pack, person, on, year),
    )


def _lines(pack: Pack, asked: Sequence[Demand], posted: Judged, coming: Judged) -> tuple[Line, ...]:
    now = loans(pack, asked, posted)
    soon = loans(pack, asked, coming, now)
    return tuple(_line(now, soon, place) for place in range(len(asked)))


def _line(now: Loans, soon: Loans, place: int) -> Line:
    demand, shares = now.asked[place], now.own[place] | now.got[place]
    return Line(
        demand=demand,
        shares=MappingProxyType(shares),
        pending_shares=MappingProxyType(soon.own[place] | soon.got[place]),
        offset_centi=sum(now.got[place].values()),
        lenders=soon.lenders(place),
        converted_centi=_converted(now.pack, demand, shares, now.judged.entries),
    )


def _converted(
    pack: Pack, demand: Demand, shares: Mapping[UUID | str, int], entries: Iterable[Entry]
) -> int | None:
    """Hours as credits, each category at its own rate, floored once; None where all of them are one to one."""
    if demand.unit is not Unit.hours or not pack.converts:
        return None
    hours: dict[str, int] = {}
    for entry in entries:
        if entry.id in shares:
            hours[entry.category] = hours.get(entry.category, 0) + shares[entry.id]
    worth = Fraction()
    for code, centi in hours.items():
        rate = pack.rate_of(code)
        worth += Fraction(centi * rate.credits.centi, rate.hours.centi)
    return int(worth)


def _barred(pack: Pack, person: Person, on: date, year: Year) -> frozenset[str]:
    """A veto bars the year of any of its days so far, and the completion while it is in force."""
    if pack.ethics_veto is None:
        return frozenset()
    touched = {
        "year": any(
            from_on <= min(on, year.ends_on) and until_on >= year.starts_on
            for from_on, until_on in person.vetoes
        ),
        "completion": any(from_on <= on <= until_on for from_on, until_on in person.vetoes),
    }
    return frozenset(what for what in pack.ethics_veto.bars if touched[what])


def _concerned(posted: Judged, cycle: Cycle, lines: Sequence[Line]) -> list[tuple[Entry, int]]:
    """The entries of the cycle, and those outside it that a line rests on, with the credits that count."""
    inside = posted.within(cycle)
    before, after = slice(0, inside.start), slice(inside.stop, None)
    if all(_lies_in(line, cycle) for line in lines):
        return posted.credits(inside)
    listed = {entry_id for line in lines if not _lies_in(line, cycle) for entry_id in line.shares}
    return [
        *(pair for pair in posted.credits(before) if pair[0].id in listed),
        *posted.credits(inside),
        *(pair for pair in posted.credits(after) if pair[0].id in listed),
    ]


def _lies_in(line: Line, cycle: Cycle) -> bool:
    period = line.demand.period
    return cycle.starts_on <= period.starts_on and period.ends_on <= cycle.ends_on
