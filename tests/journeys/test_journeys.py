"""From the menu to the ledger, over HTTP, on both databases: the one thing the product exists for."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from tests.journeys.conftest import START, World, line, moved, new
from tests.journeys.course import Course, enroll, publish, teach
from tests.make.people import Person
from xuefen.core.db import Database
from xuefen.ledger.verification import verify
from xuefen.worker import deliver_waiting


def city_course(world: World, **changes) -> Course:
    city = world.city
    return Course(city.provider_staff, city.city, city.provider, city.auditor, "city", **changes)


def county_course(world: World) -> Course:
    city = world.city
    return Course(city.north_provider_staff, city.north, city.north_provider, city.north_reviewer, "county")


async def study(world: World, course: Course, teacher: Person) -> str:
    """Offer, choose, teach; returns the claim that came of it."""
    run = await publish(world, course)
    await enroll(world, teacher, run)
    [outcome] = await teach(world, course, run)
    assert outcome["state"] == "completed"
    return outcome["claim_id"]


@pytest.mark.requirement("003-09", "003-15", "003-19", "003-46")
async def test_a_city_course_becomes_credit(world: World, database: Database):
    """003 五(二): the city registers and audits what the city runs, by two persons."""
    city, teacher = world.city, world.city.teacher
    before = await world.standing(teacher)
    claim = await study(world, city_course(world), teacher)
    assert line(await world.standing(teacher), "total")["pending"] == "6.00"
    assert await world.queue(city.clerk) == []
    assert await world.queue(city.north_reviewer) == []
    assert await world.queue(city.auditor) == [claim]
    await world.approve(city.auditor, claim)
    assert await world.queue(city.auditor) == []
    assert (await world.approve(city.auditor, claim, status=409))["code"] == "same_person"
    detail = await world.approve(city.second_auditor, claim)
    assert [step["state"] for step in detail["route"]] == ["done", "done"]

    after = await world.standing(teacher)
    assert moved(before, after, "total") == Decimal("6.00")
    assert line(after, "total")["pending"] == "0.00"
    assert all("〔2014〕29号" in one["clause"] or "表1" in one["clause"] for one in after["lines"])
    await deliver_waiting(database)
    [entry] = (await world.ask(teacher, "GET", "/me/ledger"))["items"]
    assert (entry["credits"], entry["counted"], entry["claim_id"]) == ("6.00", "6.00", claim)
    assert entry["program"]["code"] == "KC-2026-001"
    assert [one["actor_name"] for one in entry["decisions"]] == ["沈青", "陶然"]
    assert entry["rule"]["clause"]
    assert entry["sealed"]
    assert entry["id"] in line(after, "total")["entry_ids"]
    async with database.read() as db:
        assert (await verify(db, city.id)).sound


@pytest.mark.requirement("003-15", "003-32")
async def test_a_county_course_is_registered_by_the_county(world: World):
    """003 五(二): 县市区组织的培训, registered by the county, audited by the city."""
    city, teacher = world.city, world.city.teacher
    before = await world.standing(teacher)
    claim = await study(world, county_course(world), teacher)
    assert await world.queue(city.north_reviewer) == [claim]
    await world.approve(city.north_reviewer, claim)
    await world.approve(city.auditor, claim)
    assert moved(before, await world.standing(teacher), "total") == Decimal("6.00")


@pytest.mark.requirement("003-32")
async def test_a_guest_from_another_county_is_registered_by_the_county_that_taught(world: World):
    city, guest = world.city, world.city.south_teacher
    claim = await study(world, county_course(world), guest)
    assert await world.queue(city.south_reviewer) == []
    await world.approve(city.north_reviewer, claim)
    await world.approve(city.auditor, claim)
    assert line(await world.standing(guest), "total")["counted"] == "6.00"


@pytest.mark.requirement("003-21", "003-31")
async def test_a_direct_school_s_teacher_in_a_city_course(world: World):
    city, teacher = world.city, world.city.direct_teacher
    claim = await study(world, city_course(world), teacher)
    await world.approve(city.second_auditor, claim)
    await world.approve(city.auditor, claim)
    assert line(await world.standing(teacher), "total")["counted"] == "6.00"


def batch(world: World, unit, teachers: list[Person], credits: str, days_ago: int = 1) -> dict:
    return {
        "id": new(),
        "title": "同课异构：分数的初步认识",
        "category": "school_based",
        "organisation_id": str(unit.id),
        "mode": "school_based",
        "event_on": (START - timedelta(days=days_ago)).date().isoformat(),
        "hours": credits,
        "credits": credits,
        "items": [{"id": new(), "teacher_id": str(one.teacher_id)} for one in teachers],
    }


@pytest.mark.requirement("003-21", "003-31")
async def test_a_direct_school_registers_and_the_city_audits(world: World):
    city, teacher = world.city, world.city.direct_teacher
    made = await world.ask(
        city.direct_clerk, "POST", "/claims/batch", batch(world, city.direct_school, [teacher], "4.00")
    )
    claim = made["items"][0]["claim_id"]
    detail = await world.approve(city.auditor, claim)
    assert [(step["tier"], step["act"]) for step in detail["route"]] == [
        ("school", "register"),
        ("city", "audit"),
    ]
    assert line(await world.standing(teacher), "school_based")["counted"] == "4.00"


@pytest.mark.requirement("003-30", "003-47")
async def test_a_school_batch_meets_the_cap_of_the_term(world: World):
    """表1 校本培训: 每期满分为12学分. Thirteen credits are posted, twelve count, one is shown."""
    city, teacher = world.city, world.city.teacher
    before = await world.standing(teacher)
    for credits, days_ago in (("8.00", 3), ("5.00", 1)):
        body = batch(world, city.school, [teacher, city.colleague], credits, days_ago)
        made = await world.ask(city.clerk, "POST", "/claims/batch", body)
        assert [one["state"] for one in made["items"]] == ["registered"] * 2
        again = await world.ask(city.clerk, "POST", "/claims/batch", body)
        assert [one["claim_id"] for one in again["items"]] == [one["claim_id"] for one in made["items"]]
        assert not any(one["made"] for one in again["items"])
        ids = [one["claim_id"] for one in made["items"]]
        detail = await world.ask(city.north_reviewer, "GET", f"/claims/{ids[0]}")
        for who in (city.north_reviewer, city.auditor):
            items = [
                {"id": one, "version": (await world.ask(who, "GET", f"/claims/{one}"))["version"]}
                for one in ids
            ]
            answer = await world.ask(who, "POST", "/claims/decisions", {"verdict": "approve", "items": items})
            assert (len(answer["done"]), answer["conflicts"], answer["refused"]) == (2, [], [])
    assert (detail["cap"]["counted"], detail["cap"]["after"], detail["flags"]) == ("8.00", "12.00", [])
    after = await world.standing(teacher)
    assert moved(before, after, "school_based") == Decimal("12.00")
    assert moved(before, after, "total") == Decimal("12.00")
    assert moved(before, after, "year") == Decimal("12.00")
    [surplus] = after["uncounted"]
    assert (surplus["credits"], surplus["reason_code"]) == ("1.00", "over_term_cap")
    assert "29号" in surplus["clause"] or "表1" in surplus["clause"]
    page = await world.ask(teacher, "GET", "/me/ledger")
    assert page["balance"] == "13.00"


@pytest.mark.requirement("003-15")
async def test_a_returned_claim_is_corrected_and_walks_again(world: World):
    city, teacher = world.city, world.city.teacher
    made = await world.ask(city.clerk, "POST", "/claims/batch", batch(world, city.school, [teacher], "4.00"))
    claim = made["items"][0]["claim_id"]
    body = {"verdict": "return", "reason_code": "wrong_amount", "note": "签到表只有三次"}
    returned = await world.ask(city.north_reviewer, "POST", f"/claims/{claim}/decisions", body, seen=2)
    assert returned["state"] == "returned"
    [todo] = (await world.standing(teacher))["todo"]
    assert (todo["kind"], todo["link"]["claim_id"]) == ("claim_returned", claim)
    edited = await world.ask(
        city.clerk, "PATCH", f"/claims/{claim}", {"hours": "3.00", "credits": "3.00"}, seen=3
    )
    assert edited["decisions"][-1]["note"] == "签到表只有三次"
    for who in (city.clerk, city.north_reviewer, city.auditor):
        await world.approve(who, claim)
    assert line(await world.standing(teacher), "school_based")["counted"] == "3.00"


@pytest.mark.requirement("001-18")
@pytest.mark.parametrize("form", ["whole_school", "group", "peers", "self_study", "remote"])
async def test_a_school_says_in_which_form_it_trained(world: World, form: str):
    city = world.city
    body = batch(world, city.school, [city.teacher], "2.00") | {"form": form}
    made = await world.ask(city.clerk, "POST", "/claims/batch", body)
    claim = await world.ask(city.north_reviewer, "GET", f"/claims/{made['items'][0]['claim_id']}")
    assert claim["form"] == form


async def test_a_correction_takes_the_credit_back_and_leaves_room_for_the_right_one(world: World):
    city, teacher = world.city, world.city.teacher
    body = batch(world, city.school, [teacher], "4.00")
    made = await world.ask(city.clerk, "POST", "/claims/batch", body)
    claim = made["items"][0]["claim_id"]
    for who in (city.north_reviewer, city.auditor):
        await world.approve(who, claim)
    [entry] = (await world.ask(teacher, "GET", "/me/ledger"))["items"]
    wrong = {"id": new(), "entry_id": entry["id"], "reason_code": "wrong_person"}
    assert (await world.ask(city.clerk, "POST", "/ledger/reversals", wrong, status=409))[
        "code"
    ] == "not_issuer"
    done = await world.ask(city.auditor, "POST", "/ledger/reversals", wrong, status=201)
    assert (await world.ask(city.auditor, "POST", "/ledger/reversals", wrong, status=201)) == done
    other = wrong | {"id": new()}
    refused = await world.ask(city.auditor, "POST", "/ledger/reversals", other, status=409)
    assert refused["code"] == "already_reversed"
    page = await world.ask(teacher, "GET", "/me/ledger")
    assert page["balance"] == "0.00"
    assert [(one["kind"], one["credits"]) for one in page["items"]] == [
        ("reversal", "-4.00"),
        ("credit", "4.00"),
    ]
    assert line(await world.standing(teacher), "total")["counted"] == "0.00"
    again = await world.ask(
        city.clerk, "POST", "/claims/batch", body | {"items": [body["items"][0] | {"id": new()}]}
    )
    assert again["items"][0]["made"]


async def token_of(world: World, api: httpx.AsyncClient) -> dict[str, str]:
    """The city registers a platform, the platform asks for a token with its secret."""
    body = {"id": new(), "name": "智慧研修平台", "scopes": ["completions.read", "completions.write"]}
    made = await world.ask(world.city.administrator, "POST", "/platforms", body, status=201)
    answer = await api.post(
        "/api/v1/auth/token",
        data={"grant_type": "client_credentials", "scope": "completions.write completions.read"},
        auth=(made["client_id"], made["client_secret"]),
    )
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.requirement("003-46")
async def test_a_platform_s_completion_sent_three_times_is_credited_once(
    world: World, api: httpx.AsyncClient
):
    city, teacher = world.city, world.city.teacher
    await publish(world, city_course(world, mode="online"))
    headers = await token_of(world, api)
    item = {
        "external_id": "wc-20260301-1",
        "teacher": {"staff_no": teacher.staff_no},
        "program_code": "KC-2026-001",
        "completed_at": "2026-03-01T08:00:00Z",
        "hours": "6.00",
        "result": "pass",
    }
    answers = [
        (await api.post("/api/v1/sync/completions", json={"items": [item]}, headers=headers)).json()["items"][
            0
        ]
        for _ in range(3)
    ]
    assert len({one["claim_id"] for one in answers}) == 1
    assert answers[0]["status"] == "accepted"
    claim = answers[0]["claim_id"]
    assert await world.queue(city.auditor) == [claim]
    await world.approve(city.auditor, claim)
    await world.approve(city.second_auditor, claim)
    fourth = await api.post("/api/v1/sync/completions", json={"items": [item]}, headers=headers)
    assert fourth.json()["items"][0]["claim_id"] == claim
    assert line(await world.standing(teacher), "total")["counted"] == "6.00"
    known = await api.get("/api/v1/sync/completions", headers=headers)
    assert [one["external_id"] for one in known.json()["items"]] == ["wc-20260301-1"]
