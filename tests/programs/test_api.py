"""Programs over HTTP: from draft to menu, and who is refused on the way."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.make.approvals import adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer
from tests.make.programs import at_hour, in_days
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id

PROGRAMS = "/api/v1/programs"


@pytest.fixture
async def city(database: Database) -> CityFixture:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return city


@pytest.fixture
def call(api: httpx.AsyncClient, app: FastAPI) -> Any:
    async def send(
        who: Person, method: str, path: str, body: Any = None, version: int | None = None
    ) -> httpx.Response:
        headers = bearer(app, who) | ({"If-Match": f'"{version}"'} if version is not None else {})
        return await api.request(method, path, json=body, headers=headers)

    return send


def program_body(city: CityFixture, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "title": "小学语文教学研修",
        "sponsor_id": str(city.city.id),
        "provider_id": str(city.provider.id),
        "category": "post_training",
        "level": "city",
        "mode": "onsite",
        "hours": "24.00",
    } | changes


def run_body(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "name": "第一期",
        "starts_on": in_days(14).isoformat(),
        "ends_on": in_days(15).isoformat(),
        "enroll_opens_at": at_hour(in_days(-1), 8).isoformat(),
        "enroll_closes_at": at_hour(in_days(7), 18).isoformat(),
        "quota": 50,
    } | changes


async def drafted(call: Any, city: CityFixture, **changes: Any) -> dict[str, Any]:
    answer = await call(city.provider_staff, "POST", PROGRAMS, program_body(city, **changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def moved(call: Any, who: Person, program: dict[str, Any], act: str) -> dict[str, Any]:
    path = f"{PROGRAMS}/{program['id']}/{act}"
    body = {"note": "请补充课程安排"} if act == "return" else None
    answer = await call(who, "POST", path, body, program["version"])
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    return dict(answer.json())


@pytest.mark.requirement("003-09", "003-19", "001-07")
async def test_a_program_goes_from_draft_to_the_menu(call: Any, city: CityFixture, database: Database):
    program = await drafted(call, city)
    assert (program["state"], program["credits"], program["open_acts"]) == (
        "draft",
        "24.00",
        ["edit", "submit"],
    )
    runs = f"{PROGRAMS}/{program['id']}/class-runs"
    run = (await call(city.provider_staff, "POST", runs, run_body())).json()
    assert (run["seats_total"], run["seats_taken"], run["published_at"]) == (50, 0, None)
    hidden = await call(city.teacher, "GET", f"{PROGRAMS}/{program['id']}")
    assert hidden.status_code == 404
    for who, act in (
        (city.provider_staff, "submit"),
        (city.auditor, "return"),
        (city.provider_staff, "submit"),
        (city.auditor, "approve"),
        (city.auditor, "publish"),
    ):
        program = await moved(call, who, program, act)
    assert (program["state"], program["return_note"], program["open_acts"]) == ("published", None, ["close"])
    shown = await call(city.south_teacher, "GET", f"{PROGRAMS}/{program['id']}")
    assert (shown.status_code, shown.json()["open_acts"]) == (200, [])
    listed = (await call(city.south_teacher, "GET", runs)).json()["items"]
    assert [item["id"] for item in listed] == [run["id"]]
    assert listed[0]["published_at"] is not None
    async with database.read() as db:
        actions = await db.scalars(select(col(AuditEvent.action)).order_by(col(AuditEvent.happened_at)))
        assert list(actions) == [
            "program.created",
            "class_run.created",
            "program.submitted",
            "program.returned",
            "program.submitted",
            "program.approved",
            "program.published",
        ]


async def test_a_return_says_why_and_opens_the_draft_again(call: Any, city: CityFixture):
    program = await moved(call, city.provider_staff, await drafted(call, city), "submit")
    path = f"{PROGRAMS}/{program['id']}"
    locked = await call(city.provider_staff, "PATCH", path, {"title": "新名称"}, program["version"])
    assert (locked.status_code, locked.json()["code"]) == (409, "program_state")
    silent = await call(city.auditor, "POST", f"{path}/return", {"note": " "}, program["version"])
    assert silent.status_code == 422
    program = await moved(call, city.auditor, program, "return")
    assert (program["state"], program["return_note"]) == ("returned", "请补充课程安排")
    edited = await call(
        city.provider_staff, "PATCH", path, {"title": "新名称", "hours": "16.00"}, program["version"]
    )
    assert edited.status_code == 200
    assert (edited.json()["title"], edited.json()["credits"]) == ("新名称", "16.00")


@pytest.mark.requirement("003-46")
async def test_the_auditor_who_submitted_leaves_the_approval_to_another(call: Any, city: CityFixture):
    answer = await call(city.auditor, "POST", PROGRAMS, program_body(city))
    program = await moved(call, city.auditor, answer.json(), "submit")
    own = await call(city.auditor, "POST", f"{PROGRAMS}/{program['id']}/approve", None, program["version"])
    assert (own.status_code, own.json()["code"]) == (409, "own_submission")
    assert (await moved(call, city.second_auditor, program, "approve"))["state"] == "approved"


@pytest.mark.requirement("003-01", "003-21")
async def test_a_countys_program_is_approved_by_the_county(call: Any, city: CityFixture):
    body = program_body(city, level="county", sponsor_id=str(city.north.id))
    program = (await call(city.north_reviewer, "POST", PROGRAMS, body)).json()
    program = await moved(call, city.north_reviewer, program, "submit")
    approve = f"{PROGRAMS}/{program['id']}/approve"
    by_city = await call(city.auditor, "POST", approve, None, program["version"])
    assert (by_city.status_code, by_city.json()["code"]) == (409, "not_the_authority")
    neighbour = await call(city.south_reviewer, "POST", approve, None, program["version"])
    assert neighbour.status_code == 404
    assert (await moved(call, city.second_north_reviewer, program, "approve"))["state"] == "approved"


async def test_a_retry_finds_the_program_and_another_body_is_refused(call: Any, city: CityFixture):
    body = program_body(city)
    first = await call(city.provider_staff, "POST", PROGRAMS, body)
    program = await moved(call, city.provider_staff, first.json(), "submit")
    again = await call(city.provider_staff, "POST", PROGRAMS, body | {"hours": "24.0"})
    assert (again.status_code, again.json()) == (200, program)
    other = await call(city.provider_staff, "POST", PROGRAMS, body | {"title": "另一项目"})
    assert (other.status_code, other.json()["code"]) == (409, "id_used")
    foreign = await call(city.north_provider_staff, "POST", PROGRAMS, body)
    assert (foreign.status_code, foreign.json()["code"]) == (409, "id_used")


async def test_the_policy_speaks_at_the_draft(call: Any, city: CityFixture):
    body = program_body(city, category="master", mode="online")
    answer = await call(city.provider_staff, "POST", PROGRAMS, body)
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/mode", "mode_not_foreseen")
    assert "表1·名教师培训" in fault["message"]


async def test_strangers_and_neighbours_find_no_draft(call: Any, api: httpx.AsyncClient, city: CityFixture):
    program = await drafted(call, city)
    path = f"{PROGRAMS}/{program['id']}"
    anonymous = await api.get(path)
    assert anonymous.status_code == 401
    bodies = set()
    for who in (city.teacher, city.clerk, city.north_reviewer, city.north_provider_staff):
        for target in (path, f"{PROGRAMS}/{new_id()}"):
            refused = await call(who, "GET", target)
            assert refused.status_code == 404
            bodies.add(refused.text)
    assert len(bodies) == 1
    for who in (city.teacher, city.clerk, city.supervisor):
        assert (await call(who, "PATCH", path, {"title": "x"}, 1)).status_code == 403
        assert (await call(who, "POST", PROGRAMS, program_body(city))).status_code == 403
    foreign = await call(city.north_provider_staff, "PATCH", path, {"title": "x"}, 1)
    assert foreign.status_code == 404
    not_theirs = await call(city.north_provider_staff, "POST", PROGRAMS, program_body(city))
    assert not_theirs.status_code == 404


async def test_a_published_program_is_public_to_read_and_foreign_to_change(call: Any, city: CityFixture):
    program = await drafted(call, city)
    for who, act in ((city.provider_staff, "submit"), (city.auditor, "approve"), (city.auditor, "publish")):
        program = await moved(call, who, program, act)
    close = f"{PROGRAMS}/{program['id']}/close"
    assert (await call(city.north_reviewer, "POST", close, None, program["version"])).status_code == 404
    runs = f"{PROGRAMS}/{program['id']}/class-runs"
    assert (await call(city.north_reviewer, "POST", runs, run_body())).status_code == 404
    late = (await call(city.provider_staff, "POST", runs, run_body())).json()
    assert late["published_at"] is not None
    still_open = await call(city.auditor, "POST", close, None, program["version"])
    assert (still_open.status_code, still_open.json()["code"]) == (409, "runs_still_open")


async def test_versions_are_asked_for_and_compared(call: Any, city: CityFixture):
    program = await drafted(call, city)
    submit = f"{PROGRAMS}/{program['id']}/submit"
    assert (await call(city.provider_staff, "POST", submit)).status_code == 428
    assert (await call(city.provider_staff, "POST", submit, None, 9)).status_code == 412
    absent = await call(city.provider_staff, "POST", f"{PROGRAMS}/{new_id()}/submit")
    assert absent.status_code == 404


async def test_seats_are_split_over_holders_and_the_rest_is_the_citys(call: Any, city: CityFixture):
    program = await drafted(call, city)
    runs = f"{PROGRAMS}/{program['id']}/class-runs"
    parts = [
        {"organisation_id": str(city.north.id), "quota": 20},
        {"organisation_id": str(city.school.id), "quota": 5},
    ]
    run = (await call(city.provider_staff, "POST", runs, run_body(allocation=parts))).json()
    seats = {part["holder"]["name"]: part["quota"] for part in run["seats"]}
    assert seats == {"青禾市": 25, "北河县": 20, "河东小学": 5}
    too_many = await call(city.provider_staff, "POST", runs, run_body(quota=24, allocation=parts))
    assert too_many.status_code == 422
    to_provider = [{"organisation_id": str(city.provider.id), "quota": 1}]
    wrong = await call(city.provider_staff, "POST", runs, run_body(allocation=to_provider))
    assert [fault["code"] for fault in wrong.json()["errors"]] == ["not_a_holder"]


async def test_sessions_stand_within_their_run_and_beside_each_other(call: Any, city: CityFixture):
    program = await drafted(call, city)
    runs = f"{PROGRAMS}/{program['id']}/class-runs"
    run = (await call(city.provider_staff, "POST", runs, run_body())).json()
    sessions = f"/api/v1/class-runs/{run['id']}/sessions"

    def at(day: int, hour: int) -> dict[str, str]:
        starts, ends = at_hour(in_days(day), hour), at_hour(in_days(day), hour + 3)
        return {"id": str(new_id()), "starts_at": starts.isoformat(), "ends_at": ends.isoformat()}

    morning = at(14, 9)
    assert (await call(city.provider_staff, "POST", sessions, morning)).status_code == 201
    assert (await call(city.provider_staff, "POST", sessions, morning)).status_code == 200
    clash = await call(city.provider_staff, "POST", sessions, at(14, 11))
    assert (clash.status_code, clash.json()["code"]) == (409, "sessions_overlap")
    outside = await call(city.provider_staff, "POST", sessions, at(16, 9))
    assert (outside.status_code, outside.json()["code"]) == (409, "session_outside_run")
    assert (await call(city.provider_staff, "POST", sessions, at(14, 12))).status_code == 201
    listed = (await call(city.auditor, "GET", sessions)).json()["items"]
    assert listed[0]["id"] == morning["id"]
    assert len(listed) == 2
    assert (await call(city.teacher, "GET", sessions)).status_code == 404


async def test_the_list_is_scoped_filtered_and_paged(call: Any, city: CityFixture):
    for number in range(3):
        await drafted(call, city, title=f"研修{number}")
    await drafted(call, city, title="100%参与")
    assert (await call(city.north_reviewer, "GET", PROGRAMS)).json()["items"] == []
    first = (await call(city.auditor, "GET", f"{PROGRAMS}?page_size=3")).json()
    rest = (
        await call(city.auditor, "GET", f"{PROGRAMS}?page_size=3&page_token={first['next_page_token']}")
    ).json()
    titles = [item["title"] for item in first["items"] + rest["items"]]
    assert titles == ["100%参与", "研修2", "研修1", "研修0"]
    assert rest["next_page_token"] is None
    found = (await call(city.auditor, "GET", f"{PROGRAMS}?q=0%25")).json()["items"]
    assert [item["title"] for item in found] == ["100%参与"]
    assert (await call(city.auditor, "GET", f"{PROGRAMS}?state=published")).json()["items"] == []
    assert (await call(city.auditor, "GET", f"{PROGRAMS}?colour=red")).status_code == 422
