"""The conclusion of a run: who completed it, one claim for each, never twice."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from tests.attendance.calling import claims_of, conclude, mark, put_marks, put_results, result, set_mark
from tests.make.approvals import claim_request
from tests.make.attendance import Taught, crowd, enroll_all, make_class, mark_all
from tests.make.city import CityFixture
from tests.make.people import bearer
from xuefen.approvals.intake import open_claims
from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.outbox import OutboxEvent
from xuefen.enrollments.models import Enrollment
from xuefen.programs.models import ClassRun
from xuefen.programs.states import RunState


@pytest.mark.requirement("004-08")
async def test_concluding_makes_one_claim_for_each_who_completed(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    await mark_all(database, taught)
    await set_mark(database, taught, city.colleague, 0, "left_early")
    await set_mark(database, taught, city.south_teacher, 0, "late")
    answer = await conclude(api, app, city.provider_staff, taught.run_id)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["state"], body["completed"], body["not_completed"]) == ("concluded", 2, 1)
    assert answer.headers["etag"] == f'"{body["version"]}"'
    outcomes = {item["enrollment_id"]: item for item in body["outcomes"]}
    short = outcomes[str(taught.of(city.colleague))]
    assert (short["state"], short["attended"], short["held"]) == ("not_completed", 1, 2)
    assert (short["shortfalls"], short["claim_id"]) == (["attendance"], None)
    claims = {str(claim.id): claim for claim in await claims_of(database)}
    assert {item["claim_id"] for item in outcomes.values() if item["claim_id"]} == set(claims)
    assert {claim.teacher_id for claim in claims.values()} == {
        city.teacher.teacher_id,
        city.south_teacher.teacher_id,
    }
    async with database.read() as db:
        states = dict((await db.execute(select(Enrollment.id, Enrollment.state))).all())
        acts = list(await db.scalars(select(col(AuditEvent.action))))
        topics = list(await db.scalars(select(col(OutboxEvent.topic))))
    assert sorted(states.values()) == ["completed", "completed", "not_completed"]
    assert "class_run.conclude" in acts
    assert "run.concluded" in topics


async def test_a_claim_says_what_was_taught_and_how_much_was_attended(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    taught = await make_class(database, city, [city.teacher], sessions=5, credits_centi=720, hours_centi=900)
    await mark_all(database, taught)
    await set_mark(database, taught, city.teacher, 2, "absent")
    await conclude(api, app, city.provider_staff, taught.run_id)
    [claim] = await claims_of(database)
    assert (claim.credits_claimed_centi, claim.hours_centi) == (720, 900)
    assert (claim.attended_sessions, claim.held_sessions) == (4, 5)
    assert (claim.event_on, claim.activity) == (taught.ends_on, f"program:{taught.program_code}")
    assert (claim.source, claim.state, claim.run_id) == ("class_run", "draft", taught.run_id)
    assert claim.made_by == city.provider_staff.id


async def test_concluding_twice_never_doubles(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    await mark_all(database, taught)
    first = await conclude(api, app, city.provider_staff, taught.run_id)
    again = await conclude(api, app, city.provider_staff, taught.run_id)
    assert again.status_code == 200
    assert again.json() == first.json()
    assert len(await claims_of(database)) == 3


async def test_concluding_at_once_from_many_windows_makes_each_claim_once(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    await mark_all(database, taught)
    answers = await asyncio.gather(
        *(conclude(api, app, city.provider_staff, taught.run_id) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(await claims_of(database)) == 3


async def test_a_claim_that_stands_already_is_named_and_not_doubled(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    taught = await make_class(database, city, [city.teacher])
    await mark_all(database, taught)
    standing = claim_request(city.teacher, activity=f"program:{taught.program_code}", event_on=taught.ends_on)
    async with database.write() as db:
        await open_claims(db, city.id, [standing], clock.now())
    answer = await conclude(api, app, city.provider_staff, taught.run_id)
    assert [item["claim_id"] for item in answer.json()["outcomes"]] == [str(standing.id)]
    assert len(await claims_of(database)) == 1


async def test_what_is_missing_is_said_and_nothing_is_written(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    taught = await make_class(database, city, [city.teacher, city.colleague], has_exam=True)
    await mark_all(database, taught)
    await enroll_all(database, taught, [city.neighbour])
    await put_results(api, app, city.provider_staff, taught.run_id, result(taught.of(city.teacher)))
    answer = await conclude(api, app, city.provider_staff, taught.run_id)
    assert answer.status_code == 409
    assert answer.json()["code"] == "run_not_ready"
    said = [(error["code"], error["message"]) for error in answer.json()["errors"]]
    assert said == [
        ("session_unmarked", "第 1 次课还有 1 人没有考勤记录"),
        ("session_unmarked", "第 2 次课还有 1 人没有考勤记录"),
        ("results_missing", "还有 2 人没有考核结果"),
    ]
    assert await claims_of(database) == []
    async with database.read() as db:
        assert await db.scalar(select(col(ClassRun.state))) == "open"


async def test_a_session_without_marks_or_of_the_future_stops_the_conclusion(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    taught = await make_class(database, city, [city.teacher], sessions=3, last_day=tomorrow)
    answer = await conclude(api, app, city.provider_staff, taught.run_id)
    said = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert said[f"sessions/{taught.sessions[0]}"] == "session_unmarked"
    assert said[f"sessions/{taught.sessions[2]}"] == "session_not_over"


async def test_conclude_asks_for_the_version_that_was_seen(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    await mark_all(database, taught)
    assert (await conclude(api, app, city.provider_staff, taught.run_id, None)).status_code == 428
    assert (await conclude(api, app, city.provider_staff, taught.run_id, 7)).status_code == 412
    foreign = await conclude(api, app, city.north_provider_staff, taught.run_id, None)
    assert foreign.status_code == 404
    assert (await conclude(api, app, city.clerk, taught.run_id)).status_code == 403
    assert await claims_of(database) == []


async def test_a_concluded_run_takes_no_more_marks_or_results(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    await mark_all(database, taught)
    await conclude(api, app, city.provider_staff, taught.run_id)
    one = taught.of(city.teacher)
    marks = {"marks": [{"enrollment_id": str(one), "mark": "absent", "version": 1}]}
    late = await api.put(
        f"/api/v1/sessions/{taught.sessions[0]}/attendance",
        json=marks,
        headers=bearer(app, city.provider_staff),
    )
    assert (late.status_code, late.json()["code"]) == (409, "run_concluded")
    late = await put_results(api, app, city.provider_staff, taught.run_id, result(one, "fail"))
    assert (late.status_code, late.json()["code"]) == (409, "run_concluded")


async def test_a_cancelled_run_is_neither_marked_nor_concluded(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    async with database.write() as db:
        await db.execute(update(ClassRun).values(state=RunState.cancelled))
    answer = await conclude(api, app, city.provider_staff, taught.run_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "run_cancelled")


async def test_a_class_of_a_thousand_is_concluded_in_one_call(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    taught = await make_class(database, city, [], sessions=1)
    people = await crowd(database, city.school, 1000)
    enrolled = await enroll_all(database, taught, people)
    marks = [{"enrollment_id": str(person), "mark": "present", "version": 0} for person in enrolled]
    address = f"/api/v1/sessions/{taught.sessions[0]}/attendance"
    await api.put(address, json={"marks": marks}, headers=bearer(app, city.provider_staff))
    answer = await conclude(api, app, city.provider_staff, taught.run_id)
    assert answer.json()["completed"] == 1000
    assert len(await claims_of(database)) == 1000


async def test_a_mark_that_races_the_conclusion_is_counted_or_refused(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    """The run's row is the lock: what the conclusion counted is what stands in the marks."""
    for number in range(6):
        code = f"XF-RACE-{number}"
        taught = await make_class(database, city, [city.teacher], sessions=1, code=code)
        await mark_all(database, taught)
        absent = mark(taught.of(city.teacher), "absent", version=1)
        marked, concluded = await asyncio.gather(
            put_marks(api, app, city.provider_staff, taught.sessions[0], absent),
            conclude(api, app, city.provider_staff, taught.run_id),
        )
        assert concluded.status_code == 200
        assert marked.status_code in (200, 409)
        [outcome] = concluded.json()["outcomes"]
        assert outcome["attended"] == (0 if marked.status_code == 200 else 1)
        assert (outcome["claim_id"] is None) is (marked.status_code == 200)
