"""The standing (达标情况) of one person: what is met, what is missing, what counted, what did not, and why.

`standing` is a function of its arguments alone. Term, year, cycle and caps of an entry follow from the day of
its event; what is required follows from the pack in force on the day asked about.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from xuefen.policy.calendar import Calendar, Cycle, Year
from xuefen.policy.counting import Counted, InForce, Place, Tally, Uncounted, count
from xuefen.policy.demands import Demand, demands
from xuefen.policy.entries import Entry, Person, Position, in_order
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.pack import Pack
from xuefen.policy.units import short_text
from xuefen.policy.vocabulary import UNIT_NAMES, Unit

__all__ = ["Counted", "Entry", "Line", "Person", "Position", "Standing", "Uncounted", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requirement, answered. Amounts are hundredths of `unit`; the figure is the sum over `entry_ids`.

    `required_centi` None: the requirement does not bind this person in this period (`note` says why); such a
    line is neither met nor short. `starts_on` None: every day until the deadline counts.
    """

    id: str
    name: str
    kind: str
    unit: Unit
    category: str | None
    mode: DeliveryMode | None
    required_centi: int | None
    counted_centi: int
    pending_centi: int
    missing_centi: int
    missing_after_pending_centi: int
    met: bool
    period_label: str
    starts_on: date | None
    deadline: date
    clause: str
    for_completion: bool
    entry_ids: tuple[UUID | str, ...]
    pending_ids: tuple[UUID | str, ...]
    note: str | None

    def looks_at(self, entry: Entry) -> bool:
        """Whether an entry of this kind and day could add to the line."""
        begins = self.starts_on or date.min
        kind = self.category in (None, entry.category) and self.mode in (None, entry.mode)
        return kind and begins <= entry.event_on <= self.deadline

    @property
    def short(self) -> bool:
        """Binding and not met."""
        return self.required_centi is not None and not self.met

    @property
    def explanation(self) -> str:
        """The line as a sentence for people."""
        unit = UNIT_NAMES[self.unit]
        counted = f"已计{short_text(self.counted_centi)}{unit}"
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
    `total_*` and `by_category` speak of the cycle alone.
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

    @property
    def total(self) -> Line | None:
        """The line of the whole cycle, where the pack has one."""
        return next((line for line in self.lines if line.kind == "total_per_cycle"), None)

    @property
    def complete(self) -> bool:
        """结业条件 met: every line for completion binds and is met."""
        lines = [line for line in self.lines if line.for_completion]
        return bool(lines) and all(line.met for line in lines)

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
    calendar = Calendar(pack)
    cycle = calendar.cycle_of(on)
    lines = tuple(_line(demand, entries, posted, pending, coming) for demand in demands(pack, person, on))
    by_category = _by_category(entries, posted, cycle)
    pending_by_category = _by_category(pending, coming, cycle)
    concerned = _concerned(entries, cycle, lines)
    return Standing(
        on=on,
        cycle=cycle,
        year=calendar.year_of(on),
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
    )


def _line(
    demand: Demand, entries: Sequence[Entry], posted: Tally, pending: Sequence[Entry], coming: Tally
) -> Line:
    counted = _amounts(demand, entries, posted)
    expected = _amounts(demand, pending, coming)
    required = demand.required_centi
    missing = max(0, (required or 0) - sum(counted.values()))
    starts_on = demand.period.starts_on
    return Line(
        id=demand.row.id,
        name=demand.row.name,
        kind=demand.row.kind,
        unit=demand.unit,
        category=demand.category,
        mode=demand.mode,
        required_centi=required,
        counted_centi=sum(counted.values()),
        pending_centi=sum(expected.values()),
        missing_centi=missing,
        missing_after_pending_centi=max(0, missing - sum(expected.values())),
        met=required is not None and missing == 0,
        period_label=demand.period.label,
        starts_on=None if starts_on == date.min else starts_on,
        deadline=demand.period.ends_on,
        clause=demand.row.clause,
        for_completion=demand.row.for_completion,
        entry_ids=tuple(counted),
        pending_ids=tuple(expected),
        note=demand.note,
    )


def _amounts(demand: Demand, entries: Sequence[Entry], tally: Tally) -> dict[UUID | str, int]:
    """What each entry adds to the demand, in the demand's own unit; entries that add nothing are left out."""
    amounts: dict[UUID | str, int] = {}
    for entry in entries:
        amount = tally.amount(demand.unit, entry) if demand.concerns(entry) else 0
        if amount:
            amounts[entry.id] = amount
    return amounts


def _by_category(entries: Sequence[Entry], tally: Tally, cycle: Cycle) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for entry in entries:
        if entry.event_on in cycle and tally.counted[entry.id]:
            totals[entry.category] += tally.counted[entry.id]
    return dict(sorted(totals.items()))


def _concerned(entries: Sequence[Entry], cycle: Cycle, lines: Sequence[Line]) -> list[Entry]:
    listed = {entry_id for line in lines for entry_id in line.entry_ids}
    return [entry for entry in entries if entry.event_on in cycle or entry.id in listed]
