"""Engines, transactions and sessions for SQLite and PostgreSQL.

One request is one transaction, committed before the answer leaves: the session dependencies use
`scope="function"`. A writing request opens only the write session. On SQLite writing begins with
BEGIN IMMEDIATE on the process's single writer connection; reading begins with BEGIN.
"""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import AsyncAdaptedQueuePool

from xuefen.core.errors import Unavailable
from xuefen.core.settings import Settings

log = logging.getLogger(__name__)
T = TypeVar("T")

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
SAFE_SQLITE = (3, 51, 3)
RETRYABLE = ("40001", "40P01", "55P03")
"""Serialisation failure, deadlock, lock not granted in time."""
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA busy_timeout = 5000",
)


def async_url(plain: str) -> URL:
    """`sqlite:///file.db` and `postgresql://user@host/db` with the asynchronous drivers named."""
    url = make_url(plain)
    return url.set(drivername=DRIVERS.get(url.drivername, url.drivername))


class Database:
    """One database: `async with database.write() as db` commits at the end, `.read()` never writes."""

    def __init__(self, settings: Settings, url: str | None = None) -> None:
        self.url = async_url(url or settings.database_url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", 1, settings)
            self._reader = _sqlite_engine(self.url, "BEGIN", settings.pool_size, settings)
            snapshots = self._reader
        else:
            self._writer = _postgresql_engine(self.url, settings)
            # Reads of several statements see each the newest commit either way; this spares BEGIN and COMMIT.
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")
            snapshots = self._writer.execution_options(isolation_level="REPEATABLE READ")
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read = async_sessionmaker(self._reader, expire_on_commit=False, autoflush=False)
        self._snapshot = async_sessionmaker(snapshots, expire_on_commit=False, autoflush=False)

    def write(self) -> AbstractAsyncContextManager[AsyncSession]:
        return _transaction(self._write)

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        return _transaction(self._read)

    def snapshot(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Like `read`, and all its statements see one and the same moment."""
        return _transaction(self._snapshot)

    async def transact(self, work: Callable[[AsyncSession], Awaitable[T]], attempts: int = 3) -> T:
        """Run `work` in a write transaction; rerun it from the start on deadlock, lost lock or serialisation failure.

        After `attempts` failures: `Unavailable` (503 with Retry-After).
        """
        for attempt in range(attempts):
            try:
                async with self.write() as db:
                    return await work(db)
            except DBAPIError as error:
                if not is_retryable(error):
                    raise
                log.warning("transaction rerun", extra={"attempt": attempt + 1})
                await asyncio.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311 - jitter, no secret
        raise Unavailable(retry_after=1)

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


async def connection_of(db: AsyncSession) -> AsyncConnection:
    """The connection of a session, for statements about columns; asked for once in its one transaction."""
    connection: AsyncConnection | None = db.info.get("connection")
    if connection is None:
        connection = db.info["connection"] = await db.connection()
    return connection


def is_retryable(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return state in RETRYABLE or "database is locked" in str(error.orig)


@asynccontextmanager
async def _transaction(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    async with sessions() as db, db.begin():
        yield db


def _json(value: Any) -> str:
    """Chinese as it is: escaped it would take twice the room."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite_engine(url: URL, begin: str, size: int, settings: Settings) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=settings.sqlite_wait_seconds,
        hide_parameters=True,
        json_serializer=_json,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def open_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: URL, settings: Settings) -> AsyncEngine:
    arguments: dict[str, Any] = {
        "timeout": 5,
        "server_settings": {
            "application_name": "xuefen",
            "timezone": "UTC",
            "statement_timeout": "5s",
            "lock_timeout": "2s",
            "idle_in_transaction_session_timeout": "10s",
        },
    }
    if not settings.prepared_statements:
        arguments |= {"statement_cache_size": 0, "prepared_statement_name_func": lambda: ""}
    return create_async_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
        connect_args=arguments,
        hide_parameters=True,
        json_serializer=_json,
    )


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _current_database(request: Request) -> Database:
    """Asynchronous, as every dependency: a plain function would be sent to a thread and back."""
    return database_of(request)


async def _write_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).write() as db:
        yield db


async def _read_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).read() as db:
        yield db


async def _snapshot_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).snapshot() as db:
        yield db


WriteSession = Annotated[AsyncSession, Depends(_write_session, scope="function")]
ReadSession = Annotated[AsyncSession, Depends(_read_session, scope="function")]
SnapshotSession = Annotated[AsyncSession, Depends(_snapshot_session, scope="function")]
CurrentDatabase = Annotated[Database, Depends(_current_database)]
