"""Logs: one JSON object a line, with no personal data, no bodies, no query strings.

Values are written as ids, codes and route templates. What still looks like an id number, a phone or a
token is blacked out, and of an exception only its kind and the places it passed are kept, because
messages of drivers and parsers quote the values they choked on.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_BUILT_IN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_LONGEST_TEXT = 500
_MOST_FRAMES = 15
_MOST_CAUSES = 5
_QUIET = ("httpx", "httpcore", "sqlalchemy.engine", "aiosqlite", "multipart")
_SECRETS = re.compile(
    r"""
    (?<![0-9])
    (?: [0-9]{17}[0-9Xx] | [0-9]{15} | (?:86[ -]?)? 1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4} )
    (?![0-9])                                                    # id numbers, old and new; mobile phones
    | eyJ[\w-]+ (?: \.[\w-]+ )*                                  # a JSON web token
    | (?i: (?: bearer | basic )\s+ [\w.~+/=-]{8,} )
    | (?i: (?: password | passwd | secret | token | authorization | cookie ) ["']? \s* [=:] \s* )
      (?i: (?: bearer | basic ) \s+ )? [^\s,;&]+
    | (?<=://) [^/\s:@]+ : [^/\s@]+ (?=@)                        # a password in a database address
    """,
    re.VERBOSE,
)


def redacted(text: str) -> str:
    """`text` with everything blacked out that looks like an id number, a phone, a token or a password."""
    return _SECRETS.sub("***", text[: 10 * _LONGEST_TEXT])[:_LONGEST_TEXT]


class JsonFormatter(logging.Formatter):
    """One line for one record: time, level, logger, event, request id and the record's extra fields.

    `with_messages` adds the messages of exceptions; for development only.
    """

    def __init__(self, *, with_messages: bool = False) -> None:
        super().__init__()
        self.with_messages = with_messages

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redacted(record.getMessage()),
        }
        if (current := request_id.get()) is not None:
            line["request_id"] = current
        line |= {name: _plain(value) for name, value in vars(record).items() if name not in _BUILT_IN}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, allow_nan=False, default=str)

    def _chain(self, error: BaseException) -> list[dict[str, Any]]:
        """The error and what caused it, the last first."""
        chain: list[dict[str, Any]] = []
        current: BaseException | None = error
        while current is not None and len(chain) < _MOST_CAUSES:
            chain.append(self._one(current))
            current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        return chain

    def _one(self, error: BaseException) -> dict[str, Any]:
        kind = type(error)
        described: dict[str, Any] = {
            "type": f"{kind.__module__}.{kind.__qualname__}",
            "frames": _frames(error.__traceback__),
        }
        if self.with_messages:
            described["message"] = redacted(str(error))
        return described


def _frames(traceback: TracebackType | None) -> list[str]:
    frames = extract_tb(traceback)[-_MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 3) if abs(value) < sys.maxsize else None
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in list(value)[:50]]
    return redacted(str(value))


def configure(
    *, level: int = logging.INFO, with_messages: bool = False, stream: TextIO | None = None
) -> None:
    """Write all logs of the process to `stream` (default: standard output), in the form above.

    The server's own access log is silenced: it prints query strings. `AccessLog` stands in for it.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonFormatter(with_messages=with_messages))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = name != "uvicorn.access"
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
