"""Platforms and their keys: who keeps them, what a token opens, what disabling ends."""

from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer
from tests.make.platforms import Registered, item, make_platform
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.platforms.models import Platform


async def register(api: httpx.AsyncClient, app: FastAPI, who: Person, **changes: Any) -> httpx.Response:
    body = {"id": str(new_id()), "name": "云研学堂", "scopes": ["completions.write"], **changes}
    return await api.post("/api/v1/platforms", json=body, headers=bearer(app, who))


async def token(api: httpx.AsyncClient, client_id: str, secret: str, scope: str = "") -> httpx.Response:
    form = {"grant_type": "client_credentials", "scope": scope}
    return await api.post("/api/v1/auth/token", data=form, auth=(client_id, secret))


def carrying(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_the_city_registers_a_platform_and_its_secret_opens_the_sync(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    made = await register(api, app, city.administrator)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["status"], body["scopes"], body["version"]) == ("active", ["completions.write"], 1)
    access = await token(api, body["client_id"], body["client_secret"], "completions.write")
    assert access.status_code == 200, access.text
    assert access.json()["scope"] == "completions.write"
    sent = {"items": [item(city.teacher)]}
    answer = await api.post("/api/v1/sync/completions", json=sent, headers=carrying(access))
    assert answer.json()["items"][0]["status"] == "accepted"
    async with database.read() as db:
        kept = await db.scalar(select(col(Platform.secret_hash)).where(col(Platform.name) == "云研学堂"))
        acts = list(await db.scalars(select(col(AuditEvent.action))))
    assert kept != body["client_secret"]
    assert {"platform.register", "platform.token", "completions.sync"} <= set(acts)


async def test_a_retry_finds_the_platform_and_never_its_secret(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture
) -> None:
    identity = str(new_id())
    first = await register(api, app, city.auditor, id=identity)
    again = await register(api, app, city.auditor, id=identity)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"client_secret": None}
    other = await register(api, app, city.auditor, id=identity, name="另一平台")
    assert (other.status_code, other.json()["code"]) == (409, "id_used")
    listed = await api.get("/api/v1/platforms", headers=bearer(app, city.auditor))
    assert [row["id"] for row in listed.json()["items"]] == [identity]
    assert "client_secret" not in listed.json()["items"][0]


async def test_only_the_city_itself_keeps_platforms(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    for who in (city.north_administrator, city.clerk, city.north_reviewer, city.teacher, city.supervisor):
        assert (await register(api, app, who)).status_code == 403
    elsewhere = await make_city(database, "430300", "白石市")
    for act in ("disable", "secret"):
        address = f"/api/v1/platforms/{platform.id}/{act}"
        foreign = await api.post(address, headers=bearer(app, elsewhere.administrator) | {"If-Match": '"1"'})
        assert foreign.status_code == 404
    listed = await api.get("/api/v1/platforms", headers=bearer(app, elsewhere.administrator))
    assert listed.json()["items"] == []
    county = await api.get("/api/v1/platforms", headers=bearer(app, city.north_administrator))
    assert county.json()["items"] == []


async def test_a_platform_is_registered_by_name_and_known_scopes(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture
) -> None:
    wrong: list[dict[str, Any]] = [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["completions.read", "completions.read"]},
        {"name": ""},
        {"name": "x" * 61},
        {"client_id": "mine"},
    ]
    for changes in wrong:
        assert (await register(api, app, city.administrator, **changes)).status_code == 422, changes


async def test_disabling_shuts_a_platform_out_at_once(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, platform: Registered
) -> None:
    access = await token(api, platform.client_id, platform.secret)
    for _ in range(2):
        answer = await api.post(
            f"/api/v1/platforms/{platform.id}/disable", headers=bearer(app, city.administrator)
        )
        assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "disabled", 2)
    sent = {"items": [item(city.teacher)]}
    assert (
        await api.post("/api/v1/sync/completions", json=sent, headers=carrying(access))
    ).status_code == 401
    assert (await api.get("/api/v1/sync/completions", headers=carrying(access))).status_code == 401
    refused = await token(api, platform.client_id, platform.secret)
    assert (refused.status_code, refused.json()["code"]) == (401, "client_refused")


async def test_a_new_secret_ends_the_old_one(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, platform: Registered
) -> None:
    address, headers = f"/api/v1/platforms/{platform.id}/secret", bearer(app, city.administrator)
    assert (await api.post(address, headers=headers)).status_code == 428
    renewed = await api.post(address, headers=headers | {"If-Match": '"1"'})
    assert renewed.status_code == 200, renewed.text
    assert (await api.post(address, headers=headers | {"If-Match": '"1"'})).status_code == 412
    assert (await token(api, platform.client_id, platform.secret)).status_code == 401
    assert (await token(api, platform.client_id, renewed.json()["client_secret"])).status_code == 200


async def test_unknown_clients_and_wrong_secrets_answer_alike(
    api: httpx.AsyncClient, platform: Registered
) -> None:
    wrong = await token(api, platform.client_id, "no")
    unknown = await token(api, "xf-nobody", "no")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json() == unknown.json()


async def test_wrong_secrets_are_counted_and_the_right_one_is_never_locked_out(
    api: httpx.AsyncClient, database: Database, platform: Registered
) -> None:
    answers = [(await token(api, platform.client_id, f"guess-{n}")).status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    assert (await token(api, platform.client_id, platform.secret)).status_code == 200
    assert (await token(api, platform.client_id, "guess")).status_code == 401
    async with database.read() as db:
        outcomes = list(await db.scalars(select(col(AuditEvent.outcome))))
    assert outcomes.count("client_refused") == 13


async def test_a_token_carries_no_more_than_the_platform_may(
    api: httpx.AsyncClient, platform: Registered
) -> None:
    granted = {"": ["completions.read", "completions.write"], "completions.read": ["completions.read"]}
    for asked, scopes in granted.items():
        answer = await token(api, platform.client_id, platform.secret, asked)
        assert sorted(answer.json()["scope"].split()) == scopes
    for asked in ("completions.read everything", "everything"):
        answer = await token(api, platform.client_id, platform.secret, asked)
        assert (answer.status_code, answer.json()["code"]) == (400, "scope_refused")


async def test_each_operation_asks_for_its_scope_in_the_token_and_in_the_row(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    sent = {"items": [item(city.teacher)]}
    read_only = platform.bearer(app, ["completions.read"])
    write_only = platform.bearer(app, ["completions.write"])
    assert (await api.post("/api/v1/sync/completions", json=sent, headers=read_only)).status_code == 403
    assert (await api.get("/api/v1/sync/completions", headers=write_only)).status_code == 403
    async with database.write() as db:
        await db.execute(update(Platform).values(scopes=["completions.read"]))
    assert (
        await api.post("/api/v1/sync/completions", json=sent, headers=platform.bearer(app))
    ).status_code == 403


async def test_people_have_no_way_into_the_sync_and_platforms_none_out_of_it(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, platform: Registered
) -> None:
    address = "/api/v1/sync/completions"
    for headers in ({}, bearer(app, city.administrator), {"Authorization": "Basic eDp5"}):
        assert (await api.get(address, headers=headers)).status_code == 401
        sent = {"items": [item(city.teacher)]}
        assert (await api.post(address, json=sent, headers=headers)).status_code == 401
    for address in ("/api/v1/me", "/api/v1/platforms"):
        assert (await api.get(address, headers=platform.bearer(app))).status_code == 401


async def test_a_platform_reads_its_own_completions_page_by_page(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    other = await make_platform(database, city.city, name="同课云")
    mine = [item(who) for who in (city.teacher, city.colleague, city.neighbour)]
    for one in mine:
        await api.post("/api/v1/sync/completions", json={"items": [one]}, headers=platform.bearer(app))
    await api.post("/api/v1/sync/completions", json={"items": mine[:1]}, headers=other.bearer(app))

    async def read(who: Registered, **query: Any) -> Any:
        answer = await api.get("/api/v1/sync/completions", params=query, headers=who.bearer(app))
        assert answer.status_code == 200, answer.text
        return answer.json()

    first = await read(platform, page_size=2)
    rest = await read(platform, page_size=2, page_token=first["next_page_token"])
    rows = [*first["items"], *rest["items"]]
    assert [row["external_id"] for row in rows] == [one["external_id"] for one in mine]
    assert {row["status"] for row in rows} == {"accepted"}
    assert (rows[0]["hours"], rows[0]["program_code"]) == ("10.00", "XF-2026-009")
    assert [row["status"] for row in (await read(other))["items"]] == ["duplicate"]
    since = await read(platform, updated_since=rows[1]["updated_at"])
    assert [row["external_id"] for row in since["items"]] == [one["external_id"] for one in mine[1:]]
    answer = await api.get("/api/v1/sync/completions", params={"since": "x"}, headers=platform.bearer(app))
    assert answer.status_code == 422
