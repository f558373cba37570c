"""Every pack of the product, adopted by a city: its people are answered, with and without lines of their own."""

from datetime import date

import httpx
import pytest
from fastapi import FastAPI

from tests.make.approvals import adopt_policy
from tests.make.city import make_city
from tests.make.ledger import post_all, posting
from tests.make.people import bearer, give_post
from xuefen.core.db import Database
from xuefen.policy.pack import load_pack, pack_keys

ON = date(2015, 12, 31)


@pytest.mark.parametrize("key", pack_keys())
async def test_a_teacher_under_any_pack_gets_a_standing_and_a_plan(
    key: str, database: Database, app: FastAPI, api: httpx.AsyncClient
) -> None:
    city = await make_city(database)
    await adopt_policy(database, city.city, key=key, overrides={}, from_on=date(2009, 1, 1))
    for post in ("homeroom", "trainer", "registration_deferred", "cadre"):
        await give_post(database, city.teacher, post, date(2013, 9, 1))
    await post_all(database, city.teacher, posting(city.teacher, event_on=date(2015, 11, 20)))
    params, headers = {"on": ON.isoformat()}, bearer(app, city.teacher)
    answer = await api.get("/api/v1/me/standing", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    lines = {line["id"]: line for line in answer.json()["lines"]}
    assert lines.keys() <= {row.id for row in load_pack(key).requirements}
    assert bool(lines) == bool(load_pack(key).requirements)
    assert answer.json()["policy"]["name"] == load_pack(key).name
    # Today lies outside the one cycle of a notice that names no other after it.
    plan = await api.get("/api/v1/me/plan", headers=headers)
    assert plan.status_code == (200 if load_pack(key).cycle.repeats else 409), plan.text
