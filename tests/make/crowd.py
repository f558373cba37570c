"""Builders of many at once, by bulk inserts: the teachers of a race or of a figure."""

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import insert

from tests.make.organisations import Unit
from tests.make.people import SINCE, Person
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.core.tokens import Audience, tokens
from xuefen.organisations.roles import Role
from xuefen.people.models import Employment, RoleBinding, Stage, Teacher, User

HIRED_ON = date(2005, 9, 1)
_numbers = count(1)


async def make_crowd(database: Database, school: Unit, number: int) -> list[Person]:
    """`number` teachers of `school`, each with an account, the role and an open employment."""
    people = [
        Person(new_id(), school.city_id, "林小满", f"R{next(_numbers):06}", Role.teacher, school, new_id())
        for _ in range(number)
    ]
    async with database.write() as db:
        for rows in (_users, _bindings, _teachers, _employments):
            made = [rows(person) for person in people]
            await db.execute(insert(type(made[0])), [row.model_dump() for row in made])
    return people


def token_of(person: Person) -> str:
    return tokens().issue(person.id, person.city_id, Audience.user)


def _users(person: Person) -> User:
    return User(
        id=person.id,
        city_id=person.city_id,
        name=person.name,
        staff_no=person.staff_no,
        org_path=person.unit.path,
    )


def _bindings(person: Person) -> RoleBinding:
    return RoleBinding(
        city_id=person.city_id,
        user_id=person.id,
        role=person.role,
        organisation_id=person.unit.id,
        org_path=person.unit.path,
        from_on=SINCE,
    )


def _teachers(person: Person) -> Teacher:
    assert person.teacher_id is not None
    return Teacher(
        id=person.teacher_id,
        user_id=person.id,
        staff_no=person.staff_no,
        name=person.name,
        stage=Stage.primary,
        subject="语文",
        hired_on=HIRED_ON,
        **_employed(person),
    )


def _employments(person: Person) -> Employment:
    return Employment(teacher_id=person.teacher_id, starts_on=HIRED_ON, **_employed(person))


def _employed(person: Person) -> dict[str, Any]:
    return {"city_id": person.city_id, "school_id": person.unit.id, "org_path": person.unit.path}
