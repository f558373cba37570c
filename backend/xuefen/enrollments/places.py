"""Taking a place: the seat, the enrolment, its audit row and its event are written together or not at all.

On PostgreSQL that is one statement, a guarded UPDATE that feeds three INSERTs, so that a hot run's row
stays locked for one round trip only. On SQLite the same steps follow each other on the one writer.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import CTE, Insert, Select, Table, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.audit import AuditEvent
from xuefen.core.db import connection_of
from xuefen.core.outbox import OutboxEvent
from xuefen.core.rowsets import table_of
from xuefen.enrollments.models import Enrollment
from xuefen.programs.models import Seat
from xuefen.programs.seats import take_seat, taking

Values = Mapping[str, Any]
"""A row by column; columns that are null are left out."""

ENROLLMENTS = table_of(Enrollment)
AUDIT = table_of(AuditEvent)
OUTBOX = table_of(OutboxEvent)
TABLES = (ENROLLMENTS, AUDIT, OUTBOX)


async def take_place(db: AsyncSession, enrollment: Values, audit_event: Values, event: Values) -> bool:
    """Write the three rows if a seat is free; False, and nothing written, when none is.

    A broken unique index (the teacher is enrolled already) aborts the transaction: IntegrityError.
    """
    rows = (enrollment, audit_event, event)
    if db.get_bind().dialect.name == "postgresql":
        return await _in_one_statement(db, rows)
    seat = enrollment["city_id"], enrollment["run_id"], enrollment["holder_id"]
    if not await take_seat(db, *seat):
        return False
    connection = await connection_of(db)
    for table, row in zip(TABLES, rows, strict=True):
        await connection.execute(insert(table), row)
    return True


async def _in_one_statement(db: AsyncSession, rows: tuple[Values, ...]) -> bool:
    values = {f"seat_{name}": rows[0][name] for name in ("city_id", "run_id", "holder_id")}
    for table, row in zip(TABLES, rows, strict=True):
        values |= {f"{table.name}_{name}": value for name, value in row.items()}
    statement = _taking_and_writing(tuple(tuple(row) for row in rows))
    # On the connection: the session would look for objects to keep in step, and there are none.
    taken = await (await connection_of(db)).execute(statement, values)
    return taken.first() is not None


@cache
def _taking_and_writing(names: tuple[tuple[str, ...], ...]) -> Select[Any]:
    """`names` are the columns that each of the tables is given."""
    taken = taking().returning(col(Seat.city_id), col(Seat.run_id), col(Seat.holder_id)).cte("taken")
    inserts = [
        _insert_if(taken, table, given).cte(f"into_{table.name}")
        for table, given in zip(TABLES, names, strict=True)
    ]
    return select(taken.c.holder_id).add_cte(*inserts)


def _insert_if(taken: CTE, table: Table, names: tuple[str, ...]) -> Insert:
    """Insert a row if there is a `taken` seat, whose keys it gets; the other values are parameters."""
    values = [
        taken.c[name] if name in taken.c else bindparam(f"{table.name}_{name}", type_=table.c[name].type)
        for name in names
    ]
    return insert(table).from_select(names, select(*values).select_from(taken), include_defaults=False)
