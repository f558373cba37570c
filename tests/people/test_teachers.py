"""Teachers over HTTP: who sees them, who adds them, what is kept of them."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlmodel import col

from tests.make import people
from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.access import Principal
from xuefen.organisations.roles import Role
from xuefen.people.access import load_viewer
from xuefen.people.models import Stage, Teacher, User

PATH = "/api/v1/teachers"
ID_NUMBER = "11010519491231002X"


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


async def listed(app: FastAPI, api: httpx.AsyncClient, person: Person, **query: Any) -> list[str]:
    answer = await api.get(PATH, params=query, headers=bearer(app, person))
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


def new_teacher(school: Any, **changes: Any) -> dict[str, Any]:
    body = {
        "id": str(new_id()),
        "staff_no": "N2026001",
        "name": "苏芒种",
        "school_id": str(school.id),
        "stage": "primary",
        "subject": "数学",
        "hired_on": "2024-09-01",
    }
    return body | changes


async def post(app: FastAPI, api: httpx.AsyncClient, person: Person, body: dict[str, Any]) -> httpx.Response:
    return await api.post(PATH, json=body, headers=bearer(app, person))


async def test_everybody_sees_the_teachers_of_the_own_units(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    await make_city(database, code="430900")
    assert len(await listed(app, api, city.auditor)) == 6
    assert await listed(app, api, city.north_reviewer) == ["林小满", "周谷雨", "吴白露", "郑清明"]
    assert await listed(app, api, city.union_clerk) == ["郑清明"]
    assert await listed(app, api, city.clerk) == ["林小满", "周谷雨"]
    assert (await api.get(PATH, headers=bearer(app, city.teacher))).status_code == 403
    assert (await api.get(PATH, headers=bearer(app, city.provider_staff))).status_code == 403


async def test_filters_and_pages_narrow_the_list(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    await people.make_teacher(
        database, city.school, name="林立秋", staff_no="zz1", stage=Stage.junior, subject="物理"
    )
    auditor = city.auditor
    assert await listed(app, api, auditor, q="林") == ["林小满", "林立秋"]
    assert await listed(app, api, auditor, q="ZZ1") == ["林立秋"]
    assert await listed(app, api, auditor, q="_") == []
    assert await listed(app, api, auditor, stage="junior") == ["林立秋"]
    assert await listed(app, api, auditor, subject="物理", school_id=str(city.school.id)) == ["林立秋"]
    assert await listed(app, api, auditor, school_id=str(city.south_school.id)) == ["王立夏"]
    headers = bearer(app, auditor)
    first = (await api.get(PATH, params={"page_size": 5}, headers=headers)).json()
    rest = await listed(app, api, auditor, page_size=5, page_token=first["next_page_token"])
    assert [item["name"] for item in first["items"]] + rest == await listed(app, api, auditor)
    assert (await api.get(PATH, params={"name": "林"}, headers=headers)).status_code == 422


async def test_a_teacher_reads_the_own_record_alone(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers = bearer(app, city.teacher)
    own = await api.get(f"{PATH}/{city.teacher.teacher_id}", headers=headers)
    assert (own.status_code, own.json()["school"]["name"]) == (200, "河东小学")
    answers = [
        await api.get(f"{PATH}/{teacher_id}", headers=headers)
        for teacher_id in (city.colleague.teacher_id, city.south_teacher.teacher_id, new_id())
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


# 株教函〔2014〕29号: 中小学、幼儿园、特殊教育、职业学校 teachers and principals.
@pytest.mark.requirement("003-02")
@pytest.mark.parametrize("stage", Stage)
async def test_a_clerk_adds_a_teacher_of_any_stage(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture, stage: Stage
) -> None:
    held = {"id": str(new_id()), "post": "principal", "from_on": "2024-09-01"}
    body = new_teacher(city.school, stage=stage, posts=[held])
    answer = await post(app, api, city.clerk, body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["stage"], made["posts"][0]["post"]) == (stage, "principal")
    assert made["employments"] == [
        {
            "school": {"id": str(city.school.id), "name": "河东小学"},
            "starts_on": "2024-09-01",
            "ends_on": None,
        }
    ]
    async with database.read() as db:
        user = (await db.scalars(select(User).where(col(User.staff_no) == "N2026001"))).one()
        viewer = await load_viewer(db, Principal(city.id, user.id))
        trail = list(await db.scalars(select(AuditEvent)))
    assert [(binding.role, binding.path) for binding in viewer.bindings] == [(Role.teacher, city.school.path)]
    assert str(viewer.teacher_id) == body["id"]
    assert user.password_hash is None
    assert [(event.action, event.actor_id, event.capacity) for event in trail] == [
        ("teacher.created", city.clerk.id, "school_clerk")
    ]


@pytest.mark.requirement("002-02", "002-13", "000-12")
async def test_a_union_clerk_adds_a_kindergarten_teacher_of_the_township(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    body = new_teacher(city.union_school, stage="kindergarten")
    assert (await post(app, api, city.union_clerk, body)).status_code == 201
    assert await listed(app, api, city.union_clerk, stage="kindergarten") == ["苏芒种"]


async def test_nobody_adds_to_a_school_of_others(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    for school in (city.other_school, city.north, city.south_school):
        assert (await post(app, api, city.clerk, new_teacher(school))).status_code == 404
    body = new_teacher(city.school)
    assert (await post(app, api, city.north_reviewer, body)).status_code == 403
    assert (await post(app, api, city.teacher, body)).status_code == 403


async def test_a_reviewer_who_is_clerk_elsewhere_adds_only_there(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    both = await people.bind(database, city.north_reviewer, Role.school_clerk, city.other_school)
    assert (await post(app, api, both, new_teacher(city.school))).status_code == 404
    assert (await post(app, api, both, new_teacher(city.other_school))).status_code == 201


async def test_personal_values_are_masked_outside_and_sealed_inside(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    body = new_teacher(city.school, phone="13800000001", id_number=ID_NUMBER)
    answer = await post(app, api, city.clerk, body)
    assert answer.json()["phone_masked"] == "138****0001"
    assert answer.json()["id_number_masked"] == "110***********002X"
    assert "13800000001" not in answer.text
    assert ID_NUMBER not in answer.text
    async with database.read() as db:
        for table in ("users", "teachers", "directory", "audit_events", "role_bindings", "employments"):
            rows = str((await db.execute(text(f"SELECT * FROM {table}"))).all())
            assert "13800000001" not in rows
            assert ID_NUMBER not in rows


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("staff_no", "n2026001", "staff_no_taken"),
        ("phone", "138 0000 0001", "phone_taken"),
        ("id_number", ID_NUMBER.lower(), "id_number_taken"),
    ],
)
async def test_a_name_belongs_to_one_person(
    app: FastAPI,
    api: httpx.AsyncClient,
    database: Database,
    city: CityFixture,
    field: str,
    value: str,
    code: str,
) -> None:
    first = new_teacher(city.school, phone="13800000001", id_number=ID_NUMBER)
    assert (await post(app, api, city.clerk, first)).status_code == 201
    second = new_teacher(city.other_school, staff_no="N2026002") | {field: value}
    answer = await post(app, api, city.other_clerk, second)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]
    async with database.read() as db:
        assert await db.get(Teacher, (city.id, UUID(second["id"]))) is None


async def test_sign_in_names_are_unique_over_cities_and_id_numbers_within_one(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    elsewhere = await make_city(database, code="430900")
    await post(app, api, city.clerk, new_teacher(city.school, id_number=ID_NUMBER))
    same_number = new_teacher(elsewhere.school)
    answer = await post(app, api, elsewhere.clerk, same_number)
    assert answer.json()["code"] == "staff_no_taken"
    moved = new_teacher(elsewhere.school, staff_no="M1", id_number=ID_NUMBER)
    assert (await post(app, api, elsewhere.clerk, moved)).status_code == 201


async def test_a_retry_adds_nobody_twice(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> None:
    body = new_teacher(city.school, phone="13800000001")
    first = await post(app, api, city.clerk, body)
    again = await post(app, api, city.clerk, body)
    other = await post(app, api, city.clerk, body | {"phone": "13800000002"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json() == first.json()
    assert other.json()["code"] == "id_used"


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "administrator"},
        {"bindings": [{"role": "administrator"}]},
        {"org_path": "430200/"},
        {"city_id": str(new_id())},
        {"status": "active"},
        {"password_hash": "x"},
        {"version": 9},
        {"staff_no": "13800000001"},
        {"staff_no": "x"},
        {"phone": "12345"},
        {"id_number": "110105194912310021"},
        {"name": "苏\x00芒"},
        {"name": "苏" * 51},
        {"stage": "university"},
        {"hired_on": "2024-13-01"},
        {"hired_on": "0001-01-01"},
        {"posts": [{"id": str(new_id()), "post": "king", "from_on": "2024-09-01"}]},
        {
            "posts": [
                {"id": str(new_id()), "post": "homeroom", "from_on": "2024-09-01", "until_on": "2024-08-31"}
            ]
        },
    ],
)
async def test_no_field_makes_anybody_more_than_a_teacher(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture, changes: dict[str, Any]
) -> None:
    answer = await post(app, api, city.clerk, new_teacher(city.school) | changes)
    assert answer.status_code == 422, answer.text
    async with database.read() as db:
        assert (await db.scalars(select(User).where(col(User.name) == "苏芒种"))).all() == []


async def test_a_correction_needs_the_version_that_was_seen(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    path, headers = f"{PATH}/{city.teacher.teacher_id}", bearer(app, city.clerk)
    blind = await api.patch(path, json={"subject": "科学"}, headers=headers)
    first = await api.patch(path, json={"subject": "科学"}, headers=headers | {"If-Match": '"1"'})
    stale = await api.patch(path, json={"subject": "音乐"}, headers=headers | {"If-Match": '"1"'})
    assert (blind.status_code, first.status_code, stale.status_code) == (428, 200, 412)
    assert (first.json()["subject"], first.headers["ETag"]) == ("科学", '"2"')


async def test_a_correction_reaches_the_account_and_the_directory(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    await people.set_password(database, city.teacher)
    change = {"name": "林大满", "staff_no": "N77", "phone": "13800000007", "hired_on": "2006-09-01"}
    headers = bearer(app, city.clerk) | {"If-Match": '"1"'}
    answer = await api.patch(f"{PATH}/{city.teacher.teacher_id}", json=change, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["employments"][0]["starts_on"] == "2006-09-01"
    for name, status in (("N77", 200), ("13800000007", 200), (city.teacher.staff_no, 401)):
        form = {"grant_type": "password", "username": name, "password": people.PASSWORD}
        assert (await api.post("/api/v1/auth/token", data=form)).status_code == status
    me = await api.get("/api/v1/me", headers=bearer(app, city.teacher))
    assert (me.json()["name"], me.json()["staff_no"]) == ("林大满", "N77")
    cleared = await api.patch(
        f"{PATH}/{city.teacher.teacher_id}",
        json={"phone": None},
        headers=bearer(app, city.clerk) | {"If-Match": '"2"'},
    )
    assert cleared.json()["phone_masked"] is None
    form = {"grant_type": "password", "username": "13800000007", "password": people.PASSWORD}
    assert (await api.post("/api/v1/auth/token", data=form)).status_code == 401
    async with database.read() as db:
        trail = (await db.scalars(select(AuditEvent).where(col(AuditEvent.action) == "teacher.edited"))).all()
    assert trail[0].fields == ["hired_on", "name", "phone", "staff_no"]


async def test_a_correction_cannot_take_the_name_of_another(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    await people.give_phone(database, city.south_teacher, "13800000001")
    headers = bearer(app, city.clerk) | {"If-Match": '"1"'}
    for change, code in (
        ({"staff_no": city.south_teacher.staff_no}, "staff_no_taken"),
        ({"phone": "13800000001"}, "phone_taken"),
    ):
        answer = await api.patch(f"{PATH}/{city.teacher.teacher_id}", json=change, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_nobody_corrects_a_teacher_of_others(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    path, body = f"{PATH}/{city.teacher.teacher_id}", {"subject": "科学"}
    for person, status in ((city.other_clerk, 404), (city.north_reviewer, 403), (city.teacher, 403)):
        headers = bearer(app, person) | {"If-Match": '"1"'}
        assert (await api.patch(path, json=body, headers=headers)).status_code == status


async def test_a_post_is_held_for_a_time(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> None:
    path, headers = f"{PATH}/{city.teacher.teacher_id}/posts", bearer(app, city.clerk)
    body = {"id": str(new_id()), "post": "homeroom", "from_on": "2025-09-01"}
    given = await api.post(path, json=body, headers=headers)
    again = await api.post(path, json=body, headers=headers)
    other = await api.post(path, json=body | {"post": "cadre"}, headers=headers)
    assert (given.status_code, again.status_code, other.status_code) == (201, 200, 409)
    too_early = await api.post(f"{path}/{body['id']}/end", json={"until_on": "2025-08-31"}, headers=headers)
    assert (too_early.status_code, too_early.json()["code"]) == (422, "wrong_dates")
    ended = await api.post(f"{path}/{body['id']}/end", json={"until_on": "2026-07-10"}, headers=headers)
    assert ended.json()["posts"] == [body | {"until_on": "2026-07-10"}]
    foreign = f"{PATH}/{city.colleague.teacher_id}/posts/{body['id']}/end"
    assert (await api.post(foreign, json={}, headers=headers)).status_code == 404


async def test_of_many_who_want_one_staff_number_at_once_one_gets_it(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    bodies = [new_teacher(city.school) for _ in range(8)]
    answers = await asyncio.gather(*(post(app, api, city.clerk, body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await listed(app, api, city.clerk, q="苏芒种")) == 1
