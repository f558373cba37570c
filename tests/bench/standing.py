"""`standing`: one person's explained standing over HTTP."""

from itertools import cycle, islice

from tests.bench.world import World
from tests.load import get
from tests.make.ledger import post_all, posting
from xuefen.core import clock

PEOPLE, ENTRIES = 50, 70
REQUESTS = 500


class Standing:
    """Teachers with seventy entries each, asked for in turn."""

    def __init__(self, world: World) -> None:
        self.world = world

    @classmethod
    async def prepare(cls, world: World) -> "Standing":
        on = clock.today()
        for person in world.people[:PEOPLE]:
            entries = [posting(person, event_on=on, title=f"研修{n}") for n in range(ENTRIES)]
            await post_all(world.database, person, *entries)
        return cls(world)

    async def measure(self) -> float:
        tokens = islice(cycle(self.world.tokens[:PEOPLE]), REQUESTS)
        requests = [get("/api/v1/me/standing", token) for token in tokens]
        return await self.world.per_second(requests, 200, connections=16)
