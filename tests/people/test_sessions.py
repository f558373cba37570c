"""Refresh tokens: each link used once, copies end the family, two pages at once do not."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest
import time_machine
from fastapi import FastAPI, Response
from sqlalchemy import select, update
from sqlmodel import col

from tests.make import people
from tests.make.city import CityFixture, make_city
from tests.make.people import PASSWORD
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.people import refresh_cookie
from xuefen.people.models import RefreshToken, User, UserStatus
from xuefen.people.sessions import Session

COOKIE = "xuefen_refresh"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
async def city(database: Database) -> CityFixture:
    made = await make_city(database)
    await people.set_password(database, made.teacher)
    return made


@pytest.fixture
async def first(api: httpx.AsyncClient, city: CityFixture) -> str:
    """The refresh token of a fresh sign-in; the client itself keeps no cookie."""
    return await sign_in(api, city)


async def sign_in(api: httpx.AsyncClient, city: CityFixture, password: str = PASSWORD) -> str:
    form = {"grant_type": "password", "username": city.teacher.staff_no, "password": password}
    answer = await api.post("/api/v1/auth/token", data=form)
    return taken(api, answer)


async def refresh(api: httpx.AsyncClient, token: str) -> httpx.Response:
    return await api.post("/api/v1/auth/refresh", headers={"Cookie": f"{COOKIE}={token}"})


def taken(api: httpx.AsyncClient, answer: httpx.Response) -> str:
    assert answer.status_code in (200, 204), answer.text
    api.cookies.clear()
    return answer.cookies[COOKIE]


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    api: httpx.AsyncClient, city: CityFixture
) -> None:
    form = {"grant_type": "password", "username": city.teacher.staff_no, "password": PASSWORD}
    header = (await api.post("/api/v1/auth/token", data=form)).headers["set-cookie"].lower()
    assert "httponly" in header
    assert "samesite=strict" in header
    assert "path=/api/v1/auth" in header
    assert "max-age=1209" in header


@pytest.mark.parametrize("relaxed", [True, False])
def test_outside_development_the_cookie_travels_by_https_alone(relaxed: bool) -> None:
    state = SimpleNamespace(settings=SimpleNamespace(relaxed=relaxed))
    request = SimpleNamespace(app=SimpleNamespace(state=state))
    response = Response()
    session = Session(people.new_id(), people.new_id(), "token", datetime.now(UTC) + timedelta(days=1))
    refresh_cookie.put(request, response, session)
    assert ("secure" in response.headers["set-cookie"].lower()) is not relaxed


async def test_a_renewal_gives_a_new_access_token_and_the_next_link(
    api: httpx.AsyncClient, first: str
) -> None:
    answer = await refresh(api, first)
    second = taken(api, answer)
    assert second != first
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await api.get("/api/v1/me", headers=headers)).status_code == 200
    assert taken(api, await refresh(api, second)) not in (first, second)


async def test_the_database_holds_no_token(api: httpx.AsyncClient, database: Database, first: str) -> None:
    async with database.read() as db:
        stored = list(await db.scalars(select(col(RefreshToken.secret_hash))))
    assert len(stored) == 1
    assert first.partition(".")[2] not in stored


async def test_a_reused_token_ends_its_family_and_that_survives_the_refusal(
    api: httpx.AsyncClient, database: Database, city: CityFixture, first: str
) -> None:
    elsewhere = await sign_in(api, city)
    second = taken(api, await refresh(api, first))
    third = taken(api, await refresh(api, second))
    reused = await refresh(api, first)
    assert (reused.status_code, reused.json()["code"]) == (401, "session_ended")
    assert (await refresh(api, third)).status_code == 401, "the newest link of the family ended too"
    assert (await refresh(api, elsewhere)).status_code == 200, "another sign-in is another family"
    async with database.read() as db:
        events = list(await db.scalars(select(AuditEvent).where(col(AuditEvent.action) == "session.reused")))
    assert [event.object_id for event in events] == [city.teacher.id]


async def test_a_late_copy_ends_the_family_although_nobody_used_the_next_link(
    api: httpx.AsyncClient, city: CityFixture
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        first = await sign_in(api, city)
        second = taken(api, await refresh(api, first))
        clock.shift(timedelta(seconds=11))
        assert (await refresh(api, first)).status_code == 401
        assert (await refresh(api, second)).status_code == 401


async def test_pages_that_renew_at_once_get_the_same_next_link(
    api: httpx.AsyncClient, database: Database, first: str
) -> None:
    answers = await asyncio.gather(*(refresh(api, first) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    (second,) = {answer.cookies[COOKIE] for answer in answers}
    api.cookies.clear()
    async with database.read() as db:
        links = list(await db.scalars(select(RefreshToken)))
    assert len(links) == 2, "the chain did not fork"
    assert (await refresh(api, second)).status_code == 200


async def test_a_lost_answer_can_be_asked_for_again(api: httpx.AsyncClient, first: str) -> None:
    assert taken(api, await refresh(api, first)) == taken(api, await refresh(api, first))


async def test_a_session_ends_after_its_days_however_often_it_is_renewed(
    api: httpx.AsyncClient, city: CityFixture
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        first = await sign_in(api, city)
        clock.shift(timedelta(days=13, hours=23))
        second = taken(api, await refresh(api, first))
        clock.shift(timedelta(hours=1))
        assert (await refresh(api, second)).status_code == 401


async def test_signing_out_ends_the_session_and_removes_the_cookie(
    api: httpx.AsyncClient, first: str
) -> None:
    answer = await api.post("/api/v1/auth/logout", headers={"Cookie": f"{COOKIE}={first}"})
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert (await refresh(api, first)).status_code == 401


@pytest.mark.parametrize(
    "token", ["", ".", "x", "0" * 32, "0" * 32 + ".", "é.x", "0" * 32 + "." + "x" * 43, "x" * 4000]
)
async def test_what_is_no_token_is_refused_and_signs_out_in_peace(api: httpx.AsyncClient, token: str) -> None:
    headers = {"Cookie": f"{COOKIE}={token}".encode()}
    assert (await api.post("/api/v1/auth/refresh", headers=headers)).status_code == 401
    assert (await api.post("/api/v1/auth/logout", headers=headers)).status_code == 204


async def test_without_a_cookie_there_is_no_session(api: httpx.AsyncClient) -> None:
    assert (await api.post("/api/v1/auth/refresh")).status_code == 401
    assert (await api.post("/api/v1/auth/logout")).status_code == 204


async def test_a_disabled_account_is_out_at_once(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture, first: str
) -> None:
    headers = people.bearer(app, city.teacher)
    assert (await api.get("/api/v1/me", headers=headers)).status_code == 200
    async with database.write() as db:
        theirs = update(User).where(col(User.id) == city.teacher.id)
        await db.execute(theirs.values(status=UserStatus.disabled))
    assert (await api.get("/api/v1/me", headers=headers)).status_code == 401
    assert (await refresh(api, first)).status_code == 401


async def test_a_changed_password_ends_every_other_session(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, first: str
) -> None:
    body = {"current_password": PASSWORD, "new_password": "another-phrase-of-the-tests"}
    answer = await api.post("/api/v1/me/password", json=body, headers=people.bearer(app, city.teacher))
    mine = taken(api, answer)
    assert answer.status_code == 204
    assert (await refresh(api, first)).status_code == 401
    assert (await refresh(api, mine)).status_code == 200
    assert await sign_in(api, city, "another-phrase-of-the-tests")


@pytest.mark.parametrize(
    ("current", "new", "code"),
    [
        ("not-the-password", "another-phrase-of-the-tests", "wrong_password"),
        (PASSWORD, PASSWORD, "same_password"),
        (PASSWORD, "short", "weak_password"),
        (PASSWORD, "12345678", "weak_password"),
        (PASSWORD, "430200T0001!", "weak_password"),
    ],
)
async def test_a_password_that_will_not_do_changes_nothing(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, first: str, current: str, new: str, code: str
) -> None:
    body = {"current_password": current, "new_password": new}
    answer = await api.post("/api/v1/me/password", json=body, headers=people.bearer(app, city.teacher))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await refresh(api, first)).status_code == 200


async def test_the_current_password_cannot_be_guessed_either(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    body = {"current_password": "not-the-password", "new_password": "another-phrase-of-the-tests"}
    headers = people.bearer(app, city.teacher)
    answers = [await api.post("/api/v1/me/password", json=body, headers=headers) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
