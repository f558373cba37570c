"""One entry for tests that need a whole small city: `city = await make_city(database)`.

city 青禾市
├── provider 市教师培训中心   (city.provider)
├── direct school 青禾一中    (city.direct_school)
├── county 北河县             (city.north)
│   ├── provider 北河进修学校 (city.north_provider)
│   ├── school, other_school
│   └── union 柳溪联校        (city.union) └── union_school
└── county 南浦区             (city.south) └── south_school
"""

from dataclasses import dataclass
from uuid import UUID

from tests.make.organisations import Unit, add_units, city_unit, unit_below
from tests.make.people import Person, make_teacher, make_user
from xuefen.core.db import Database
from xuefen.organisations.models import OrganisationKind as Kind
from xuefen.organisations.roles import Role


@dataclass(frozen=True)
class CityUnits:
    """The tree; `city.city` is the root and `city.id` its id."""

    city: Unit
    provider: Unit
    direct_school: Unit
    north: Unit
    north_provider: Unit
    school: Unit
    other_school: Unit
    union: Unit
    union_school: Unit
    south: Unit
    south_school: Unit


@dataclass(frozen=True)
class CityPeople:
    """Everybody who acts: one for each role, two where two persons must act at the same tier."""

    administrator: Person
    auditor: Person
    second_auditor: Person
    teacher_office: Person
    finance: Person
    supervisor: Person
    north_administrator: Person
    north_reviewer: Person
    second_north_reviewer: Person
    south_reviewer: Person
    clerk: Person
    second_clerk: Person
    other_clerk: Person
    union_clerk: Person
    south_clerk: Person
    direct_clerk: Person
    provider_staff: Person
    north_provider_staff: Person
    teacher: Person
    colleague: Person
    neighbour: Person
    union_teacher: Person
    south_teacher: Person
    direct_teacher: Person


@dataclass(frozen=True)
class CityFixture(CityUnits, CityPeople):
    """Units and people of one city."""

    @property
    def id(self) -> UUID:
        return self.city.id

    @property
    def code(self) -> str:
        return self.city.code


async def make_city(database: Database, code: str = "430200", name: str = "青禾市") -> CityFixture:
    """A city of its own: another `code` makes a second one beside it (staff numbers begin with the code)."""
    units = _units(code, name)
    await add_units(database, *vars(units).values())
    people = await _people(database, units)
    return CityFixture(**vars(units), **vars(people))


def _units(code: str, name: str) -> CityUnits:
    city = city_unit(code, name)
    north = unit_below(city, Kind.county, f"{code[:4]}21", "北河县")
    south = unit_below(city, Kind.county, f"{code[:4]}04", "南浦区")
    union = unit_below(north, Kind.union, "U01", "柳溪联校")
    return CityUnits(
        city=city,
        provider=unit_below(city, Kind.provider, "P01", f"{name}教师培训中心"),
        direct_school=unit_below(city, Kind.school, "D01", "青禾一中"),
        north=north,
        north_provider=unit_below(north, Kind.provider, "P02", "北河进修学校"),
        school=unit_below(north, Kind.school, "S01", "河东小学"),
        other_school=unit_below(north, Kind.school, "S02", "河西中学"),
        union=union,
        union_school=unit_below(union, Kind.school, "S03", "柳溪小学"),
        south=south,
        south_school=unit_below(south, Kind.school, "S04", "南浦实验学校"),
    )


async def _people(database: Database, units: CityUnits) -> CityPeople:
    code = units.city.code

    async def user(role: Role, unit: Unit, number: str, name: str) -> Person:
        return await make_user(database, unit, role, name=name, staff_no=f"{code}{number}")

    async def teacher(school: Unit, number: str, name: str) -> Person:
        return await make_teacher(database, school, name=name, staff_no=f"{code}{number}")

    return CityPeople(
        administrator=await user(Role.administrator, units.city, "ADMIN", "顾维"),
        auditor=await user(Role.city_auditor, units.city, "A0001", "沈青"),
        second_auditor=await user(Role.city_auditor, units.city, "A0002", "陶然"),
        teacher_office=await user(Role.teacher_office, units.city, "O0001", "严正"),
        finance=await user(Role.finance, units.city, "F0001", "钱清"),
        supervisor=await user(Role.supervisor, units.city, "V0001", "谢督"),
        north_administrator=await user(Role.administrator, units.north, "N0001", "倪北"),
        north_reviewer=await user(Role.county_reviewer, units.north, "C0001", "范审"),
        second_north_reviewer=await user(Role.county_reviewer, units.north, "C0002", "方慎"),
        south_reviewer=await user(Role.county_reviewer, units.south, "C0003", "南希"),
        clerk=await user(Role.school_clerk, units.school, "S0001", "管东"),
        second_clerk=await user(Role.school_clerk, units.school, "S0002", "关二"),
        other_clerk=await user(Role.school_clerk, units.other_school, "S0003", "管西"),
        union_clerk=await user(Role.school_clerk, units.union, "S0004", "柳管"),
        south_clerk=await user(Role.school_clerk, units.south_school, "S0005", "南管"),
        direct_clerk=await user(Role.school_clerk, units.direct_school, "S0006", "管直"),
        provider_staff=await user(Role.provider_staff, units.provider, "P0001", "培文"),
        north_provider_staff=await user(Role.provider_staff, units.north_provider, "P0002", "进修"),
        teacher=await teacher(units.school, "T0001", "林小满"),
        colleague=await teacher(units.school, "T0002", "周谷雨"),
        neighbour=await teacher(units.other_school, "T0003", "吴白露"),
        union_teacher=await teacher(units.union_school, "T0004", "郑清明"),
        south_teacher=await teacher(units.south_school, "T0005", "王立夏"),
        direct_teacher=await teacher(units.direct_school, "T0006", "冯秋分"),
    )
