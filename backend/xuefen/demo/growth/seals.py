"""Seals of many entries at once: each chain is carried on in memory from its head."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core import clock
from xuefen.demo.growth.chronicle import Batch
from xuefen.demo.growth.entries import COLUMNS, Row
from xuefen.ledger.sealing import GENESIS, chain_of, seal_hash
from xuefen.ledger.verification import chain_heads
from xuefen.organisations.policies import county_paths

SEAL_COLUMNS = (
    *("city_id", "chain_id", "position", "entry_id"),
    *("entry_hash", "previous_hash", "seal_hash", "sealed_at"),
)
_ID, _HASH = COLUMNS.index("id"), COLUMNS.index("content_hash")


class Sealer:
    """Gives every entry its place in the chain of its county, or of the city."""

    def __init__(
        self,
        city_id: UUID,
        counties: dict[str, tuple[UUID, str]],
        heads: dict[UUID, tuple[int, str]],
        sealed_at: datetime,
    ) -> None:
        self._city_id, self._counties, self._heads = city_id, counties, heads
        self._sealed_at = sealed_at

    @classmethod
    async def of(cls, db: AsyncSession, city_id: UUID) -> "Sealer":
        heads = {chain: (position, last) for chain, position, last in await chain_heads(db, city_id)}
        return cls(city_id, await county_paths(db, city_id), heads, clock.now())

    def seals(self, batches: Iterable[Batch]) -> Iterator[Row]:
        for batch in batches:
            chain_id = chain_of(batch.school.path, self._counties, self._city_id)
            yield from self._append(chain_id, batch.rows)

    def _append(self, chain_id: UUID, entries: list[Row]) -> Iterator[Row]:
        position, previous = self._heads.get(chain_id, (0, GENESIS))
        city, chain = str(self._city_id), str(chain_id)
        for entry in entries:
            position += 1
            sealed = seal_hash(previous, entry[_HASH])
            yield (city, chain, position, entry[_ID], entry[_HASH], previous, sealed, self._sealed_at)
            previous = sealed
        self._heads[chain_id] = (position, previous)
