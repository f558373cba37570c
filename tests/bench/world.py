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
from xuefen.core.settings import Settings, settings
from xuefen.core.signing_keys import new_signing_key
from xuefen.migrate import upgrade

SERVER = (sys.executable, "-m", "tests.bench.server")
HELLOS = 2000
SIGNING_KEYS = json.dumps([new_signing_key()])


class Unexpected(AssertionError):
    """An answer that no figure may rest on."""


@dataclass(frozen=True)
class Site:
    """A server of the product, and tokens of teachers whom it knows."""

    server: Server
    tokens: Sequence[str]

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


@dataclass(frozen=True)
class World(Site):
    """A city of a few tables' rows, made for each run."""

    cluster: Cluster
    database: Database
    url: str
    city: CityFixture
    people: Sequence[Person]


@asynccontextmanager
async def world(people: int) -> AsyncIterator[World]:
    with Cluster(binaries()) as cluster, tempfile.TemporaryDirectory() as folder:
        url = cluster.create("bench")
        run_apart(upgrade, url)
        variables = environment(url, folder)
        database = Database(become(variables))
        city = await make_city(database)
        await adopt_policy(database, city.city)
        crowd = await make_crowd(database, city.school, people)
        with serving(variables, Path(folder) / "server.log", SERVER) as server:
            yield World(server, [token_of(one) for one in crowd], cluster, database, url, city, crowd)
        await database.close()


def binaries() -> Path:
    """Of PostgreSQL; without them there is nothing to measure."""
    found = find_binaries()
    if found is None:
        raise SystemExit("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    return found


def environment(url: str, folder: str) -> dict[str, str]:
    return {
        "XUEFEN_ENVIRONMENT": "test",
        "XUEFEN_DATABASE_URL": url,
        "XUEFEN_DATA_DIRECTORY": folder,
        "XUEFEN_SECRET_KEY": "a-secret-of-the-figures-and-of-nothing-else",
        "XUEFEN_SIGNING_KEYS": SIGNING_KEYS,
    }


def become(variables: dict[str, str]) -> Settings:
    """Make this process one of the product with these settings, so that its tokens are the servers' own."""
    os.environ.update(variables)
    settings.cache_clear()
    return settings()
