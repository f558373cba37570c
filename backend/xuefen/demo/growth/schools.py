"""More schools for the demo's counties, with names that no map has."""

from collections.abc import Iterator
from itertools import cycle, islice
from random import Random

from xuefen.demo.growth.size import Growth
from xuefen.demo.places import School
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import Node, Planter, Tree, sizes_of
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.people.models import Stage

FIRST = "云月松竹溪石桥江柳枫桂梅兰禾稻麦泉塘湖浦岭坪洲湾渡港沙桃杏橘茶莲荷鹤鹭雁"
SECOND = "山水林田村坡冲湾口头塘坳岩井园里坊堂阁亭台港埠屯寨垅"
SUFFIXES = {
    Stage.primary: "小学",
    Stage.junior: "中学",
    Stage.kindergarten: "幼儿园",
    Stage.senior: "高级中学",
    Stage.vocational: "职业学校",
    Stage.special: "特殊教育学校",
}
MIX = (
    *(Stage.primary, Stage.junior, Stage.primary, Stage.kindergarten, Stage.primary, Stage.senior),
    *(Stage.primary, Stage.junior, Stage.kindergarten, Stage.primary, Stage.vocational, Stage.special),
)
"""The stages of schools in the order in which they are set up, again and again."""


def more_schools(city: Tree, seed: Seed, days: Timeline, growth: Growth) -> Tree:
    """A tree with the city, counties and providers of `city` and only the schools that join."""
    grown = Tree(city.city, counties=city.counties, providers=city.providers)
    parents = list(_parents(city, growth))
    taken = {school.name for school in city.schools}
    listed = [_named(parent, stage, taken, seed.random) for parent, stage in zip(parents, cycle(MIX))]
    sizes = sizes_of(listed, growth.teachers - sum(school.size for school in city.schools))
    planter = Planter(seed, days)
    numbered = enumerate(zip(parents, listed, sizes, strict=True), start=len(city.schools) + 1)
    for number, (parent, school, size) in numbered:
        sized = school._replace(size=size)
        grown.schools.append(planter.node(parent, Kind.school, f"S{number:03}", school.name, sized))
    return grown


def _parents(city: Tree, growth: Growth) -> Iterator[Node]:
    """Above each new school: the city itself for the direct ones, the counties in turn for the others."""
    joining = growth.schools - len(city.schools)
    direct = growth.direct_schools - sum(school.is_direct for school in city.schools)
    yield from [city.city] * direct
    yield from islice(cycle(city.counties), joining - direct)


def _named(parent: Node, stage: Stage, taken: set[str], random: Random) -> School:
    name = ""
    while not name or name in taken:
        name = parent.name + random.choice(FIRST) + random.choice(SECOND) + SUFFIXES[stage]
    taken.add(name)
    return School(name, stage)
