"""The rules of a city or county over HTTP: drafted, checked, adopted, withdrawn, read, compared."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.make.approvals import CYCLE, EACH, adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.ledger import post_all, posting
from tests.make.people import Person, bearer
from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.models import PolicyVersion
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.pack import pack_text

PATH = "/api/v1/policies"
TODAY = clock.today()
TOMORROW = TODAY + timedelta(days=1)
NO_KEY = pack_text("zhuzhou-2014").replace('key = "zhuzhou-2014"', "", 1)


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


class Office:
    """Somebody who deals with policies."""

    def __init__(self, app: FastAPI, api: httpx.AsyncClient, person: Person) -> None:
        self.api, self.headers = api, bearer(app, person)

    async def draft(self, unit: Any, **changes: Any) -> httpx.Response:
        body = {
            "id": str(new_id()),
            "organisation_id": str(unit.id),
            "from_on": TOMORROW.isoformat(),
            "pack_key": "zhuzhou-2014",
            "overrides": CYCLE,
        }
        sent = {key: value for key, value in (body | changes).items() if value is not None}
        return await self.api.post(PATH, json=sent, headers=self.headers)

    async def drafted(self, unit: Any, **changes: Any) -> dict[str, Any]:
        answer = await self.draft(unit, **changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def act(self, act: str, policy: dict[str, Any], version: str | None = '"1"') -> httpx.Response:
        headers = self.headers | ({"If-Match": version} if version else {})
        return await self.api.post(f"{PATH}/{policy['id']}/{act}", headers=headers)

    async def adopted(self, unit: Any, **changes: Any) -> dict[str, Any]:
        answer = await self.act("adopt", await self.drafted(unit, **changes))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def get(self, policy: dict[str, Any], more: str = "", **query: Any) -> httpx.Response:
        return await self.api.get(f"{PATH}/{policy['id']}{more}", params=query, headers=self.headers)

    async def listed(self, **query: Any) -> list[dict[str, Any]]:
        answer = await self.api.get(PATH, params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


@pytest.fixture
def office(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> Office:
    return Office(app, api, city.administrator)


async def test_a_draft_is_adopted_and_holds_from_its_day(
    office: Office, database: Database, city: CityFixture
) -> None:
    await adopt_policy(database, city.city)
    draft = await office.drafted(city.city, overrides=CYCLE | {"requirements": {"total": {"credits": 400}}})
    assert (draft["state"], draft["holds"], draft["adopted_at"]) == ("draft", False, None)
    answer = await office.act("adopt", draft)
    adopted = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (adopted["state"], adopted["holds"], adopted["from_on"]) == (
        "adopted",
        False,
        TOMORROW.isoformat(),
    )
    assert adopted["content"]["requirements"][0]["credits"] == "400.00"
    assert adopted["content"]["requirements"][0]["clause"] == "株教函〔2014〕29号 五(三)1"
    assert adopted["text"] == pack_text("zhuzhou-2014")
    assert adopted["overrides"]["requirements"] == {"total": {"credits": 400}}
    present, later = await office.listed(organisation_id=str(city.city.id))
    assert (present["holds"], present["until_on"]) == (True, TODAY.isoformat())
    assert (later["id"], later["holds"], later["until_on"]) == (adopted["id"], False, None)
    async with database.read() as db:
        trail = await db.scalars(
            select(col(AuditEvent.action)).where(col(AuditEvent.object_id) == UUID(adopted["id"]))
        )
        kept = (
            await db.scalars(select(PolicyVersion).where(col(PolicyVersion.id) == UUID(adopted["id"])))
        ).one()
        assert sorted(trail) == ["policy.adopted", "policy.drafted"]
        assert kept.adopted_by == city.administrator.id


async def test_requirements_follow_the_day_asked_and_caps_the_day_of_the_event(
    office: Office, api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture
) -> None:
    """A second version from the first of next year: 400 in all instead of 450, and 10 a term instead of 12."""
    await adopt_policy(database, city.city)
    turn = date(TODAY.year + 1, 9, 1)
    cycle = {"cycle": {"starts_on": "2020-01-01", "ends_on": "2029-12-31", "repeats": True}}
    changed = {
        "requirements": {"total": {"credits": 400}},
        "categories": {"school_based": {"worth": {"cap": 10}}},
    }
    await office.adopted(city.city, from_on=turn.isoformat(), overrides=cycle | EACH | changed)
    for event_on in (turn - timedelta(days=100), turn + timedelta(days=40)):
        school_based = {
            "category": "school_based",
            "credits_centi": 1500,
            "mode": DeliveryMode.school_based,
            "event_on": event_on,
        }
        await post_all(database, city.teacher, posting(city.teacher, **school_based))

    async def standing(on: date) -> dict[str, Any]:
        answer = await api.get(
            "/api/v1/me/standing", params={"on": on.isoformat()}, headers=bearer(app, city.teacher)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    before, after = await standing(turn - timedelta(days=1)), await standing(turn)
    assert (before["total"]["required"], after["total"]["required"]) == ("450.00", "400.00")
    # 12 of the term before the turn, 10 of the term after it, whichever day is asked about.
    assert [one["credits"] for one in before["uncounted"]] == ["3.00", "5.00"]
    assert after["total"]["counted"] == before["total"]["counted"] == "22.00"


async def test_adoption_asks_for_the_version_that_was_seen(office: Office, city: CityFixture) -> None:
    draft = await office.drafted(city.city)
    assert (await office.act("adopt", draft, None)).status_code == 428
    assert (await office.act("adopt", draft, '"2"')).status_code == 412
    assert (await office.act("adopt", draft)).status_code == 200
    again = await office.act("adopt", draft, '"2"')
    assert (again.status_code, again.json()["code"]) == (409, "policy_not_a_draft")


async def test_rules_never_bind_days_gone_by(office: Office, city: CityFixture) -> None:
    draft = await office.drafted(city.city, from_on=(TODAY - timedelta(days=1)).isoformat())
    answer = await office.act("adopt", draft)
    assert (answer.status_code, answer.json()["code"]) == (409, "first_day_passed")
    assert (await office.adopted(city.city, from_on=TODAY.isoformat()))["holds"] is True


async def test_one_day_has_one_version_of_a_unit(office: Office, city: CityFixture) -> None:
    await office.adopted(city.city)
    answer = await office.act("adopt", await office.drafted(city.city))
    assert (answer.status_code, answer.json()["code"]) == (409, "first_day_taken")
    await office.adopted(city.north)


async def test_what_is_withdrawn_leaves_its_day_free(
    office: Office, database: Database, city: CityFixture
) -> None:
    await adopt_policy(database, city.city)
    adopted = await office.adopted(city.city)
    withdrawn = await office.act("withdraw", adopted, '"2"')
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert withdrawn.json()["until_on"] is None
    await office.adopted(city.city)
    again = await office.act("withdraw", adopted, '"3"')
    assert (again.status_code, again.json()["code"]) == (409, "policy_withdrawn")


async def test_what_holds_is_not_withdrawn(office: Office, database: Database, city: CityFixture) -> None:
    """Also not the first version of all, which holds before its day for want of another."""
    first = await office.adopted(city.city)
    assert first["holds"] is True
    answer = await office.act("withdraw", first, '"2"')
    assert (answer.status_code, answer.json()["code"]) == (409, "policy_holds")
    await adopt_policy(database, city.city)
    assert (await office.get(first)).json()["holds"] is False
    assert (await office.act("withdraw", first, '"2"')).status_code == 200
    for policy in await office.listed(state="adopted"):
        answer = await office.act("withdraw", policy)
        assert (answer.status_code, answer.json()["code"]) == (409, "policy_holds")


async def test_a_draft_is_withdrawn_whatever_its_day(office: Office, city: CityFixture) -> None:
    draft = await office.drafted(city.city, from_on="2014-02-26")
    assert (await office.act("withdraw", draft)).json()["state"] == "withdrawn"


async def test_a_retry_makes_no_second_draft(office: Office, city: CityFixture) -> None:
    number = str(new_id())
    answers = [await office.draft(city.city, id=number) for _ in range(2)]
    other = await office.draft(city.city, id=number, pack_key="three-tier")
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert (other.status_code, other.json()["code"]) == (409, "id_used")


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"text": NO_KEY, "pack_key": None}, 422, "policy_invalid", "/text"),
        ({"text": "a = [", "pack_key": None}, 422, "policy_invalid", "/text"),
        ({"overrides": {"cycle": {"starts_on": "2020-01-02"}}}, 422, "policy_invalid", "/overrides"),
        ({"overrides": {"secret-word": 1}}, 422, "policy_invalid", "/overrides"),
        ({"overrides": {"cycle": {"starts_on": 1.5}}}, 422, "invalid", "/overrides"),
        (
            {"overrides": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}}},
            422,
            "invalid",
            "/overrides",
        ),
        ({"overrides": {"名\u202e": 1}}, 422, "invalid", "/overrides"),
        ({"text": "a = 1"}, 422, "invalid", ""),
        ({"pack_key": None}, 422, "invalid", ""),
        ({"pack_key": "no-such-pack"}, 404, "policy_unknown", None),
        ({"text": "#" + "x" * 2_000, "pack_key": None}, 422, "invalid", "/text"),
        ({"text": "# x\n" * 30_000, "pack_key": None}, 422, "invalid", "/text"),
        ({"from_on": "2026-02-30"}, 422, "invalid", "/from_on"),
    ],
)
async def test_what_is_no_policy_is_refused_and_not_repeated(
    office: Office, city: CityFixture, changes: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    answer = await office.draft(city.city, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == ([] if pointer is None else [pointer])
    assert "secret-word" not in answer.text


async def test_only_a_city_or_a_county_has_rules(office: Office, city: CityFixture) -> None:
    for unit in (city.school, city.union, city.provider):
        answer = await office.draft(unit)
        assert (answer.status_code, answer.json()["code"]) == (422, "not_an_adopter")


async def test_an_administrator_sets_rules_for_the_own_unit_alone(
    office: Office, app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    county = Office(app, api, city.north_administrator)
    await adopt_policy(database, city.city)
    for unit in (city.city, city.south):
        assert (await county.draft(unit)).status_code == 404
    adopted = await office.adopted(city.city)
    assert (await county.get(adopted)).status_code == 200
    for act in ("adopt", "withdraw"):
        assert (await county.act(act, adopted, '"2"')).status_code == 404
    await county.adopted(city.north)
    assert (await Office(app, api, city.auditor).draft(city.city)).status_code == 403


async def test_everyone_reads_what_was_adopted_and_few_a_draft(
    office: Office, app: FastAPI, api: httpx.AsyncClient, database: Database, city: CityFixture
) -> None:
    elsewhere = await make_city(database, code="430900")
    adopted, draft = await office.adopted(city.north), await office.drafted(city.north)
    for person in (city.teacher, city.finance, city.south_clerk, city.provider_staff):
        reader = Office(app, api, person)
        assert [one["id"] for one in await reader.listed()] == [adopted["id"]]
        assert [(await reader.get(one)).status_code for one in (adopted, draft)] == [200, 404]
        assert (await reader.get(adopted, "/diff", against=draft["id"])).status_code == 404
    for person in (city.north_reviewer, city.supervisor):
        reader = Office(app, api, person)
        assert {one["id"] for one in await reader.listed()} == {adopted["id"], draft["id"]}
    stranger = Office(app, api, elsewhere.administrator)
    assert await stranger.listed() == []
    assert [(await stranger.get(one)).status_code for one in (adopted, draft)] == [404, 404]


async def test_a_list_turns_its_pages(office: Office, city: CityFixture) -> None:
    made = [
        (await office.drafted(unit, from_on=day))["id"]
        for unit in (city.city, city.south, city.north)
        for day in ("2027-01-01", "2028-01-01")
    ]
    seen, token = [], None
    while True:
        query = {"page_size": 4} | ({"page_token": token} if token else {})
        page = (await office.api.get(PATH, params=query, headers=office.headers)).json()
        seen += [one["id"] for one in page["items"]]
        if (token := page["next_page_token"]) is None:
            break
    assert seen == made
    assert [one["from_on"] for one in await office.listed(organisation_id=str(city.south.id))] == [
        "2027-01-01",
        "2028-01-01",
    ]


async def test_two_versions_are_compared_by_the_names_of_rows(office: Office, city: CityFixture) -> None:
    before = await office.adopted(city.city)
    after = await office.drafted(
        city.city, overrides=CYCLE | {"conversion": {"hours": 10}, "requirements": {"homeroom": None}}
    )
    answer = await office.get(after, "/diff", against=before["id"])
    [hours, homeroom] = answer.json()["changes"]
    assert hours == {
        "path": "conversion.hours",
        "kind": "changed",
        "before": "1.00",
        "after": "10.00",
        "clause": "株教函〔2014〕29号 表1",
    }
    assert (homeroom["path"], homeroom["kind"], homeroom["after"]) == (
        "requirements.homeroom",
        "removed",
        None,
    )
    assert (await office.get(after, "/diff", against=str(new_id()))).status_code == 404
    assert (await office.get(after, "/diff")).status_code == 422


async def test_every_fault_of_a_text_is_told_to_its_author(office: Office, city: CityFixture) -> None:
    wrong = (
        pack_text("zhuzhou-2014")
        .replace("cap = 12", "cap = -1")
        .replace("starts_month = 1", "start_month = 1")
    )

    async def check(**body: Any) -> dict[str, Any]:
        answer = await office.api.post(f"{PATH}/check", json=body, headers=office.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    checked = await check(text=wrong)
    assert checked["summary"] is None
    assert {fault["path"] for fault in checked["faults"]} == {
        "year.starts_month",
        "year.start_month",
        "categories.0.worth.cap",
    }
    cap = next(fault for fault in checked["faults"] if fault["path"] == "categories.0.worth.cap")
    line = next(n for n, text in enumerate(wrong.splitlines(), 1) if "cap = -1" in text)
    assert cap["message"].startswith(f"第 {line} 行 categories[0].worth")
    assert "依据 株教函〔2014〕29号 表1·校本培训" in cap["message"]
    assert "改法：" in cap["message"]
    good = await check(text=pack_text("three-tier"))
    assert (good["faults"], good["summary"]["key"]) == ([], "three-tier")
    laid = await check(text=pack_text("three-tier"), overrides={"key": "Bad Key"})
    assert [fault["path"] for fault in laid["faults"]] == ["key"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 1_900,
        "a = " + "9" * 1_900,
        ".".join("a" * 900) + " = 1",
        "\n".join(f"k{n} = 1" for n in range(9_000)),
    ],
)
async def test_a_text_made_to_exhaust_the_reader_is_a_fault_like_others(office: Office, text: str) -> None:
    answer = await office.api.post(f"{PATH}/check", json={"text": text}, headers=office.headers)
    assert answer.status_code == 200
    assert 0 < len(answer.json()["faults"]) <= 50


async def test_of_two_who_adopt_at_once_one_is_told_so(office: Office, city: CityFixture) -> None:
    """The same draft twice, and two drafts for one day."""
    draft = await office.drafted(city.city)
    answers = await asyncio.gather(*(office.act("adopt", draft) for _ in range(5)))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 412}
    drafts = [await office.drafted(city.north) for _ in range(4)]
    answers = await asyncio.gather(*(office.act("adopt", draft) for draft in drafts))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    adopted = await office.listed(state="adopted")
    assert sorted(one["organisation_name"] for one in adopted) == ["北河县", "青禾市"]
