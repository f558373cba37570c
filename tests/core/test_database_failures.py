import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.database_failures import refusal_of
from xuefen.core.db import Database
from xuefen.core.errors import Conflict, DomainError, Invalid, Unavailable
from xuefen.core.settings import settings

Work = Callable[[AsyncSession], Awaitable[object]]


class Driver(Exception):
    def __init__(self, sqlstate: str | None = None) -> None:
        super().__init__("driver")
        self.sqlstate = sqlstate


def failure(kind: type[DBAPIError], sqlstate: str | None = None, gone: bool = False) -> DBAPIError:
    return kind("SELECT 1", {}, Driver(sqlstate), connection_invalidated=gone)


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (failure(IntegrityError), Conflict),
        (failure(DBAPIError, "23505"), Conflict),
        (failure(DBAPIError, "23514"), Conflict),
        (failure(DBAPIError, "22003"), Invalid),
        (failure(DBAPIError, "22021"), Invalid),
        (failure(OperationalError), Unavailable),
        (failure(DBAPIError, "40001"), Unavailable),
        (failure(DBAPIError, "40P01"), Unavailable),
        (failure(DBAPIError, "53300"), Unavailable),
        (failure(DBAPIError, "55P03"), Unavailable),
        (failure(DBAPIError, "57014"), Unavailable),
        (failure(DBAPIError, "57P01"), Unavailable),
        (failure(DBAPIError, "08006"), Unavailable),
        (failure(DBAPIError, "25P03"), Unavailable),
        (failure(DBAPIError, gone=True), Unavailable),
        (PoolTimeout(), Unavailable),
        (TimeoutError(), Unavailable),
        (ConnectionRefusedError(), Unavailable),
    ],
)
def test_failures_that_are_refusals(error: Exception, refusal: type[DomainError]) -> None:
    assert type(refusal_of(error)) is refusal


@pytest.mark.parametrize(
    "error",
    [
        failure(ProgrammingError, "42P01"),
        failure(DBAPIError, "42601"),
        failure(DBAPIError, "25006"),
        failure(DBAPIError),
        InvalidRequestError(),
        ValueError(),
        FileNotFoundError(),
    ],
)
def test_bugs_are_no_refusals(error: Exception) -> None:
    assert refusal_of(error) is None


@pytest.fixture
async def database(blank_url: str) -> AsyncIterator[Database]:
    opened = Database(settings(), blank_url)
    async with opened.write() as db:
        await db.execute(
            text("CREATE TABLE people (phone VARCHAR(11) UNIQUE, seats INTEGER NOT NULL CHECK (seats >= 0))")
        )
        await db.execute(text("INSERT INTO people VALUES ('13812345678', 1)"))
    yield opened
    await opened.close()


async def refusal_of_work(database: Database, statement: str) -> DomainError | None:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which kind, is what refusal_of has to tell
        async with database.write() as db:
            await db.execute(text(statement))
    return refusal_of(raised.value)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people VALUES ('13812345678', 1)",
        "INSERT INTO people VALUES ('13812345679', -1)",
        "INSERT INTO people VALUES ('13812345679', NULL)",
    ],
)
async def test_a_broken_constraint_is_a_conflict_on_both_databases(
    database: Database, statement: str
) -> None:
    assert type(await refusal_of_work(database, statement)) is Conflict


async def test_a_missing_table_is_no_conflict(database: Database) -> None:
    refusal = await refusal_of_work(database, "SELECT * FROM nowhere")
    assert not isinstance(refusal, Conflict)


@pytest.mark.parametrize("blank_url", ["postgresql"], indirect=True)
async def test_a_lock_that_is_not_given_is_busy(database: Database) -> None:
    async with database.write() as holder:
        await holder.execute(text("SELECT * FROM people FOR UPDATE"))
        assert type(await refusal_of_work(database, "SELECT * FROM people FOR UPDATE NOWAIT")) is Unavailable


@pytest.mark.parametrize("blank_url", ["postgresql"], indirect=True)
async def test_a_connection_that_was_cut_is_busy(database: Database) -> None:
    cut = "SELECT pg_terminate_backend(pg_backend_pid())"
    assert type(await refusal_of_work(database, cut)) is Unavailable


async def test_a_server_that_is_not_there_is_busy() -> None:
    absent = Database(settings(), "postgresql://nobody@127.0.0.1:1/nothing")
    assert type(await refusal_of_work(absent, "SELECT 1")) is Unavailable
    await absent.close()


async def test_a_writer_that_waits_too_long_is_busy(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("XUEFEN_SQLITE_WAIT_SECONDS", "0.05")
    settings.cache_clear()
    one = Database(settings(), f"sqlite:///{tmp_path_factory.mktemp('wait')}/x.db")
    async with one.write() as db:
        await db.execute(text("SELECT 1"))
        assert type(await refusal_of_work(one, "SELECT 1")) is Unavailable
    await one.close()
    await asyncio.sleep(0)
