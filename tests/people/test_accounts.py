"""Accounts over HTTP: nobody grants, disables or resets above the own reach."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.make import people
from tests.make.city import CityFixture, make_city
from tests.make.organisations import Unit
from tests.make.people import PASSWORD, Person, bearer
from xuefen.core.audit import AuditEvent
from xuefen.core.clock import today
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.roles import Role

PATH = "/api/v1/users"


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


def binding(role: str, unit: Unit, **changes: Any) -> dict[str, Any]:
    body = {"id": str(new_id()), "role": role, "organisation_id": str(unit.id), "from_on": "2020-01-01"}
    return body | changes


def account(unit: Unit, *bindings: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {"id": str(new_id()), "staff_no": "K2026001", "name": "苏谷雨", "organisation_id": str(unit.id)}
    return body | {"bindings": list(bindings)} | changes


class Caller:
    """Requests by one person."""

    def __init__(self, app: FastAPI, api: httpx.AsyncClient, person: Person) -> None:
        self.api, self.headers = api, bearer(app, person)

    async def get(self, path: str = "", **query: Any) -> httpx.Response:
        return await self.api.get(PATH + path, params=query, headers=self.headers)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return await self.api.post(PATH + path, json=body, headers=self.headers)


@pytest.fixture
def root(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> Caller:
    return Caller(app, api, city.administrator)


@pytest.fixture
def north(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> Caller:
    return Caller(app, api, city.north_administrator)


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def test_an_administrator_sees_the_accounts_of_the_own_units(
    database: Database, city: CityFixture, root: Caller, north: Caller
) -> None:
    await make_city(database, code="430900")
    assert len(names(await root.get())) == 24
    seen = names(await north.get())
    assert set(seen) & {"南管", "南希", "顾维", "管直", "冯秋分"} == set()
    assert {"管东", "范审", "林小满", "柳管"} <= set(seen)
    assert names(await north.get(q="管")) == ["管东", "管西"]
    assert names(await north.get(role="county_reviewer")) == ["范审", "方慎"]
    assert names(await north.get(status="disabled")) == []


async def test_nobody_else_sees_accounts(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> None:
    for person in (city.clerk, city.auditor, city.supervisor, city.teacher, city.provider_staff):
        caller = Caller(app, api, person)
        assert (await caller.get()).status_code == 403
        assert (await caller.post("", account(city.school))).status_code == 403


async def test_foreign_and_absent_accounts_are_one_answer(city: CityFixture, north: Caller) -> None:
    people_ = (city.south_clerk.id, city.administrator.id, city.direct_teacher.id, new_id())
    answers = [await north.get(f"/{user_id}") for user_id in people_]
    answers += [await north.get(f"/{new_id()}")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    for act in ("disable", "enable", "activation"):
        acts = [await north.post(f"/{user_id}/{act}") for user_id in people_]
        assert {answer.status_code for answer in acts} == {404}


@pytest.mark.requirement("003-01")
async def test_an_account_is_opened_activated_and_used(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture, north: Caller
) -> None:
    body = account(city.north, binding("county_reviewer", city.north), phone="13800000009")
    opened = await north.post("", body)
    assert opened.status_code == 201, opened.text
    assert (opened.json()["is_activated"], opened.json()["phone_masked"]) == (False, "138****0009")
    issued = await north.post(f"/{body['id']}/activation")
    assert issued.status_code == 201
    secret = issued.json()["secret"]
    activation = {"staff_no": "k2026001", "secret": secret, "new_password": PASSWORD}
    assert (await api.post("/api/v1/auth/activate", json=activation)).status_code == 204
    form = {"grant_type": "password", "username": "K2026001", "password": PASSWORD}
    token = (await api.post("/api/v1/auth/token", data=form)).json()["access_token"]
    me = (await api.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
    assert [(held["role"], held["organisation"]["name"]) for held in me["bindings"]] == [
        ("county_reviewer", "北河县")
    ]
    again = await api.post("/api/v1/auth/activate", json=activation)
    assert (again.status_code, again.json()["code"]) == (422, "activation_refused")
    async with database.read() as db:
        trail = [(event.action, event.actor_id) for event in await db.scalars(select(AuditEvent))]
        kept = str(list(await db.scalars(select(AuditEvent))))
    assert ("user.created", city.north_administrator.id) in trail
    assert ("user.activation_issued", city.north_administrator.id) in trail
    assert secret not in kept


async def test_a_wrong_activation_says_nothing_of_the_account(
    api: httpx.AsyncClient, city: CityFixture, north: Caller
) -> None:
    async def tried(name: str, secret: str) -> httpx.Response:
        body = {"staff_no": name, "secret": secret, "new_password": PASSWORD}
        return await api.post("/api/v1/auth/activate", json=body)

    await north.post(f"/{city.clerk.id}/activation")
    answers = [
        await tried(city.clerk.staff_no, "a-secret-that-was-never-issued"),
        await tried(city.colleague.staff_no, "a-secret-that-was-never-issued"),
        await tried("nobody-of-this-name", "a-secret-that-was-never-issued"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.text for answer in answers}) == 1
    more = [await tried(city.clerk.staff_no, "x") for _ in range(10)]
    assert [answer.status_code for answer in more] == [422] * 9 + [429]


async def test_an_activation_secret_ends_after_a_week_and_with_the_next_one(
    api: httpx.AsyncClient, city: CityFixture, north: Caller
) -> None:
    async def tried(secret: str) -> int:
        body = {"staff_no": city.clerk.staff_no, "secret": secret, "new_password": PASSWORD}
        return (await api.post("/api/v1/auth/activate", json=body)).status_code

    first = (await north.post(f"/{city.clerk.id}/activation")).json()["secret"]
    second = (await north.post(f"/{city.clerk.id}/activation")).json()["secret"]
    assert await tried(first) == 422
    with time_machine.travel(today() + timedelta(days=9)):
        assert await tried(second) == 422
    assert await tried(second) == 204


async def test_a_clerk_hands_secrets_to_the_teachers_of_the_school_alone(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    clerk = Caller(app, api, city.clerk)
    assert (await clerk.post(f"/{city.teacher.id}/activation")).status_code == 201
    assert (await clerk.post(f"/{city.neighbour.id}/activation")).status_code == 404
    officer = await clerk.post(f"/{city.second_clerk.id}/activation")
    assert (officer.status_code, officer.json()["code"]) == (409, "beyond_reach")
    await people.bind(database, city.colleague, Role.county_reviewer, city.north)
    reviewer = await clerk.post(f"/{city.colleague.id}/activation")
    assert (reviewer.status_code, reviewer.json()["code"]) == (409, "beyond_reach")
    for act in ("disable", "enable"):
        assert (await clerk.post(f"/{city.teacher.id}/{act}")).status_code == 403


async def test_an_account_with_a_role_further_up_is_out_of_reach(
    database: Database, city: CityFixture, north: Caller, root: Caller
) -> None:
    """Else a county's administrator could reset the password and act as the city's auditor."""
    await people.bind(database, city.teacher, Role.city_auditor, city.city)
    for act in ("disable", "enable", "activation"):
        answer = await north.post(f"/{city.teacher.id}/{act}")
        assert (answer.status_code, answer.json()["code"]) == (409, "beyond_reach")
    assert (await root.post(f"/{city.teacher.id}/activation")).status_code == 201


async def test_a_role_to_come_is_out_of_reach_already(
    database: Database, city: CityFixture, north: Caller
) -> None:
    tomorrow = today() + timedelta(days=1)
    await people.bind(database, city.teacher, Role.city_auditor, city.city, since=tomorrow)
    assert (await north.post(f"/{city.teacher.id}/activation")).status_code == 409


async def test_a_secret_does_not_outlive_a_grant(
    api: httpx.AsyncClient, city: CityFixture, north: Caller, root: Caller
) -> None:
    secret = (await north.post(f"/{city.teacher.id}/activation")).json()["secret"]
    assert (
        await root.post(f"/{city.teacher.id}/bindings", binding("city_auditor", city.city))
    ).status_code == 201
    body = {"staff_no": city.teacher.staff_no, "secret": secret, "new_password": PASSWORD}
    assert (await api.post("/api/v1/auth/activate", json=body)).status_code == 422


async def test_roles_are_granted_at_or_below_the_own_unit(city: CityFixture, north: Caller) -> None:
    path = f"/{city.teacher.id}/bindings"
    assert (await north.post(path, binding("school_clerk", city.school))).status_code == 201
    assert (await north.post(path, binding("county_reviewer", city.north))).status_code == 201
    assert (await north.post(path, binding("administrator", city.north))).status_code == 201
    for role, unit in (
        ("city_auditor", city.city),
        ("administrator", city.city),
        ("county_reviewer", city.south),
        ("school_clerk", city.direct_school),
    ):
        answer = await north.post(path, binding(role, unit))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    opened = await north.post("", account(city.north, binding("city_auditor", city.city)))
    assert opened.status_code == 404
    assert (await north.post("", account(city.city))).status_code == 404


async def test_nobody_manages_the_own_account(city: CityFixture, root: Caller) -> None:
    me = city.administrator.id
    body = binding("city_auditor", city.city)
    answers = [
        await root.post(f"/{me}/bindings", body),
        await root.post(f"/{me}/disable"),
        await root.post(f"/{me}/activation"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "own_account")}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"role": "city_auditor"}, 422, "role_misplaced"),
        ({"role": "teacher"}, 422, "invalid"),
        ({"role": "emperor"}, 422, "invalid"),
        ({"from_on": "2026-02-01", "until_on": "2026-01-01"}, 422, "invalid"),
        ({"user_id": str(new_id())}, 422, "invalid"),
        ({"org_path": "430200/"}, 422, "invalid"),
    ],
)
async def test_a_role_that_does_not_fit_is_refused(
    city: CityFixture, root: Caller, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await root.post(f"/{city.teacher.id}/bindings", binding("school_clerk", city.school) | changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "extra",
    [
        {"status": "active"},
        {"password_hash": "x"},
        {"password": "x"},
        {"org_path": "430200/"},
        {"city_id": "x"},
        {"version": 2},
        {"must_change_password": False},
    ],
)
async def test_an_account_takes_no_other_field(
    city: CityFixture, root: Caller, extra: dict[str, Any]
) -> None:
    assert (await root.post("", account(city.north) | extra)).status_code == 422


async def test_a_role_is_held_once_and_a_retry_grants_nothing_twice(city: CityFixture, root: Caller) -> None:
    path, body = f"/{city.teacher.id}/bindings", binding("school_clerk", city.school)
    first, again = await root.post(path, body), await root.post(path, body)
    twice = await root.post(path, body | {"id": str(new_id())})
    other = await root.post(path, body | {"organisation_id": str(city.other_school.id)})
    assert (first.status_code, again.status_code) == (201, 200)
    assert (twice.status_code, twice.json()["code"]) == (409, "binding_exists")
    assert (other.status_code, other.json()["code"]) == (409, "id_used")


async def test_an_ended_role_acts_no_more(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, root: Caller
) -> None:
    (held,) = (await root.get(f"/{city.clerk.id}")).json()["bindings"]
    clerk = {"headers": bearer(app, city.clerk)}
    assert (await api.get("/api/v1/teachers", **clerk)).status_code == 200
    later = (today() + timedelta(days=30)).isoformat()
    dated = await root.post(f"/{city.clerk.id}/bindings/{held['id']}/end", {"until_on": later})
    assert dated.json()["bindings"][0]["until_on"] == later
    assert (await api.get("/api/v1/teachers", **clerk)).status_code == 200
    ended = await root.post(f"/{city.clerk.id}/bindings/{held['id']}/end", {})
    assert ended.json()["bindings"] == []
    assert (await api.get("/api/v1/teachers", **clerk)).status_code == 403
    assert (await root.post(f"/{city.clerk.id}/bindings/{held['id']}/end", {})).status_code == 404


async def test_disabling_acts_at_once_and_enabling_too(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture, north: Caller
) -> None:
    await people.set_password(database, city.clerk)
    form = {"grant_type": "password", "username": city.clerk.staff_no, "password": PASSWORD}
    assert (await api.post("/api/v1/auth/token", data=form)).status_code == 200
    clerk = {"headers": bearer(app, city.clerk)}
    disabled = await north.post(f"/{city.clerk.id}/disable")
    assert (disabled.status_code, disabled.json()["status"]) == (200, "disabled")
    assert (await api.get("/api/v1/teachers", **clerk)).status_code == 401
    assert (await api.post("/api/v1/auth/refresh")).status_code == 401
    assert (await api.post("/api/v1/auth/token", data=form)).status_code == 401
    refused = await north.post(f"/{city.clerk.id}/activation")
    assert (refused.status_code, refused.json()["code"]) == (409, "account_disabled")
    assert (await north.post(f"/{city.clerk.id}/enable")).json()["status"] == "active"
    assert (await api.get("/api/v1/teachers", **clerk)).status_code == 200
    assert (await api.post("/api/v1/auth/refresh")).status_code == 401, "the old session stays ended"


async def test_a_retry_opens_no_second_account(city: CityFixture, root: Caller) -> None:
    body = account(city.north, binding("county_reviewer", city.north))
    first, again = await root.post("", body), await root.post("", body)
    other = await root.post("", body | {"name": "别人"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    taken = await root.post("", account(city.north, staff_no=city.teacher.staff_no.lower()))
    assert taken.json()["code"] == "staff_no_taken"


async def test_the_trail_is_read_by_administrators_of_the_unit(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture, north: Caller, root: Caller
) -> None:
    await north.post(f"/{city.clerk.id}/disable")
    await root.post(f"/{city.south_clerk.id}/disable")

    async def trail(person: Person, **query: Any) -> list[tuple[str, str]]:
        answer = await api.get("/api/v1/audit-events", params=query, headers=bearer(app, person))
        assert answer.status_code == 200, answer.text
        return [(item["action"], item["object_id"]) for item in answer.json()["items"]]

    clerk, south = str(city.clerk.id), str(city.south_clerk.id)
    assert await trail(city.north_administrator) == [("user.disabled", clerk)]
    assert await trail(city.administrator) == [("user.disabled", south), ("user.disabled", clerk)]
    assert await trail(city.administrator, object_id=clerk) == [("user.disabled", clerk)]
    by_root = await trail(city.administrator, actor_id=str(city.administrator.id), action="user.disabled")
    assert by_root == [("user.disabled", south)]
    assert await trail(city.administrator, since="2190-01-01T00:00:00Z") == []
    assert await trail(city.administrator, until="2020-01-01T00:00:00+08:00") == []
    assert len(await trail(city.administrator, until="2190-01-01T00:00:00Z")) == 2
    refused = await api.get("/api/v1/audit-events", headers=bearer(app, city.auditor))
    assert refused.status_code == 403


async def test_the_trail_turns_its_pages(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, root: Caller
) -> None:
    for act in ("disable", "enable", "disable"):
        await root.post(f"/{city.clerk.id}/{act}")
    headers, seen, token = bearer(app, city.administrator), [], None
    for _ in range(3):
        query = {"page_size": 1} | ({"page_token": token} if token else {})
        page = (await api.get("/api/v1/audit-events", params=query, headers=headers)).json()
        seen += [item["action"] for item in page["items"]]
        token = page["next_page_token"]
    assert (seen, token) == (["user.disabled", "user.enabled", "user.disabled"], None)
    assert page["items"][0]["actor"] == {"id": str(city.administrator.id), "name": city.administrator.name}
    assert page["items"][0]["capacity"] == "administrator"


async def test_nobody_becomes_an_administrator_by_extra_fields(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    """A client made itself administrator through a table that served as a request body."""
    await people.set_password(database, city.teacher)
    form = {"grant_type": "password", "username": city.teacher.staff_no, "password": PASSWORD}
    extra = {"scope": "administrator", "role": "administrator", "city_id": str(new_id())}
    token = (await api.post("/api/v1/auth/token", data=form | extra)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    me = (await api.get("/api/v1/me", headers=headers)).json()
    assert [held["role"] for held in me["bindings"]] == ["teacher"]
    change = {"current_password": PASSWORD, "new_password": "another-phrase", "role": "administrator"}
    assert (await api.post("/api/v1/me/password", json=change, headers=headers)).status_code == 422
    assert (await api.get("/api/v1/users", headers=headers)).status_code == 403
    async with database.read() as db:
        events = await db.scalars(select(AuditEvent).where(col(AuditEvent.action) == "user.role_granted"))
        assert list(events) == []


async def test_a_secret_that_is_used_twice_at_once_is_used_once(
    api: httpx.AsyncClient, city: CityFixture, north: Caller
) -> None:
    secret = (await north.post(f"/{city.clerk.id}/activation")).json()["secret"]
    bodies = [
        {"staff_no": city.clerk.staff_no, "secret": secret, "new_password": f"a phrase of number {number}"}
        for number in range(6)
    ]
    answers = await asyncio.gather(*(api.post("/api/v1/auth/activate", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [204] + [422] * 5
