"""An HTTP client that costs little, so that a race or a figure is the server's and not the client's.

    requests = [post("/api/v1/enrollments", token, {"id": ..., "run_id": ...}) for ...]
    answers = await send_all(server.url, requests, connections=64)

Each connection sends its next request when the last is answered. It knows what our server sends: HTTP/1.1
with a Content-Length.
"""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


def get(path: str, token: str) -> bytes:
    return _request("GET", path, token, b"")


def post(path: str, token: str, body: Any) -> bytes:
    return _request("POST", path, token, json.dumps(body).encode())


def put(path: str, token: str, body: Any) -> bytes:
    return _request("PUT", path, token, json.dumps(body).encode())


async def send_all(url: str, requests: Sequence[bytes], connections: int) -> list[Answer]:
    """The answers, in the order of the requests."""
    place = urlsplit(url)
    host, port = place.hostname or "127.0.0.1", place.port or 80
    waiting = iter(enumerate(requests))
    answers: list[Answer | None] = [None] * len(requests)
    workers = (_work(host, port, waiting, answers) for _ in range(connections))
    await asyncio.gather(*workers)
    return [answer for answer in answers if answer is not None]


def percentile(answers: Sequence[Answer], percent: int) -> float:
    """Seconds within which `percent` of the answers came."""
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _request(method: str, path: str, token: str, body: bytes) -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _work(
    host: str, port: int, waiting: Iterator[tuple[int, bytes]], answers: list[Answer | None]
) -> None:
    loop = asyncio.get_running_loop()
    transport, connection = await loop.create_connection(_Connection, host, port)
    try:
        for index, request in waiting:
            started = time.perf_counter()
            status, body = await connection.ask(request)
            answers[index] = Answer(status, body, time.perf_counter() - started)
    finally:
        transport.close()


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answered: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answered

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, ends, rest = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not ends or self._answered is None or len(rest) < (expected := int(length[1]) if length else 0):
            return
        self._buffer = rest[expected:]
        self._answered.set_result((int(head[9:12]), rest[:expected]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError("the server closed the connection"))
