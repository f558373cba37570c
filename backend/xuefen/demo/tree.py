"""The demo's organisations: city, counties, a township union, schools, and those who teach the teachers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from xuefen.approvals.desks import Map, Place
from xuefen.demo import places
from xuefen.demo.places import COUNTIES, DIRECT_SCHOOLS, School
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import Timeline
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.models import Organisation
from xuefen.people.models import Stage

USUAL_SIZE = {
    Stage.kindergarten: 16,
    Stage.primary: 29,
    Stage.junior: 34,
    Stage.senior: 48,
    Stage.vocational: 44,
    Stage.special: 18,
}


@dataclass(frozen=True)
class Scale:
    """How much of the city is made: all of it, or a corner of it for tests."""

    counties: int = len(COUNTIES)
    schools_of_county: int = 6
    direct_schools: int = len(DIRECT_SCHOOLS)
    teachers: int = 2000


FULL = Scale()
SMALL = Scale(counties=3, schools_of_county=3, direct_schools=2, teachers=400)


@dataclass(frozen=True, eq=False)
class Node:
    """An organisation of the demo; two nodes are the same only if they are one."""

    id: UUID
    kind: Kind
    code: str
    name: str
    path: str
    parent: "Node | None"
    stage: Stage | None = None
    size: int = 0
    has_training_centre: bool = True

    @property
    def place(self) -> Place:
        return Place(self.id, self.kind, self.path, self.name)

    @property
    def county(self) -> "Node | None":
        """The county at or above; None for what hangs under the city itself."""
        if self.kind is Kind.county:
            return self
        return self.parent.county if self.parent else None

    @property
    def is_direct(self) -> bool:
        return self.county is None


@dataclass
class Tree:
    """All organisations, parents before children."""

    city: Node
    counties: list[Node] = field(default_factory=list)
    unions: list[Node] = field(default_factory=list)
    schools: list[Node] = field(default_factory=list)
    providers: list[Node] = field(default_factory=list)

    @property
    def nodes(self) -> list[Node]:
        return [self.city, *self.counties, *self.unions, *self.schools, *self.providers]

    @property
    def centre(self) -> Node:
        """市教师培训中心."""
        return self.providers[0]

    def school(self, name: str) -> Node:
        return next(school for school in self.schools if school.name == name)

    def provider_of(self, sponsor: Node) -> Node:
        """Who carries out what `sponsor` sets up: its own school for teachers, else the city's centre."""
        own = [provider for provider in self.providers if provider.parent is sponsor]
        return own[0] if own else self.centre

    @property
    def map(self) -> Map:
        return Map(
            self.city.place,
            {county.path: county.place for county in self.counties},
            {node.id: node.place for node in self.nodes},
        )


class Planter:
    """Makes nodes whose ids follow from their codes."""

    def __init__(self, seed: Seed, days: Timeline) -> None:
        self.seed, self.days = seed, days

    def node(
        self, parent: Node | None, kind: Kind, code: str, name: str, school: School | None = None
    ) -> Node:
        return Node(
            id=self.seed.identity(f"organisation {code}", self.days.opening),
            kind=kind,
            code=code,
            name=name,
            path=f"{parent.path if parent else ''}{code}/",
            parent=parent,
            stage=school.stage if school else None,
            size=(school.size or USUAL_SIZE[school.stage]) if school else 0,
        )


def plant(seed: Seed, days: Timeline, scale: Scale = FULL) -> Tree:
    """The tree of the demo; schools have their sizes, which add up to the teachers of `scale`."""
    planter = Planter(seed, days)
    city = planter.node(None, Kind.city, places.CITY_CODE, places.CITY_NAME)
    tree = Tree(city)
    tree.providers = [planter.node(city, Kind.provider, code, name) for code, name in places.CITY_PROVIDERS]
    listed = list(_listed(planter, tree, scale))
    sizes = sizes_of([school for _, school in listed], scale.teachers)
    for number, ((parent, school), size) in enumerate(zip(listed, sizes, strict=True), start=1):
        sized = school._replace(size=size)
        tree.schools.append(planter.node(parent, Kind.school, f"S{number:03}", school.name, sized))
    return tree


def _listed(planter: Planter, tree: Tree, scale: Scale) -> Iterator[tuple[Node, School]]:
    """Every school below its parent; counties, unions and providers are made on the way."""
    for number, county in enumerate(COUNTIES[: scale.counties], start=1):
        node = planter.node(tree.city, Kind.county, county.code, county.name)
        if county.centre is None:
            node = _without_centre(node)
        else:
            tree.providers.append(planter.node(node, Kind.provider, f"P{number + 10}", county.centre))
        tree.counties.append(node)
        unions: dict[str, Node] = {}
        for school in county.schools[: scale.schools_of_county]:
            if school.union and school.union not in unions:
                union = planter.node(node, Kind.union, f"U{number:02}", school.union)
                unions[school.union] = union
                tree.unions.append(union)
            yield unions.get(school.union or "", node), school
    for school in DIRECT_SCHOOLS[: scale.direct_schools]:
        yield tree.city, school


def _without_centre(county: Node) -> Node:
    """003-18: a county without a training centre of its own; its bureau acts."""
    return Node(**{**vars(county), "has_training_centre": False})


def sizes_of(schools: list[School], teachers: int) -> list[int]:
    """Fixed sizes as they are, the others scaled so that all add up to `teachers`."""
    fixed = sum(school.size or 0 for school in schools)
    free = sum(USUAL_SIZE[school.stage] for school in schools if school.size is None)
    sizes = [school.size or USUAL_SIZE[school.stage] * (teachers - fixed) // free for school in schools]
    adjustable = [index for index, school in enumerate(schools) if school.size is None]
    for turn in range(teachers - sum(sizes)):
        sizes[adjustable[turn % len(adjustable)]] += 1
    return sizes


def organisations(tree: Tree) -> list[Organisation]:
    """The rows of the tree, parents first."""
    return [
        Organisation(
            city_id=tree.city.id,
            id=node.id,
            kind=node.kind,
            parent_id=node.parent.id if node.parent else None,
            code=node.code,
            name=node.name,
            path=node.path,
            has_training_centre=node.has_training_centre,
        )
        for node in tree.nodes
    ]
