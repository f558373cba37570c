"""The plan over HTTP: what closes which gap, for the teacher and for those who look after the teacher."""

from typing import Any

import httpx
import pytest

from tests.make.approvals import make_claim
from tests.make.city import CityFixture
from tests.make.ledger import post_all, posting
from tests.make.people import Person, give_post
from tests.make.programs import make_program, make_run, make_session
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.policy.levels import DeliveryMode, Level

PLAN = "/api/v1/me/plan"


async def plan_of(call: Any, who: Person) -> dict[str, Any]:
    answer = await call(who, "GET", PLAN)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def gaps(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {gap["id"]: gap for gap in plan["gaps"]}


async def homeroom_course(database: Database, city: CityFixture, hours: int, **run: Any) -> Any:
    program = await make_program(
        database, city.provider, city.city, category="homeroom", hours_centi=hours * 100
    )
    return await make_run(database, program, **run)


@pytest.fixture
async def homeroom(database: Database, city: CityFixture) -> Person:
    """A homeroom teacher, who lacks 30 hours of homeroom training and nothing of this year's 72."""
    await give_post(database, city.teacher, "homeroom", clock.today().replace(day=1))
    await post_all(database, city.teacher, posting(city.teacher, credits_centi=72_00, event_on=clock.today()))
    return city.teacher


@pytest.mark.requirement("002-12", "003-08")
async def test_the_plan_takes_the_fewest_days_and_says_what_each_course_adds(
    call: Any, homeroom: Person, city: CityFixture, database: Database
):
    long = await homeroom_course(database, city, 30, starts_in=10, days=4)
    short = await homeroom_course(database, city, 30, starts_in=30, days=2)
    await make_session(database, short, day=0)
    await make_session(database, short, day=0, hour=14)
    plan = await plan_of(call, homeroom)
    [course] = [one for one in plan["courses"] if one["category"] == "homeroom"]
    assert (course["run_id"], course["days"], course["seats_left"]) == (str(short.id), 1, 50)
    assert {"gap_id": "homeroom", "unit": "hours", "amount": "30.00"} in course["adds"]
    gap = gaps(plan)["homeroom"]
    assert (gap["missing"], gap["planned"], gap["left"]) == ("30.00", "30.00", "0.00")
    assert (gap["closable"], gap["why"], gap["most"]) == (True, None, "60.00")
    assert gap["clause"].startswith("株教函〔2014〕29号")
    assert str(long.id) not in {one["run_id"] for one in plan["courses"]}
    assert plan["on"] == str(clock.today())


async def test_what_no_open_course_closes_is_said_with_the_reason(
    call: Any, homeroom: Person, city: CityFixture, database: Database
):
    plan = await plan_of(call, homeroom)
    gap = gaps(plan)["homeroom"]
    assert (gap["closable"], gap["why"]["code"], gap["left"]) == (False, "none_open", "30.00")
    assert not plan["closable"]
    for_others = await make_program(
        database,
        city.provider,
        city.city,
        category="homeroom",
        hours_centi=3000,
        audience={"stages": ["senior"]},
    )
    await make_run(database, for_others)
    assert gaps(await plan_of(call, homeroom))["homeroom"]["why"]["code"] == "not_eligible"
    full = await homeroom_course(database, city, 30, quota=1)
    body = {"id": str(new_id()), "run_id": str(full.id)}
    assert (await call(city.colleague, "POST", "/api/v1/enrollments", body)).status_code == 201
    assert gaps(await plan_of(call, homeroom))["homeroom"]["why"]["code"] == "full"
    await homeroom_course(database, city, 30, opens_in=2, closes_in=5)
    assert gaps(await plan_of(call, homeroom))["homeroom"]["why"]["code"] == "opens_later"
    await homeroom_course(database, city, 12)
    gap = gaps(await plan_of(call, homeroom))["homeroom"]
    assert (gap["why"]["code"], gap["most"]) == ("not_enough", "12.00")
    late = await plan_of(call, city.colleague)
    assert "homeroom" not in gaps(late)


async def test_a_course_that_ends_after_the_deadline_does_not_count(
    call: Any, city: CityFixture, database: Database
):
    """This year's line, and a course of next year."""
    first_of_next = clock.today().replace(year=clock.today().year + 1, month=1, day=1)
    program = await make_program(database, city.provider, city.city, hours_centi=72_00)
    await make_run(database, program, starts_in=(first_of_next - clock.today()).days, days=2)
    gap = gaps(await plan_of(call, city.teacher))["year"]
    assert (gap["why"]["code"], gap["deadline"]) == ("after_deadline", f"{clock.today().year}-12-31")


async def test_enrolled_and_pending_courses_fill_gaps_before_the_plan_does(
    call: Any, homeroom: Person, city: CityFixture, database: Database
):
    taken = await homeroom_course(database, city, 18, starts_in=10)
    await make_session(database, taken, day=0, hour=9)
    body = {"id": str(new_id()), "run_id": str(taken.id)}
    assert (await call(homeroom, "POST", "/api/v1/enrollments", body)).status_code == 201
    await make_claim(
        database,
        homeroom,
        category="homeroom",
        level=Level.county,
        sponsor_id=city.north.id,
        mode=DeliveryMode.onsite,
        hours_centi=5_00,
        credits_centi=5_00,
    )
    clashing = await homeroom_course(database, city, 7, starts_in=10)
    await make_session(database, clashing, day=0, hour=10)
    plan = await plan_of(call, homeroom)
    gap = gaps(plan)["homeroom"]
    assert (gap["pending"], gap["enrolled"], gap["missing"]) == ("5.00", "18.00", "7.00")
    assert (gap["closable"], gap["why"]["code"]) == (False, "clash")
    free = await homeroom_course(database, city, 7, starts_in=20)
    plan = await plan_of(call, homeroom)
    assert gaps(plan)["homeroom"]["closable"]
    assert str(free.id) in {one["run_id"] for one in plan["courses"]}


async def test_an_online_course_without_sessions_takes_no_day(
    call: Any, homeroom: Person, city: CityFixture, database: Database
):
    online = await make_program(
        database,
        city.provider,
        city.city,
        category="homeroom",
        mode=DeliveryMode.online,
        hours_centi=3000,
    )
    await make_run(database, online, days=9)
    await homeroom_course(database, city, 30, days=1)
    plan = await plan_of(call, homeroom)
    [course] = [one for one in plan["courses"] if one["category"] == "homeroom"]
    assert (course["program_id"], course["days"]) == (str(online.id), 0)


async def test_those_who_look_after_a_teacher_see_the_same_plan(
    call: Any, api: httpx.AsyncClient, homeroom: Person, city: CityFixture, database: Database
):
    await homeroom_course(database, city, 30)
    own = await plan_of(call, homeroom)
    path = f"/api/v1/teachers/{homeroom.teacher_id}/plan"
    for who in (city.clerk, city.north_reviewer, city.auditor, city.teacher_office):
        assert (await call(who, "GET", path)).json() == own
    foreign = await call(city.other_clerk, "GET", path)
    absent = await call(city.other_clerk, "GET", f"/api/v1/teachers/{new_id()}/plan")
    assert (foreign.status_code, foreign.text) == (404, absent.text)
    assert (await call(city.clerk, "GET", PLAN)).status_code == 403
    assert (await call(homeroom, "GET", path)).status_code == 403
    assert (await api.get(PLAN)).status_code == 401
