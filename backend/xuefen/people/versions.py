"""A teacher's version: figures rest on it, so whatever a figure is computed from raises it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.people.models import Teacher


async def lock_teacher(db: AsyncSession, city_id: UUID, teacher_id: UUID) -> None:
    """Let nobody else change this teacher until the transaction ends (SQLite has one writer anyway)."""
    await db.execute(
        select(col(Teacher.id))
        .where(col(Teacher.city_id) == city_id, col(Teacher.id) == teacher_id)
        .with_for_update(key_share=True)
    )


async def raise_versions(db: AsyncSession, city_id: UUID, teacher_ids: Iterable[UUID]) -> None:
    """Say that something about these teachers has changed; in the database, so that no change is lost."""
    for teacher_id in sorted(set(teacher_ids)):
        await db.execute(
            update(Teacher)
            .where(col(Teacher.city_id) == city_id, col(Teacher.id) == teacher_id)
            .values(version=col(Teacher.version) + 1)
        )
