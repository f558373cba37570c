"""Those who work at the desks: clerks, reviewers, auditors, the staff of the centres."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from xuefen.demo.names import invent_name
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import Node, Tree
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer

KNOWN_NAMES = {
    "S0001": "何静文",
    "S0002": "罗亦白",
    "C0001": "方慎言",
    "C0002": "程以宁",
    "A0001": "顾清和",
    "A0002": "陆行简",
    "A0003": "叶望舒",
    "P0001": "唐若溪",
    "P0002": "彭思齐",
    "O0001": "严正平",
    "F0001": "钱知微",
    "V0001": "谢观澜",
    "ADMIN": "秦维安",
}


@dataclass(frozen=True)
class Officer:
    """An account with one role at one organisation."""

    id: UUID
    city_id: UUID
    staff_no: str
    name: str
    role: Role
    node: Node

    @property
    def viewer(self) -> Viewer:
        binding = Binding(self.role, self.node.id, self.node.name, self.node.path, self.node.kind)
        return Viewer(self.id, self.city_id, self.name, None, (binding,))


@dataclass
class Staff:
    """All officers, found by staff number or by role and organisation."""

    officers: list[Officer] = field(default_factory=list)
    _at: dict[tuple[Role, UUID], list[Officer]] = field(default_factory=dict)

    def add(self, officer: Officer) -> None:
        self.officers.append(officer)
        self._at.setdefault((officer.role, officer.node.id), []).append(officer)

    def at(self, role: Role, organisation_id: UUID) -> list[Officer]:
        """Who has `role` there, in the order of their staff numbers."""
        return self._at[role, organisation_id]

    def numbered(self, staff_no: str) -> Officer:
        return next(officer for officer in self.officers if officer.staff_no == staff_no)


def employ(tree: Tree, seed: Seed, days: Timeline) -> Staff:
    """One clerk for each school and union, two reviewers a county, three auditors, two staff a provider."""
    staff = Staff()
    for staff_no, role, node in _posts(tree):
        name = KNOWN_NAMES.get(staff_no) or invent_name(seed.random)
        identity = seed.identity(f"user {staff_no}", days.opening)
        staff.add(Officer(identity, tree.city.id, staff_no, name, role, node))
    return staff


def employ_clerks(tree: Tree, seed: Seed, days: Timeline, numbered_after: int) -> Staff:
    """One clerk for each school and nobody else: for schools that join later."""
    staff = Staff()
    for staff_no, role, node in _numbered("S", Role.school_clerk, tree.schools, numbered_after):
        identity = seed.identity(f"user {staff_no}", days.opening)
        staff.add(Officer(identity, tree.city.id, staff_no, invent_name(seed.random), role, node))
    return staff


def _posts(tree: Tree) -> Iterator[tuple[str, Role, Node]]:
    yield from _numbered("S", Role.school_clerk, [tree.schools[0], *tree.schools, *tree.unions])
    yield from _numbered("C", Role.county_reviewer, _twice(tree.counties))
    yield from _numbered("A", Role.city_auditor, [tree.city] * 3)
    yield from _numbered("P", Role.provider_staff, _twice(tree.providers))
    yield "O0001", Role.teacher_office, tree.city
    yield "F0001", Role.finance, tree.city
    yield "V0001", Role.supervisor, tree.city
    yield "ADMIN", Role.administrator, tree.city


def _numbered(letter: str, role: Role, nodes: list[Node], after: int = 0) -> Iterator[tuple[str, Role, Node]]:
    for number, node in enumerate(nodes, start=after + 1):
        yield f"{letter}{number:04}", role, node


def _twice(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes for _ in range(2)]
