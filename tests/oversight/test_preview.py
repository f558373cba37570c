"""What a change of the rules would do to real people, in numbers and by name within scope."""

import threading
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col

from tests.hostile.judging import contents
from tests.make.approvals import CYCLE, adopt_policy, draft_policy
from tests.make.city import CityFixture, make_city
from tests.make.crowd import make_crowd
from tests.make.ledger import post_all, posting
from tests.make.people import Person, bearer, make_teacher
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.oversight import preview as module
from xuefen.oversight import preview_rules, preview_service
from xuefen.people.models import Teacher

TODAY = clock.today()
CREDITS = {"teacher": 72, "colleague": 80, "neighbour": 60, "union_teacher": 90} | {
    "south_teacher": 75,
    "direct_teacher": 70,
}


def year_of(credits: int) -> dict[str, Any]:
    return CYCLE | {"requirements": {"year": {"credits": credits}}}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Nobody else may write: the worker seals entries whenever it likes."""
    return environment | {"XUEFEN_WORKER_IN_PROCESS": "false"}


@pytest.fixture
async def city(database: Database) -> CityFixture:
    """72 a year, and six teachers about that line."""
    city = await make_city(database)
    await adopt_policy(database, city.city)
    for name, credits in CREDITS.items():
        await earn(database, getattr(city, name), credits)
    return city


async def earn(database: Database, teacher: Person, credits: int, **changes: Any) -> None:
    amount = {"credits_centi": credits * 100, "hours_centi": credits * 100, "event_on": TODAY}
    await post_all(database, teacher, posting(teacher, **amount | changes))


class Office:
    def __init__(self, app: FastAPI, api: httpx.AsyncClient, person: Person) -> None:
        self.api, self.headers = api, bearer(app, person)

    async def ask(self, policy_id: Any, **body: Any) -> httpx.Response:
        path = f"/api/v1/policies/{policy_id}/preview"
        return await self.api.post(path, json=body, headers=self.headers)

    async def preview(self, policy_id: Any, **body: Any) -> dict[str, Any]:
        answer = await self.ask(policy_id, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def office(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> Office:
    return Office(app, api, city.administrator)


def named(names: dict[str, Any]) -> list[str]:
    return [item["staff_no"][6:] for item in names["items"]]


def requirement(preview: dict[str, Any], identity: str) -> dict[str, Any]:
    return next(one for one in preview["requirements"] if one["id"] == identity)


async def test_a_higher_line_is_newly_missed_by_name(
    office: Office, database: Database, city: CityFixture
) -> None:
    preview = await office.preview(await draft_policy(database, city.city, overrides=year_of(80)))
    assert (preview["people"], preview["own_rules"], preview["on"]) == (6, 0, TODAY.isoformat())
    assert requirement(preview, "year") == {
        "id": "year",
        "name": "年度学分",
        "clause": "株教函〔2014〕29号 六(四)3",
        "newly_met": 0,
        "newly_missed": 2,
        "released": 0,
        "unchanged": 4,
    }
    assert (preview["newly_met"]["total"], preview["newly_missed"]["total"]) == (0, 2)
    south, teacher = preview["newly_missed"]["items"]
    assert (south["staff_no"], teacher["staff_no"]) == ("430200T0005", "430200T0001")
    assert teacher == {
        "teacher_id": str(city.teacher.teacher_id),
        "name": "林小满",
        "staff_no": "430200T0001",
        "school_name": "河东小学",
        "requirement": "year",
        "requirement_name": "年度学分",
        "before": {"required": "72.00", "counted": "72.00", "unit": "credits", "met": True},
        "after": {"required": "80.00", "counted": "72.00", "unit": "credits", "met": False},
    }


async def test_a_lower_line_is_newly_met(office: Office, database: Database, city: CityFixture) -> None:
    preview = await office.preview(await draft_policy(database, city.city, overrides=year_of(60)))
    assert named(preview["newly_met"]) == ["T0003", "T0006"]
    assert preview["newly_missed"] == {"total": 0, "items": []}
    everybody = {key: [one[key] for one in preview["requirements"]] for key in ("newly_missed", "released")}
    assert {sum(counts) for counts in everybody.values()} == {0}


async def test_counties_and_direct_schools_stand_beside_each_other(
    office: Office, database: Database, city: CityFixture
) -> None:
    draft = await draft_policy(database, city.city, overrides=year_of(80))
    counts = {one["name"]: one for one in (await office.preview(draft))["units"]}
    assert {name: (one["people"], one["newly_missed"]) for name, one in counts.items()} == {
        "北河县": (4, 1),
        "南浦区": (1, 1),
        "青禾一中": (1, 0),
    }
    north = await office.preview(draft, organisation_id=str(city.north.id))
    assert {one["name"]: (one["people"], one["newly_missed"]) for one in north["units"]} == {
        "河东小学": (2, 1),
        "河西中学": (1, 0),
        "柳溪小学": (1, 0),
    }


async def test_a_requirement_that_comes_or_goes_is_told(
    office: Office, database: Database, city: CityFixture
) -> None:
    line = {"kind": "total_per_year", "name": "新年度学分", "credits": 75, "for_completion": False}
    changes = {"year": None, "new_year": line | {"clause": "青教〔2026〕7号 二"}}
    overrides = CYCLE | {"requirements": changes, "thresholds": None, "targets": None}
    preview = await office.preview(await draft_policy(database, city.city, overrides=overrides))
    new, old = requirement(preview, "new_year"), requirement(preview, "year")
    assert (new["newly_met"], new["newly_missed"], old["released"]) == (3, 3, 6)
    assert new["clause"] == "青教〔2026〕7号 二"
    assert {item["before"] for item in preview["newly_met"]["items"]} == {None}


async def test_completion_turns_apart_from_the_lines(
    office: Office, database: Database, city: CityFixture
) -> None:
    """With 75 credits as the only condition, those who have them are complete at once."""
    only_total = {"total": {"credits": 75}, "school_based": None, "edtech": None}
    draft = await draft_policy(database, city.city, overrides=CYCLE | {"requirements": only_total})
    preview = await office.preview(draft)
    completion = preview["completion"]
    assert (completion["id"], completion["newly_met"], completion["newly_missed"]) == (None, 3, 0)
    assert named(preview["newly_complete"]) == ["T0005", "T0002", "T0004"]
    assert preview["newly_complete"]["items"][0]["before"]["required"] == "450.00"
    assert sum(one["newly_complete"] for one in preview["units"]) == 3


async def test_the_caps_of_days_before_are_left_alone(
    office: Office, database: Database, city: CityFixture
) -> None:
    """Caps follow the version of the event's day; `from_on` asks what they would have done before."""
    school_based = {"category": "school_based", "mode": "school_based"}
    on, since = date(TODAY.year, 6, 30).isoformat(), date(TODAY.year, 1, 1).isoformat()
    await earn(database, city.neighbour, 12, **school_based, event_on=date(TODAY.year, 5, 20))
    cap = CYCLE | {"categories": {"school_based": {"worth": {"cap": 5}}}}
    draft = await draft_policy(database, city.city, overrides=cap)
    now, before = await office.preview(draft, on=on), await office.preview(draft, on=on, from_on=since)
    assert (now["from_on"], before["from_on"]) == (on, since)
    assert now["newly_missed"]["total"] == 0
    assert named(before["newly_missed"]) == ["T0003"]
    assert before["newly_missed"]["items"][0]["after"]["counted"] == "65.00"


async def test_a_county_with_rules_of_its_own_is_not_touched(
    office: Office, database: Database, city: CityFixture
) -> None:
    await adopt_policy(database, city.north, overrides=year_of(10))
    draft = await draft_policy(database, city.city, overrides=year_of(80))
    preview = await office.preview(draft)
    assert (preview["people"], preview["own_rules"]) == (2, 4)
    assert named(preview["newly_missed"]) == ["T0005"]
    of_the_county = await draft_policy(database, city.north, overrides=year_of(80))
    preview = await office.preview(of_the_county)
    assert (preview["people"], preview["own_rules"]) == (4, 0)
    assert named(preview["newly_missed"]) == ["T0001", "T0003"]


async def test_a_version_adopted_for_later_is_compared_with_what_holds_without_it(
    office: Office, database: Database, city: CityFixture, app: FastAPI, api: httpx.AsyncClient
) -> None:
    later = TODAY + timedelta(days=3)
    draft = await draft_policy(database, city.city, overrides=year_of(80), from_on=later)
    headers = office.headers | {"If-Match": '"1"'}
    adopted = await api.post(f"/api/v1/policies/{draft}/adopt", headers=headers)
    assert adopted.status_code == 200
    for on in (TODAY, later):
        preview = await office.preview(draft, on=on.isoformat())
        if on.year == TODAY.year:
            assert named(preview["newly_missed"]) == ["T0005", "T0001"]


async def test_without_any_rules_so_far_everything_is_new(
    database: Database, app: FastAPI, api: httpx.AsyncClient
) -> None:
    bare = await make_city(database)
    await earn(database, bare.teacher, 80)
    draft = await draft_policy(database, bare.city, overrides=year_of(72))
    preview = await Office(app, api, bare.administrator).preview(draft)
    assert requirement(preview, "year")["newly_met"] == 1
    assert requirement(preview, "year")["newly_missed"] == 5


async def test_only_people_in_scope_and_in_service_are_named(
    app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    later = TODAY + timedelta(days=3)
    draft = await draft_policy(database, city.city, overrides=year_of(80), from_on=later)
    of_north = await draft_policy(database, city.north, overrides=year_of(80))
    left = await make_teacher(database, city.school, name="已调离")
    coming = await make_teacher(database, city.school, name="未到岗", hired_on=TODAY + timedelta(days=1))
    async with database.write() as db:
        gone = update(Teacher).where(col(Teacher.id) == left.teacher_id)
        await db.execute(gone.values(left_on=TODAY - timedelta(days=1)))
    assert coming.teacher_id
    county = Office(app, api, city.north_reviewer)
    assert (await county.ask(draft)).status_code == 404
    headers = bearer(app, city.administrator) | {"If-Match": '"1"'}
    await api.post(f"/api/v1/policies/{draft}/adopt", headers=headers)
    for preview in (await county.preview(draft), await county.preview(of_north)):
        assert preview["people"] == 4
        assert named(preview["newly_missed"]) == ["T0001"]
    for unit in (city.south, city.city, new_id()):
        foreign = await county.ask(draft, organisation_id=str(getattr(unit, "id", unit)))
        assert foreign.status_code == 404
    assert (await Office(app, api, city.clerk).ask(of_north)).status_code == 403


async def test_what_cannot_be_previewed_is_refused(
    office: Office, database: Database, city: CityFixture, app: FastAPI, api: httpx.AsyncClient
) -> None:
    [present] = (await api.get("/api/v1/policies", headers=office.headers)).json()["items"]
    answer = await office.ask(present["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "policy_not_to_come")
    of_north = await draft_policy(database, city.north, overrides=year_of(80))
    answer = await office.ask(of_north, organisation_id=str(city.south.id))
    assert (answer.status_code, answer.json()["code"]) == (422, "unit_untouched")
    ended = await draft_policy(database, city.city, overrides={"cycle": {"ends_on": "2015-12-31"}})
    answer = await office.ask(ended)
    assert (answer.status_code, answer.json()["code"]) == (409, "outside_cycle")


async def test_names_are_cut_and_their_number_told(
    office: Office, database: Database, city: CityFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three chunks, so that what is kept over chunks is seen too."""
    monkeypatch.setattr(preview_rules, "MOST_NAMES", 4)
    monkeypatch.setattr(module, "CHUNK", 5)
    crowd = await make_crowd(database, city.school, 7)
    for teacher in crowd:
        await earn(database, teacher, 76)
    preview = await office.preview(await draft_policy(database, city.city, overrides=year_of(80)))
    assert (preview["people"], preview["newly_missed"]["total"]) == (13, 9)
    assert len(preview["newly_missed"]["items"]) == 4
    assert sum(one["newly_missed"] for one in preview["units"]) == 9


async def test_too_many_people_are_refused_at_once(
    office: Office, database: Database, city: CityFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_service, "MOST_PEOPLE", 5)
    draft = await draft_policy(database, city.city, overrides=year_of(80))
    answer = await office.ask(draft)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_people")
    assert (await office.preview(draft, organisation_id=str(city.north.id)))["people"] == 4


async def test_a_preview_writes_nothing(office: Office, database: Database, city: CityFixture) -> None:
    draft = await draft_policy(database, city.city, overrides=year_of(80))
    before = await contents(database)
    await office.preview(draft)
    assert await contents(database) == before


async def test_people_are_judged_beside_the_event_loop_with_no_session_open(
    office: Office, database: Database, city: CityFixture, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, int]] = []
    judge = module._judge

    def watched(*arguments: Any) -> None:
        in_loop = threading.current_thread() is threading.main_thread()
        seen.append((in_loop, app.state.database._reader.pool.checkedout()))
        judge(*arguments)

    monkeypatch.setattr(module, "_judge", watched)
    monkeypatch.setattr(module, "CHUNK", 2)
    await office.preview(await draft_policy(database, city.city, overrides=year_of(80)))
    assert seen == [(False, 0)] * 3


async def test_who_was_complete_may_be_so_no_longer(
    office: Office, database: Database, city: CityFixture
) -> None:
    only_total = {"total": {"credits": 75}, "school_based": None, "edtech": None}
    since = date(2020, 1, 1)
    await adopt_policy(database, city.city, overrides=CYCLE | {"requirements": only_total}, from_on=since)
    preview = await office.preview(await draft_policy(database, city.city))
    assert (preview["completion"]["newly_missed"], preview["completion"]["unchanged"]) == (3, 3)
    assert named(preview["no_longer_complete"]) == ["T0005", "T0002", "T0004"]
    assert {one["name"]: one["no_longer_complete"] for one in preview["units"]} == {
        "北河县": 2,
        "南浦区": 1,
        "青禾一中": 0,
    }


async def test_who_misses_two_lines_is_named_twice_and_counted_once(
    office: Office, database: Database, city: CityFixture
) -> None:
    post = {"kind": "category_per_year", "name": "岗位学分", "category": "post_training", "credits": 80}
    both = {"year": {"credits": 80}, "post": post | {"for_completion": False, "clause": "青教〔2026〕7号 三"}}
    draft = await draft_policy(database, city.city, overrides=CYCLE | {"requirements": both})
    preview = await office.preview(draft, organisation_id=str(city.school.id))
    assert [(one["staff_no"], one["requirement"]) for one in preview["newly_missed"]["items"]] == [
        ("430200T0001", "year"),
        ("430200T0001", "post"),
    ]
    [school] = preview["units"]
    assert (school["people"], school["newly_met"], school["newly_missed"]) == (2, 1, 1)
