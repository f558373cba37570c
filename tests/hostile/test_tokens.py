"""Hostile tokens over the whole application, not only through `core.tokens`: not one opens an operation.

The account they all name exists, is active and may do everything that is asked: only the token is wrong.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from fastapi import FastAPI

from tests.core.hostile_tokens import (
    CITY,
    GOOD,
    NOW,
    OLD,
    OURS,
    SUBJECT,
    hostile_tokens,
)
from tests.hostile.contract import Place, protected
from tests.hostile.wire import PROBLEM, Answer, ask
from tests.make.organisations import add_units, city_unit
from tests.make.people import make_user
from xuefen.core import tokens
from xuefen.core.db import Database
from xuefen.organisations.roles import Role

ME = "/api/v1/me"
SAMPLE = ("get_me", "create_program", "decide_claims", "sync_completions")
HANDFUL = 7
LEAST = 60

# A field of HTTP does not begin or end with blanks: these are the good token by the time it is read.
TOKENS = {name: token for name, token in hostile_tokens().items() if token.strip() != GOOD}


@pytest.fixture
def environment(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The keys that the corpus was made for, at the second it was made for."""
    tokens.tokens.cache_clear()
    with time_machine.travel(NOW, tick=False):
        yield environment | {"XUEFEN_SIGNING_KEYS": json.dumps([OURS, OLD])}
    tokens.tokens.cache_clear()


@pytest.fixture
async def holder(database: Database) -> None:
    city = replace(city_unit("430200", "青禾市"), id=CITY, city_id=CITY)
    await add_units(database, city)
    await make_user(database, city, Role.administrator, user_id=SUBJECT)


def bearing(token: str) -> dict[str, str | bytes]:
    return {"Authorization": b"Bearer " + token.encode("utf-8", "surrogatepass")}


async def try_token(app: FastAPI, place: Place, token: str) -> Answer:
    return await ask(app, place.method, place.example_path, headers=bearing(token))


def assert_closed(answer: Answer, *where: Any) -> None:
    assert answer.status == 401, (*where, answer.status)
    assert answer.headers["content-type"] == PROBLEM, where
    problem = answer.json()
    assert problem["code"] in ("not_authenticated", "token_invalid", "token_expired"), (*where, problem)
    assert answer.headers["www-authenticate"].startswith(("Bearer", "Basic")), where


@pytest.mark.usefixtures("holder")
async def test_no_hostile_token_opens_anything(app: FastAPI) -> None:
    places = protected(app)
    tried = 0
    for name, token in TOKENS.items():
        for operation in SAMPLE:
            assert_closed(await try_token(app, places[operation], token), name, operation)
            tried += 1
    print(f"{len(TOKENS)} hostile tokens on {len(SAMPLE)} operations: {tried} refused, 0 accepted")
    assert len(TOKENS) >= LEAST


@pytest.mark.usefixtures("holder")
async def test_every_protected_operation_refuses_them(app: FastAPI) -> None:
    places = protected(app)
    names = sorted(TOKENS)
    tried = 0
    for number, (operation, place) in enumerate(sorted(places.items())):
        # Another handful for each operation, so that all together take their turn.
        for name in (names[(number * HANDFUL + step) % len(names)] for step in range(HANDFUL)):
            assert_closed(await try_token(app, place, TOKENS[name]), name, operation)
            tried += 1
    print(f"{len(places)} protected operations x {HANDFUL} hostile tokens: {tried} refused, 0 accepted")


@pytest.mark.usefixtures("holder")
async def test_a_token_elsewhere_than_in_the_header_is_no_token(app: FastAPI) -> None:
    elsewhere: list[tuple[bytes, dict[str, str | bytes]]] = [
        (b"access_token=" + GOOD.encode(), {}),
        (b"", {"Cookie": f"access_token={GOOD}; xuefen_refresh={GOOD}"}),
        (b"", {"Authorization": GOOD}),
        (b"", {"Authorization": f"Basic {GOOD}"}),
        (b"", {"Authorization": f"Token {GOOD}"}),
        (b"", {"Authorization": f"Bearer\t{GOOD}"}),
        (b"", {"Authorization": b"\xff\xfe " + GOOD.encode()}),
        (b"", {"Proxy-Authorization": f"Bearer {GOOD}"}),
        (b"", {"X-Authorization": f"Bearer {GOOD}"}),
    ]
    for query, headers in elsewhere:
        assert_closed(await ask(app, "GET", ME, query=query, headers=headers), query, headers)


@pytest.mark.usefixtures("holder")
async def test_the_good_token_passes(app: FastAPI) -> None:
    """The control: the same account, and not one operation for people answers 401."""
    for operation, place in protected(app).items():
        answer = await try_token(app, place, GOOD)
        assert (answer.status == 401) is place.for_platforms, (operation, answer.status)
    assert (await ask(app, "GET", ME, headers=bearing(GOOD))).status == 200


@pytest.mark.usefixtures("holder")
async def test_a_refusal_does_not_tell_one_token_from_another(app: FastAPI) -> None:
    """All that is told is whether a token that was ours has ended."""
    codes: Counter[str] = Counter()
    for token in TOKENS.values():
        codes[(await ask(app, "GET", ME, headers=bearing(token))).json()["code"]] += 1
    assert set(codes) == {"not_authenticated", "token_expired", "token_invalid"}, codes
    assert codes["not_authenticated"] == 1, "only where no token was sent"
