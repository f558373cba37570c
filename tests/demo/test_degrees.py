"""The degrees of the demo's teachers: the same in every city of one seed, and in believable shares."""

from collections import Counter
from datetime import date

from xuefen.demo.city import imagine
from xuefen.demo.degrees import SHARES, degree_of
from xuefen.demo.roster import teachers
from xuefen.demo.tree import FULL, SMALL
from xuefen.people.degrees import Degree
from xuefen.people.models import Stage

DAY = date(2026, 11, 22)


def test_the_same_seed_gives_the_same_degrees_and_draws_nothing_else() -> None:
    city, again = imagine(DAY, SMALL), imagine(DAY, SMALL)
    state = city.seed.random.getstate()
    degrees = [degree_of(person, city.seed, city.days) for person in city.people]
    assert city.seed.random.getstate() == state
    assert degrees == [degree_of(person, again.seed, again.days) for person in again.people]
    assert [row["degree"] for row in teachers(city.tree, city.people, city.seed, city.days)] == degrees


def test_the_shares_are_near_what_is_said() -> None:
    city = imagine(DAY, FULL)
    primary = [person for person in city.people if person.stage is Stage.primary]
    counted = Counter(degree_of(person, city.seed, city.days) for person in primary)
    for degree, share in zip(Degree, SHARES[Stage.primary], strict=True):
        assert abs(counted[degree] * 100 / len(primary) - share) < 6
