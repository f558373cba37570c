"""Fixtures: the product in a process of its own, for races and for browsers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.postgres import free_port

START_SECONDS = 60
STOP_SECONDS = 15
COMMAND = Path(sys.executable).with_name("xuefen")


@dataclass
class Server:
    """A running server: `url` such as http://127.0.0.1:43210, and the process to stop or kill."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """As a power cut would: nothing is finished or said."""
        self.process.kill()
        self.process.wait()


def inherited() -> dict[str, str]:
    """This process's variables without the product's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("XUEFEN_")}


@contextmanager
def serving(
    environment: dict[str, str], log: Path, command: Sequence[str | Path] = (COMMAND, "serve")
) -> Iterator[Server]:
    """Run `command` with these XUEFEN_… variables; yields when it answers /livez."""
    port = free_port()
    variables = inherited() | environment | {"XUEFEN_PORT": str(port)}
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=variables, stdout=output, stderr=output)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        await_live(server)
        yield server
    finally:
        stop(server)


def await_live(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            httpx.get(f"{server.url}/livez", timeout=2).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{server.log.read_text(errors='replace')}")


def stop(server: Server) -> None:
    if server.process.poll() is not None:
        return
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    """The product on 127.0.0.1, on the database of the test."""
    with serving(environment, tmp_path / "server.log") as running:
        yield running
