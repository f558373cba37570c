"""Which credits count and which do not: caps per term, awards that come once, exams, rows without credit.

A surplus counts for nothing: not the category, not the year, not the cycle. It stays in the ledger and is
told with its clause. Entries fill a cap in the order of their events; the order of arrival changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from xuefen.policy.calendar import Calendar
from xuefen.policy.entries import Entry, in_order
from xuefen.policy.pack import Pack
from xuefen.policy.pack_rows import CapPerTerm, Category, Fixed, NotCredited, Worth
from xuefen.policy.units import centi_text, short_text

InForce = Callable[[date], Pack]
"""The pack whose caps hold for an event of that day."""

Place = tuple[str, date]
"""A category and the first day of the term or cycle in which its credits are limited."""


class Reason(StrEnum):
    """Why credits do not count."""

    over_term_cap = "over_term_cap"
    exam_not_passed = "exam_not_passed"
    once_per_cycle = "once_per_cycle"
    over_award = "over_award"
    not_credited = "not_credited"


# Of these nothing counts, so their hours do not either; a cap takes away credits and leaves the hours.
_VOID = frozenset({Reason.exam_not_passed, Reason.once_per_cycle, Reason.not_credited})


@dataclass(frozen=True, slots=True)
class Counted:
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


def count(entries: Iterable[Entry], in_force: InForce, *, after: Tally | None = None) -> Tally:
    """Judge `entries`, oldest event first, in the room that an earlier tally (`after`) has left."""
    tally = Tally(taken=dict(after.taken) if after else {})
    for entry in in_order(entries):
        _judge(tally, entry, in_force(entry.event_on))
    return tally


def room(pack: Pack, code: str, event_on: date, taken: dict[Place, int]) -> int | None:
    """Credits (hundredths) that one more entry could still earn on that day; None where nothing limits it."""
    row = pack.find_category(code)
    if row is None:
        return None
    return _room(row.worth, taken.get(_place(pack, row, event_on), 0))


def _judge(tally: Tally, entry: Entry, pack: Pack) -> None:
    # A code the pack does not know came from another city: it counts in the total and the year.
    row = pack.find_category(entry.category)
    if row is None:
        tally.counted[entry.id] = entry.credits_centi
        return
    place = _place(pack, row, entry.event_on)
    taken = tally.taken.get(place, 0)
    counted = _counted(entry, row.worth, taken)
    tally.counted[entry.id] = counted
    tally.taken[place] = taken + counted
    reason = _reason(entry, row.worth, counted)
    if reason in _VOID:
        tally.void.add(entry.id)
    if reason and counted < entry.credits_centi:
        surplus = entry.credits_centi - counted
        said = _said(reason, row, pack, entry)
        tally.uncounted[entry.id] = Uncounted(entry.id, surplus, reason, said, row.clause)


def _counted(entry: Entry, worth: Worth, taken: int) -> int:
    if isinstance(worth, Fixed) and worth.exam and not entry.exam_passed:
        return 0
    limit = _room(worth, taken)
    return entry.credits_centi if limit is None else min(entry.credits_centi, limit)


def _room(worth: Worth, taken: int) -> int | None:
    match worth:
        case CapPerTerm():
            return max(0, worth.cap.centi - taken)
        case Fixed(once="cycle"):
            return 0 if taken else worth.credits.centi
        case Fixed():
            return worth.credits.centi
        case NotCredited():
            return 0
        case _:
            return None


def _place(pack: Pack, row: Category, event_on: date) -> Place:
    if isinstance(row.worth, CapPerTerm):
        return row.code, Calendar(pack).term_of(event_on).starts_on
    cycle = Calendar(pack).find_cycle(event_on)
    return row.code, cycle.starts_on if cycle else date.min


def _reason(entry: Entry, worth: Worth, counted: int) -> Reason | None:
    match worth:
        case NotCredited():
            return Reason.not_credited
        case Fixed(exam=True) if not entry.exam_passed:
            return Reason.exam_not_passed
        case Fixed() if counted == 0 and entry.credits_centi > 0:
            return Reason.once_per_cycle
        case Fixed() if counted < entry.credits_centi:
            return Reason.over_award
        case CapPerTerm() if counted < entry.credits_centi:
            return Reason.over_term_cap
        case _:
            return None


def _said(reason: Reason, row: Category, pack: Pack, entry: Entry) -> str:
    match reason, row.worth:
        case Reason.over_term_cap, CapPerTerm(cap=cap):
            term = Calendar(pack).term_of(entry.event_on)
            return f"{term.label}{row.name}每期满分{short_text(cap.centi)}学分，超出部分保留在明细中，不计入"
        case Reason.exam_not_passed, Fixed(credits=award):
            return f"{row.name}考试未通过，{short_text(award.centi)}学分不计入"
        case Reason.once_per_cycle, _:
            return f"{row.name}每个周期只计一次，本周期已计过"
        case Reason.over_award, Fixed(credits=award):
            return f"{row.name}固定记{short_text(award.centi)}学分，多出部分不计入"
        case _:
            return f"{row.name}不单独计分，所记{centi_text(entry.credits_centi)}学分不计入"
