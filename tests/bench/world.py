"""What the figures are measured on: a throw-away PostgreSQL, a city with teachers, a server of its own."""

import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.load import Answer, get, send_all
from tests.make.approvals import adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.crowd import make_crowd, token_of
from tests.make.people import Person
from tests.postgres import Cluster, find_binaries, run_apart
from tests.serving import Server, serving
from xuefen.core.db import Database
from xuefen.core.settings import settings
from xuefen.core.signing_keys import new_signing_key
from xuefen.migrate import upgrade

SERVER = (sys.executable, "-m", "tests.bench.server")
HELLOS = 2000


class Unexpected(AssertionError):
    """An answer that no figure may rest on."""


@dataclass(frozen=True)
class World:
    cluster: Cluster
    database: Database
    url: str
    city: CityFixture
    people: Sequence[Person]
    tokens: Sequence[str]
    server: Server

    async def per_second(self, requests: Sequence[bytes], status: int, connections: int) -> float:
        """Answers per second; each must have `status`."""
        started = time.perf_counter()
        answers = await send_all(self.server.url, requests, connections)
        seconds = time.perf_counter() - started
        self._require(answers, status)
        return len(answers) / seconds

    async def hello(self) -> float:
        """The ceiling of one server process: a typed answer behind the check of a token."""
        token = self.tokens[0]
        return await self.per_second([get("/hello", token)] * HELLOS, 200, connections=16)

    def _require(self, answers: Sequence[Answer], status: int) -> None:
        wrong = next((answer for answer in answers if answer.status != status), None)
        if wrong is not None:
            log = self.server.log.read_text()[-3000:]
            raise Unexpected(f"{wrong.status} instead of {status}: {wrong.body.decode()}\n{log}")


@asynccontextmanager
async def world(people: int) -> AsyncIterator[World]:
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    with Cluster(binaries) as cluster, tempfile.TemporaryDirectory() as folder:
        url = cluster.create("bench")
        run_apart(upgrade, url)
        environment = _environment(url, folder)
        os.environ.update(environment)
        settings.cache_clear()
        database = Database(settings())
        city = await make_city(database)
        await adopt_policy(database, city.city)
        crowd = await make_crowd(database, city.school, people)
        with serving(environment, Path(folder) / "server.log", SERVER) as server:
            yield World(cluster, database, url, city, crowd, [token_of(one) for one in crowd], server)
        await database.close()


def _environment(url: str, folder: str) -> dict[str, str]:
    return {
        "XUEFEN_ENVIRONMENT": "test",
        "XUEFEN_DATABASE_URL": url,
        "XUEFEN_DATA_DIRECTORY": folder,
        "XUEFEN_SECRET_KEY": "a-secret-of-the-figures-and-of-nothing-else",
        "XUEFEN_SIGNING_KEYS": json.dumps([new_signing_key()]),
    }
