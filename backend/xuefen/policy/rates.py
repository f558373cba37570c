"""Rates (参培率, 合格率, 优秀率, 学历达标率) against targets. Shares stay whole numbers until they are compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from xuefen.policy.accountability_rows import TargetRow
from xuefen.policy.thresholds import WHOLE
from xuefen.policy.units import centi_text

_DEGREES = ("associate", "bachelor", "master")


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole` people or things."""

    part: int
    whole: int

    @property
    def share(self) -> str:
        """ "9/46"."""
        return f"{self.part}/{self.whole}"

    @property
    def percent_centi(self) -> int | None:
        """Hundredths of a percent, cut off: to be shown, never to be compared. None where there is nobody."""
        return self.part * WHOLE // self.whole if self.whole else None

    @property
    def percent(self) -> str | None:
        """ "19.56": two places, cut off and never rounded up, so that what is below a line never reads as the line.

        None where there is nobody.
        """
        return None if self.percent_centi is None else centi_text(self.percent_centi)

    def reaches(self, percent_centi: int) -> bool:
        """Whether so many hundredths of a percent are reached: exactly so many are. Of nobody nothing is."""
        return self.whole > 0 and self.part * WHOLE >= percent_centi * self.whole

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.part + other.part, self.whole + other.whole)


@dataclass(frozen=True, slots=True)
class Turnout:
    """What became of the people enrolled in a training.

    `participated`: attended at least once; `passed` are those who passed, the excellent ones among them.
    """

    enrolled: int = 0
    participated: int = 0
    assessed: int = 0
    passed: int = 0
    excellent: int = 0

    def __add__(self, other: Self) -> "Turnout":
        return Turnout(
            self.enrolled + other.enrolled,
            self.participated + other.participated,
            self.assessed + other.assessed,
            self.passed + other.passed,
            self.excellent + other.excellent,
        )

    def rate(self, measure: str) -> Rate:
        """The rate of a target's measure (`participation`, `pass`, `excellent`), of those enrolled."""
        parts = {"participation": self.participated, "pass": self.passed, "excellent": self.excellent}
        return Rate(parts[measure], self.enrolled)


def total(turnouts: Iterable[Turnout]) -> Turnout:
    return sum(turnouts, Turnout())


@dataclass(frozen=True, slots=True)
class DegreeAnswer:
    """How many of a stage's teachers hold a target's degree.

    `unknown`: those of whom no degree is recorded. `met` is None while it depends on them, or where the
    stage has no teachers.
    """

    holding: int
    known: int
    unknown: int
    met: bool | None

    @property
    def rate(self) -> Rate:
        """Of the teachers whose degree is known."""
        return Rate(self.holding, self.known)


def degree_answer(target: TargetRow, teachers: Mapping[str | None, int]) -> DegreeAnswer:
    """`teachers`: how many of the target's stage hold which degree as their highest; None: not recorded."""
    counts = {degree: teachers.get(degree, 0) for degree in _DEGREES}
    enough = _DEGREES[_DEGREES.index(target.degree or "associate") :]
    holding, known = sum(counts[degree] for degree in enough), sum(counts.values())
    unknown = teachers.get(None, 0)
    teaching = known + unknown
    met: bool | None = Rate(holding, teaching).reaches(target.percent)
    if not met and (teaching == 0 or Rate(holding + unknown, teaching).reaches(target.percent)):
        met = None
    return DegreeAnswer(holding, known, unknown, met)
