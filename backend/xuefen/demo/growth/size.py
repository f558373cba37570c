"""How large the demo city becomes, its usual part included."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Growth:
    """Schools and teachers of the whole city. `rounds`: trainings that a long-serving teacher was offered."""

    schools: int
    direct_schools: int
    teachers: int
    rounds: int = 94


class DemoScale(StrEnum):
    """As the command line names it."""

    usual = "usual"
    city = "city"


CITY = Growth(schools=600, direct_schools=20, teachers=50_000)
"""About 3.5 million entries: seventy a person, who were not all there from the beginning."""
