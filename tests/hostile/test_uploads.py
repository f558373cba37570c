"""Hostile files through the front door: refused with a problem, soon, and the server goes on serving.

That each of them is refused by the reader itself is tested in core; here they come over HTTP to a real
server. `make test` sends one of each kind, `make torture` all, and many at a time.
"""

import asyncio
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.core.hostile_files import HOSTILE
from tests.hostile.judging import contents
from tests.hostile.wire import PROBLEM
from tests.make.city import make_city
from tests.make.roster import as_csv, roster, row
from tests.serving import Server
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.core.tokens import Audience, tokens

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/api/v1/imports"
SECONDS = 2.0
TRIES = 3
AT_ONCE = 8
MEGABYTES = 400
OF_EACH_KIND = (
    "empty",
    "grid bomb, whole sheet",
    "a million cells",
    "zip bomb that lies",
    "one string everywhere",
    "two million sheets",
    "entities",
    "external entity",
    "half a file",
    "old excel",
    "program as csv",
    "another suffix",
    "nul in a cell",
    "csv of one endless line",
    "csv in no encoding",
)


class Uploader:
    """A school's clerk at a real server."""

    def __init__(self, server: Server, headers: Mapping[str, str]) -> None:
        self.server = server
        self.client = httpx.Client(base_url=server.url, headers=headers, timeout=30)

    def upload(self, name: str, content: bytes) -> httpx.Response:
        file = {"file": (name, content, "application/octet-stream")}
        return self.client.post(PATH, data={"id": str(new_id())}, files=file)

    def seconds(self, kind: str) -> float:
        """What the refusal cost the server and its children: processor time, for the machine may be busy."""
        name, make = HOSTILE[kind]
        content = make()
        best = TRIES * SECONDS
        for _ in range(TRIES):
            begun = self._clock()
            assert_refused(self.upload(name, content), kind)
            best = min(best, self._clock() - begun)
            if best < SECONDS:
                break
        return best

    def _clock(self) -> float:
        stat = Path(f"/proc/{self.server.process.pid}/stat")
        if not stat.is_file():
            return time.monotonic()
        ticks = stat.read_text().rpartition(")")[2].split()[11:15]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def is_alive(self) -> bool:
        return self.client.get("/livez").status_code == 200

    def megabytes(self) -> float:
        """The most memory that the server's own process ever held."""
        status = Path(f"/proc/{self.server.process.pid}/status")
        if not status.is_file():
            return 0.0
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024


def assert_refused(answer: httpx.Response, kind: str) -> None:
    assert 400 <= answer.status_code < 500, (kind, answer.status_code, answer.text)
    assert answer.headers["content-type"] == PROBLEM, kind
    assert {"code", "title", "status", "errors"} <= answer.json().keys(), kind


@pytest.fixture
async def uploader(database: Database, server: Server) -> Uploader:
    city = await make_city(database)
    token = tokens().issue(city.clerk.id, city.id, Audience.user)
    return Uploader(server, {"Authorization": f"Bearer {token}"})


async def test_one_file_of_each_kind_is_refused_in_time(uploader: Uploader, database: Database) -> None:
    before = await contents(database)
    spent = {kind: uploader.seconds(kind) for kind in OF_EACH_KIND}
    slow = {kind: seconds for kind, seconds in spent.items() if seconds >= SECONDS}
    print(f"{len(spent)} hostile files refused, the slowest in {max(spent.values()):.2f} s")
    assert not slow
    assert uploader.is_alive()
    assert uploader.megabytes() < MEGABYTES
    assert await contents(database) == before


async def test_a_good_file_is_taken(uploader: Uploader) -> None:
    """The control: what is refused above is not refused for its way."""
    answer = uploader.upload(*as_csv(roster(row(1))))
    assert answer.status_code == 201, answer.text
    assert answer.json()["rows_new"] == 1


@pytest.mark.torture
async def test_every_hostile_file_is_refused_in_time(uploader: Uploader) -> None:
    spent = {kind: uploader.seconds(kind) for kind in HOSTILE}
    slow = {kind: seconds for kind, seconds in spent.items() if seconds >= SECONDS}
    print(f"{len(spent)} hostile files refused, the slowest in {max(spent.values()):.2f} s")
    assert not slow
    assert uploader.is_alive()
    assert uploader.megabytes() < MEGABYTES


@pytest.mark.torture
async def test_many_hostile_files_at_once_do_not_stop_the_server(uploader: Uploader) -> None:
    files = [(name, make()) for name, make in (HOSTILE[kind] for kind in OF_EACH_KIND)]
    longest = 0.0
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        sent = [crowd.submit(uploader.upload, *file) for file in files * 2]
        while not all(one.done() for one in sent):
            begun = time.monotonic()
            assert uploader.is_alive()
            longest = max(longest, time.monotonic() - begun)
            await asyncio.sleep(0.05)
    for one in sent:
        answer = one.result()
        assert answer.status_code == 503 or 400 <= answer.status_code < 500
    print(f"{len(sent)} hostile files, {AT_ONCE} at a time; /livez within {longest * 1000:.0f} ms")
    assert longest < SECONDS
