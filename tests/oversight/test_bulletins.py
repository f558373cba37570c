"""Bulletins (通报) on closed years, and the interviews (约谈) that repeated ones lead to."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.make.approvals import CYCLE, EACH, adopt_policy
from tests.make.oversight import Office
from tests.make.people import Person
from xuefen.oversight.interviews_rules import ClosedYear, unheeded

YEAR = "2025-12-31"
PLAN = CYCLE | EACH | {"interviews": {"after_bulletins": 2, "clause": "市教育局约谈办法 第三条"}}


async def close_year(office: Office, year: str = YEAR) -> dict[str, Any]:
    city = office.city
    return await office.walk(year, "closed", verifiers=(city.north_reviewer, city.south_reviewer))


async def confirmed(office: Office, who: Person, closing: dict[str, Any], school: str) -> str:
    """The verdict on a school, confirmed by its authority."""
    items = (await office.ask(who, "GET", f"/verdicts?closing_id={closing['id']}"))["items"]
    verdict = next(item for item in items if item["school"]["name"] == school)
    path = f"/verdicts/{verdict['id']}/decisions"
    await office.ask(who, "POST", path, {"verdict": "confirm"}, seen=verdict["version"])
    return str(verdict["id"])


def draft_of(who: Person, closing: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "organisation_id": str(who.unit.id),
        "closing_id": closing["id"],
        "title": "关于2025年度教师培训学分完成情况的通报",
        "body": "年度审验已经结束，现将未达到要求的学校通报如下。",
        **more,
    }


async def draft(office: Office, who: Person, closing: dict[str, Any], status: int = 201, **more: Any) -> Any:
    return await office.ask(who, "POST", "/bulletins", draft_of(who, closing, **more), status=status)


async def publish(office: Office, who: Person, bulletin: dict[str, Any], status: int = 200) -> Any:
    path = f"/bulletins/{bulletin['id']}/publish"
    return await office.ask(who, "POST", path, seen=bulletin["version"], status=status)


async def publish_about(office: Office, year: str, school: str = "河东小学", *people: Person) -> None:
    """A closed year whose bulletin names one school of the north, and people of it."""
    who = office.city.north_reviewer
    closing = await close_year(office, year)
    verdict = await confirmed(office, who, closing, school)
    teacher_ids = [str(one.teacher_id) for one in people]
    await publish(
        office, who, await draft(office, who, closing, verdict_ids=[verdict], teacher_ids=teacher_ids)
    )


@pytest.mark.requirement("002-17", "003-28")
async def test_a_county_publishes_what_it_has_confirmed(office: Office):
    """seed 002-1 四(二): 予以通报; names of persons to signed-in staff and to themselves alone."""
    city = office.city
    await office.credit(city.teacher, 7200, "2025-05-20")
    await office.credit(city.colleague, 3050, "2025-05-20")
    closing = await close_year(office)
    verdict = await confirmed(office, city.north_reviewer, closing, "河东小学")
    made = await draft(
        office,
        city.north_reviewer,
        closing,
        verdict_ids=[verdict],
        teacher_ids=[str(city.colleague.teacher_id)],
    )
    path = f"/bulletins/{made['id']}"
    for outsider in (city.teacher, city.clerk, city.south_reviewer, city.finance):
        await office.ask(outsider, "GET", path, status=404)
    assert (await office.ask(city.colleague, "GET", "/bulletins"))["items"] == []
    published = await publish(office, city.north_reviewer, made)
    assert (published["state"], published["can_edit"]) == ("published", False)

    names: dict[str, list[str]] = {}
    for reader in (city.north_reviewer, city.clerk, city.colleague, city.teacher, city.south_reviewer):
        seen = await office.ask(reader, "GET", path)
        assert (seen["title"], seen["body"]) == (made["title"], made["body"])
        [school] = seen["schools"]
        assert (school["school"]["name"], school["members"], school["below"]) == ("河东小学", 2, 1)
        names[reader.name] = [one["teacher"]["name"] for one in seen["people"]]
    assert names == {"范审": ["周谷雨"], "管东": ["周谷雨"], "周谷雨": ["周谷雨"], "林小满": [], "南希": []}
    [person] = (await office.ask(city.colleague, "GET", path))["people"]
    assert (person["required"], person["counted"], person["unit"]) == ("72.00", "30.50", "credits")
    assert [one["id"] for one in (await office.ask(city.finance, "GET", "/bulletins"))["items"]] == [
        made["id"]
    ]


async def test_what_is_published_stays(office: Office):
    city = office.city
    closing = await close_year(office)
    verdict = await confirmed(office, city.north_reviewer, closing, "河东小学")
    made = await draft(office, city.north_reviewer, closing)
    path = f"/bulletins/{made['id']}"
    assert (await publish(office, city.north_reviewer, made, 409))["code"] == "bulletin_empty"
    edited = await office.ask(
        city.second_north_reviewer, "PATCH", path, {"title": "通报", "verdict_ids": [verdict]}, seen=1
    )
    assert (edited["title"], edited["body"], len(edited["schools"])) == ("通报", made["body"], 1)
    assert (await publish(office, city.north_reviewer, made, 412))["code"] == "stale"
    published = await publish(office, city.north_reviewer, edited)
    late = {"title": "改名"}
    refusal = await office.ask(
        city.north_reviewer, "PATCH", path, late, seen=published["version"], status=409
    )
    assert refusal["code"] == "bulletin_published"
    assert (await publish(office, city.north_reviewer, published, 409))["code"] == "bulletin_published"
    other = await office.ask(city.auditor, "PATCH", path, late, seen=published["version"], status=409)
    assert other["code"] == "not_the_authority"


async def test_only_what_is_confirmed_closed_and_its_own_is_named(office: Office):
    city = office.city
    await office.credit(city.teacher, 7200, "2025-05-20")
    closing = await office.walk(YEAR, "verifying")
    assert (await draft(office, city.north_reviewer, closing, 409))["code"] == "closing_open"
    await office.verify(closing, city.north_reviewer, city.south_reviewer)
    office.at("2026-01-31")
    await office.close(closing)
    items = (await office.ask(city.north_reviewer, "GET", "/verdicts"))["items"]
    proposed = {item["school"]["name"]: item["id"] for item in items}["河西中学"]
    refused = await draft(office, city.north_reviewer, closing, 409, verdict_ids=[proposed])
    assert refused["code"] == "verdict_not_confirmed"
    met = await draft(office, city.north_reviewer, closing, 409, teacher_ids=[str(city.teacher.teacher_id)])
    assert met["code"] == "not_below_the_line"
    south = await confirmed(office, city.south_reviewer, closing, "南浦实验学校")
    await draft(office, city.north_reviewer, closing, 404, verdict_ids=[south])
    assert (await draft(office, city.auditor, closing, 409, verdict_ids=[south]))[
        "code"
    ] == "not_the_authority"
    await draft(office, city.auditor, closing, 409, teacher_ids=[str(city.neighbour.teacher_id)])
    direct = await confirmed(office, city.auditor, closing, "青禾一中")
    await draft(office, city.auditor, closing, verdict_ids=[direct])
    elsewhere = draft_of(city.north_reviewer, closing, organisation_id=str(city.south.id))
    await office.ask(city.north_reviewer, "POST", "/bulletins", elsewhere, status=404)


async def test_a_draft_sent_twice_is_one_draft(office: Office):
    city = office.city
    closing = await close_year(office)
    body = draft_of(city.north_reviewer, closing, teacher_ids=[str(city.colleague.teacher_id)])
    made = await office.ask(city.north_reviewer, "POST", "/bulletins", body, status=201)
    assert await office.ask(city.north_reviewer, "POST", "/bulletins", body) == made
    other = body | {"title": "另一个题目"}
    assert (await office.ask(city.north_reviewer, "POST", "/bulletins", other, status=409))[
        "code"
    ] == "id_used"
    foreign = await office.ask(city.south_reviewer, "POST", "/bulletins", body, status=409)
    assert foreign["code"] == "id_used"


@pytest.mark.requirement("002-16")
async def test_repeated_bulletins_lead_to_an_interview(office: Office, database):
    """seed 002-1 四(二): 多次通报 without improvement, the person and the head are interviewed."""
    city = office.city
    reviewer = city.north_reviewer
    await adopt_policy(
        database,
        city.city,
        overrides=PLAN,
        from_on=date(2014, 3, 1),
    )
    await publish_about(office, "2024-12-31", "河东小学", city.colleague)
    assert (await office.ask(reviewer, "GET", "/interviews"))["proposed"] == []
    early = {"id": str(uuid4()), "school_id": str(city.school.id), "due_on": "2026-03-31"}
    office.at("2025-03-02")
    assert (await office.ask(reviewer, "POST", "/interviews", early, status=409))[
        "code"
    ] == "interview_not_due"

    await publish_about(office, YEAR, "河东小学", city.colleague)
    proposed = (await office.ask(reviewer, "GET", "/interviews"))["proposed"]
    assert {one["teacher"]["name"] if one["teacher"] else None for one in proposed} == {None, "周谷雨"}
    for one in proposed:
        assert (one["school"]["name"], one["bulletins"], one["years"]) == (
            "河东小学",
            2,
            ["2024年度", "2025年度"],
        )
        assert one["clause"] == PLAN["interviews"]["clause"]
    for stranger in (city.auditor, city.south_reviewer):
        assert (await office.ask(stranger, "GET", "/interviews"))["proposed"] == []

    body = {"id": str(uuid4()), "school_id": str(city.school.id), "due_on": "2026-03-31"}
    assert (await office.ask(reviewer, "POST", "/interviews", body | {"due_on": "2026-01-30"}, status=422))[
        "code"
    ] == "interview_day"
    made = await office.ask(reviewer, "POST", "/interviews", body, status=201)
    assert (made["state"], made["bulletins"], made["overdue"]) == ("due", 2, False)
    assert await office.ask(reviewer, "POST", "/interviews", body) == made
    again = body | {"id": str(uuid4())}
    assert (await office.ask(reviewer, "POST", "/interviews", again, status=409))[
        "code"
    ] == "interview_not_due"
    [left] = (await office.ask(reviewer, "GET", "/interviews"))["proposed"]
    assert left["teacher"]["name"] == "周谷雨"

    office.at("2026-04-02")
    [late] = (await office.ask(reviewer, "GET", "/interviews?state=due"))["items"]
    assert late["overdue"]
    path = f"/interviews/{made['id']}/record"
    record = {"outcome": "held", "held_on": "2026-04-01", "record": "校长说明原因，承诺年内完成整改"}
    future = record | {"held_on": "2026-04-03"}
    await office.ask(reviewer, "POST", path, future, seen=1, status=422)
    await office.ask(reviewer, "POST", path, record, seen=2, status=412)
    await office.ask(city.south_reviewer, "POST", path, record, seen=1, status=404)
    held = await office.ask(reviewer, "POST", path, record, seen=1)
    assert (held["state"], held["held_on"], held["record"]) == ("held", "2026-04-01", record["record"])
    assert (await office.ask(reviewer, "POST", path, record, seen=2, status=409))["code"] == "interview_over"


async def test_an_interview_that_was_called_off_is_due_again(office: Office, database):
    city = office.city
    reviewer = city.north_reviewer
    await adopt_policy(database, city.city, overrides=PLAN, from_on=date(2014, 3, 1))
    for year in ("2024-12-31", YEAR):
        await publish_about(office, year)
    body = {"id": str(uuid4()), "school_id": str(city.school.id), "due_on": "2026-03-31"}
    made = await office.ask(reviewer, "POST", "/interviews", body, status=201)
    path = f"/interviews/{made['id']}/record"
    await office.ask(reviewer, "POST", path, {"outcome": "cancelled", "record": "负责人住院"}, seen=1)
    [proposed] = (await office.ask(reviewer, "GET", "/interviews"))["proposed"]
    assert proposed["bulletins"] == 2


def year(number: int, short: int, *, of: int = 50, failed: bool = True, named: bool = True) -> ClosedYear:
    return ClosedYear(date(number, 12, 31), f"{number}年度", failed, short, of, named)


@pytest.mark.parametrize(
    ("years", "heard"),
    [
        ([year(2023, 10), year(2024, 10)], 2),
        ([year(2023, 10), year(2024, 12), year(2025, 12)], 3),
        ([year(2023, 12), year(2024, 11)], 1),
        ([year(2023, 12, of=60), year(2024, 10, of=50)], 2),
        ([year(2023, 10), year(2024, 0, failed=False, named=False), year(2025, 10)], 1),
        ([year(2023, 10), year(2024, 10, named=False), year(2025, 10)], 2),
        ([year(2024, 10), year(2023, 10)], 2),
        ([], 0),
    ],
)
def test_bulletins_count_in_a_row_until_a_year_is_better(years: list[ClosedYear], heard: int):
    assert len(unheeded(years)) == heard
