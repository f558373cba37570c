"""Builders of people: accounts with a role at a unit, and teachers. They sign in by a token made here.

clerk = await make_user(database, school, Role.school_clerk)
answer = await api.get("/api/v1/teachers", headers=bearer(app, clerk))
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import insert, update
from sqlmodel import col

from tests.make.organisations import Unit
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.core.passwords import hash_password
from xuefen.core.privacy import blind_index, cipher, mask_phone
from xuefen.core.tokens import Audience
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.people.models import DirectoryEntry, Employment, RoleBinding, Stage, Teacher, TeacherPost, User

PASSWORD = "a-phrase-of-the-tests"
SINCE = date(2000, 1, 1)
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """An account of a test; `teacher_id` is set when it is a teacher's."""

    id: UUID
    city_id: UUID
    name: str
    staff_no: str
    role: Role
    unit: Unit
    teacher_id: UUID | None = None

    @property
    def viewer(self) -> Viewer:
        """What `load_viewer` gives for this person, for tests of services."""
        binding = Binding(self.role, self.unit.id, self.unit.name, self.unit.path, self.unit.kind)
        return Viewer(self.id, self.city_id, self.name, self.teacher_id, (binding,))


async def make_user(
    database: Database,
    unit: Unit,
    role: Role,
    *,
    name: str = "秦知远",
    staff_no: str | None = None,
    user_id: UUID | None = None,
) -> Person:
    """An account with `role` at `unit`, and no password (see `set_password`)."""
    number = staff_no or f"{unit.code}U{next(_numbers):04}"
    person = Person(user_id or new_id(), unit.city_id, name, number, role, unit)
    async with database.write() as db:
        await _add_account(db, person)
    return person


async def make_teacher(
    database: Database,
    school: Unit,
    *,
    name: str = "林小满",
    staff_no: str | None = None,
    stage: Stage = Stage.primary,
    subject: str = "语文",
    hired_on: date = date(2005, 9, 1),
) -> Person:
    """A teacher of `school` with an account, the role `teacher` there and an open employment."""
    number = staff_no or f"{school.code}T{next(_numbers):04}"
    person = Person(new_id(), school.city_id, name, number, Role.teacher, school, new_id())
    employed = {"city_id": school.city_id, "school_id": school.id, "org_path": school.path}
    async with database.write() as db:
        await _add_account(db, person)
        await db.execute(
            insert(Teacher).values(
                id=person.teacher_id,
                user_id=person.id,
                staff_no=number,
                name=name,
                stage=stage,
                subject=subject,
                hired_on=hired_on,
                version=1,
                **employed,
            )
        )
        await db.execute(
            insert(Employment).values(
                id=new_id(), teacher_id=person.teacher_id, starts_on=hired_on, **employed
            )
        )
    return person


async def bind(
    database: Database, person: Person, role: Role, unit: Unit, since: date = SINCE, until: date | None = None
) -> Person:
    """One more role for `person`; returns the person as seen in that role."""
    async with database.write() as db:
        await _add_binding(db, replace(person, role=role, unit=unit), since, until)
    return replace(person, role=role, unit=unit)


async def give_post(
    database: Database, teacher: Person, post: str, since: date, until: date | None = None
) -> None:
    """A dated post, such as homeroom."""
    async with database.write() as db:
        await db.execute(
            insert(TeacherPost).values(
                city_id=teacher.city_id,
                id=new_id(),
                teacher_id=teacher.teacher_id,
                org_path=teacher.unit.path,
                post=post,
                from_on=since,
                until_on=until,
            )
        )


def bearer(app: FastAPI, person: Person) -> dict[str, str]:
    """The headers of a request by `person`."""
    token = app.state.tokens.issue(person.id, person.city_id, Audience.user)
    return {"Authorization": f"Bearer {token}"}


async def _add_account(db: Any, person: Person) -> None:
    await db.execute(
        insert(User).values(
            city_id=person.city_id,
            id=person.id,
            name=person.name,
            staff_no=person.staff_no,
            org_path=person.unit.path,
            must_change_password=False,
            status="active",
            version=1,
        )
    )
    await db.execute(
        insert(DirectoryEntry).values(
            kind="staff_no",
            key_hash=blind_index("staff_no", person.staff_no),
            city_id=person.city_id,
            owner_id=person.id,
        )
    )
    await _add_binding(db, person, SINCE, None)


async def _add_binding(db: Any, person: Person, since: date, until: date | None) -> None:
    await db.execute(
        insert(RoleBinding).values(
            city_id=person.city_id,
            id=new_id(),
            user_id=person.id,
            role=person.role,
            organisation_id=person.unit.id,
            org_path=person.unit.path,
            from_on=since,
            until_on=until,
        )
    )


async def set_password(database: Database, person: Person, password: str = PASSWORD) -> None:
    """Let `person` sign in."""
    hashed = await hash_password(password)
    async with database.write() as db:
        await db.execute(update(User).where(col(User.id) == person.id).values(password_hash=hashed))


async def give_phone(database: Database, person: Person, phone: str) -> None:
    """A phone to sign in with."""
    index = blind_index("phone", phone)
    sealed = cipher().encrypt(phone, table="users", column="phone", row_id=person.id)
    stored = {"phone_cipher": sealed, "phone_index": index, "phone_masked": mask_phone(phone)}
    entry = {"kind": "phone", "key_hash": index, "city_id": person.city_id, "owner_id": person.id}
    async with database.write() as db:
        await db.execute(update(User).where(col(User.id) == person.id).values(**stored))
        await db.execute(insert(DirectoryEntry).values(**entry))


async def end_bindings(db: Any, person: Person) -> None:
    """Every role of `person` ended before today."""
    theirs = col(RoleBinding.user_id) == person.id
    await db.execute(update(RoleBinding).where(theirs).values(until_on=SINCE))
