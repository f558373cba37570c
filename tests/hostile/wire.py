"""Requests byte by byte, as a server hands them to the application: no client mends them on the way.

answer = await ask(app, "GET", "/api/v1/menu", query=b"page_size=%ff", headers=bearer(app, person))
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI
from starlette.types import Message

JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """Everything the caller receives."""
        return f"{dict(self.headers)}\n{self.body.decode(errors='replace')}"


def header_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def scope_of(
    method: str, path: str | bytes, query: bytes, headers: Mapping[str, str | bytes]
) -> dict[str, Any]:
    raw = path.encode("utf-8", "surrogatepass") if isinstance(path, str) else path
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        # As uvicorn does it: what is no UTF-8 becomes the replacement character.
        "path": unquote(raw.decode("latin-1")),
        "raw_path": raw,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), header_bytes(value)) for name, value in headers.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("testserver", 443),
        "state": {},
    }


async def ask(
    app: FastAPI,
    method: str,
    path: str | bytes,
    *,
    query: bytes = b"",
    headers: Mapping[str, str | bytes] | None = None,
    body: bytes = b"",
) -> Answer:
    """One request. What the application raises is raised here: a server would close the connection."""
    sent = {"host": "testserver", "content-length": str(len(body)), **(headers or {})}
    status = 0
    received: dict[str, str] = {}
    chunks: list[bytes] = []
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            received.update((name.decode(), value.decode("latin-1")) for name, value in message["headers"])
        else:
            chunks.append(message.get("body", b""))

    await app(scope_of(method, path, query, sent), receive, send)
    return Answer(status, received, b"".join(chunks))
