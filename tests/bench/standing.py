"""`standing`: one person's explained standing over HTTP."""

from collections.abc import Sequence
from itertools import cycle, islice

from tests.bench.world import Site, World
from tests.load import get
from tests.make.ledger import post_all, posting
from xuefen.core import clock

PEOPLE, ENTRIES = 50, 70
REQUESTS = 500


class Standing:
    """Teachers with their entries, asked for in turn."""

    def __init__(self, site: Site, tokens: Sequence[str]) -> None:
        self.site, self.tokens = site, tokens

    @classmethod
    async def prepare(cls, world: World) -> "Standing":
        """Seventy entries for each of fifty people."""
        on = clock.today()
        for person in world.people[:PEOPLE]:
            entries = [posting(person, event_on=on, title=f"研修{n}") for n in range(ENTRIES)]
            await post_all(world.database, person, *entries)
        return cls(world, world.tokens[:PEOPLE])

    async def measure(self) -> float:
        tokens = islice(cycle(self.tokens), REQUESTS)
        requests = [get("/api/v1/me/standing", token) for token in tokens]
        return await self.site.per_second(requests, 200, connections=16)
