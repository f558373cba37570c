"""Results over HTTP: what they decide, how they are corrected."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.attendance.calling import claims_of, conclude, put_results, result
from tests.make.attendance import Taught, make_class, mark_all
from tests.make.city import CityFixture
from xuefen.attendance.models import Assessment
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database


@pytest.mark.parametrize(
    ("sent", "completed", "shortfalls"),
    [
        ({"result": "pass"}, True, []),
        ({"result": "excellent", "score": "96.5"}, True, []),
        ({"result": "fail"}, False, ["result", "exam", "assignment"]),
        ({"result": "pass", "exam_passed": False}, False, ["exam"]),
        ({"result": "pass", "assignment_passed": False}, False, ["assignment"]),
    ],
)
async def test_results_decide_where_the_program_has_an_exam_or_an_assignment(
    api: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    city: CityFixture,
    sent: dict[str, Any],
    completed: bool,
    shortfalls: list[str],
) -> None:
    taught = await make_class(database, city, [city.teacher], has_exam=True, has_assignment=True)
    await mark_all(database, taught)
    posted = {"enrollment_id": str(taught.of(city.teacher)), "version": 0, **sent}
    answer = await put_results(api, app, city.provider_staff, taught.run_id, posted)
    assert answer.json()["done"] == [{"enrollment_id": posted["enrollment_id"], "version": 1}]
    answer = await conclude(api, app, city.provider_staff, taught.run_id)
    [outcome] = answer.json()["outcomes"]
    assert (outcome["state"] == "completed") is completed
    assert outcome["shortfalls"] == shortfalls
    claims = await claims_of(database)
    assert [claim.exam_passed for claim in claims] == ([True] if completed else [])


async def test_an_exam_that_the_program_has_not_is_never_passed(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    await mark_all(database, taught)
    one = result(taught.of(city.teacher), exam_passed=True)
    await put_results(api, app, city.provider_staff, taught.run_id, one)
    await conclude(api, app, city.provider_staff, taught.run_id)
    assert {claim.exam_passed for claim in await claims_of(database)} == {False}


async def test_a_changed_result_is_in_the_audit_trail_by_field_and_never_by_value(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, taught: Taught
) -> None:
    one = taught.of(city.teacher)
    await put_results(api, app, city.provider_staff, taught.run_id, result(one, "pass", score="80"))
    again = result(one, "pass", score="80.00")
    assert (await put_results(api, app, city.provider_staff, taught.run_id, again)).json()["done"] == [
        {"enrollment_id": str(one), "version": 1}
    ]
    stale = result(one, "fail", version=0)
    answer = await put_results(api, app, city.provider_staff, taught.run_id, stale)
    assert answer.json()["conflicts"] == [{"enrollment_id": str(one), "version": 1}]
    await put_results(api, app, city.provider_staff, taught.run_id, result(one, "excellent", 1, score="95"))
    async with database.read() as db:
        [assessment] = await db.scalars(select(Assessment))
        [change] = await db.scalars(select(AuditEvent).where(col(AuditEvent.action) == "result.change"))
    assert (assessment.result, assessment.score_centi, assessment.version) == ("excellent", 9500, 2)
    assert (change.object_id, change.fields) == (one, ["result", "score_centi"])


async def test_a_score_is_a_decimal_string_from_0_to_100(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, taught: Taught
) -> None:
    for score in ("100.01", "-1", "1e2", "NaN", 90, "90.555", "", "九十"):
        one = result(taught.of(city.teacher), score=score)
        answer = await put_results(api, app, city.provider_staff, taught.run_id, one)
        assert answer.status_code == 422, score
        assert answer.json()["errors"][0]["pointer"] == "/results/0/score"
