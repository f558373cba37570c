"""Seats (名额) are taken and given back by one guarded statement each, never by check-then-write.

Of any number of teachers who race for the last seat, the database lets one through: the guard is part of
the UPDATE that counts, and the table's CHECK is the second lock.
"""

from functools import cache
from uuid import UUID

from sqlalchemy import Update, Uuid, bindparam, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from xuefen.core.db import connection_of
from xuefen.programs.models import Seat


def is_free() -> ColumnElement[bool]:
    """The guard. A test that switches it off (and the CHECK) sees the run oversold."""
    return col(Seat.taken) < col(Seat.quota)


@cache
def taking() -> Update:
    """Take one seat of `:city_id`, `:run_id`, `:holder_id`; touches no row when none is free."""
    return update(Seat).where(*_the_seats(), is_free()).values(taken=col(Seat.taken) + 1)


@cache
def releasing() -> Update:
    return update(Seat).where(*_the_seats(), col(Seat.taken) > 0).values(taken=col(Seat.taken) - 1)


async def take_seat(db: AsyncSession, city_id: UUID, run_id: UUID, holder_id: UUID) -> bool:
    """Take one of the holder's seats; False when none is free."""
    return await _changes_one(db, taking(), city_id, run_id, holder_id)


async def release_seat(db: AsyncSession, city_id: UUID, run_id: UUID, holder_id: UUID) -> bool:
    """Give one seat back; False when none was taken."""
    return await _changes_one(db, releasing(), city_id, run_id, holder_id)


async def _changes_one(
    db: AsyncSession, statement: Update, city_id: UUID, run_id: UUID, holder_id: UUID
) -> bool:
    keys = {"seat_city_id": city_id, "seat_run_id": run_id, "seat_holder_id": holder_id}
    result = await (await connection_of(db)).execute(statement, keys)
    return result.rowcount == 1


def _the_seats() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Seat.city_id) == bindparam("seat_city_id", type_=Uuid()),
        col(Seat.run_id) == bindparam("seat_run_id", type_=Uuid()),
        col(Seat.holder_id) == bindparam("seat_holder_id", type_=Uuid()),
    )
