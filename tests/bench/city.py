"""What the figures of a whole city are measured on: `xuefen demo --scale city`, and a small city beside it.

Both are made by the same loader in one throw-away PostgreSQL whose files lie on the disk, and each has a
server of its own. The small one is there to be compared with: the same people, a thousandth of the rows.
"""

import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
from sqlalchemy import func, select
from sqlmodel import col

from tests.bench.world import SERVER, Site, become, binaries, environment
from tests.postgres import Cluster, run_apart
from tests.serving import Server, serving
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.tokens import Audience, tokens
from xuefen.demo.growth.size import CITY, Growth
from xuefen.demo.loading import Size, make
from xuefen.demo.tree import FULL, Scale
from xuefen.ledger.models import Account, AccountKind, LedgerEntry
from xuefen.migrate import upgrade
from xuefen.people.models import Teacher, User

PASSWORD = "one-password-for-the-figures"
AUDITOR = "A0001"
VILLAGE = Scale(counties=1, schools_of_county=3, direct_schools=0, teachers=180)
GROWN_VILLAGE = Growth(schools=6, direct_schools=0, teachers=330)
ASKED, ENTRIES, GIVE_OR_TAKE = 500, 80, 4
"""Whose standing is asked for: at most so many people, with about so many entries each.

Eighty is the most usual number; the mean is seventy, as some came late. The village has some seventy such people.
"""


@dataclass(frozen=True)
class CitySite(Site):
    """A demo city with its server; `auditor` is the token of somebody who sees all of it."""

    url: str
    city_id: UUID
    auditor: str
    entries: int


@dataclass(frozen=True)
class Making:
    """Where sites are made; their servers run until `servers` is left."""

    cluster: Cluster
    folder: Path
    servers: ExitStack

    async def site(self, name: str, size: Size) -> CitySite:
        url = self.cluster.create(name)
        run_apart(upgrade, url)
        folder = self.folder / name
        folder.mkdir()
        variables = environment(url, str(folder)) | {"XUEFEN_WORKER_IN_PROCESS": "false"}
        database = Database(become(variables))
        try:
            await make(database, PASSWORD, size)
            await _vacuum(url)
            return await _site(database, url, self._serve(variables, folder))
        finally:
            await database.close()

    def _serve(self, variables: dict[str, str], folder: Path) -> Server:
        return self.servers.enter_context(serving(variables, folder / "server.log", SERVER))


@asynccontextmanager
async def cities(growth: Growth = CITY) -> AsyncIterator[tuple[CitySite, CitySite]]:
    """The whole city, and the village."""
    on = clock.today()
    with (
        Cluster(binaries(), within=Path(tempfile.gettempdir())) as cluster,
        tempfile.TemporaryDirectory() as folder,
        ExitStack() as servers,
    ):
        making = Making(cluster, Path(folder), servers)
        village = await making.site("village", Size(on, VILLAGE, GROWN_VILLAGE))
        city = await making.site("city", Size(on, FULL, growth))
        yield city, village


async def _vacuum(url: str) -> None:
    """As the database itself would do within minutes; not while something is measured."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


async def _site(database: Database, url: str, server: Server) -> CitySite:
    """Tokens of those whose number of entries is nearest to `ENTRIES`."""
    usual = (
        select(col(Teacher.user_id), col(Account.entries))
        .join(
            Account,
            (col(Account.city_id) == col(Teacher.city_id)) & (col(Account.owner_id) == col(Teacher.id)),
        )
        .where(
            col(Account.kind) == AccountKind.teacher,
            col(Account.entries).between(ENTRIES - GIVE_OR_TAKE, ENTRIES + GIVE_OR_TAKE),
        )
        .order_by(func.abs(col(Account.entries) - ENTRIES), col(Teacher.staff_no))
        .limit(ASKED)
    )
    async with database.read() as db:
        auditor = (await db.scalars(select(User).where(col(User.staff_no) == AUDITOR))).one()
        people = (await db.execute(usual)).all()
        entries = await db.scalar(select(func.count()).select_from(LedgerEntry)) or 0
    issue = tokens().issue
    mean = sum(row.entries for row in people) / len(people)
    print(f"{entries} entries; {len(people)} people with {mean:.1f} each are asked for", file=sys.stderr)
    return CitySite(
        server,
        [issue(row.user_id, auditor.city_id, Audience.user) for row in people],
        url,
        auditor.city_id,
        issue(auditor.id, auditor.city_id, Audience.user),
        entries,
    )
