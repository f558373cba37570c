"""学历, the highest that a teacher holds."""

from enum import StrEnum


class Degree(StrEnum):
    """大专, 本科, 研究生; from the lowest up."""

    associate = "associate"
    bachelor = "bachelor"
    master = "master"


_IN_ORDER = tuple(Degree)


def is_above(degree: Degree, other: Degree | None) -> bool:
    """Whether `degree` is higher; anything is higher than what is not known."""
    return other is None or _IN_ORDER.index(degree) > _IN_ORDER.index(other)
