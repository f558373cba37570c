"""Queues over HTTP: whose turn it is, counts from one answer, and a tier that nobody staffs."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, update
from sqlmodel import col

from tests.make.approvals import act, adopt_policy, make_claim
from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer, bind
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.organisations.roles import Role
from xuefen.people.models import RoleBinding, User, UserStatus


@pytest.fixture
async def city(database: Database) -> CityFixture:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return city


@pytest.fixture
def get(api: httpx.AsyncClient, app: FastAPI):
    async def get(who: Person, path: str) -> Any:
        answer = await api.get(f"/api/v1{path}", headers=bearer(app, who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get


async def disable(database: Database, *people: Person) -> None:
    async with database.write() as db:
        for person in people:
            await db.execute(update(User).where(col(User.id) == person.id).values(status=UserStatus.disabled))


async def test_a_queue_counts_itself_whichever_page_or_tab_is_shown(
    database: Database, city: CityFixture, get
):
    long_ago = clock.today() - timedelta(days=60)
    for number in range(5):
        changes = {"event_on": long_ago} if number < 2 else {}
        claim = await make_claim(database, city.teacher, title=f"第{number}次集体备课", **changes)
        await act(database, city.clerk, claim.id)
    for query, shown in (("", 5), ("&flag=flagged", 2), ("&flag=clean", 3), ("&page_size=2", 2)):
        page = await get(city.north_reviewer, f"/claims?queue=mine{query}")
        assert (len(page["items"]), page["total"], page["clean"], page["flagged"]) == (shown, 5, 3, 2)
    [late] = {one["code"] for item in page["items"] for one in item["flags"]}
    assert late == "late_registration"
    token = page["next_page_token"]
    rest = await get(city.north_reviewer, f"/claims?queue=mine&page_size=10&page_token={token}")
    assert len(rest["items"]) == 3
    found = await get(city.north_reviewer, "/claims?queue=mine&q=第4次")
    assert [item["title"] for item in found["items"]] == ["第4次集体备课"]


async def test_each_tier_sees_only_its_own_turn(database: Database, city: CityFixture, get):
    claim = await make_claim(database, city.teacher)

    async def queues() -> list[int]:
        everybody = (city.clerk, city.north_reviewer, city.auditor, city.other_clerk, city.south_reviewer)
        return [(await get(who, "/claims?queue=mine"))["total"] for who in everybody]

    assert await queues() == [1, 0, 0, 0, 0]
    await act(database, city.clerk, claim.id)
    assert await queues() == [0, 1, 0, 0, 0]
    await act(database, city.north_reviewer, claim.id)
    assert await queues() == [0, 0, 1, 0, 0]
    await act(database, city.auditor, claim.id)
    assert await queues() == [0, 0, 0, 0, 0]


async def test_a_tier_with_nobody_to_act_is_never_skipped_silently(
    database: Database, city: CityFixture, get
):
    """DOMAIN 3: the claim says so, and goes to the tier above."""
    claim = await make_claim(database, city.teacher)
    assert (await get(city.north_reviewer, f"/claims/{claim.id}"))["stalled"] is None
    await disable(database, city.clerk, city.second_clerk)
    for who in (city.north_reviewer, city.north_administrator, city.administrator):
        detail = await get(who, f"/claims/{claim.id}")
        assert detail["stalled"]["code"] == "no_reviewer"
        assert "河东小学" in detail["stalled"]["title"]
        assert detail["can_decide"]
        assert (await get(who, "/claims?queue=mine"))["total"] == 1
    assert (await get(city.other_clerk, "/claims?queue=mine"))["total"] == 0
    moved = await act(database, city.north_reviewer, claim.id)
    detail = await get(city.second_north_reviewer, f"/claims/{claim.id}")
    assert detail["decisions"][0]["escalated"]
    assert (moved.step, detail["can_decide"]) == (1, True)
    assert not (await get(city.north_reviewer, f"/claims/{claim.id}"))["can_decide"]


async def test_who_passed_one_claim_on_may_still_act_on_others(database: Database, city: CityFixture, get):
    """Acts on other claims, and being the beneficiary of others, make nobody's desk an empty one."""
    await disable(database, city.second_clerk)
    await bind(database, city.colleague, Role.supervisor, city.school)
    passed_on = await make_claim(database, city.colleague)
    await act(database, city.clerk, passed_on.id)
    waiting = await make_claim(database, city.teacher)
    detail = await get(city.north_reviewer, f"/claims/{waiting.id}")
    assert (detail["stalled"], detail["can_decide"]) == (None, False)
    assert [item["id"] for item in (await get(city.north_reviewer, "/claims?queue=mine"))["items"]] == [
        str(passed_on.id)
    ]


async def test_a_clerk_s_own_claim_is_registered_by_a_colleague_or_the_county(
    database: Database, city: CityFixture, get
):
    teacher = await bind(database, city.teacher, Role.school_clerk, city.school)
    claim = await make_claim(database, city.teacher)
    own = await get(teacher, f"/claims/{claim.id}")
    assert (own["can_decide"], own["refusal"]["code"]) == (False, "own_claim")
    assert (await get(teacher, "/claims?queue=mine"))["total"] == 0
    assert (await get(city.clerk, "/claims?queue=mine"))["total"] == 1
    await disable(database, city.clerk, city.second_clerk)
    assert (await get(city.north_reviewer, "/claims?queue=mine"))["total"] == 1


async def test_a_binding_that_has_ended_decides_nothing(database: Database, city: CityFixture, get):
    claim = await make_claim(database, city.teacher)
    async with database.write() as db:
        yesterday = clock.today() - timedelta(days=1)
        await db.execute(
            update(RoleBinding).where(col(RoleBinding.user_id) == city.clerk.id).values(until_on=yesterday)
        )
        await db.execute(
            insert(RoleBinding).values(
                city_id=city.id,
                id=claim.id,
                user_id=city.clerk.id,
                role=Role.supervisor,
                organisation_id=city.school.id,
                org_path=city.school.path,
                from_on=yesterday,
            )
        )
    detail = await get(city.clerk, f"/claims/{claim.id}")
    assert (detail["can_decide"], detail["verdicts"]) == (False, [])


async def test_a_stale_decision_changes_nothing(
    database: Database, city: CityFixture, api: httpx.AsyncClient, app: FastAPI
):
    claim = await make_claim(database, city.teacher)
    await act(database, city.clerk, claim.id)
    url = f"/api/v1/claims/{claim.id}/decisions"
    approve = {"verdict": "approve"}
    headers = bearer(app, city.north_reviewer)
    assert (await api.post(url, json=approve, headers=headers)).status_code == 428
    stale = await api.post(url, json=approve, headers=headers | {"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    done = await api.post(url, json=approve, headers=headers | {"If-Match": '"2"'})
    assert (done.status_code, done.headers["etag"]) == (200, '"3"')
    again = await api.post(url, json=approve, headers=headers | {"If-Match": '"3"'})
    assert (again.status_code, again.json()["code"]) == (409, "not_your_desk")
