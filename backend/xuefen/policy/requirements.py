"""The standing (达标情况) of one person: what is met, what is missing, what counted, what did not, and why.

`standing` is a function of its arguments alone. Term, year, cycle and caps of an entry follow from the day of
its event; what is required follows from the pack in force on the day asked about.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

from xuefen.policy.calendar import Cycle, Year
from xuefen.policy.counting import Counted, InForce, Place, Tally, Uncounted, count
from xuefen.policy.demands import Demand, demands
from xuefen.policy.entries import Entry, Person, Position, in_order
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.offsets import Shares, borrowed
from xuefen.policy.pack import Pack
from xuefen.policy.units import short_text
from xuefen.policy.vocabulary import UNIT_NAMES, Unit

__all__ = ["Counted", "Entry", "Line", "Person", "Position", "Standing", "Uncounted", "standing"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One requirement, answered. Amounts are hundredths of `unit`.

    `shares` and `pending_shares`: what each entry adds; the figures are their sums. `offset_centi`: how much
    of the figure came from another category by an offset of the pack.
    """

    demand: Demand
    shares: Mapping[UUID | str, int]
    pending_shares: Mapping[UUID | str, int]
    offset_centi: int
    converted_centi: int | None
    """A figure in hours, as credits where they are not one to one: the sum is converted, and floored, once."""

    @property
    def id(self) -> str:
        return self.demand.row.id

    @property
    def name(self) -> str:
        return self.demand.row.name

    @property
    def kind(self) -> str:
        return self.demand.row.kind

    @property
    def unit(self) -> Unit:
        return self.demand.unit

    @property
    def category(self) -> str | None:
        """The one category that the line looks at; None for several or all."""
        codes = self.demand.categories
        return next(iter(codes)) if codes is not None and len(codes) == 1 else None

    @property
    def mode(self) -> DeliveryMode | None:
        return self.demand.mode

    @property
    def required_centi(self) -> int | None:
        """None: the requirement does not bind this person in this period (`note` says why)."""
        return self.demand.share.required_centi

    @cached_property
    def counted_centi(self) -> int:
        return sum(self.shares.values())

    @cached_property
    def pending_centi(self) -> int:
        return sum(self.pending_shares.values())

    @property
    def missing_centi(self) -> int:
        return max(0, (self.required_centi or 0) - self.counted_centi)

    @property
    def missing_after_pending_centi(self) -> int:
        return max(0, self.missing_centi - self.pending_centi)

    @property
    def met(self) -> bool:
        return self.required_centi is not None and self.missing_centi == 0

    @property
    def short(self) -> bool:
        """Binding and not met."""
        return self.required_centi is not None and not self.met

    @property
    def exempt(self) -> bool:
        """An exemption takes the line away."""
        return self.demand.share.exempt

    @property
    def period_label(self) -> str:
        return self.demand.period.label

    @property
    def starts_on(self) -> date | None:
        """None: every day until the deadline counts."""
        begins = self.demand.period.starts_on
        return None if begins == date.min else begins

    @property
    def deadline(self) -> date:
        return self.demand.period.ends_on

    @property
    def clause(self) -> str:
        return self.demand.row.clause

    @property
    def for_completion(self) -> bool:
        return self.demand.row.for_completion

    @property
    def consequence(self) -> str | None:
        """What the notice attaches to missing it."""
        return self.demand.row.consequence

    @property
    def entry_ids(self) -> tuple[UUID | str, ...]:
        return tuple(self.shares)

    @property
    def pending_ids(self) -> tuple[UUID | str, ...]:
        return tuple(self.pending_shares)

    @property
    def note(self) -> str | None:
        return self.demand.share.note

    def looks_at(self, entry: Entry) -> bool:
        """Whether an entry of this kind and day could add to the line."""
        return self.demand.concerns(entry)

    @property
    def explanation(self) -> str:
        """The line as a sentence for people."""
        unit = UNIT_NAMES[self.unit]
        counted = f"已计{short_text(self.counted_centi)}{unit}"
        if self.converted_centi is not None:
            counted += f"（合{short_text(self.converted_centi)}学分）"
        if self.offset_centi:
            counted += f"（其中抵扣{short_text(self.offset_centi)}）"
        if self.required_centi is None:
            return f"{self.name}：{self.note}，{counted}（{self.clause}）"
        asked = f"{self.period_label}须满{short_text(self.required_centi)}{unit}"
        rest = "已达标" if self.met else f"还差{short_text(self.missing_centi)}，最迟{self.deadline}"
        note = f"，{self.note}" if self.note else ""
        return f"{self.name}：{asked}{note}，{counted}，{rest}（{self.clause}）"


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
    entries, pending = in_order(entries), in_order(pending)
    posted = count(entries, rules)
    coming = count(pending, rules, posted.taken)
    cycle = pack.calendar.cycle_of(on)
    year = pack.calendar.year_of(on)
    lines = _lines(pack, tuple(demands(pack, person, on)), (entries, posted), (pending, coming))
    by_category = _by_category(entries, posted, cycle)
    pending_by_category = _by_category(pending, coming, cycle)
    concerned = _concerned(entries, cycle, lines)
    return Standing(
        on=on,
        cycle=cycle,
        year=year,
        lines=lines,
        counted=tuple(
            Counted(entry.id, posted.counted[entry.id]) for entry in concerned if posted.counted[entry.id]
        ),
        uncounted=tuple(posted.uncounted[entry.id] for entry in concerned if entry.id in posted.uncounted),
        total_counted_centi=sum(by_category.values()),
        total_pending_centi=sum(pending_by_category.values()),
        by_category=MappingProxyType(by_category),
        pending_by_category=MappingProxyType(pending_by_category),
        taken=MappingProxyType(coming.taken),
        barred=_barred(pack, person, on, year),
    )


Judged = tuple[Sequence[Entry], Tally]


def _lines(pack: Pack, asked: Sequence[Demand], posted: Judged, coming: Judged) -> tuple[Line, ...]:
    own = [_shares(demand, *posted) for demand in asked]
    expected = [_shares(demand, *coming) for demand in asked]
    lent = borrowed(pack, asked, own, lambda demand: _shares(demand, *posted))
    filled = [sum(one.values()) + sum(other.values()) for one, other in zip(own, lent, strict=True)]
    to_lend = borrowed(pack, asked, expected, lambda demand: _shares(demand, *coming), filled)
    return tuple(
        Line(
            demand=demand,
            shares=MappingProxyType(own[place] | lent[place]),
            pending_shares=MappingProxyType(expected[place] | to_lend[place]),
            offset_centi=sum(lent[place].values()),
            converted_centi=_converted(pack, demand, own[place]),
        )
        for place, demand in enumerate(asked)
    )


def _shares(demand: Demand, entries: Sequence[Entry], tally: Tally) -> Shares:
    """What each entry adds to the demand, in the demand's own unit; entries that add nothing are left out."""
    shares: Shares = {}
    for entry in entries:
        amount = tally.amount(demand.unit, entry) if demand.concerns(entry) else 0
        if amount:
            shares[entry.id] = amount
    return shares


def _converted(pack: Pack, demand: Demand, shares: Shares) -> int | None:
    rate = pack.conversion
    if demand.unit is not Unit.hours or rate.hours.centi == rate.credits.centi:
        return None
    return sum(shares.values()) * rate.credits.centi // rate.hours.centi


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


def _by_category(entries: Sequence[Entry], tally: Tally, cycle: Cycle) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for entry in entries:
        if entry.event_on in cycle and tally.counted[entry.id]:
            totals[entry.category] += tally.counted[entry.id]
    return dict(sorted(totals.items()))


def _concerned(entries: Sequence[Entry], cycle: Cycle, lines: Sequence[Line]) -> list[Entry]:
    listed = {entry_id for line in lines for entry_id in line.entry_ids}
    return [entry for entry in entries if entry.event_on in cycle or entry.id in listed]
