"""The tree over HTTP: as stranger, neighbour and owner."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id

PATH = "/api/v1/organisations"


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


async def listed(app: FastAPI, api: httpx.AsyncClient, person: Person, **query: Any) -> list[str]:
    answer = await api.get(PATH, params=query, headers=bearer(app, person))
    assert answer.status_code == 200, answer.text
    return [item["path"] for item in answer.json()["items"]]


def school_below(parent: Any, **changes: Any) -> dict[str, Any]:
    body = {"id": str(new_id()), "kind": "school", "parent_id": str(parent.id), "code": "S77", "name": "新苗"}
    return body | changes


async def test_everybody_sees_the_own_part_of_the_tree(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    await make_city(database, code="430900")
    assert len(await listed(app, api, city.administrator)) == 11
    assert await listed(app, api, city.north_reviewer) == [
        "430200/430221/",
        "430200/430221/P02/",
        "430200/430221/S01/",
        "430200/430221/S02/",
        "430200/430221/U01/",
        "430200/430221/U01/S03/",
    ]
    assert await listed(app, api, city.union_clerk) == ["430200/430221/U01/", "430200/430221/U01/S03/"]
    assert await listed(app, api, city.clerk) == [city.school.path]
    assert await listed(app, api, city.provider_staff) == [city.provider.path]


async def test_a_page_ends_where_the_next_begins(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers, seen, token = bearer(app, city.administrator), [], None
    while True:
        query = {"page_size": 4} | ({"page_token": token} if token else {})
        page = (await api.get(PATH, params=query, headers=headers)).json()
        seen += [item["path"] for item in page["items"]]
        if (token := page["next_page_token"]) is None:
            break
    assert seen == await listed(app, api, city.administrator)


async def test_filters_narrow_the_list(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> None:
    administrator = city.administrator
    assert await listed(app, api, administrator, kind="union") == [city.union.path]
    assert await listed(app, api, administrator, parent_id=str(city.union.id)) == [city.union_school.path]
    assert await listed(app, api, administrator, q="河东") == [city.school.path]
    assert await listed(app, api, administrator, q="%") == []
    answer = await api.get(PATH, params={"colour": "red"}, headers=bearer(app, administrator))
    assert answer.status_code == 422


async def test_a_direct_school_hangs_under_the_city(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers = bearer(app, city.administrator)
    direct = (await api.get(f"{PATH}/{city.direct_school.id}", headers=headers)).json()
    other = (await api.get(f"{PATH}/{city.school.id}", headers=headers)).json()
    assert (direct["is_direct"], other["is_direct"]) == (True, False)


async def test_foreign_and_absent_are_one_answer(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    elsewhere = await make_city(database, code="430900")
    answers = [
        await api.get(f"{PATH}/{organisation_id}", headers=bearer(app, city.clerk))
        for organisation_id in (city.other_school.id, city.north.id, elsewhere.school.id, new_id())
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_a_teacher_has_no_part_in_the_tree(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    assert (await api.get(PATH, headers=bearer(app, city.teacher))).status_code == 403
    assert (await api.get(PATH)).status_code == 401


@pytest.mark.requirement("000-12", "002-13")
async def test_a_school_joins_a_township_union(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    body = school_below(city.union)
    answer = await api.post(PATH, json=body, headers=bearer(app, city.north_administrator))
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.json()["path"] == "430200/430221/U01/S77/"
    assert "430200/430221/U01/S77/" in await listed(app, api, city.union_clerk)
    async with database.read() as db:
        trail = (
            await db.scalars(select(AuditEvent).where(col(AuditEvent.object_kind) == "organisation"))
        ).one()
    assert (trail.action, trail.actor_id) == ("organisation.created", city.north_administrator.id)


async def test_a_retry_makes_no_second_school(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers, body = bearer(app, city.administrator), school_below(city.north)
    first = await api.post(PATH, json=body, headers=headers)
    again = await api.post(PATH, json=body, headers=headers)
    other = await api.post(PATH, json=body | {"name": "另一所"}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json() == first.json()
    assert other.json()["code"] == "id_used"


async def test_a_used_id_is_no_way_to_look_elsewhere(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    body = school_below(city.north, id=str(city.south_school.id))
    answer = await api.post(PATH, json=body, headers=bearer(app, city.north_administrator))
    assert (answer.status_code, answer.json()["code"]) == (409, "id_used")


async def test_an_administrator_adds_only_below_the_own_unit(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers = bearer(app, city.north_administrator)
    for parent in (city.south, city.city):
        assert (await api.post(PATH, json=school_below(parent), headers=headers)).status_code == 404
    answer = await api.post(PATH, json=school_below(city.school), headers=bearer(app, city.clerk))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"kind": "county"}, 422, "wrong_parent"),
        ({"kind": "city"}, 422, "invalid"),
        ({"code": "S01"}, 409, "code_taken"),
        ({"code": "S/1"}, 422, "invalid"),
        ({"code": "S1\n"}, 422, "invalid"),
        ({"code": "1" * 21}, 422, "invalid"),
        ({"name": " "}, 422, "invalid"),
        ({"name": "新\x00苗"}, 422, "invalid"),
        ({"path": "430200/"}, 422, "invalid"),
        ({"city_id": "0"}, 422, "invalid"),
        ({"has_training_centre": "yes"}, 422, "invalid"),
    ],
)
async def test_what_does_not_fit_is_refused(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, changes: dict[str, Any], status: int, code: str
) -> None:
    body = school_below(city.north) | changes
    answer = await api.post(PATH, json=body, headers=bearer(app, city.administrator))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_name_is_corrected_by_whoever_saw_the_last_one(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers, path = bearer(app, city.north_administrator), f"{PATH}/{city.school.id}"
    blind = await api.patch(path, json={"name": "河东完小"}, headers=headers)
    first = await api.patch(path, json={"name": "河东完小"}, headers=headers | {"If-Match": '"1"'})
    stale = await api.patch(path, json={"name": "河东一小"}, headers=headers | {"If-Match": '"1"'})
    assert (blind.status_code, first.status_code, stale.status_code) == (428, 200, 412)
    assert (first.json()["name"], first.headers["ETag"]) == ("河东完小", '"2"')


async def test_the_place_in_the_tree_cannot_be_changed(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers = bearer(app, city.administrator) | {"If-Match": '"1"'}
    for change in ({"parent_id": str(city.south.id)}, {"code": "X"}, {"path": "430200/"}, {"kind": "city"}):
        answer = await api.patch(f"{PATH}/{city.school.id}", json=change, headers=headers)
        assert answer.status_code == 422


async def test_a_foreign_unit_cannot_be_edited(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers = bearer(app, city.north_administrator) | {"If-Match": '"1"'}
    for unit in (city.south_school, city.city, city.provider):
        answer = await api.patch(f"{PATH}/{unit.id}", json={"name": "改名"}, headers=headers)
        assert answer.status_code == 404
