"""Adding many people at once: all or none, in a handful of statements."""

from datetime import date
from time import perf_counter

import pytest
from sqlalchemy import func, select

from tests.make.city import make_city
from tests.make.organisations import Unit
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.roles import Role
from xuefen.people.adding import Clash, add_people, find_clashes
from xuefen.people.models import DirectoryEntry, Employment, RoleBinding, Stage, Teacher, User
from xuefen.people.newcomers import Newcomer, sealed_teacher
from xuefen.people.rules import StaffNoTaken


def newcomer(school: Unit, number: int, **changes: str) -> Newcomer:
    return sealed_teacher(
        **{
            "id": new_id(),
            "staff_no": f"R{number:06}",
            "name": "何寒露",
            "school_id": school.id,
            "org_path": school.path,
            "stage": Stage.junior,
            "subject": "数学",
            "hired_on": date(2015, 9, 1),
            "phone": f"139{number:08}",
        }
        | changes
    )


async def test_two_and_a_half_thousand_teachers_at_once(database: Database) -> None:
    city = await make_city(database)
    rows = [newcomer(city.school, number) for number in range(2500)]
    async with database.read() as db:
        before = [await db.scalar(select(func.count()).select_from(model)) for model in TABLES]
    started = perf_counter()
    async with database.write() as db:
        await add_people(db, city.id, rows, actor_id=city.clerk.id, capacity=Role.school_clerk)
    print(f"{len(rows)} teachers in {perf_counter() - started:.2f} s on {database.dialect}")
    async with database.read() as db:
        after = [await db.scalar(select(func.count()).select_from(model)) for model in TABLES]
    assert [now - then for now, then in zip(after, before, strict=True)] == [
        2500, 5000, 2500, 2500, 2500, 2500,
    ]  # fmt: skip


TABLES = (User, DirectoryEntry, RoleBinding, Teacher, Employment, AuditEvent)


async def test_one_taken_name_adds_nobody(database: Database) -> None:
    city = await make_city(database)
    rows = [newcomer(city.school, 1), newcomer(city.school, 2, staff_no=city.teacher.staff_no)]
    with pytest.raises(StaffNoTaken):
        async with database.write() as db:
            await add_people(db, city.id, rows, actor_id=None, capacity=None)
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(Teacher)) == 6


async def test_clashes_are_told_one_by_one(database: Database) -> None:
    city = await make_city(database)
    same = "11010519491231002X"
    rows = [
        newcomer(city.school, 1),
        newcomer(city.school, 2, staff_no=city.teacher.staff_no),
        newcomer(city.school, 3, phone="13900000001"),
        newcomer(city.school, 4, id_number=same),
        newcomer(city.school, 5, id_number=same),
    ]
    async with database.read() as db:
        clashes = await find_clashes(db, city.id, rows)
    assert clashes == [
        Clash(0, "phone"),
        Clash(1, "staff_no"),
        Clash(2, "phone"),
        Clash(3, "id_number"),
        Clash(4, "id_number"),
    ]
