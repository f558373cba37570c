"""PostgreSQL is killed under load: callers see 503 with Retry-After, never a 500, and soon nothing at all."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from tests.postgres import Cluster
from tests.serving import Server

CALLERS = 4
PAUSE_SECONDS = 0.5
RECOVERY_SECONDS = 2.0
GUESS = {"grant_type": "password", "username": "T0001", "password": "a wrong guess"}


@dataclass
class Heard:
    """What the callers were told: how often each status, and what should never be said."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def take(self, answer: httpx.Response) -> None:
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500 and answer.status_code != 503:
            self.faults.append(f"{answer.status_code} {answer.request.url.path}: {answer.text}")
        if answer.status_code == 503 and "retry-after" not in answer.headers:
            self.faults.append(f"503 without Retry-After: {answer.request.url.path}")


@contextmanager
def callers(url: str) -> Iterator[Heard]:
    """Callers that read (`/readyz`) and write (a counted wrong guess) until the block ends."""
    heard, done = Heard(), threading.Event()

    def call() -> None:
        with httpx.Client(base_url=url, timeout=30) as client:
            while not done.is_set():
                heard.take(client.get("/readyz"))
                heard.take(client.post("/api/v1/auth/token", data=GUESS))

    threads = [threading.Thread(target=call) for _ in range(CALLERS)]
    for thread in threads:
        thread.start()
    try:
        yield heard
    finally:
        done.set()
        for thread in threads:
            thread.join()


def seconds_to_recover(url: str) -> float:
    started = time.monotonic()
    while time.monotonic() - started < 10 * RECOVERY_SECONDS:
        if httpx.get(f"{url}/readyz", timeout=30).status_code == 200:
            break
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("restarts", [2, pytest.param(20, marks=pytest.mark.torture)])
def test_a_restart_of_the_database_is_a_short_refusal(
    server: Server, cluster: Cluster, restarts: int
) -> None:
    waits = []
    with callers(server.url) as heard:
        for _ in range(restarts):
            time.sleep(PAUSE_SECONDS)
            cluster.restart()
            waits.append(seconds_to_recover(server.url))
    print(f"\n{restarts} restarts: {dict(heard.statuses)}; healthy again after {max(waits):.2f} s at most")
    assert heard.faults == []
    assert max(waits) <= RECOVERY_SECONDS
    assert heard.statuses[200] > 0


@pytest.mark.parametrize("status", [500, 503])
def test_a_fault_would_be_heard(status: int) -> None:
    heard = Heard()
    heard.take(httpx.Response(status, request=httpx.Request("GET", "http://testserver/readyz")))
    assert len(heard.faults) == 1
