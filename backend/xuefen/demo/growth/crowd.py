"""The schools that join, with their clerks and teachers."""

from dataclasses import dataclass
from random import Random

from xuefen.demo import people, staff
from xuefen.demo.city import DemoCity
from xuefen.demo.growth.schools import more_schools
from xuefen.demo.growth.size import Growth
from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.staff import Staff
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import Tree
from xuefen.organisations.roles import Role

FAILING_EVERY = 20
"""Every twentieth school, five percent of them, has too many teachers below the year's mark."""
FAILING_SHARE = (24, 32)


@dataclass(frozen=True)
class Crowd:
    """`tree` holds only the new schools, `clerks` only theirs."""

    tree: Tree
    clerks: Staff
    people: list[Person]


def gather(city: DemoCity, seed: Seed, growth: Growth) -> Crowd:
    grown = more_schools(city.tree, seed, city.days, growth)
    clerks = sum(officer.role is Role.school_clerk for officer in city.staff.officers)
    hired = people.hire(grown, seed, city.days, numbered_after=len(city.people))
    for number, school in enumerate(grown.schools):
        if number % FAILING_EVERY == FAILING_EVERY // 2:
            _fall_short([person for person in hired if person.school is school], seed.random, city.days)
    return Crowd(grown, staff.employ_clerks(grown, seed, city.days, clerks), hired)


def _fall_short(teachers: list[Person], random: Random, days: Timeline) -> None:
    """More than 20 % of a school below the mark, last year and this year (株教函〔2014〕29号 六(四)3)."""
    settled = [person for person in teachers if person.hired_on < days.school_year(2)]
    share = random.randint(*FAILING_SHARE)
    for person in random.sample(settled, min(len(settled), 1 + len(teachers) * share // 100)):
        person.short_in |= {days.last_year, days.today.year}
