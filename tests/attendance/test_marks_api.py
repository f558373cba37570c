"""Attendance over HTTP: who may post it, what a call answers, what a correction leaves behind."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.attendance.calling import mark, put_marks
from tests.make.attendance import Taught, crowd, enroll_all, make_class, read_marks
from tests.make.city import CityFixture, make_city
from xuefen.attendance.models import AttendanceCorrection
from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id


@pytest.mark.requirement("004-08")
async def test_the_centre_posts_the_attendance_of_its_class(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    one, two = taught.of(city.teacher), taught.of(city.colleague)
    answer = await put_marks(
        api, app, city.provider_staff, taught.sessions[0], mark(one), mark(two, "absent")
    )
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "done": [{"enrollment_id": str(one), "version": 1}, {"enrollment_id": str(two), "version": 1}],
        "conflicts": [],
        "refused": [],
    }
    assert await read_marks(database, taught.sessions[0]) == {one: ("present", 1), two: ("absent", 1)}


async def test_another_centre_finds_no_such_session_and_others_may_not_post(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    one = mark(taught.of(city.teacher))
    foreign = await put_marks(api, app, city.north_provider_staff, taught.sessions[0], one)
    absent = await put_marks(api, app, city.provider_staff, new_id(), one)
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.json() == absent.json()
    elsewhere = await make_city(database, "430300", "白石市")
    abroad = await put_marks(api, app, elsewhere.provider_staff, taught.sessions[0], one)
    assert abroad.json() == absent.json()
    for who in (city.clerk, city.auditor, city.teacher, city.north_reviewer, city.administrator):
        assert (await put_marks(api, app, who, taught.sessions[0], one)).status_code == 403
    nobody = await api.put(f"/api/v1/sessions/{taught.sessions[0]}/attendance", json={"marks": [one]})
    assert nobody.status_code == 401
    assert await read_marks(database, taught.sessions[0]) == {}


async def test_a_correction_keeps_before_after_who_and_why(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    one, session = taught.of(city.teacher), taught.sessions[0]
    await put_marks(api, app, city.provider_staff, session, mark(one, "absent"))
    changed = mark(one, "leave", version=1, reason="补交请假条")
    answer = await put_marks(api, app, city.provider_staff, session, changed)
    assert answer.json()["done"] == [{"enrollment_id": str(one), "version": 2}]
    async with database.read() as db:
        [correction] = await db.scalars(select(AttendanceCorrection))
    assert (correction.before, correction.after, correction.reason) == ("absent", "leave", "补交请假条")
    assert correction.corrected_by == city.provider_staff.id
    assert correction.org_path == city.school.path
    assert await read_marks(database, session) == {one: ("leave", 2)}


async def test_the_same_call_again_changes_nothing_and_answers_alike(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    marks = [mark(taught.of(city.teacher)), mark(taught.of(city.colleague), "late")]
    first = await put_marks(api, app, city.provider_staff, taught.sessions[0], *marks)
    again = await put_marks(api, app, city.provider_staff, taught.sessions[0], *marks)
    assert again.json() == first.json()
    async with database.read() as db:
        assert list(await db.scalars(select(AttendanceCorrection))) == []
        posted = await db.scalars(select(AuditEvent).where(col(AuditEvent.action) == "attendance.mark"))
        assert len(list(posted)) == 1


async def test_a_stale_version_is_a_conflict_of_that_mark_alone(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    one, two, session = taught.of(city.teacher), taught.of(city.colleague), taught.sessions[0]
    await put_marks(api, app, city.provider_staff, session, mark(one, "absent"))
    answer = await put_marks(api, app, city.provider_staff, session, mark(one, "present", 0), mark(two))
    assert answer.json() == {
        "done": [{"enrollment_id": str(two), "version": 1}],
        "conflicts": [{"enrollment_id": str(one), "version": 1}],
        "refused": [],
    }
    assert (await read_marks(database, session))[one] == ("absent", 1)


async def test_whoever_is_not_on_the_roster_is_refused_and_the_others_go_on(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, taught: Taught
) -> None:
    stranger = new_id()
    answer = await put_marks(
        api, app, city.provider_staff, taught.sessions[0], mark(stranger), mark(taught.of(city.teacher))
    )
    body = answer.json()
    assert [item["enrollment_id"] for item in body["refused"]] == [str(stranger)]
    assert body["refused"][0]["problem"]["code"] == "not_on_roster"
    assert len(body["done"]) == 1


async def test_before_the_day_only_leave_can_be_entered(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    tomorrow = clock.today().fromordinal(clock.today().toordinal() + 1)
    coming = await make_class(
        database, city, [city.teacher, city.colleague], sessions=1, last_day=tomorrow, code="XF-2026-002"
    )
    here, leave = mark(coming.of(city.teacher)), mark(coming.of(city.colleague), "leave")
    answer = await put_marks(api, app, city.provider_staff, coming.sessions[0], here, leave)
    assert [item["problem"]["code"] for item in answer.json()["refused"]] == ["session_not_begun"]
    assert [item["enrollment_id"] for item in answer.json()["done"]] == [leave["enrollment_id"]]


async def test_a_thousand_marks_are_one_call(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    people = await crowd(database, city.school, 1000)
    enrolled = await enroll_all(database, taught, people)
    answer = await put_marks(
        api, app, city.provider_staff, taught.sessions[1], *(mark(person) for person in enrolled)
    )
    assert len(answer.json()["done"]) == 1000
    changed = [mark(person, "absent", version=1) for person in enrolled]
    answer = await put_marks(api, app, city.provider_staff, taught.sessions[1], *changed)
    assert {item["version"] for item in answer.json()["done"]} == {2}
    marks = await read_marks(database, taught.sessions[1])
    assert set(marks.values()) == {("absent", 2)}
    async with database.read() as db:
        assert len(list(await db.scalars(select(AttendanceCorrection)))) == 1000


MALFORMED: list[list[dict[str, Any]]] = [
    [],
    [{"enrollment_id": "x", "mark": "present", "version": 0}],
    [{"enrollment_id": str(new_id()), "mark": "here", "version": 0}],
    [{"enrollment_id": str(new_id()), "mark": "present", "version": -1}],
    [{"enrollment_id": str(new_id()), "mark": "present", "version": 2**63}],
    [{"enrollment_id": str(new_id()), "mark": "present", "version": 1.5}],
    [{"enrollment_id": str(new_id()), "mark": "present"}],
    [{"enrollment_id": str(new_id()), "mark": "present", "version": 0, "reason": "a\x00b"}],
    [{"enrollment_id": str(new_id()), "mark": "present", "version": 0, "reason": "长" * 201}],
    [{"enrollment_id": str(new_id()), "mark": "present", "version": 0, "org_path": "x"}],
    [{"enrollment_id": str(UUID(int=1)), "mark": "present", "version": 0}] * 2,
    [{"enrollment_id": str(UUID(int=n)), "mark": "present", "version": 0} for n in range(1001)],
]


async def test_a_malformed_call_is_refused_as_a_whole(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, taught: Taught
) -> None:
    for marks in MALFORMED:
        answer = await put_marks(api, app, city.provider_staff, taught.sessions[0], *marks)
        assert answer.status_code == 422, marks[:1]
        assert answer.headers["content-type"] == "application/problem+json"
