"""The access log: method, route template, status and time of each request; never a path or a query."""

import logging
import time
from uuid import UUID

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xuefen.core.ids import new_id
from xuefen.core.logs import request_id
from xuefen.core.routes import route_template

log = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SILENT = frozenset({"/livez", "/readyz", "/metrics"})
_CLIENT_GONE = 499


class AccessLog:
    """One line for one request, and the request's id on every line and answer that belongs to it.

    The outermost middleware. It stands in for the server's own log, which prints query strings; health
    checks are not logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        this_request = _given_id(scope) or str(new_id())
        status = _CLIENT_GONE

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = this_request
            await send(message)

        reset = request_id.set(this_request)
        started = time.perf_counter()
        try:
            await self.app(scope, receive, watch)
        finally:
            if scope["path"] not in _SILENT:
                _write(scope, status, time.perf_counter() - started)
            request_id.reset(reset)


def _write(scope: Scope, status: int, seconds: float) -> None:
    fields = {
        "method": scope["method"] if scope["method"] in _METHODS else "OTHER",
        "route": route_template(scope),
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    log.info("request", extra=fields)


def _given_id(scope: Scope) -> str | None:
    """The id that a proxy gave the request. Only a UUID is taken: anything else may say who someone is."""
    try:
        return str(UUID(Headers(scope=scope).get("x-request-id", "")))
    except ValueError:
        return None
