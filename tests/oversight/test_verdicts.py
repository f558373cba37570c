"""What the thresholds say of schools when a year closes, and what the authorities make of it."""

from datetime import date
from typing import Any

import pytest

from tests.make.approvals import adopt_policy
from tests.make.attendance import crowd
from tests.make.oversight import Office
from tests.make.people import Person, bind, make_teacher
from xuefen.exemptions.models import Exemption, ExemptionKind, ExemptionState
from xuefen.organisations.roles import Role

YEAR = "2025-12-31"
DAY = "2025-05-20"


async def close_year(office: Office, year: str = YEAR) -> dict[str, Any]:
    city = office.city
    return await office.walk(year, "closed", verifiers=(city.north_reviewer, city.south_reviewer))


async def verdicts(office: Office, who: Person, query: str = "") -> dict[str, dict[str, Any]]:
    """Name of the school -> what is proposed or decided, as `who` sees it."""
    items = (await office.ask(who, "GET", f"/verdicts{query}"))["items"]
    assert len({item["school"]["name"] for item in items}) == len(items)
    return {item["school"]["name"]: item for item in items}


async def decide(office: Office, who: Person, found: dict[str, Any], status: int = 200, **ruling: Any) -> Any:
    path = f"/verdicts/{found['id']}/decisions"
    return await office.ask(who, "POST", path, ruling, seen=found["version"], status=status)


async def staff(office: Office, size: int, short: int) -> list[Person]:
    """河西中学 with `size` teachers, `short` of them one hundredth below 72."""
    people = [office.city.neighbour, *await crowd(office.database, office.city.other_school, size - 1)]
    for number, person in enumerate(people):
        await office.credit(person, 7199 if number < short else 7200, DAY)
    return people


@pytest.mark.requirement("003-28")
@pytest.mark.parametrize(("size", "short", "fails"), [(46, 9, False), (50, 10, True), (46, 10, True)])
async def test_twenty_percent_below_the_line_costs_the_school_its_award(
    office: Office, size: int, short: int, fails: bool
):
    """003 六(四)2: 当年20%以上的教师未能完成72学分的学校,当年不得评为县级以上各类先进单位。"""
    await staff(office, size, short)
    closing = await close_year(office)
    found = await verdicts(office, office.city.north_reviewer, f"?closing_id={closing['id']}")
    assert ("河西中学" in found) == fails
    if fails:
        verdict = found["河西中学"]
        assert (verdict["members"], verdict["below"], verdict["state"]) == (size, short, "proposed")
        assert [one["code"] for one in verdict["consequences"]] == [
            "no_award",
            "principal_not_excellent",
            "bulletin",
        ]
        assert "29号" in verdict["clause"]
        assert not verdict["in_principle"]
        detail = await office.ask(office.city.north_reviewer, "GET", f"/verdicts/{verdict['id']}")
        assert len(detail["people"]) == short


async def test_exempt_people_are_not_among_the_members(office: Office, database):
    """Nor is who was hired in the year's last days and has no line to meet."""
    city = office.city
    await make_teacher(database, city.school, name="何新", hired_on=date(2025, 12, 20))
    ill = await make_teacher(database, city.school, name="孙休")
    async with database.write() as db:
        db.add(
            Exemption(
                city_id=city.id,
                teacher_id=ill.teacher_id,
                org_path=city.school.path,
                kind=ExemptionKind.sick_leave,
                from_on=date(2025, 1, 1),
                until_on=date(2025, 12, 31),
                evidence="医院证明",
                desk_path=city.north.path,
                state=ExemptionState.approved,
                proposed_by=city.clerk.id,
            )
        )
    await office.credit(city.teacher, 7200, DAY)
    closing = await close_year(office)
    verdict = (await verdicts(office, city.north_reviewer))["河东小学"]
    assert (verdict["members"], verdict["below"], verdict["exempt"]) == (2, 1, 1)
    figure = (await office.figures(city.clerk, closing))[ill.staff_no]["figures"]
    assert (figure["required"], figure["exempt"], figure["met"]) == (None, True, False)


async def test_what_is_decided_later_does_not_move_the_snapshot(office: Office):
    city = office.city
    await close_year(office)
    before = await verdicts(office, city.auditor)
    await office.credit(city.neighbour, 9000, DAY)
    assert await verdicts(office, city.auditor) == before


@pytest.mark.requirement("003-28")
async def test_the_county_decides_for_its_schools_and_the_city_for_direct_ones(office: Office):
    city = office.city
    await close_year(office)
    all_of_them = await verdicts(office, city.auditor)
    assert all_of_them.keys() == {"河东小学", "河西中学", "柳溪小学", "南浦实验学校", "青禾一中"}
    own = await verdicts(office, city.north_reviewer)
    assert own.keys() == {"河东小学", "河西中学", "柳溪小学"}
    assert all(one["can_decide"] for one in own.values())
    assert [name for name, one in all_of_them.items() if one["can_decide"]] == ["青禾一中"]

    school = own["河西中学"]
    assert (await decide(office, city.auditor, school, 409, verdict="confirm"))["code"] == "not_the_authority"
    await decide(office, city.south_reviewer, school, 404, verdict="confirm")
    confirmed = await decide(office, city.north_reviewer, school, verdict="confirm")
    assert (confirmed["state"], confirmed["version"], confirmed["can_decide"]) == ("confirmed", 2, False)
    assert [one["name"] for one in confirmed["people"]] == ["吴白露"]
    again = await decide(office, city.north_reviewer, confirmed, 409, verdict="confirm")
    assert again["code"] == "verdict_decided"

    direct = all_of_them["青禾一中"]
    refusal = await decide(office, city.auditor, direct, 422, verdict="dismiss")
    assert refusal["code"] == "note_required"
    dismissed = await decide(office, city.auditor, direct, verdict="dismiss", note="统计口径另行核实")
    assert (dismissed["state"], dismissed["note"]) == ("dismissed", "统计口径另行核实")
    assert (await verdicts(office, city.auditor, "?state=dismissed")).keys() == {"青禾一中"}


async def test_a_batch_goes_on_where_one_was_moved(office: Office):
    city = office.city
    await close_year(office)
    own = await verdicts(office, city.north_reviewer)
    foreign = (await verdicts(office, city.south_reviewer))["南浦实验学校"]
    await decide(office, city.second_north_reviewer, own["柳溪小学"], verdict="confirm")
    items = [{"id": one["id"], "version": 1} for one in (*own.values(), foreign)]
    answer = await office.ask(
        city.north_reviewer, "POST", "/verdicts/decisions", {"verdict": "confirm", "items": items}
    )
    assert {one["id"] for one in answer["done"]} == {own["河东小学"]["id"], own["河西中学"]["id"]}
    assert {one["version"] for one in answer["done"]} == {2}
    assert answer["conflicts"] == [{"id": own["柳溪小学"]["id"]}]
    [refused] = answer["refused"]
    assert (refused["id"], refused["problem"]["code"]) == (foreign["id"], "not_found")


async def test_nobody_decides_on_the_own_school(office: Office, database):
    city = office.city
    await close_year(office)
    acting = await bind(database, city.teacher, Role.county_reviewer, city.north)
    own = await verdicts(office, acting)
    assert not own["河东小学"]["can_decide"]
    assert (await decide(office, acting, own["河东小学"], 409, verdict="confirm"))["code"] == "own_school"
    await decide(office, acting, own["河西中学"], verdict="confirm")
    await office.transfer(city.teacher, city.other_school, "2026-02-01")
    assert (await decide(office, acting, own["河东小学"], 409, verdict="confirm"))["code"] == "own_school"


async def test_in_principle_is_said_of_the_schools_of_such_a_policy(office: Office, database):
    """seed 002-1 四(二): 原则上, so the authority weighs each case."""
    city = office.city
    await adopt_policy(database, city.south, key="miluo", overrides={})
    await office.walk(YEAR, "closed", unit=city.south, verifiers=(city.south_reviewer,))
    found = await verdicts(office, city.south_reviewer)
    assert found["南浦实验学校"]["in_principle"]


async def test_the_closing_of_a_cycle_proposes_nothing(office: Office):
    city = office.city
    reviewers = (city.north_reviewer, city.south_reviewer)
    await office.walk("2026-12-31", "closed", kind="cycle", verifiers=reviewers)
    assert await verdicts(office, city.auditor) == {}
