"""Credits (学分) and hours (学时) as exact integers in hundredths, and money in fen. Never a float."""

import re
from dataclasses import dataclass
from typing import NewType, Self

Fen = NewType("Fen", int)
"""Money in hundredths of a yuan."""

# Seven digits before the point keep every amount, in hundredths, inside a 32-bit column.
_AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,7})(?:\.(?P<part>[0-9]{1,2}))?")


def centi_text(centi: int) -> str:
    """Write hundredths as people read them: 720 -> "7.20"."""
    sign = "-" if centi < 0 else ""
    whole, part = divmod(abs(centi), 100)
    return f"{sign}{whole}.{part:02d}"


def short_text(centi: int) -> str:
    """The same without idle zeros, for sentences: 1200 -> "12", 720 -> "7.2"."""
    return centi_text(centi).rstrip("0").rstrip(".")


@dataclass(frozen=True, order=True, slots=True)
class _Hundredths:
    centi: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "7", "7.2" or "7.20"; anything else (NaN, exponents, a third place) is a ValueError."""
        match = _AMOUNT.fullmatch(text)
        if match is None:
            raise ValueError("an amount has at most seven digits and two decimal places")
        centi = int(match["whole"]) * 100 + int((match["part"] or "").ljust(2, "0"))
        return cls(-centi if match["sign"] else centi)

    @classmethod
    def whole(cls, number: int) -> Self:
        """A whole number of units: `Credits.whole(12)` is 12.00."""
        return cls(number * 100)

    def __str__(self) -> str:
        return centi_text(self.centi)

    def __bool__(self) -> bool:
        return self.centi != 0

    def __add__(self, other: Self) -> Self:
        # Credits and hours never mix: both are hundredths, and only the class tells them apart.
        return type(self)(self.centi + other.centi) if type(other) is type(self) else NotImplemented

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.centi - other.centi) if type(other) is type(self) else NotImplemented

    def __neg__(self) -> Self:
        return type(self)(-self.centi)


@dataclass(frozen=True, order=True, slots=True)
class Credits(_Hundredths):
    """学分, exact, in hundredths (`centi`)."""


@dataclass(frozen=True, order=True, slots=True)
class Hours(_Hundredths):
    """学时, exact, in hundredths (`centi`). Forty-five minutes unless the pack says otherwise."""
