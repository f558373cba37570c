"""The degree of a teacher, and the version that figures rest on: every change is counted."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.make.city import CityFixture, make_city
from tests.make.people import bearer
from xuefen.core.db import Database
from xuefen.core.ids import new_id

PATH = "/api/v1/teachers"


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


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


async def test_the_degree_is_kept_corrected_and_cleared(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    body = new_teacher(city.school, degree="associate")
    made = (await api.post(PATH, json=body, headers=bearer(app, city.clerk))).json()
    assert (made["degree"], made["version"]) == ("associate", 1)
    path = f"{PATH}/{made['id']}"
    for degree, version in (("bachelor", 1), (None, 2)):
        headers = bearer(app, city.clerk) | {"If-Match": f'"{version}"'}
        changed = (await api.patch(path, json={"degree": degree}, headers=headers)).json()
        assert (changed["degree"], changed["version"]) == (degree, version + 1)
    unknown = new_teacher(city.school, degree="doctor")
    assert (await api.post(PATH, json=unknown, headers=bearer(app, city.clerk))).status_code == 422


async def test_every_change_that_figures_rest_on_raises_the_version(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers = bearer(app, city.clerk)
    path = f"{PATH}/{city.teacher.teacher_id}"
    held = {"id": str(new_id()), "post": "homeroom", "from_on": "2025-09-01"}
    given = (await api.post(f"{path}/posts", json=held, headers=headers)).json()
    ended = (await api.post(f"{path}/posts/{held['id']}/end", json={}, headers=headers)).json()
    tag = {"If-Match": f'"{ended["version"]}"'}
    hired = (await api.patch(path, json={"hired_on": "2004-09-01"}, headers=headers | tag)).json()
    assert [given["version"], ended["version"], hired["version"]] == [2, 3, 4]


async def test_of_posts_given_at_once_each_is_counted(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    """A figure computed between two changes would pass for current if both gave the same version."""
    path = f"{PATH}/{city.teacher.teacher_id}"

    async def give(name: str) -> int:
        held = {"id": str(new_id()), "post": name, "from_on": "2025-09-01"}
        answer = await api.post(f"{path}/posts", json=held, headers=bearer(app, city.clerk))
        assert answer.status_code == 201, answer.text
        return int(answer.json()["version"])

    names = ("homeroom", "backbone", "trainer", "cadre", "counsellor")
    assert sorted(await asyncio.gather(*(give(name) for name in names))) == [2, 3, 4, 5, 6]
