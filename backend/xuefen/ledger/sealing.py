"""Sealing: entries are chained by hash after they are posted, so that no request waits on a chain head.

A county's entries stand in the county's chain; direct schools' and the city's own in the city's. A seal
is SHA-256 over the previous seal and the entry's content hash.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.outbox import OutboxEvent
from xuefen.ledger.models import LedgerEntry, Seal
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import county_paths

GENESIS = "0" * 64
CHUNK = 5000


def seal_hash(previous: str, entry_hash: str) -> str:
    return hashlib.sha256(f"{previous}:{entry_hash}".encode()).hexdigest()


def chain_of(org_path: str, counties: dict[str, tuple[UUID, str]], city_id: UUID) -> UUID:
    """The organisation whose chain an entry at `org_path` belongs to."""
    county = "/".join(org_path.split("/")[:2]) + "/"
    return counties[county][0] if county in counties else city_id


async def seal_posted(db: AsyncSession, event: OutboxEvent) -> None:
    """Handler of `ledger.posted`: seal the entries of one post. Running it twice seals once."""
    await seal(db, event.city_id, [UUID(entry) for entry in event.payload["entry_ids"]])


async def seal(db: AsyncSession, city_id: UUID, entry_ids: Sequence[UUID]) -> None:
    """Append the entries that have no seal yet to their chains, in the order given."""
    counties = await county_paths(db, city_id)
    for start in range(0, len(entry_ids), CHUNK):
        entries = await _unsealed(db, city_id, entry_ids[start : start + CHUNK])
        chains: dict[UUID, list[Any]] = defaultdict(list)
        for entry in entries:
            chains[chain_of(entry.org_path, counties, city_id)].append(entry)
        for chain_id in sorted(chains):
            await _append(db, city_id, chain_id, chains[chain_id])


async def _unsealed(db: AsyncSession, city_id: UUID, entry_ids: Sequence[UUID]) -> list[Any]:
    rows = await db.execute(
        select(col(LedgerEntry.id), col(LedgerEntry.org_path), col(LedgerEntry.content_hash))
        .outerjoin(
            Seal,
            (col(Seal.city_id) == col(LedgerEntry.city_id)) & (col(Seal.entry_id) == col(LedgerEntry.id)),
        )
        .where(
            col(LedgerEntry.city_id) == city_id,
            col(LedgerEntry.id).in_(entry_ids),
            col(Seal.entry_id).is_(None),
        )
    )
    order = {entry: place for place, entry in enumerate(entry_ids)}
    return sorted(rows, key=lambda row: order[row.id])


async def _append(db: AsyncSession, city_id: UUID, chain_id: UUID, entries: Iterable[Any]) -> None:
    position, previous = await _head(db, city_id, chain_id)
    now = clock.now()
    rows = []
    for entry in entries:
        position += 1
        sealed = seal_hash(previous, entry.content_hash)
        rows.append(
            {
                "city_id": city_id,
                "chain_id": chain_id,
                "position": position,
                "entry_id": entry.id,
                "entry_hash": entry.content_hash,
                "previous_hash": previous,
                "seal_hash": sealed,
                "sealed_at": now,
            }
        )
        previous = sealed
    await db.execute(insert(Seal), rows)


async def _head(db: AsyncSession, city_id: UUID, chain_id: UUID) -> tuple[int, str]:
    """Position and hash of the chain's last seal. Locks the chain's organisation against another sealer."""
    await db.execute(
        select(col(Organisation.id))
        .where(col(Organisation.city_id) == city_id, col(Organisation.id) == chain_id)
        .with_for_update(key_share=True)
    )
    last = (
        await db.execute(
            select(col(Seal.position), col(Seal.seal_hash))
            .where(col(Seal.city_id) == city_id, col(Seal.chain_id) == chain_id)
            .order_by(col(Seal.position).desc())
            .limit(1)
        )
    ).first()
    return (last.position, last.seal_hash) if last else (0, GENESIS)
