"""Which credits count and which do not: caps, awards that come once, exams, rows without credit.

A surplus counts for nothing: not the category, not the year, not the cycle. It stays in the ledger and is
told with its clause. Entries fill a cap in the order of their events; the order of arrival changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from xuefen.policy.entries import Entry
from xuefen.policy.pack import Pack
from xuefen.policy.pack_rows import Cap, Category, Fixed, Limited, NotCredited
from xuefen.policy.units import short_text
from xuefen.policy.vocabulary import Unit

InForce = Callable[[date], Pack]
"""The pack whose caps hold for an event of that day."""

Place = tuple[str, date, str]
"""A category, the first day of the term, year or cycle in which its credits are limited, and the diploma."""

ONE_TRAINING = 100
"""A training, in hundredths of "times"."""


class Reason(StrEnum):
    """Why credits do not count."""

    over_term_cap = "over_term_cap"
    over_year_cap = "over_year_cap"
    over_cycle_cap = "over_cycle_cap"
    exam_not_passed = "exam_not_passed"
    once_per_cycle = "once_per_cycle"
    once_per_diploma = "once_per_diploma"
    over_award = "over_award"
    not_credited = "not_credited"


# Of these nothing counts, so their hours do not either; a cap takes away credits and leaves the hours.
_VOID = frozenset(
    {Reason.exam_not_passed, Reason.once_per_cycle, Reason.once_per_diploma, Reason.not_credited}
)
_OVER = {
    "cap_per_term": Reason.over_term_cap,
    "cap_per_year": Reason.over_year_cap,
    "cap_per_cycle": Reason.over_cycle_cap,
}
CAP_NAMES = {"cap_per_term": "每期满分", "cap_per_year": "每年度最多", "cap_per_cycle": "每周期最多"}


class Counted(NamedTuple):
    """So much of the entry counts (hundredths of a credit)."""

    entry_id: UUID | str
    credits_centi: int


@dataclass(frozen=True, slots=True)
class Uncounted:
    """So much of the entry does not count, with the reason for people and the clause behind it."""

    entry_id: UUID | str
    credits_centi: int
    reason_code: Reason
    reason: str
    clause: str


@dataclass(slots=True)
class Tally:
    """The verdict on every entry, and how full each limited place is."""

    counted: dict[UUID | str, int] = field(default_factory=dict)
    uncounted: dict[UUID | str, Uncounted] = field(default_factory=dict)
    void: set[UUID | str] = field(default_factory=set)
    taken: dict[Place, int] = field(default_factory=dict)

    def amount(self, unit: Unit, entry: Entry) -> int:
        """What the entry adds to a requirement written in `unit` (hundredths)."""
        if unit is Unit.credits:
            return self.counted[entry.id]
        if entry.id in self.void:
            return 0
        return entry.hours_centi if unit is Unit.hours else ONE_TRAINING


def count(entries: Iterable[Entry], in_force: InForce, taken: Mapping[Place, int] | None = None) -> Tally:
    """Judge `entries`, given `in_order`, in the room that what is already `taken` has left."""
    tally = Tally(taken=dict(taken or {}))
    for entry in entries:
        pack = in_force(entry.event_on)
        limited = pack.limited.get(entry.category)
        if limited is None:
            # A code the pack does not know came from another city: it counts in the total and the year.
            tally.counted[entry.id] = entry.credits_centi
        else:
            _judge(tally, entry, pack, *limited)
    return tally


def _judge(tally: Tally, entry: Entry, pack: Pack, row: Category, worth: Limited) -> None:
    place = _place(pack, row, entry)
    counted = _counted(entry, worth, tally.taken.get(place, 0))
    tally.counted[entry.id] = counted
    tally.taken[place] = tally.taken.get(place, 0) + counted
    reason = _reason(entry, worth, counted)
    if reason in _VOID:
        tally.void.add(entry.id)
    if reason is not None and counted < entry.credits_centi:
        surplus = entry.credits_centi - counted
        said = _said(reason, row, pack, entry)
        tally.uncounted[entry.id] = Uncounted(entry.id, surplus, reason, said, row.clause)


def _counted(entry: Entry, worth: Limited, taken: int) -> int:
    """How much of the entry counts where `taken` has counted already in the same place."""
    match worth:
        case Cap(cap=cap):
            return min(entry.credits_centi, max(0, cap.centi - taken))
        case Fixed(exam=True) if not entry.exam_passed:
            return 0
        case Fixed(credits=award):
            return min(entry.credits_centi, max(0, award.centi - taken))
        case NotCredited():
            return 0


def _place(pack: Pack, row: Category, entry: Entry) -> Place:
    match row.worth:
        case Cap(kind="cap_per_term"):
            return row.code, pack.calendar.term_of(entry.event_on).starts_on, ""
        case Cap(kind="cap_per_year"):
            return row.code, pack.calendar.year_of(entry.event_on).starts_on, ""
        case Fixed(once="diploma"):
            # Without a number each award is taken for a diploma of its own: recognition has seen the paper.
            return row.code, date.min, entry.award_key or str(entry.id)
        case _:
            return row.code, _cycle_starts_on(pack, entry.event_on), ""


def _cycle_starts_on(pack: Pack, day: date) -> date:
    """Days before the one cycle of a pack, and days after it, are no cycle, and not the same one."""
    cycle = pack.calendar.find_cycle(day)
    if cycle is not None:
        return cycle.starts_on
    return date.min if day < pack.cycle.starts_on else date.max


def _reason(entry: Entry, worth: Limited, counted: int) -> Reason | None:
    short = counted < entry.credits_centi
    match worth:
        case NotCredited():
            return Reason.not_credited
        case Fixed(exam=True) if not entry.exam_passed:
            return Reason.exam_not_passed
        case Fixed(once=once) if counted == 0 and short:
            return Reason.once_per_diploma if once == "diploma" else Reason.once_per_cycle
        case Fixed() if short:
            return Reason.over_award
        case Cap(kind=kind) if short:
            return _OVER[kind]
        case _:
            return None


def _said(reason: Reason, row: Category, pack: Pack, entry: Entry) -> str:
    match reason, row.worth:
        case _, Cap(kind=kind, cap=cap):
            where = _capped_period(pack, kind, entry.event_on)
            limit = f"{CAP_NAMES[kind]}{short_text(cap.centi)}学分"
            return f"{where}{row.name}{limit}，超出部分保留在明细中，不计入"
        case Reason.exam_not_passed, _:
            return f"{row.name}考试未通过，{short_text(entry.credits_centi)}学分不计入"
        case Reason.once_per_cycle, _:
            return f"{row.name}每个周期只计一次，本周期已计过"
        case Reason.once_per_diploma, _:
            return f"{row.name}每份毕业证书只计一次，这份已计过"
        case Reason.over_award, Fixed(credits=award):
            return f"{row.name}固定记{short_text(award.centi)}学分，多出部分不计入"
        case _:
            return f"{row.name}不单独计分，所记{short_text(entry.credits_centi)}学分不计入"


def _capped_period(pack: Pack, kind: str, event_on: date) -> str:
    match kind:
        case "cap_per_term":
            return pack.calendar.term_of(event_on).label
        case "cap_per_year":
            return pack.calendar.year_of(event_on).label
        case _:
            cycle = pack.calendar.find_cycle(event_on)
            return cycle.label if cycle else ""
