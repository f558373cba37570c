"""Millions of rows into one table, inside the transaction of a session: COPY, or one prepared statement.

Ids come as text. Every constraint and trigger stays in force.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Uuid, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from xuefen.core.rowsets import table_of

Row = Sequence[Any]
Encode = Callable[[Any], Any]
SQLITE_CACHE_KIB = 160 * 1024
"""The indexes by teacher are written to all over; with the usual 2 MB every row would wait for its pages."""


async def take_time(db: AsyncSession) -> None:
    """Lift, for this transaction, the limits that keep a request short."""
    if _dialect(db).name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            await db.execute(text(f"SET LOCAL {limit} = 0"))
    else:
        await db.execute(text(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}"))


async def add_all(
    db: AsyncSession, model: type[SQLModel], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert `rows`, each with its values in the order of `columns`."""
    driver: Any = (await (await db.connection()).get_raw_connection()).driver_connection
    table = table_of(model)
    if _dialect(db).name == "postgresql":
        await driver.copy_records_to_table(table.name, records=rows, columns=columns)
        return
    encoders = [_encoder(table.c[name], _dialect(db)) for name in columns]
    encoded = [
        [encode(value) if encode else value for encode, value in zip(encoders, row, strict=True)]
        for row in rows
    ]
    named, gaps = ", ".join(columns), ", ".join("?" * len(columns))
    await driver.executemany(f"INSERT INTO {table.name} ({named}) VALUES ({gaps})", encoded)  # noqa: S608


def _dialect(db: AsyncSession) -> Dialect:
    return db.get_bind().dialect


def _encoder(column: Column[Any], dialect: Dialect) -> Encode | None:
    """How SQLite stores a value of the column; ids are hexadecimal digits there."""
    if isinstance(column.type, Uuid):
        return _digits
    encode: Encode | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return encode


def _digits(identity: str | None) -> str | None:
    return None if identity is None else identity.replace("-", "")
