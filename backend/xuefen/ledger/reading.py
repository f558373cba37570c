"""Reads of the ledger: what stands in force about a teacher."""

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from xuefen.ledger.models import EntryKind, LedgerEntry

_reversal = aliased(LedgerEntry, name="reversal")


def in_force() -> ColumnElement[bool]:
    """A credit that no reversal takes back.

    A reversal is about the same teacher, and few entries are reversals: with both said, and the second as a
    constant, the small partial index answers even where the database has no statistics yet.
    """
    taken_back = (
        select(col(_reversal.id))
        .where(
            col(_reversal.city_id) == col(LedgerEntry.city_id),
            col(_reversal.teacher_id) == col(LedgerEntry.teacher_id),
            col(_reversal.reverses_id) == col(LedgerEntry.id),
            literal_column("reversal.kind = 'reversal'", Boolean),
        )
        .correlate(LedgerEntry)
        .exists()
    )
    return (col(LedgerEntry.kind) == EntryKind.credit) & ~taken_back


async def posted_between(
    db: AsyncSession, city_id: UUID, teacher_id: UUID, category: str, first: date, last: date
) -> int:
    """Credits (hundredths) of a category that stand in the ledger for events from `first` to `last`."""
    total = await db.scalar(
        select(func.coalesce(func.sum(col(LedgerEntry.credits_centi)), 0)).where(
            col(LedgerEntry.city_id) == city_id,
            col(LedgerEntry.teacher_id) == teacher_id,
            col(LedgerEntry.category) == category,
            col(LedgerEntry.event_on).between(first, last),
            in_force(),
        )
    )
    return int(total or 0)
