"""Keyset pages: `{items, next_page_token}`. No page is counted off, so page 1,000 costs as much as page 1.

    BY_DATE = Keyset("enrollments", (col(Enrollment.enrolled_at), col(Enrollment.id)), descending=True)

    rows = (await db.scalars(BY_DATE.select(statement, page))).all()
    rows, token = BY_DATE.cut(rows, page, lambda row: (row.enrolled_at, row.id))

A token is the key of the last row shown, signed. It travels in URLs: never sort by a personal value.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import Select, bindparam, tuple_

from xuefen.core.errors import BadRequest
from xuefen.core.keys import derived_key
from xuefen.core.text import Input, Output

MAX_PAGE_SIZE = 100
_SIGNATURE_BYTES = 16

Item = TypeVar("Item")
Row = TypeVar("Row")
Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])
KeyValue = str | int | date | datetime | UUID


class PageTokenInvalid(BadRequest):
    code, title = "page_token_invalid", "翻页标记无效，请从第一页重新打开"


class PageQuery(Input):
    """Query parameters of a list; a list with filters extends it. Unknown parameters are refused."""

    page_size: int = Field(default=50, ge=1, le=MAX_PAGE_SIZE)
    page_token: str | None = Field(default=None, max_length=1000, description="上一页给出的 next_page_token")


class Page(Output, Generic[Item]):
    items: list[Item]
    next_page_token: str | None


@dataclass(frozen=True)
class Keyset:
    """The order of one list. The columns are never null, all run the same way, and the last is unique.

    `columns` holds columns of tables; a model's attributes carry the types of their values, hence Any.
    """

    name: str
    columns: tuple[Any, ...]
    descending: bool = False

    def select(self, statement: Statement, page: PageQuery) -> Statement:
        """Order `statement`, start it after the page's token, and take one row more than is shown."""
        order = [column.desc() if self.descending else column.asc() for column in self.columns]
        ordered = statement.order_by(*order).limit(page.page_size + 1)
        if page.page_token is None:
            return ordered
        last = read_token(self.name, page.page_token)
        if len(last) != len(self.columns):
            raise PageTokenInvalid
        pairs = zip(self.columns, last, strict=True)
        values = tuple_(*(bindparam(None, value, type_=column.type) for column, value in pairs))
        keys = tuple_(*self.columns)
        return ordered.where(keys < values if self.descending else keys > values)

    def cut(
        self, rows: Sequence[Row], page: PageQuery, key: Callable[[Row], Sequence[KeyValue]]
    ) -> tuple[list[Row], str | None]:
        """The rows to show, and the token of the next page when there is one."""
        shown = list(rows[: page.page_size])
        if len(rows) <= page.page_size:
            return shown, None
        return shown, make_token(self.name, key(shown[-1]))


def make_token(name: str, key: Sequence[KeyValue]) -> str:
    """A token for the list `name` after the row with `key`."""
    payload = json.dumps([_tagged(value) for value in key], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(name, payload) + payload).decode().rstrip("=")


def read_token(name: str, token: str) -> tuple[KeyValue, ...]:
    """The key in `token`; `PageTokenInvalid` when it was not made here, for this list."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise PageTokenInvalid from None
    signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(name, payload)):
        raise PageTokenInvalid
    return tuple(_READERS[tag](text) for tag, text in json.loads(payload))


def _signature(name: str, payload: bytes) -> bytes:
    message = name.encode() + b"\0" + payload
    return hmac.new(derived_key("page tokens"), message, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


_READERS: dict[str, Callable[[str], KeyValue]] = {
    "s": str,
    "i": int,
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "u": UUID,
}


def _tagged(value: KeyValue) -> tuple[str, str]:
    match value:
        case UUID():
            return "u", value.hex
        case datetime():
            return "t", value.isoformat()
        case date():
            return "d", value.isoformat()
        case int():
            return "i", str(value)
        case str():
            return "s", value
