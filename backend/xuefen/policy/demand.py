"""One demand: how much a requirement asks of one person, in which days, of which entries."""

from dataclasses import dataclass
from datetime import date

from xuefen.policy.calendar import Cycle, Period
from xuefen.policy.entries import Entry, Person
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import Pack
from xuefen.policy.relief import Share
from xuefen.policy.requirement_rows import Requirement
from xuefen.policy.vocabulary import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """`share.required_centi` None: the requirement does not bind this person here; the note says why.

    `categories`, `levels` None: any. `exam`: only trainings whose exam was passed.
    """

    row: Requirement
    unit: Unit
    period: Period
    share: Share
    categories: frozenset[str] | None = None
    levels: frozenset[Level] | None = None
    mode: DeliveryMode | None = None
    exam: bool = False

    def concerns(self, entry: Entry) -> bool:
        """Whether the entry is of the kind and the days this demand looks at."""
        return (
            entry.event_on in self.period
            and (self.categories is None or entry.category in self.categories)
            and self.suits(entry)
        )

    @property
    def choosy(self) -> bool:
        """Whether it looks at more than category and day."""
        return self.levels is not None or self.mode is not None or self.exam

    def suits(self, entry: Entry) -> bool:
        """Whether level, mode and exam are what it asks for."""
        return (
            (self.levels is None or entry.level in self.levels)
            and self.mode in (None, entry.mode)
            and (entry.exam_passed or not self.exam)
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked about, when, and in which cycle and year that day lies."""

    pack: Pack
    person: Person
    on: date
    cycle: Cycle
    year: Period


def only_category(row: Requirement) -> frozenset[str] | None:
    code: str | None = getattr(row, "category", None)
    return frozenset({code}) if code else None
