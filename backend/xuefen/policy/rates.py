"""Rates (达标率, 完成率 …): a part of a whole, compared in integers and written out for people."""

from dataclasses import dataclass

from xuefen.policy.thresholds import WHOLE
from xuefen.policy.units import centi_text


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
    def percent(self) -> str | None:
        """ "19.56": two places, cut off and never rounded up, so that what is below a line never reads as the line.

        None where there is nobody.
        """
        return centi_text(self.part * WHOLE // self.whole) if self.whole else None

    def reaches(self, percent_centi: int) -> bool:
        """Whether so many hundredths of a percent are reached: exactly so many are. Of nobody nothing is."""
        return self.whole > 0 and self.part * WHOLE >= percent_centi * self.whole

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.part + other.part, self.whole + other.whole)
