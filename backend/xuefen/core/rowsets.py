"""Many rows in one statement: a thousand rows are one round trip, not a thousand.

PostgreSQL takes each column as one array (`INSERT … SELECT … FROM unnest(…)`); SQLite, which has no network
between, runs the statement once for each row on its single writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, bindparam, column, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.db import connection_of
from xuefen.core.errors import PreconditionFailed

NEW = "new_"


def table_of(model: Any) -> Table:
    """The Core table behind a model."""
    table: Table = model.__table__
    return table


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


async def upsert_rows(db: AsyncSession, given: RowSet) -> None:
    """Insert rows, and write those whose key is there already over the old ones."""
    if not given.rows:
        return
    statement = _insert(db, given)
    keys = [part.name for part in given.table.primary_key]
    changed = {name: statement.excluded[name] for name in given.names if name not in keys}
    await _run(db, given, statement.on_conflict_do_update(index_elements=keys, set_=changed))


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


async def update_guarded(db: AsyncSession, given: RowSet) -> None:
    """Set each row's `new_…` columns where its other columns are still as given.

    `{"id": …, "version": 3, "new_version": 4, "new_state": …}` sets version and state of the row with that
    id and version 3. `PreconditionFailed` (412) when any row is not so any more.
    """
    if given.rows and (await _run(db, given, _update(db, given))).rowcount != len(given.rows):
        raise PreconditionFailed


def _on_postgresql(db: AsyncSession) -> bool:
    return db.get_bind().dialect.name == "postgresql"


def _insert(db: AsyncSession, given: RowSet) -> Any:
    if _on_postgresql(db):
        return postgresql.insert(given.table).from_select(given.names, _data(given))
    return sqlite.insert(given.table).values({name: bindparam(name) for name in given.names})


def _update(db: AsyncSession, given: RowSet) -> Any:
    table = given.table
    if _on_postgresql(db):
        data = _data(given).subquery("data").c
        values = {name: data[name] for name in given.names}
    else:
        values = {name: bindparam(f"_{name}", type_=_type(table, name)) for name in given.names}
    seen = [table.c[name] == value for name, value in values.items() if not name.startswith(NEW)]
    changed = {name.removeprefix(NEW): value for name, value in values.items() if name.startswith(NEW)}
    return update(table).where(*seen).values(changed)


async def _run(db: AsyncSession, given: RowSet, statement: Any) -> CursorResult[Any]:
    mark = "_" if statement.is_update else ""
    rows = [{**given.shared, **row} for row in given.rows]
    named = [{f"{mark}{name}": value for name, value in row.items()} for row in rows]
    parameters = None if _on_postgresql(db) else named
    # On the connection, not the session: the session would add a RETURNING and give no count of rows.
    result: CursorResult[Any] = await (await connection_of(db)).execute(statement, parameters)
    return result


def _type(table: Table, name: str) -> Any:
    return table.c[name.removeprefix(NEW)].type


def _data(given: RowSet) -> Select[*tuple[Any, ...]]:
    """The rows as a SELECT: shared columns first, then one array for each of the others."""
    names = list(given.rows[0])
    arrays = [
        bindparam(None, [row[name] for row in given.rows], postgresql.ARRAY(_type(given.table, name)))
        for name in names
    ]
    unnested = func.unnest(*arrays).table_valued(*(column(name, _type(given.table, name)) for name in names))
    shared = [literal(value, _type(given.table, name)).label(name) for name, value in given.shared.items()]
    return select(*shared, *unnested.render_derived().c)
