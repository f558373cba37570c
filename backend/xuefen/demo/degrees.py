"""The degrees of the demo's teachers: drawn for each from the seed alone, whatever else is drawn."""

from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import Timeline
from xuefen.people.degrees import Degree
from xuefen.people.models import Stage

SHARES = {
    Stage.kindergarten: (62, 37, 1),
    Stage.primary: (27, 68, 5),
    Stage.junior: (6, 82, 12),
    Stage.senior: (0, 78, 22),
    Stage.vocational: (2, 80, 18),
    Stage.special: (18, 74, 8),
}
"""Of a hundred: 大专, 本科, 研究生."""


def degree_of(person: Person, seed: Seed, days: Timeline) -> Degree:
    """The same person has the same degree in every city that the seed makes."""
    drawn = seed.identity(f"degree {person.staff_no}", days.opening).int % 100
    associate, bachelor, _ = SHARES[person.stage]
    if drawn < associate:
        return Degree.associate
    return Degree.bachelor if drawn < associate + bachelor else Degree.master
