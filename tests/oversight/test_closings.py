"""Yearly closing (年度审验) and cycle roll-over, over HTTP, with the people of a small city."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.make.approvals import CYCLE, EACH, adopt_policy
from tests.make.oversight import Office
from tests.make.people import bind
from xuefen.core.audit import AuditEvent
from xuefen.organisations.roles import Role

YEAR = "2025-12-31"
DAY = "2025-05-20"


async def give_everyone(office: Office) -> None:
    """A year in which two of six reach 72 and one is short by a hundredth."""
    city = office.city
    for teacher, credits_centi in (
        (city.teacher, 7200),
        (city.colleague, 7199),
        (city.neighbour, 8000),
        (city.union_teacher, 500),
        (city.south_teacher, 1000),
    ):
        await office.credit(teacher, credits_centi, DAY)


@pytest.mark.requirement("003-27")
async def test_a_year_is_closed_step_by_step(office: Office):
    """003 六(四)2: 一年一次小结,一轮一总结。"""
    city = office.city
    await give_everyone(office)
    office.at("2026-01-02")
    closing = await office.open(YEAR)
    assert (closing["label"], closing["state"]) == ("2025年度", "registering")
    dates = ("registration_until", "objection_until", "verification_until", "closing_on")
    assert [closing[one] for one in dates] == ["2026-01-10", "2026-01-18", "2026-01-25", "2026-01-31"]
    assert "29号" in closing["clause"]
    assert (await office.mine(city.teacher, closing))["todo"] == "register"

    office.at("2026-01-10")
    assert (await office.advance(closing, status=409))["code"] == "closing_too_early"
    office.at("2026-01-11")
    assert (await office.advance(closing))["state"] == "confirming"
    mine = await office.mine(city.colleague, closing)
    assert (mine["todo"], mine["until"], mine["school"]["name"]) == ("answer", "2026-01-18", "河东小学")
    assert mine["figures"] == {
        "unit": "credits",
        "required": "72.00",
        "counted": "71.99",
        "met": False,
        "exempt": False,
        "complete": False,
    }
    await office.answer(city.teacher, closing)
    await office.answer(city.colleague, closing, "5月的一次校本培训没有登记")
    progress = (await office.ask(city.auditor, "GET", f"/closings/{closing['id']}"))["counts"]
    assert progress == {"people": 6, "unanswered": 4, "confirmed": 1, "objected": 1, "settled": 0}

    office.at("2026-01-19")
    assert (await office.advance(closing))["state"] == "verifying"
    assert (await office.answer(city.neighbour, closing, status=409))["code"] == "closing_step"
    assert (await office.verify(closing, city.north_reviewer, status=409))["code"] == "objections_open"
    await office.credit(city.colleague, 100, "2025-05-28")
    settled = await office.settle(city.north_reviewer, closing, city.colleague)
    assert (settled["answer"], settled["figures"]["counted"], settled["figures"]["met"]) == (
        "settled",
        "72.99",
        True,
    )
    await office.verify(closing, city.north_reviewer)

    office.at("2026-01-30")
    assert (await office.close(closing, status=409))["code"] == "closing_too_early"
    office.at("2026-01-31")
    refusal = await office.close(closing, status=409)
    assert (refusal["code"], refusal["detail"]) == ("counties_not_verified", "尚未核验：南浦区")
    await office.verify(closing, city.south_reviewer)
    assert (await office.close(closing))["state"] == "closed"
    assert (await office.mine(city.colleague, closing))["resolution"] == "已核对签到表，按原登记"


async def test_after_the_closing_nothing_is_changed(office: Office):
    city = office.city
    await give_everyone(office)
    reviewers = (city.north_reviewer, city.south_reviewer)
    closing = await office.walk(YEAR, "closed", verifiers=reviewers)
    before = await office.figures(city.auditor, closing)
    await office.credit(city.union_teacher, 7000, DAY)
    path = f"/closings/{closing['id']}"
    refused = [
        await office.advance(closing, status=409),
        await office.close(closing, status=409),
        await office.verify(closing, city.north_reviewer, status=409),
        await office.ask(city.auditor, "POST", f"{path}/refresh", status=409),
        await office.ask(city.north_reviewer, "POST", f"{path}/refresh", status=409),
        await office.answer(city.teacher, closing, status=409),
        await office.settle(city.north_reviewer, closing, city.teacher, status=409),
    ]
    assert {one["code"] for one in refused} == {"closing_frozen"}
    assert await office.figures(city.auditor, closing) == before


async def test_a_late_correction_is_listed_as_a_correction(office: Office):
    city = office.city
    wrong = await office.credit(city.teacher, 7200, DAY)
    await office.credit(city.colleague, 7000, DAY)
    await office.credit(city.south_teacher, 7200, DAY)
    reviewers = (city.north_reviewer, city.south_reviewer)
    closing = await office.walk(YEAR, "closed", verifiers=reviewers)
    path = f"/closings/{closing['id']}/corrections"
    assert (await office.ask(city.auditor, "GET", path))["items"] == []

    office.at("2026-03-05")
    await office.reverse(city.teacher, wrong, 7200, DAY)
    await office.credit(city.colleague, 300, "2025-11-03")
    await office.credit(city.south_teacher, 500, "2026-02-11")
    items = (await office.ask(city.north_reviewer, "GET", path))["items"]
    found = {item["teacher"]["staff_no"]: item for item in items}
    assert found.keys() == {city.teacher.staff_no, city.colleague.staff_no}
    taken_back = found[city.teacher.staff_no]
    assert (taken_back["frozen"]["counted"], taken_back["frozen"]["met"]) == ("72.00", True)
    assert (taken_back["now"]["counted"], taken_back["now"]["met"]) == ("0.00", False)
    [entry] = taken_back["entries"]
    assert (entry["kind"], entry["reverses_id"]) == ("reversal", str(wrong))
    late = found[city.colleague.staff_no]
    assert (late["frozen"]["counted"], late["now"]["counted"]) == ("70.00", "73.00")
    assert [one["credits"] for one in late["entries"]] == ["3.00"]
    assert (await office.ask(city.south_reviewer, "GET", path))["items"] == []
    assert [one["teacher"]["name"] for one in (await office.ask(city.clerk, "GET", path))["items"]] != []
    assert (await office.ask(city.other_clerk, "GET", path))["items"] == []


async def test_an_open_closing_has_no_corrections_yet(office: Office):
    closing = await office.walk(YEAR, "confirming")
    path = f"/closings/{closing['id']}/corrections"
    assert (await office.ask(office.city.auditor, "GET", path, status=409))["code"] == "closing_open"


async def test_what_is_posted_meanwhile_must_be_taken_up(office: Office):
    """Whoever had confirmed other figures is asked again, and the county verifies again."""
    city = office.city
    await give_everyone(office)
    closing = await office.walk(YEAR, "confirming")
    await office.answer(city.colleague, closing)
    office.at("2026-01-19")
    await office.advance(closing)
    reviewers = (city.north_reviewer, city.south_reviewer)
    await office.verify(closing, *reviewers)
    await office.credit(city.colleague, 100, "2025-12-30")
    await office.credit(city.neighbour, 100, "2026-01-08")
    office.at("2026-01-31")
    refusal = await office.close(closing, status=409)
    assert (refusal["code"], refusal["people"]) == ("figures_stale", 1)
    path = f"/closings/{closing['id']}/refresh"
    assert await office.ask(city.south_reviewer, "POST", path) == {"changed": 0}
    assert await office.ask(city.north_reviewer, "POST", path) == {"changed": 1}
    assert await office.ask(city.north_reviewer, "POST", path) == {"changed": 0}
    asked_again = (await office.figures(city.clerk, closing))[city.colleague.staff_no]
    assert (asked_again["answer"], asked_again["figures"]["counted"]) == ("none", "72.99")
    assert (await office.close(closing, status=409))["code"] == "counties_not_verified"
    await office.verify(closing, city.north_reviewer)
    await office.close(closing)


async def test_a_day_of_the_new_year_holds_nothing_up(office: Office):
    city = office.city
    closing = await office.walk(YEAR, "verifying")
    await office.verify(closing, city.north_reviewer, city.south_reviewer)
    await office.credit(city.teacher, 600, "2026-01-15")
    office.at("2026-01-31")
    await office.close(closing)


async def test_an_answer_given_twice_is_one_answer(office: Office, database):
    closing = await office.walk(YEAR, "confirming")
    teacher, path = office.city.teacher, f"/closings/{closing['id']}/answers"
    body = {"answer": "objected", "objection": "缺一次培训"}
    first = await office.ask(teacher, "POST", path, body, seen=1)
    again = await office.ask(teacher, "POST", path, body, seen=1)
    assert first == again
    assert (first["version"], first["todo"]) == (2, "wait")
    stale = {"answer": "confirmed", "objection": None}
    assert (await office.ask(teacher, "POST", path, stale, seen=1, status=412))["code"] == "stale"
    await office.ask(teacher, "POST", path, stale, seen=2)
    async with database.read() as db:
        acts = list(await db.scalars(select(col(AuditEvent.action)).order_by(col(AuditEvent.id))))
    assert [act for act in acts if act.startswith("closing.")] == [
        "closing.opened",
        "closing.confirming",
        "closing.objected",
        "closing.confirmed",
    ]


async def test_an_objection_needs_words(office: Office):
    closing = await office.walk(YEAR, "confirming")
    for body in ({"answer": "objected"}, {"answer": "confirmed", "objection": "不对"}, {"answer": "none"}):
        await office.ask(
            office.city.teacher, "POST", f"/closings/{closing['id']}/answers", body, seen=1, status=422
        )


async def test_nobody_settles_the_own_objection(office: Office, database):
    city = office.city
    closing = await office.walk(YEAR, "confirming")
    await office.answer(city.teacher, closing, "少一次")
    await bind(database, city.teacher, Role.county_reviewer, city.north)
    assert (await office.settle(city.teacher, closing, city.teacher, 409))["code"] == "own_objection"
    assert (await office.settle(city.auditor, closing, city.teacher, 409))["code"] == "not_the_authority"
    await office.settle(city.south_reviewer, closing, city.teacher, 404)
    await office.settle(city.north_reviewer, closing, city.teacher)
    assert (await office.settle(city.north_reviewer, closing, city.neighbour, 409))["code"] == (
        "nothing_to_settle"
    )
    assert (await office.answer(city.teacher, closing, status=409))["code"] == "answer_settled"


async def test_the_city_settles_for_its_direct_schools(office: Office):
    city = office.city
    closing = await office.walk(YEAR, "confirming")
    await office.answer(city.direct_teacher, closing, "少一次")
    await office.settle(city.auditor, closing, city.direct_teacher)


async def test_figures_are_found_by_answer_school_and_line(office: Office):
    city = office.city
    await give_everyone(office)
    closing = await office.walk(YEAR, "confirming")
    await office.answer(city.union_teacher, closing, "缺登记")
    short = await office.figures(city.auditor, closing, "?below=true")
    assert short.keys() == {
        one.staff_no for one in (city.colleague, city.union_teacher, city.south_teacher, city.direct_teacher)
    }
    objected = await office.figures(city.north_reviewer, closing, "?answer=objected")
    assert objected.keys() == {city.union_teacher.staff_no}
    school = await office.figures(city.auditor, closing, f"?school_id={city.school.id}")
    assert school.keys() == {city.teacher.staff_no, city.colleague.staff_no}
    assert (await office.figures(city.union_clerk, closing)).keys() == {city.union_teacher.staff_no}


async def test_without_dates_in_the_policy_nothing_is_closed(office: Office, database):
    await adopt_policy(database, office.city.south, overrides=CYCLE | EACH | {"closing": None})
    office.at("2026-01-02")
    refusal = await office.open(YEAR, unit=office.city.south, status=409)
    assert refusal["code"] == "no_closing_plan"


async def test_a_county_with_rules_of_its_own_is_closed_apart(office: Office, database):
    """Its year may be another: 潜山's runs from March to February."""
    city = office.city
    await adopt_policy(database, city.south, key="qianshan", overrides={})
    office.at("2026-01-02")
    assert (await office.open(YEAR, unit=city.north, status=409))["code"] == "closes_with_the_city"
    closing = await office.open(YEAR)
    assert [one["id"] for one in (await office.ask(city.south_teacher, "GET", "/me/closings"))["items"]] == []
    apart = await office.open(YEAR, unit=city.south)
    assert (apart["starts_on"], apart["ends_on"], apart["registration_until"]) == (
        "2025-03-01",
        "2026-02-28",
        "2026-03-10",
    )
    office.at("2026-01-19")
    await office.advance(closing)
    assert city.south_teacher.staff_no not in await office.figures(city.auditor, closing)
    await office.advance(closing)
    assert (await office.verify(closing, city.south_reviewer, status=409))["code"] == "not_the_authority"
    await office.verify(closing, city.north_reviewer)
    office.at("2026-01-31")
    await office.close(closing)
    office.at("2026-03-11")
    await office.advance(apart)
    own = await office.figures(city.auditor, apart)
    assert own.keys() == {city.south_teacher.staff_no}
    assert own[city.south_teacher.staff_no]["figures"]["unit"] in ("hours", "credits")


async def test_a_closing_is_opened_once(office: Office):
    city = office.city
    office.at("2026-01-02")
    body = {
        "id": "0190f8a0-0000-7000-8000-000000000001",
        "organisation_id": str(city.city.id),
        "kind": "year",
        "on": "2025-06-30",
    }
    made = await office.ask(city.auditor, "POST", "/closings", body, status=201)
    assert await office.ask(city.auditor, "POST", "/closings", body) == made
    other = body | {"kind": "cycle"}
    assert (await office.ask(city.auditor, "POST", "/closings", other, status=409))["code"] == "id_used"
    assert (await office.open(YEAR, status=409))["code"] == "closing_exists"
    assert (await office.open("2027-01-01", status=409))["code"] == "period_not_begun"


async def test_who_audits_the_city_may_review_a_county_too(office: Office, database):
    city = office.city
    closing = await office.walk(YEAR, "verifying")
    both = await bind(database, city.auditor, Role.county_reviewer, city.north)
    seen = await office.verify(closing, both)
    assert [one["organisation"]["name"] for one in seen["counties"] if one["verified_at"]] == ["北河县"]


async def test_steps_are_taken_on_the_version_that_was_seen(office: Office):
    closing = await office.walk(YEAR, "confirming")
    office.at("2026-01-19")
    path = f"/closings/{closing['id']}/advance"
    assert (await office.ask(office.city.auditor, "POST", path, status=428))[
        "code"
    ] == "precondition_required"
    assert (await office.ask(office.city.auditor, "POST", path, seen=1, status=412))["code"] == "stale"
