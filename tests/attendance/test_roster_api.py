"""The roster over HTTP: who is on it, with marks and results, and who may read it."""

import httpx
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col

from tests.make.attendance import Taught, enroll_all, make_class, mark_all
from tests.make.city import CityFixture
from tests.make.people import Person, bearer
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState


async def get_roster(
    api: httpx.AsyncClient, app: FastAPI, who: Person, run_id: object, **query: object
) -> httpx.Response:
    return await api.get(f"/api/v1/class-runs/{run_id}/roster", params=query, headers=bearer(app, who))


async def test_the_roster_shows_people_marks_and_results(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    taught = await make_class(database, city, [city.teacher], has_exam=True)
    await mark_all(database, taught)
    one = str(taught.of(city.teacher))
    await api.put(
        f"/api/v1/class-runs/{taught.run_id}/results",
        json={"results": [{"enrollment_id": one, "result": "pass", "score": "88.5", "version": 0}]},
        headers=bearer(app, city.provider_staff),
    )
    await enroll_all(database, taught, [city.neighbour])
    answer = await get_roster(api, app, city.provider_staff, taught.run_id)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert (body["run"]["has_exam"], body["run"]["program_title"]) == (True, "小学数学深度学习")
    assert [session["unmarked"] for session in body["sessions"]] == [1, 1]
    people = {item["enrollment_id"]: item for item in body["items"]}
    assert people[one]["name"] == city.teacher.name
    assert people[one]["school_name"] == "河东小学"
    assert people[one]["result"] == {
        "result": "pass",
        "score": "88.50",
        "exam_passed": True,
        "assignment_passed": True,
        "version": 1,
    }
    assert {mark["session_id"] for mark in people[one]["marks"]} == {str(id) for id in taught.sessions}
    [newcomer] = [item for item in body["items"] if item["enrollment_id"] != one]
    assert (newcomer["marks"], newcomer["result"]) == ([], None)


async def test_the_roster_comes_in_pages_school_by_school(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, taught: Taught
) -> None:
    first = (await get_roster(api, app, city.provider_staff, taught.run_id, page_size=2)).json()
    rest = (
        await get_roster(
            api, app, city.provider_staff, taught.run_id, page_size=2, page_token=first["next_page_token"]
        )
    ).json()
    schools = [item["school_name"] for item in [*first["items"], *rest["items"]]]
    assert schools == ["南浦实验学校", "河东小学", "河东小学"]
    assert rest["next_page_token"] is None


async def test_who_has_withdrawn_is_not_on_the_roster(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    gone = taught.of(city.colleague)
    async with database.write() as db:
        await db.execute(
            update(Enrollment).where(col(Enrollment.id) == gone).values(state=EnrollmentState.withdrawn)
        )
    body = (await get_roster(api, app, city.provider_staff, taught.run_id)).json()
    assert str(gone) not in {item["enrollment_id"] for item in body["items"]}


async def test_only_the_centre_that_teaches_the_run_reads_its_roster(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, taught: Taught
) -> None:
    foreign = await get_roster(api, app, city.north_provider_staff, taught.run_id)
    absent = await get_roster(api, app, city.provider_staff, new_id())
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.json() == absent.json()
    for who in (city.teacher, city.clerk, city.auditor):
        assert (await get_roster(api, app, who, taught.run_id)).status_code == 403


async def test_an_unknown_parameter_is_refused(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, taught: Taught
) -> None:
    assert (await get_roster(api, app, city.provider_staff, taught.run_id, sort="x")).status_code == 422
