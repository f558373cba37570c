"""A program around today, as it is told: when, for whom, how many."""

from dataclasses import dataclass

from xuefen.demo.offers import EVERYONE, Audience
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs.states import ProgramState

CITY, FIRST_SCHOOL = 0, -1
"""Sponsors beside the counties, which are counted from 1 in the order of the tree."""


@dataclass(frozen=True)
class Opening:
    """A program with its one run. Days are counted from today.

    `seats` None: exactly as many as are enrolled, with `left` more. `allotted`: seats by county; without it
    they are the sponsor's own.
    """

    title: str
    category: str
    level: Level
    mode: DeliveryMode
    credits: int
    starts_in: int
    enrolled: int = 0
    seats: int | None = None
    left: int = 0
    place: str = ""
    hour: int = 9
    meetings: int | None = None
    opens_in: int = -21
    closes_before: int = 2
    audience: Audience = EVERYONE
    sponsor: int = CITY
    provider: str | None = None
    allotted: tuple[tuple[int, int], ...] = ()
    has_exam: bool = False
    state: ProgramState = ProgramState.published
    return_note: str | None = None
    summary: str = ""
    with_showcase: bool = False
    """Whether T0001 is among the learners."""

    @property
    def is_taught_online(self) -> bool:
        """Wholly or in part, so that a platform may report it."""
        return self.mode in (DeliveryMode.online, DeliveryMode.blended)

    @property
    def sessions(self) -> int:
        """Half days of four hours; what is taught online has none."""
        if self.mode is DeliveryMode.online:
            return 0
        return self.meetings or min(12, max(2, self.credits // 4))
