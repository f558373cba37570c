"""Taking a place: the seat, the enrolment, its audit row and its event are written together or not at all.

On PostgreSQL that is one statement, a guarded UPDATE that feeds three INSERTs, so that a hot run's row
stays locked for one round trip only. On SQLite the same steps follow each other on the one writer.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Insert, Select, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from xuefen.core.audit import AuditEvent
from xuefen.core.outbox import OutboxEvent
from xuefen.enrollments.models import Enrollment
from xuefen.programs.models import Seat
from xuefen.programs.seats import take_seat, taking

WRITTEN: tuple[Any, ...] = (Enrollment, AuditEvent, OutboxEvent)


async def take_place(
    db: AsyncSession, enrollment: Enrollment, audit_event: AuditEvent, event: OutboxEvent
) -> bool:
    """Write the three rows if a seat is free; False, and nothing written, when none is.

    A broken unique index (the teacher is enrolled already) aborts the transaction: IntegrityError.
    """
    rows = (enrollment, audit_event, event)
    if db.get_bind().dialect.name == "postgresql":
        return await _in_one_statement(db, enrollment, rows)
    if not await take_seat(db, enrollment.city_id, enrollment.run_id, enrollment.holder_id):
        return False
    for row in rows:
        await db.execute(insert(type(row)), row.model_dump())
    return True


async def _in_one_statement(db: AsyncSession, enrollment: Enrollment, rows: Sequence[SQLModel]) -> bool:
    values: dict[str, Any] = {
        "seat_city_id": enrollment.city_id,
        "seat_run_id": enrollment.run_id,
        "seat_holder_id": enrollment.holder_id,
    }
    for row in rows:
        values |= {f"{row.__tablename__}_{name}": value for name, value in row.model_dump().items()}
    written: UUID | None = await db.scalar(_taking_and_writing(), values)
    return written is not None


@cache
def _taking_and_writing() -> Select[Any]:
    taken = taking().returning(col(Seat.holder_id)).cte("taken")
    inserts = [_insert_if(taken, model.__table__).cte(f"into_{model.__tablename__}") for model in WRITTEN]
    return select(taken.c.holder_id).add_cte(*inserts)


def _insert_if(taken: CTE, table: Any) -> Insert:
    """Insert one row of `table`, whose values are parameters, if `taken` has one."""
    names = [column.name for column in table.columns]
    values = [bindparam(f"{table.name}_{column.name}", type_=column.type) for column in table.columns]
    return insert(table).from_select(names, select(*values).select_from(taken), include_defaults=False)
