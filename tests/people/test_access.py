"""The viewer is read anew for every request: what the database says today, and nothing older."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.make import organisations, people
from tests.make.city import make_city
from xuefen.core.clock import today
from xuefen.core.db import Database
from xuefen.core.errors import NotAuthenticated
from xuefen.core.ids import new_id
from xuefen.organisations.access import Principal
from xuefen.organisations.roles import Role
from xuefen.people.access import load_viewer
from xuefen.people.models import User, UserStatus


async def view(database: Database, person: people.Person):
    async with database.read() as db:
        return await load_viewer(db, Principal(person.city_id, person.id))


async def test_the_viewer_is_who_the_account_says(database: Database) -> None:
    city = await make_city(database)
    assert await view(database, city.clerk) == city.clerk.viewer
    assert await view(database, city.teacher) == city.teacher.viewer


async def test_one_person_holds_several_roles(database: Database) -> None:
    city = await make_city(database)
    await people.bind(database, city.teacher, Role.school_clerk, city.school)
    viewer = await view(database, city.teacher)
    assert viewer.teacher_id == city.teacher.teacher_id
    assert {binding.role for binding in viewer.bindings} == {Role.teacher, Role.school_clerk}


@pytest.mark.parametrize(
    ("since", "until", "holds"), [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False)]
)
async def test_a_role_holds_from_its_first_day_to_its_last(
    database: Database, since: int, until: int | None, holds: bool
) -> None:
    city = await make_city(database)
    first: date = today() + timedelta(days=since)
    last = None if until is None else today() + timedelta(days=until)
    await people.bind(database, city.teacher, Role.school_clerk, city.school, first, last)
    assert (await view(database, city.teacher)).has(Role.school_clerk) is holds


async def test_a_disabled_account_is_nobody(database: Database) -> None:
    city = await make_city(database)
    async with database.write() as db:
        await db.execute(update(User).where(col(User.id) == city.clerk.id).values(status=UserStatus.disabled))
    with pytest.raises(NotAuthenticated):
        await view(database, city.clerk)


async def test_an_account_of_another_city_is_nobody(database: Database) -> None:
    city = await make_city(database)
    other = await make_city(database, code="430900")
    with pytest.raises(NotAuthenticated):
        await view(database, replace(city.clerk, city_id=other.id))
    with pytest.raises(NotAuthenticated):
        await view(database, replace(city.clerk, id=new_id()))


async def test_an_account_without_a_role_may_do_nothing(database: Database) -> None:
    city = organisations.city_unit("430200", "青禾市")
    await organisations.add_units(database, city)
    person = await people.make_user(database, city, Role.finance)
    async with database.write() as db:
        await people.end_bindings(db, person)
    assert (await view(database, person)).bindings == ()
