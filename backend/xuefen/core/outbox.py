"""The outbox: events written with the change they tell of, delivered afterwards by the worker.

An event is claimed with a lease, so a worker that dies loses nothing: another takes the event when the
lease has run out. Handlers must therefore be idempotent.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from xuefen.core import clock
from xuefen.core.columns import CityRow, json_field
from xuefen.core.db import Database
from xuefen.core.scope_columns import Scope

LEASE = timedelta(seconds=60)
Handler = Callable[[AsyncSession, "OutboxEvent"], Awaitable[None]]


class OutboxEvent(CityRow, table=True):
    """Something that happened. `payload` carries ids and codes, never personal values."""

    __tablename__ = "outbox_events"
    __table_args__ = (Index("ix_outbox_events_delivered_at_topic", "delivered_at", "topic", "id"),)
    scope_columns: ClassVar[Scope] = Scope()

    topic: str = Field(max_length=60)
    payload: dict[str, Any] = json_field(default_factory=dict)
    created_at: datetime = Field(default_factory=clock.now)
    leased_until: datetime | None = None
    delivered_at: datetime | None = None
    attempts: int = 0


def publish(db: AsyncSession, city_id: UUID, topic: str, payload: Mapping[str, Any]) -> None:
    """Write an event in the caller's transaction."""
    db.add(OutboxEvent(city_id=city_id, topic=topic, payload=dict(payload)))


async def deliver(database: Database, handlers: Mapping[str, Handler], limit: int = 100) -> int:
    """Deliver up to `limit` waiting events of the topics that `handlers` names; returns how many.

    Each event is handled and marked delivered in one transaction.
    """
    events = await database.transact(lambda db: _lease(db, tuple(handlers), limit))
    for event in events:
        await database.transact(partial(_handle, handler=handlers[event.topic], event=event))
    return len(events)


async def _lease(db: AsyncSession, topics: tuple[str, ...], limit: int) -> list[OutboxEvent]:
    now = clock.now()
    waiting = (
        select(OutboxEvent)
        .where(
            col(OutboxEvent.delivered_at).is_(None),
            col(OutboxEvent.topic).in_(topics),
            or_(col(OutboxEvent.leased_until).is_(None), col(OutboxEvent.leased_until) < now),
        )
        .order_by(col(OutboxEvent.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    events = list(await db.scalars(waiting))
    for event in events:
        event.leased_until = now + LEASE
        event.attempts += 1
    return events


async def _handle(db: AsyncSession, *, handler: Handler, event: OutboxEvent) -> None:
    await handler(db, event)
    await db.execute(
        update(OutboxEvent)
        .where(col(OutboxEvent.city_id) == event.city_id, col(OutboxEvent.id) == event.id)
        .values(delivered_at=clock.now(), leased_until=None)
    )
