import base64
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import FastAPI, Query
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, Integer, MetaData, String, Table, Uuid, insert, select

from tests.core.conftest import Client
from xuefen.core import problems
from xuefen.core.db import Database
from xuefen.core.page import Keyset, KeyValue, Page, PageQuery, PageTokenInvalid, make_token, read_token
from xuefen.core.settings import settings

ROWS = Table(
    "paged_rows",
    MetaData(),
    Column("day", Date, nullable=False),
    Column("name", String(20), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("id", Uuid, primary_key=True),
)
STORED = [
    {"day": date(2014, 10, 1 + n // 7), "name": f"n{n % 3}", "seats": n % 2, "id": UUID(int=(n * 37) % 101)}
    for n in range(50)
]
ORDERS = {
    "one column": (ROWS.c.id,),
    "day, then id": (ROWS.c.day, ROWS.c.id),
    "text and number": (ROWS.c.name, ROWS.c.seats, ROWS.c.id),
}


@pytest.fixture
async def filled(blank_url: str) -> AsyncIterator[Database]:
    database = Database(settings(), blank_url)
    async with database.write() as db:
        await db.run_sync(lambda session: ROWS.create(session.connection()))
        await db.execute(insert(ROWS), STORED)
    yield database
    await database.close()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ORDERS)
async def test_walking_the_pages_shows_every_row_once_in_order(
    filled: Database, order: str, descending: bool
) -> None:
    columns = ORDERS[order]
    keyset = Keyset("rows", columns, descending)
    seen: list[tuple[KeyValue, ...]] = []
    token = None
    async with filled.read() as db:
        while True:
            page = PageQuery(page_size=7, page_token=token)
            rows = (await db.execute(keyset.select(select(*columns), page))).all()
            shown, token = keyset.cut(rows, page, tuple)
            assert len(shown) <= 7
            seen += [tuple(row) for row in shown]
            if token is None:
                break
    assert seen == sorted((tuple(row[c.name] for c in columns) for row in STORED), reverse=descending)


async def test_a_page_that_just_fits_is_the_last(filled: Database) -> None:
    keyset = Keyset("rows", (ROWS.c.id,))
    page = PageQuery(page_size=50)
    async with filled.read() as db:
        rows = (await db.execute(keyset.select(select(ROWS.c.id), page))).all()
    shown, token = keyset.cut(rows, page, tuple)
    assert (len(shown), token) == (50, None)


keys = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.integers(-(2**63), 2**63 - 1),
        st.dates(),
        st.datetimes(timezones=st.just(UTC)),
        st.uuids(),
    ),
    min_size=1,
    max_size=4,
)


@given(keys)
def test_a_token_brings_its_key_back(key: list[KeyValue]) -> None:
    token = make_token("rows", key)
    assert list(read_token("rows", token)) == key
    assert token.isascii()
    assert "=" not in token


KEY: list[KeyValue] = [datetime(2014, 10, 25, tzinfo=UTC), UUID(int=5)]


def forgeries(token: str) -> list[str]:
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    payload = b'[["i","1"]]'
    plain = ["", "x", "page2", "null", "令牌", "\ud800", "A" * 999]
    cut = [token[:-1], token[1:], token + "AAAA", token + "\n", token.swapcase(), token + token]
    unsigned = [payload, bytes(16) + payload, raw[:16], raw[16:], raw + b" ", b"", bytes(16)]
    return [*plain, *cut, *(base64.urlsafe_b64encode(one).decode() for one in unsigned)]


def test_a_token_that_was_not_made_here_is_refused() -> None:
    token = make_token("rows", KEY)
    assert list(read_token("rows", token)) == KEY
    for forged in forgeries(token):
        with pytest.raises(PageTokenInvalid):
            read_token("rows", forged)


def test_a_token_of_another_list_is_refused() -> None:
    with pytest.raises(PageTokenInvalid):
        read_token("rows", make_token("other rows", KEY))


def test_a_token_of_another_installation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_token("rows", KEY)
    monkeypatch.setenv("XUEFEN_SECRET_KEY", "another-secret-of-the-tests-and-of-nothing-else")
    settings.cache_clear()
    with pytest.raises(PageTokenInvalid):
        read_token("rows", token)


def test_every_changed_character_is_noticed() -> None:
    token = make_token("rows", KEY)
    for position, char in enumerate(token[:-1]):
        changed = token[:position] + ("B" if char == "A" else "A") + token[position + 1 :]
        with pytest.raises(PageTokenInvalid):
            read_token("rows", changed)


def test_a_token_of_a_list_that_is_sorted_otherwise_now_is_refused() -> None:
    keyset = Keyset("rows", (ROWS.c.id,))
    with pytest.raises(PageTokenInvalid):
        keyset.select(select(ROWS.c.id), PageQuery(page_token=make_token("rows", KEY)))


async def test_over_http(client: Client) -> None:
    app = FastAPI()
    problems.install(app)
    by_number = Keyset("numbers", (ROWS.c.seats,))

    class Filters(PageQuery):
        odd: bool = False

    @app.get("/numbers")
    async def numbers(page: Annotated[Filters, Query()]) -> Page[int]:
        by_number.select(select(ROWS.c.seats), page)
        shown, token = by_number.cut([1, 2, 3], page, lambda n: (n,))
        return Page(items=shown, next_page_token=token)

    async with client(app) as api:
        first = (await api.get("/numbers", params={"page_size": 2})).json()
        assert first["items"] == [1, 2]
        second = await api.get("/numbers", params={"page_token": first["next_page_token"], "odd": "true"})
        assert second.json() == {"items": [1, 2, 3], "next_page_token": None}
        forged = await api.get("/numbers", params={"page_token": "x"})
        assert (forged.status_code, forged.json()["code"]) == (400, "page_token_invalid")
        for query in (
            "page_size=0",
            "page_size=101",
            "page_size=-1",
            "page_size=9" + "9" * 400,
            "page_size=NaN",
            "offset=5",
        ):
            assert (await api.get(f"/numbers?{query}")).status_code == 422, query


def test_instants_keep_their_microseconds() -> None:
    instant = datetime(2014, 10, 25, tzinfo=UTC) + timedelta(microseconds=1)
    assert read_token("rows", make_token("rows", [instant])) == (instant,)
