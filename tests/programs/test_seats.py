"""The one statement that takes a seat, and the one that gives it back."""

from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from tests.make.city import CityFixture, make_city
from tests.make.programs import MadeRun, make_program, make_run
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.programs.models import Seat
from xuefen.programs.seats import release_seat, take_seat


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


@pytest.fixture
async def run(database: Database, city: CityFixture) -> MadeRun:
    program = await make_program(database, city.provider, city.city)
    return await make_run(database, program, quota=3, allocation={city.north: 1})


async def take(database: Database, run: MadeRun, holder: UUID) -> bool:
    async with database.write() as db:
        return await take_seat(db, run.city_id, run.id, holder)


async def release(database: Database, run: MadeRun, holder: UUID) -> bool:
    async with database.write() as db:
        return await release_seat(db, run.city_id, run.id, holder)


async def taken(database: Database, run: MadeRun) -> dict[UUID, int]:
    async with database.read() as db:
        rows = await db.execute(
            select(col(Seat.holder_id), col(Seat.taken)).where(col(Seat.run_id) == run.id)
        )
        return {row.holder_id: row.taken for row in rows}


async def test_each_holder_has_its_own_seats(database: Database, city: CityFixture, run: MadeRun):
    assert [await take(database, run, city.north.id) for _ in range(2)] == [True, False]
    assert [await take(database, run, city.id) for _ in range(3)] == [True, True, False]
    assert await taken(database, run) == {city.id: 2, city.north.id: 1}


async def test_a_seat_given_back_can_be_taken_again(database: Database, city: CityFixture, run: MadeRun):
    assert await take(database, run, city.north.id)
    assert await release(database, run, city.north.id)
    assert await take(database, run, city.north.id)


async def test_no_more_seats_are_given_back_than_were_taken(
    database: Database, city: CityFixture, run: MadeRun
):
    assert not await release(database, run, city.id)
    assert (await taken(database, run))[city.id] == 0


async def test_there_are_no_seats_where_there_is_no_holder(
    database: Database, city: CityFixture, run: MadeRun
):
    assert not await take(database, run, city.south.id)
    assert not await take(database, run, new_id())


@pytest.mark.parametrize("wrong", [-1, 3])
async def test_the_table_itself_refuses_a_count_beyond_the_quota(
    database: Database, city: CityFixture, run: MadeRun, wrong: int
):
    with pytest.raises(IntegrityError):
        async with database.write() as db:
            await db.execute(update(Seat).where(col(Seat.holder_id) == city.id).values(taken=wrong))
