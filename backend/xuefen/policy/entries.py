"""What a standing is computed from: one person, and the entries of their ledger that are in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from xuefen.policy.calendar import joined
from xuefen.policy.levels import DeliveryMode, Level


@dataclass(frozen=True, slots=True)
class Entry:
    """One credited training: a posted entry that is not reversed, or a claim on its way.

    `event_on` is the day the training ended (Asia/Shanghai); term, year, cycle and caps follow from it alone.
    """

    id: UUID | str
    category: str
    credits_centi: int
    hours_centi: int
    event_on: date
    level: Level = Level.school
    mode: DeliveryMode | None = None
    exam_passed: bool = False
    award_key: str | None = None
    """Which diploma an award once per diploma rests on, where it is known."""

    def __post_init__(self) -> None:
        # A reversal is no entry of its own here: it takes the entry it reverses off the list.
        if self.credits_centi < 0 or self.hours_centi < 0:
            raise ValueError("an entry in force is never negative; leave out what was reversed")


class Position(NamedTuple):
    """A post (岗位) held from a day until a day (included), or still held."""

    code: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked about. `hired_on` None: in service before any cycle. `leaves_on`: last day of service."""

    hired_on: date | None = None
    stage: str = ""
    subject: str = ""
    positions: tuple[tuple[str, date, date | None], ...] = ()
    leaves_on: date | None = None
    exemptions: tuple[tuple[str, date, date], ...] = ()
    """Approved ones: kind, first and last day."""
    vetoes: tuple[tuple[date, date], ...] = ()
    """First and last day of each ethics veto."""

    def holds(self, code: str, on: date) -> bool:
        """Whether the person holds the post on that day."""
        return any(
            post == code and from_on <= on <= (until_on or date.max)
            for post, from_on, until_on in self.positions
        )

    def held(self, code: str) -> list[tuple[date, date]]:
        """First and last days of the post; holdings that overlap, or follow each other without a gap, are one."""
        return joined(
            (from_on, until_on or date.max) for post, from_on, until_on in self.positions if post == code
        )

    def first_held(self, code: str) -> date | None:
        """The day the person first took up the post."""
        return min((from_on for post, from_on, _ in self.positions if post == code), default=None)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Oldest event first, then by id: the order in which a cap is filled, whatever the day of posting."""
    return sorted(entries, key=lambda entry: (entry.event_on, str(entry.id)))
