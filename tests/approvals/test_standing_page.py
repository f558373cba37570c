"""What a standing tells of exemptions, conversions, offsets and consequences, and when it warns."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from tests.journeys.conftest import World, line
from tests.make.approvals import CYCLE, EACH, adopt_policy, make_claim
from tests.make.city import make_city
from tests.make.ledger import post_all, posting
from tests.make.people import Person
from xuefen.core.db import Database
from xuefen.policy.levels import DeliveryMode, Level

CLAUSE = "示例通知 三"
RULES: dict[str, Any] = {
    "warnings": {"on": ["05-15", "10-15"], "clause": CLAUSE},
    "conversion": {"hours": 10, "credits": 1, "clause": CLAUSE},
    "requirements": {
        "total": {"credits": 40},
        "year": {"credits": 8, "consequence": "当年度考核不能评为优秀"},
        "post": {
            "kind": "category_per_cycle",
            "name": "岗位培训",
            "category": "post_training",
            "hours": 20,
            "for_completion": False,
            "clause": CLAUSE,
        },
    },
    "exemptions": {"sick_leave": {"name": "病假", "relieves": "year", "clause": CLAUSE}},
}


@pytest.fixture
async def world(clock: Any, database: Database, api: httpx.AsyncClient, app: FastAPI) -> World:
    city = await make_city(database)
    await adopt_policy(database, city.city, overrides=CYCLE | EACH | RULES, from_on=date(2020, 1, 1))
    return World(api, app, city, clock)


async def warnings(world: World, who: Person) -> list[dict[str, Any]]:
    return [one for one in (await world.standing(who))["todo"] if one["kind"] == "year_warning"]


async def credit(database: Database, who: Person, centi: int, hours: int = 0) -> None:
    amount = {"credits_centi": centi, "hours_centi": hours or centi}
    await post_all(database, who, posting(who, event_on=date(2026, 3, 2), **amount))


async def test_a_short_year_is_warned_of_from_the_policys_day_on(world: World, database: Database):
    who = world.city.teacher
    await credit(database, who, 3_00)
    world.at(date(2026, 5, 14))
    assert await warnings(world, who) == []
    world.at(date(2026, 5, 15))
    [warning] = await warnings(world, who)
    assert warning["title"] == "年度学分还没有达标"
    assert warning["detail"] == "还差5学分，最迟2026-12-31（株教函〔2014〕29号 六(四)3）"
    assert warning["at"] == "2026-12-30T16:00:00Z"
    await make_claim(
        database,
        who,
        category="post_training",
        level=Level.county,
        mode=DeliveryMode.onsite,
        sponsor_id=world.city.north.id,
        event_on=date(2026, 5, 1),
        credits_centi=2_00,
    )
    [warning] = await warnings(world, who)
    assert warning["detail"].startswith("还差5学分，另有2学分在审核")
    await credit(database, who, 5_00)
    assert await warnings(world, who) == []
    world.at(date(2027, 1, 4))
    assert await warnings(world, who) == []
    world.at(date(2027, 6, 1))
    assert len(await warnings(world, who)) == 1


async def test_who_is_exempt_is_not_warned(world: World):
    who, city = world.city.teacher, world.city
    world.at(date(2026, 6, 1))
    assert len(await warnings(world, who)) == 1
    case = {"kind": "sick_leave", "from_on": "2026-03-01", "until_on": "2026-04-30", "evidence": "诊断证明"}
    path = f"/teachers/{who.teacher_id}/exemptions"
    made = await world.ask(city.clerk, "POST", path, {"id": str(uuid4()), **case}, status=201)
    decision = f"/exemptions/{made['id']}/decisions"
    await world.ask(city.north_reviewer, "POST", decision, {"verdict": "approve"}, seen=1)
    assert await warnings(world, who) == []
    assert line(await world.standing(who), "year")["exempt"] is True


async def test_a_line_tells_its_consequence_and_hours_as_credits(world: World, database: Database):
    who = world.city.teacher
    await credit(database, who, 1_99, hours=19_99)
    standing = await world.standing(who)
    assert (standing["attained"], standing["barred"]) == (False, [])
    year, post = line(standing, "year"), line(standing, "post")
    assert (year["consequence"], year["converted"], year["offset"]) == (
        "当年度考核不能评为优秀",
        None,
        "0.00",
    )
    assert (post["unit"], post["counted"], post["converted"]) == ("hours", "19.99", "1.99")
    assert (post["consequence"], post["exempt"]) == (None, False)
    await credit(database, who, 8_00)
    assert (await world.standing(who))["attained"] is True


async def test_what_an_offset_lends_is_shown(
    database: Database, clock: Any, api: httpx.AsyncClient, app: FastAPI
):
    city = await make_city(database)
    offset = {"offsets": [{"category": "school_based", "by": "post_training", "clause": CLAUSE}]}
    minimum = {"requirements": RULES["requirements"] | {"post": None, "school_based": {"credits": 10}}}
    rules = CYCLE | EACH | RULES | minimum | offset
    await adopt_policy(database, city.city, overrides=rules, from_on=date(2020, 1, 1))
    world = World(api, app, city, clock)
    await credit(database, city.teacher, 6_00)
    shown = line(await world.standing(city.teacher), "school_based")
    assert (shown["counted"], shown["offset"]) == ("6.00", "6.00")
