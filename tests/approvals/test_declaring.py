"""A teacher claims a diploma or an award for themselves, and every office above looks at it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.journeys.conftest import World
from tests.make.approvals import CYCLE, adopt_policy
from tests.make.city import make_city
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database

DIPLOMA = {"number": "1053 0520 2602 0001 23", "degree": "bachelor", "issued_on": "2026-02-20"}


def degree(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": str(uuid4()),
        "title": "本科毕业证书（汉语言文学，自考）",
        "category": "degree",
        "mode": "study",
        "event_on": "2026-02-20",
        "hours": "0.00",
        "credits": "100.00",
        "diploma": DIPLOMA,
    }
    return plain | changes


def award(**changes: Any) -> dict[str, Any]:
    prize = {"title": "市级优质课一等奖", "category": "policy_bonus", "mode": "onsite", "credits": "10.00"}
    return degree(**prize, diploma=None) | changes


@pytest.mark.requirement("003-44")
async def test_a_diploma_goes_from_the_teacher_to_the_county_and_the_city(world: World, database: Database):
    city, sent = world.city, degree()
    made = await world.ask(city.teacher, "POST", "/claims", sent, status=201)
    assert (made["state"], made["source"], made["desk"]["organisation_name"]) == (
        "draft",
        "teacher",
        "北河县",
    )
    assert (made["awarded_degree"], made["credits_claimed"]) == ("bachelor", "100.00")
    assert await world.ask(city.teacher, "POST", "/claims", sent) == made
    assert made["id"] in await world.queue(city.north_reviewer)
    await world.approve(city.north_reviewer, made["id"])
    await world.approve(city.auditor, made["id"])
    assert (await world.standing(city.teacher))["total"]["counted"] == "100.00"
    record = await world.ask(city.clerk, "GET", f"/teachers/{city.teacher.teacher_id}")
    assert record["degree"] == "bachelor"
    async with database.read() as db:
        acts = await db.scalars(select(col(AuditEvent.action)).where(col(AuditEvent.capacity) == "teacher"))
        assert list(acts) == ["claim.declared"]


@pytest.mark.requirement("003-45")
async def test_an_award_needs_no_diploma(world: World):
    made = await world.ask(world.city.teacher, "POST", "/claims", award(), status=201)
    assert (made["category"], made["awarded_degree"]) == ("policy_bonus", None)


@pytest.mark.parametrize(
    ("sent", "status", "code", "pointer"),
    [
        (degree(diploma=None), 422, "diploma_required", "/diploma"),
        (degree(event_on="2026-02-21"), 422, "diploma_day_differs", "/diploma/issued_on"),
        (award(diploma=DIPLOMA), 422, "diploma_misplaced", "/diploma"),
        (degree(credits="99.00"), 409, "award_differs", None),
        (degree(event_on="2026-03-03"), 422, "event_in_future", "/event_on"),
        (award(event_on="2026-01-01"), 422, "late_reason_required", "/late_reason"),
        (award(category="school_based", mode="school_based"), 422, "not_teacher_made", "/category"),
        (award(category="unheard_of"), 422, "category_unknown", None),
        (award(state="audited"), 422, "invalid", None),
    ],
)
async def test_what_cannot_be_recognised_is_refused_at_once(
    world: World, sent: dict[str, Any], status: int, code: str, pointer: str | None
):
    answer = await world.ask(world.city.teacher, "POST", "/claims", sent, status=status)
    assert answer["code"] == code
    assert pointer is None or answer["errors"][0]["pointer"] == pointer


async def test_another_body_or_another_person_is_no_retry(world: World):
    city, sent = world.city, degree()
    await world.ask(city.teacher, "POST", "/claims", sent, status=201)
    for other in (sent | {"title": "另一份"}, sent | {"event_on": "2026-02-19", "diploma": None} | award()):
        answer = await world.ask(city.teacher, "POST", "/claims", other | {"id": sent["id"]}, status=409)
        assert answer["code"] == "id_used"
    stolen = await world.ask(city.colleague, "POST", "/claims", award(id=sent["id"]), status=409)
    assert stolen["code"] == "id_used"
    used = await world.ask(city.colleague, "POST", "/claims", degree(), status=409)
    assert used["code"] == "diploma_used"
    await world.ask(city.clerk, "POST", "/claims", degree(), status=403)


@pytest.fixture
async def three_tiers(clock: Any, database: Database, api: httpx.AsyncClient, app: FastAPI) -> World:
    city = await make_city(database)
    await adopt_policy(database, city.city, key="three-tier", overrides=CYCLE)
    return World(api, app, city, clock)


async def test_under_three_tiers_the_school_sees_the_originals_first(three_tiers: World):
    world, city = three_tiers, three_tiers.city
    made = await world.ask(city.teacher, "POST", "/claims", degree(), status=201)
    assert made["desk"]["organisation_name"] == "河东小学"
    for who in (city.clerk, city.north_reviewer, city.auditor):
        await world.approve(who, made["id"])
    assert (await world.standing(city.teacher))["total"]["counted"] == "100.00"
