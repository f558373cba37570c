"""Many rows in one statement: a thousand rows are one round trip, not a thousand.

PostgreSQL takes each column as one array (`INSERT … SELECT … FROM unnest(…)`); SQLite, which has no network
between, runs the statement once for each row on its single writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, bindparam, column, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.errors import PreconditionFailed


@dataclass(frozen=True, slots=True)
class RowSet:
    """Rows for `table`: `shared` holds the columns that are equal in all of them, `rows` the others.

    Every row names the same columns. The order of the rows is the order of their locks.
    """

    table: Table
    shared: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]

    @property
    def names(self) -> list[str]:
        return [*self.shared, *self.rows[0]]


async def insert_rows(db: AsyncSession, given: RowSet) -> None:
    """Insert all of `given`; a broken constraint refuses all of it."""
    if given.rows:
        await _run(db, given, _insert(db, given))


async def upsert_versions(db: AsyncSession, given: RowSet) -> None:
    """Insert rows of version 1 and raise others from the version before theirs.

    `PreconditionFailed` (412) when a row has moved on since it was read.
    """
    if not given.rows:
        return
    table = given.table
    statement = _insert(db, given)
    keys = [part.name for part in table.primary_key]
    changed = {name: statement.excluded[name] for name in given.names if name not in keys}
    statement = statement.on_conflict_do_update(
        index_elements=keys, set_=changed, where=table.c.version == statement.excluded.version - 1
    )
    if (await _run(db, given, statement)).rowcount != len(given.rows):
        raise PreconditionFailed


def _on_postgresql(db: AsyncSession) -> bool:
    return db.get_bind().dialect.name == "postgresql"


def _insert(db: AsyncSession, given: RowSet) -> Any:
    if _on_postgresql(db):
        return postgresql.insert(given.table).from_select(given.names, _unnested(given))
    return sqlite.insert(given.table).values({name: bindparam(name) for name in given.names})


async def _run(db: AsyncSession, given: RowSet, statement: Any) -> CursorResult[Any]:
    parameters = None if _on_postgresql(db) else [{**given.shared, **row} for row in given.rows]
    # On the connection, not the session: the session would add a RETURNING and give no count of rows.
    result: CursorResult[Any] = await (await db.connection()).execute(statement, parameters)
    return result


def _unnested(given: RowSet) -> Select[*tuple[Any, ...]]:
    columns = given.table.c
    names = list(given.rows[0])
    arrays = [
        bindparam(None, [row[name] for row in given.rows], postgresql.ARRAY(columns[name].type))
        for name in names
    ]
    unnested = func.unnest(*arrays).table_valued(*(column(name, columns[name].type) for name in names))
    shared = [literal(value, columns[name].type) for name, value in given.shared.items()]
    return select(*shared, *unnested.render_derived().c)
