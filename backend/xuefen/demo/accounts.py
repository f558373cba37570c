"""Accounts of the demo: one for every teacher and officer; those that are told can sign in."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from xuefen.core.passwords import hash_password
from xuefen.core.privacy import blind_index
from xuefen.core.tokens import new_secret, secret_hash
from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.situations import SITUATIONS
from xuefen.demo.staff import Staff
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import Tree
from xuefen.organisations.roles import Role
from xuefen.people.directory import STAFF_NO
from xuefen.platforms.models import Platform
from xuefen.platforms.states import PlatformScope

OPEN = (
    *("T0001", "S0001", "C0001", "A0001", "P0001", "ADMIN"),
    *("S0002", "C0002", "A0002", "A0003", "P0002", "O0001", "F0001", "V0001"),
    *(situation.staff_no for situation in SITUATIONS[1:]),
)
"""Staff numbers of the accounts that have a password."""

ROLE_NAMES = {
    Role.teacher: "教师",
    Role.school_clerk: "学校管理员",
    Role.county_reviewer: "县区审核员",
    Role.city_auditor: "市级审定员",
    Role.provider_staff: "培训机构人员",
    Role.teacher_office: "教师科",
    Role.finance: "财务",
    Role.supervisor: "督导",
    Role.administrator: "系统管理员",
}
CLIENT_ID = "demo-platform"
PLATFORM_NAME = "禾云研修平台"


async def hashes(password: str) -> dict[str, str]:
    """Staff number -> hash of the password, each with a salt of its own."""
    return {staff_no: await hash_password(password) for staff_no in OPEN}


def users(
    tree: Tree, staff: Staff, people: Iterable[Person], hashed: dict[str, str], days: Timeline
) -> Iterator[dict[str, Any]]:
    for officer in staff.officers:
        yield {
            "city_id": tree.city.id,
            "id": officer.id,
            "name": officer.name,
            "staff_no": officer.staff_no,
            "org_path": officer.node.path,
            "password_hash": hashed.get(officer.staff_no),
            "created_at": days.opening,
        }
    for person in people:
        yield {
            "city_id": tree.city.id,
            "id": person.user_id,
            "name": person.name,
            "staff_no": person.staff_no,
            "org_path": person.school.path,
            "password_hash": hashed.get(person.staff_no),
            "created_at": days.opening,
        }


def directory(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Where each sign-in name leads."""
    for row in rows:
        key = blind_index(STAFF_NO, row["staff_no"])
        yield {"kind": STAFF_NO, "key_hash": key, "city_id": row["city_id"], "owner_id": row["id"]}


def bindings(
    tree: Tree, staff: Staff, people: Iterable[Person], seed: Seed, days: Timeline
) -> Iterator[dict[str, Any]]:
    """Officers at their desks since the cycle began; teachers at their school since they came to it."""
    for officer in staff.officers:
        yield {
            "city_id": tree.city.id,
            "id": seed.identity(f"binding {officer.staff_no}", days.opening),
            "user_id": officer.id,
            "role": officer.role,
            "organisation_id": officer.node.id,
            "org_path": officer.node.path,
            "from_on": days.cycle_starts_on,
        }
    for person in people:
        school, since, _ = person.employments[-1]
        also_clerk = person.situation is not None and person.situation.also_clerk
        roles = {Role.teacher: since} | ({Role.school_clerk: days.school_year(1)} if also_clerk else {})
        for role, from_on in roles.items():
            yield {
                "city_id": tree.city.id,
                "id": seed.identity(f"binding {person.staff_no} {role}", days.opening),
                "user_id": person.user_id,
                "role": role,
                "organisation_id": school.id,
                "org_path": school.path,
                "from_on": from_on,
            }


def platform_id(seed: Seed, days: Timeline) -> UUID:
    return seed.identity("platform", days.opening)


def platform(tree: Tree, seed: Seed, days: Timeline) -> tuple[Platform, str]:
    """A learning platform and its secret, which is new each time."""
    secret = new_secret()
    made = Platform(
        city_id=tree.city.id,
        id=platform_id(seed, days),
        org_path=tree.city.path,
        name=PLATFORM_NAME,
        client_id=CLIENT_ID,
        secret_hash=secret_hash(secret),
        scopes=sorted(PlatformScope),
        created_at=days.opening,
    )
    return made, secret
