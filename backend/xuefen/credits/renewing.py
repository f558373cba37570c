"""Renewing figures behind the requests: after every posting, and whenever many are behind.

Both are events of the outbox, so that a worker that dies loses nothing; both may be delivered twice.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock, outbox
from xuefen.core.outbox import OutboxEvent
from xuefen.credits.figures import count_stale, refresh, renew, stale_ids, year_of_city
from xuefen.credits.regions import years_of
from xuefen.ledger.models import LedgerEntry
from xuefen.organisations.models import Organisation, OrganisationKind
from xuefen.organisations.policies import policies_of

DUE = "figures.due"
"""`teacher_ids`: their figures are to be renewed."""
BEHIND = "figures.behind"
"""`year`: figures of the city are missing or stale, too many to compute while somebody waits."""
BATCH = 250
"""So many people in one delivery: on SQLite everybody who writes waits for it."""
ENTRIES = 5000


async def ask_for_posted(db: AsyncSession, event: OutboxEvent) -> None:
    """After `ledger.posted`: have the figures of its people renewed, in deliveries of their own.

    Sealing holds the head of a chain and shall not wait for anybody's standing.
    """
    entry_ids = [UUID(entry) for entry in event.payload["entry_ids"]]
    teachers: dict[UUID, None] = {}
    for start in range(0, len(entry_ids), ENTRIES):
        found = await db.scalars(
            select(col(LedgerEntry.teacher_id)).where(
                col(LedgerEntry.city_id) == event.city_id,
                col(LedgerEntry.id).in_(entry_ids[start : start + ENTRIES]),
            )
        )
        teachers |= dict.fromkeys(found)
    people = [str(teacher) for teacher in sorted(teachers)]
    for start in range(0, len(people), BATCH):
        outbox.publish(db, event.city_id, DUE, {"teacher_ids": people[start : start + BATCH]})


async def renew_due(db: AsyncSession, event: OutboxEvent) -> None:
    """Handler of `figures.due`."""
    people = [UUID(teacher) for teacher in event.payload["teacher_ids"]]
    await refresh(db, event.city_id, people, clock.today())


async def catch_up(db: AsyncSession, event: OutboxEvent) -> None:
    """Handler of `figures.behind`: renew some, and come again while there are more."""
    year = await year_of_city(db, event.city_id, event.payload["year"])
    behind = await stale_ids(db, year, None, BATCH)
    await renew(db, year, behind)
    if len(behind) == BATCH:
        outbox.publish(db, event.city_id, BEHIND, event.payload)


async def ask_to_catch_up(db: AsyncSession, city_id: UUID, year: int) -> None:
    """Have the worker renew every stale figure of a year; asked again while it does, nothing is added."""
    waiting = await db.scalars(
        select(OutboxEvent).where(
            col(OutboxEvent.delivered_at).is_(None),
            col(OutboxEvent.topic) == BEHIND,
            col(OutboxEvent.city_id) == city_id,
        )
    )
    if not any(event.payload["year"] == year for event in waiting):
        outbox.publish(db, city_id, BEHIND, {"year": year})


async def look_after_figures(db: AsyncSession) -> None:
    """Ask for the running year of every city where anything is stale: a year, a post or a rule has begun."""
    cities = await db.scalars(
        select(col(Organisation.id)).where(col(Organisation.kind) == OrganisationKind.city)
    )
    for city_id in cities.all():
        for number in years_of(await policies_of(db, city_id), clock.today()):
            year = await year_of_city(db, city_id, number)
            if await count_stale(db, year, None):
                await ask_to_catch_up(db, city_id, number)
