"""Exemptions over HTTP: proposed by the school, decided above it, told to others without a reason."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.exemptions.conftest import case, of, version_of
from tests.journeys.conftest import World, line
from tests.make.city import CityFixture
from tests.make.people import Person, bearer, bind, end_bindings
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.exemptions.models import Exemption
from xuefen.organisations.roles import Role

SECRETS = ("sick_leave", "病假", "诊断证明", "maternity_leave", "产假")


async def proposed(world: World, who: Person, teacher: Person, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = await world.ask(who, "POST", of(teacher), case(**changes), status=201)
    return made


async def decide(
    world: World, who: Person, made: dict[str, Any], verdict: str, status: int = 200, **more: Any
) -> dict[str, Any]:
    path = f"/exemptions/{made['id']}/decisions"
    body = {"verdict": verdict, "note": None if verdict == "approve" else "材料不全"} | more
    answer: dict[str, Any] = await world.ask(who, "POST", path, body, seen=made["version"], status=status)
    return answer


async def listed(world: World, who: Person, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await world.ask(who, "GET", f"/exemptions{query}"))["items"]
    return items


@pytest.mark.requirement("004-01")
async def test_the_school_proposes_the_county_decides_and_the_line_follows(
    world: World, city: CityFixture, database: Database
):
    before = line(await world.standing(city.teacher), "year")
    made = await proposed(world, city.clerk, city.teacher)
    assert (made["state"], made["reason"]["desk_name"]) == ("proposed", "北河县")
    assert line(await world.standing(city.teacher), "year") == before
    version = await version_of(database, city.teacher)
    approved = await decide(world, city.north_reviewer, made, "approve")
    assert (approved["state"], approved["version"]) == ("approved", 2)
    assert approved["reason"]["decided_by"] == city.north_reviewer.name
    assert await version_of(database, city.teacher) == version + 1
    after = line(await world.standing(city.teacher), "year")
    assert (before["required"], after["required"]) == ("4.00", "2.66")
    assert after["note"] == "扣除免修4个月"
    revoked = await decide(world, city.north_reviewer, approved, "revoke")
    assert revoked["state"] == "revoked"
    assert await version_of(database, city.teacher) == version + 2
    assert line(await world.standing(city.teacher), "year") == before


async def test_a_case_that_relieves_of_the_year_takes_the_line_away(world: World, city: CityFixture):
    made = await proposed(world, city.clerk, city.teacher, kind="maternity_leave")
    await decide(world, city.north_reviewer, made, "approve")
    standing = await world.standing(city.teacher)
    year = line(standing, "year")
    assert (year["required"], year["exempt"], year["note"]) == (None, True, "本年度免修")
    assert standing["attained"] is False
    assert not any(secret in str(standing) for secret in SECRETS)


async def test_a_refusal_changes_nothing_and_says_why(world: World, city: CityFixture, database: Database):
    made = await proposed(world, city.clerk, city.teacher)
    version = await version_of(database, city.teacher)
    answer = await decide(world, city.north_reviewer, made, "refuse", note=None, status=422)
    assert answer["errors"][0]["code"] == "note_required"
    refused = await decide(world, city.north_reviewer, made, "refuse")
    assert (refused["state"], refused["reason"]["note"]) == ("refused", "材料不全")
    assert await version_of(database, city.teacher) == version
    again = await decide(world, city.north_reviewer, refused, "approve", status=409)
    assert again["code"] == "exemption_decided"
    await proposed(world, city.clerk, city.teacher)


async def test_a_direct_school_is_decided_by_the_city(world: World, city: CityFixture):
    made = await proposed(world, city.direct_clerk, city.direct_teacher)
    assert made["reason"]["desk_name"] == "青禾市"
    assert (await decide(world, city.auditor, made, "approve"))["state"] == "approved"
    county = await proposed(world, city.clerk, city.teacher)
    assert (await decide(world, city.auditor, county, "approve", status=409))["code"] == "not_your_case"


async def test_where_the_unit_has_nobody_the_county_proposes_and_the_city_decides(
    world: World, city: CityFixture, database: Database
):
    answer = await world.ask(city.north_reviewer, "POST", of(city.teacher), case(), status=409)
    assert answer["code"] == "left_to_unit"
    async with database.write() as db:
        await end_bindings(db, city.other_clerk)
    made = await proposed(world, city.north_reviewer, city.neighbour)
    assert made["reason"]["desk_name"] == "青禾市"
    assert (await decide(world, city.second_north_reviewer, made, "approve", 409))["code"] == "not_your_case"
    assert (await decide(world, city.auditor, made, "approve"))["state"] == "approved"


async def test_a_clerk_leaves_the_own_case_to_a_colleague(
    world: World, city: CityFixture, database: Database
):
    await bind(database, city.teacher, Role.school_clerk, city.school)
    answer = await world.ask(city.teacher, "POST", of(city.teacher), case(), status=409)
    assert answer["code"] == "own_case"
    await proposed(world, city.clerk, city.teacher)


async def test_live_cases_of_a_teacher_never_overlap(world: World, city: CityFixture):
    first = await proposed(world, city.clerk, city.teacher)
    for days in (
        {"from_on": "2026-06-30", "until_on": "2026-07-31"},
        {"from_on": "2026-01-01", "until_on": "2026-12-31", "kind": "maternity_leave"},
    ):
        answer = await world.ask(city.clerk, "POST", of(city.teacher), case(**days), status=409)
        assert answer["code"] == "exemption_overlaps"
    await proposed(world, city.clerk, city.teacher, from_on="2026-07-01", until_on="2026-07-31")
    await proposed(world, city.clerk, city.colleague)
    approved = await decide(world, city.north_reviewer, first, "approve")
    assert (await world.ask(city.clerk, "POST", of(city.teacher), case(), status=409))["code"]
    await decide(world, city.north_reviewer, approved, "revoke")
    await proposed(world, city.clerk, city.teacher)


async def test_of_proposals_made_at_once_one_is_kept(world: World, city: CityFixture, database: Database):
    async def send() -> int:
        answer = await world.api.post(
            f"/api/v1{of(city.teacher)}", json=case(), headers=bearer(world.app, city.clerk)
        )
        return answer.status_code

    statuses = await asyncio.gather(*(send() for _ in range(6)))
    assert sorted(statuses) == [201, *[409] * 5]
    async with database.read() as db:
        assert len(list(await db.scalars(select(Exemption)))) == 1


async def test_a_kind_that_the_policy_does_not_know_is_refused(world: World, city: CityFixture):
    answer = await world.ask(city.clerk, "POST", of(city.teacher), case(kind="in_study"), status=422)
    assert (answer["code"], answer["errors"][0]["pointer"]) == ("exemption_not_foreseen", "/kind")
    backwards = case(from_on="2026-07-01")
    assert (await world.ask(city.clerk, "POST", of(city.teacher), backwards, status=422))["errors"]


async def test_a_retry_gives_the_case_and_another_body_is_told(world: World, city: CityFixture):
    body = case()
    made = await world.ask(city.clerk, "POST", of(city.teacher), body, status=201)
    assert await world.ask(city.clerk, "POST", of(city.teacher), body) == made
    other = body | {"evidence": "另一份"}
    assert (await world.ask(city.clerk, "POST", of(city.teacher), other, status=409))["code"] == "id_used"
    assert (await world.ask(city.clerk, "POST", of(city.colleague), body, status=409))["code"] == "id_used"


async def test_a_decision_needs_the_version_that_was_seen(world: World, city: CityFixture):
    made = await proposed(world, city.clerk, city.teacher)
    path = f"/exemptions/{made['id']}/decisions"
    await world.ask(city.north_reviewer, "POST", path, {"verdict": "approve"}, status=428)
    await world.ask(city.north_reviewer, "POST", path, {"verdict": "approve"}, seen=9, status=412)


@pytest.mark.requirement("004-01")
async def test_others_learn_the_dates_and_never_the_reason(
    world: World, city: CityFixture, database: Database
):
    approved = await decide(
        world, city.north_reviewer, await proposed(world, city.clerk, city.teacher), "approve"
    )
    waiting = await proposed(world, city.clerk, city.colleague)
    for who in (city.clerk, city.north_reviewer, city.auditor):
        assert {one["id"] for one in await listed(world, who)} == {approved["id"], waiting["id"]}
        assert all(one["reason"] for one in await listed(world, who))
    for who in (city.supervisor, city.teacher_office, city.administrator, city.north_administrator):
        [seen] = await listed(world, who)
        assert (seen["id"], seen["label"], seen["reason"]) == (approved["id"], "免修", None)
        assert (seen["from_on"], seen["until_on"]) == ("2026-03-01", "2026-06-30")
        own = await world.ask(who, "GET", of(city.colleague))
        assert own["items"] == []
        assert not any(secret in str([seen, own]) for secret in SECRETS)
    assert await listed(world, city.other_clerk) == []
    mine = await world.ask(city.teacher, "GET", of(city.teacher))
    assert mine["items"][0]["reason"]["kind_name"] == "病假"
    await world.ask(city.colleague, "GET", of(city.teacher), status=404)
    await world.ask(city.finance, "GET", of(city.teacher), status=403)
    async with database.read() as db:
        trail = list(await db.scalars(select(AuditEvent).where(col(AuditEvent.object_kind) == "exemption")))
    assert [one.action for one in trail] == [
        "exemption.proposed",
        "exemption.approved",
        "exemption.proposed",
    ]
    assert not any(secret in str(one.model_dump()) for one in trail for secret in SECRETS)


async def test_a_queue_is_filtered_by_state_and_paged(world: World, city: CityFixture):
    made = []
    for month in ("03", "04", "05"):
        days = {"from_on": f"2026-{month}-01", "until_on": f"2026-{month}-28"}
        made.append(await proposed(world, city.clerk, city.teacher, **days))
        world.clock.shift(60)
    await decide(world, city.north_reviewer, made[1], "approve")
    waiting = await listed(world, city.north_reviewer, "?state=proposed")
    assert [one["id"] for one in waiting] == [made[0]["id"], made[2]["id"]]
    first = await world.ask(city.north_reviewer, "GET", "/exemptions?page_size=2")
    rest = await world.ask(
        city.north_reviewer, "GET", f"/exemptions?page_size=2&page_token={first['next_page_token']}"
    )
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in made]
    assert rest["next_page_token"] is None
    await world.ask(city.north_reviewer, "GET", "/exemptions?kind=sick_leave", status=422)
