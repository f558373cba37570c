"""A city with offices and no teachers, so that a test says how many there are.

city 青禾市 (auditor)
├── direct school 青禾一中
├── county 北河县 (reviewer)
│   ├── school 河东小学 (clerk)
│   └── school 河西中学 (other_clerk)
└── county 南浦区
    └── south_school 南浦实验学校
"""

from dataclasses import dataclass
from uuid import UUID

from tests.make.organisations import Unit, add_units, city_unit, unit_below
from tests.make.people import Person, make_user
from xuefen.core.db import Database
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.roles import Role


@dataclass(frozen=True)
class Bureau:
    city: Unit
    direct_school: Unit
    north: Unit
    school: Unit
    other_school: Unit
    south: Unit
    south_school: Unit
    auditor: Person
    reviewer: Person
    clerk: Person
    other_clerk: Person

    @property
    def id(self) -> UUID:
        return self.city.id


async def make_bureau(database: Database) -> Bureau:
    city = city_unit("430200", "青禾市")
    north = unit_below(city, Kind.county, "430221", "北河县")
    south = unit_below(city, Kind.county, "430204", "南浦区")
    units = {
        "city": city,
        "north": north,
        "south": south,
        "direct_school": unit_below(city, Kind.school, "D01", "青禾一中"),
        "school": unit_below(north, Kind.school, "S01", "河东小学"),
        "other_school": unit_below(north, Kind.school, "S02", "河西中学"),
        "south_school": unit_below(south, Kind.school, "S04", "南浦实验学校"),
    }
    await add_units(database, *units.values())
    people = {
        "auditor": await make_user(database, city, Role.city_auditor, name="沈青"),
        "reviewer": await make_user(database, north, Role.county_reviewer, name="范审"),
        "clerk": await make_user(database, units["school"], Role.school_clerk, name="管东"),
        "other_clerk": await make_user(database, units["other_school"], Role.school_clerk, name="管西"),
    }
    return Bureau(**units, **people)
