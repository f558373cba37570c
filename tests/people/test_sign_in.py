"""Signing in over HTTP: one answer for every wrong guess, counted though refused."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import perf_counter

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import func, select, update
from sqlmodel import col

from tests.make import people
from tests.make.city import CityFixture, make_city
from tests.make.people import PASSWORD
from xuefen.core import passwords
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.people.models import SignInThrottle, User, UserStatus

TOKEN = "/api/v1/auth/token"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
async def city(database: Database) -> CityFixture:
    made = await make_city(database)
    await people.set_password(database, made.teacher)
    return made


async def guess(api: httpx.AsyncClient, name: str, password: str) -> httpx.Response:
    return await api.post(TOKEN, data={"grant_type": "password", "username": name, "password": password})


async def attempts(database: Database) -> list[int]:
    async with database.read() as db:
        return list(await db.scalars(select(col(SignInThrottle.attempts))))


async def test_the_right_password_gives_a_token_and_a_cookie(
    api: httpx.AsyncClient, city: CityFixture
) -> None:
    answer = await guess(api, city.teacher.staff_no, PASSWORD)
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type", "expires_in"}
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 600)
    me = await api.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert me.json()["staff_no"] == city.teacher.staff_no


@pytest.mark.parametrize("typed", ["t0001", " T0001 ", "Ｔ０００１"])
async def test_a_staff_number_is_known_however_it_is_typed(
    api: httpx.AsyncClient, database: Database, city: CityFixture, typed: str
) -> None:
    person = await people.make_teacher(database, city.school, staff_no="T0001")
    await people.set_password(database, person)
    assert (await guess(api, typed, PASSWORD)).status_code == 200


async def test_unknown_wrong_disabled_and_passwordless_are_one_answer(
    api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    await people.set_password(database, city.neighbour)
    async with database.write() as db:
        disabled = update(User).where(col(User.id) == city.neighbour.id)
        await db.execute(disabled.values(status=UserStatus.disabled))
    answers = [
        await guess(api, "nobody-of-this-name", PASSWORD),
        await guess(api, city.teacher.staff_no, "not-the-password"),
        await guess(api, city.neighbour.staff_no, PASSWORD),
        await guess(api, city.colleague.staff_no, PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "sign_in_refused"
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    api: httpx.AsyncClient, city: CityFixture
) -> None:
    async def seconds(name: str) -> float:
        started = perf_counter()
        await guess(api, name, "not-the-password")
        return perf_counter() - started

    known = [await seconds(city.teacher.staff_no) for _ in range(7)]
    unknown = [await seconds("nobody-of-this-name") for _ in range(7)]
    # The fastest of each: whatever else the machine does can only make one slower.
    ratio = min(unknown) / min(known)
    print(f"unknown/known {ratio:.2f}")
    assert 0.5 < ratio < 2


async def test_a_refused_sign_in_counts_and_the_count_survives_the_refusal(
    api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    assert (await guess(api, city.teacher.staff_no, "not-the-password")).status_code == 401
    assert await attempts(database) == [1, 1], "one count of the name, one of the account"


@pytest.mark.parametrize("known", [True, False])
async def test_after_ten_guesses_nobody_gets_in_for_a_quarter_of_an_hour(
    api: httpx.AsyncClient, city: CityFixture, known: bool
) -> None:
    name = city.teacher.staff_no if known else "nobody-of-this-name"
    with time_machine.travel(NOW, tick=False) as clock:
        refused = [await guess(api, name, "not-the-password") for _ in range(10)]
        stopped = await guess(api, name, PASSWORD)
        clock.shift(timedelta(minutes=14))
        still = await guess(api, name, PASSWORD)
        clock.shift(timedelta(minutes=1))
        again = await guess(api, name, PASSWORD)
    assert [answer.status_code for answer in refused] == [401] * 10
    assert (stopped.status_code, stopped.json()["code"]) == (429, "too_many_attempts")
    assert (stopped.headers["Retry-After"], still.headers["Retry-After"]) == ("900", "60")
    assert again.status_code == (200 if known else 401)


async def test_no_quarter_of_an_hour_whatever_sees_more_than_ten(
    api: httpx.AsyncClient, city: CityFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window that begins with the first guess would let nineteen pass around its end."""
    verified: list[datetime] = []

    async def noting(stored: str | None, password: str) -> bool:
        verified.append(datetime.now(UTC))
        return False

    monkeypatch.setattr("xuefen.people.sign_in.verify_password", noting)
    with time_machine.travel(NOW, tick=False) as clock:
        await guess(api, city.teacher.staff_no, "wrong")
        clock.shift(timedelta(minutes=14))
        for _ in range(30):
            await guess(api, city.teacher.staff_no, "wrong")
            clock.shift(timedelta(seconds=50))
    busiest = max(
        sum(start <= other < start + timedelta(minutes=15) for other in verified) for start in verified
    )
    assert busiest <= 10
    assert len(verified) > 10, "the wait ended although the guessing went on"


async def test_success_starts_the_count_anew(
    api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    for _ in range(9):
        await guess(api, city.teacher.staff_no, "not-the-password")
    assert (await guess(api, city.teacher.staff_no, PASSWORD)).status_code == 200
    assert await attempts(database) == []


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
async def test_forty_guesses_at_once_are_ten_verifications(
    api: httpx.AsyncClient, city: CityFixture, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The control counts without refusing: then more than ten are verified."""
    verified = 0

    async def counting(stored: str | None, password: str) -> bool:
        nonlocal verified
        verified += 1
        return False

    monkeypatch.setattr("xuefen.people.sign_in.verify_password", counting)
    if not guarded:
        monkeypatch.setattr("xuefen.people.rules.wait_after", lambda *_: None)
    answers = await asyncio.gather(
        *(guess(api, city.teacher.staff_no, f"guess number {number}") for number in range(40))
    )
    statuses = [answer.status_code for answer in answers]
    print(f"{verified} verifications for 40 guesses")
    assert set(statuses) <= {401, 429, 503}
    if guarded:
        assert verified == statuses.count(401) == 10
    else:
        assert verified > 10


async def test_staff_number_and_phone_together_are_no_more_than_ten_verifications(
    api: httpx.AsyncClient, database: Database, city: CityFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str | None] = []

    async def counting(stored: str | None, password: str) -> bool:
        tried.append(stored)
        return False

    monkeypatch.setattr("xuefen.people.sign_in.verify_password", counting)
    await people.give_phone(database, city.teacher, "13800000001")
    by_number = [await guess(api, city.teacher.staff_no, "wrong") for _ in range(8)]
    by_phone = [await guess(api, "138 0000 0001", "wrong") for _ in range(8)]
    assert {answer.status_code for answer in by_number + by_phone} == {401}
    assert len([stored for stored in tried if stored is not None]) == 10


async def test_a_phone_signs_in_too(api: httpx.AsyncClient, database: Database, city: CityFixture) -> None:
    await people.give_phone(database, city.teacher, "13800000001")
    assert (await guess(api, "+86 138-0000-0001", PASSWORD)).status_code == 200


async def test_the_trail_tells_of_attempts_and_of_sessions_without_names(
    api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    await guess(api, city.teacher.staff_no, "not-the-password")
    await guess(api, city.teacher.staff_no, PASSWORD)
    async with database.read() as db:
        events = list(await db.scalars(select(AuditEvent).order_by(col(AuditEvent.id))))
    assert [event.action for event in events] == ["session.attempted", "session.attempted", "session.began"]
    assert {event.object_id for event in events} == {city.teacher.id}
    assert city.teacher.name not in str(events)


async def test_weaker_hashes_are_renewed_at_the_sign_in(
    api: httpx.AsyncClient, database: Database, city: CityFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xuefen.people.sign_in.needs_rehash", lambda stored: True)
    before = await stored_hash(database, city)
    assert (await guess(api, city.teacher.staff_no, PASSWORD)).status_code == 200
    after = await stored_hash(database, city)
    assert before != after
    assert await passwords.verify_password(after, PASSWORD)


async def stored_hash(database: Database, city: CityFixture) -> str | None:
    async with database.read() as db:
        return await db.scalar(select(col(User.password_hash)).where(col(User.id) == city.teacher.id))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grant_type": "password"},
        {"grant_type": "password", "username": "T0001"},
        {"grant_type": "magic", "username": "T0001", "password": "x"},
        {"grant_type": "password", "username": "T\x00", "password": "x"},
        {"grant_type": "password", "username": "T" * 65, "password": "x"},
        {"grant_type": "password", "username": "T0001", "password": "x" * 129},
    ],
)
async def test_a_form_that_does_not_fit_is_refused_without_an_echo(
    api: httpx.AsyncClient, database: Database, form: dict[str, str]
) -> None:
    answer = await api.post(TOKEN, data=form)
    assert answer.status_code == 422
    assert "T0001" not in answer.text
    assert await attempts(database) == []


async def test_without_platforms_there_is_no_client_grant(app: FastAPI, api: httpx.AsyncClient) -> None:
    app.state.grant_client_credentials = None
    answer = await api.post(TOKEN, data={"grant_type": "client_credentials"}, auth=("id", "secret"))
    assert (answer.status_code, answer.json()["code"]) == (400, "unsupported_grant_type")


async def test_a_client_without_credentials_is_refused(app: FastAPI, api: httpx.AsyncClient) -> None:
    app.state.grant_client_credentials = lambda *_: None
    answer = await api.post(TOKEN, data={"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()["code"]) == (401, "client_refused")


async def test_the_key_set_verifies_the_token(app: FastAPI, api: httpx.AsyncClient) -> None:
    answer = await api.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert [key["kid"] for key in answer.json()["keys"]] == list(app.state.tokens.keys.public)
    assert all("d" not in key for key in answer.json()["keys"])


async def test_old_counters_are_swept(api: httpx.AsyncClient, database: Database) -> None:
    from xuefen.people import throttle

    await guess(api, "nobody-of-this-name", "x")
    async with database.write() as db:
        await throttle.sweep(db, datetime.now(UTC))
        assert await db.scalar(select(func.count()).select_from(SignInThrottle)) == 1
        await throttle.sweep(db, datetime.now(UTC) + timedelta(minutes=16))
        assert await db.scalar(select(func.count()).select_from(SignInThrottle)) == 0
