"""Duties of schools by their records, month by month, over HTTP."""

from datetime import date
from typing import Any

import pytest

from tests.make.approvals import act, adopt_policy, make_claim
from tests.make.ledger import post_all, posting
from tests.make.oversight import Office
from tests.make.people import Person
from tests.make.reports import csv_rows, xlsx_rows
from xuefen.policy.levels import DeliveryMode, Level

TEACHING = (3, 4, 5, 6, 9, 10, 11, 12)
YEAR = 2025


@pytest.fixture
async def office(present: Office) -> Office:
    """北河县 under 汨罗's rules."""
    await adopt_policy(present.database, present.city.north, key="miluo", overrides={})
    return present


async def hold(
    office: Office,
    on: date,
    *,
    teachers: list[Person] | None = None,
    activity: str | None = None,
    **more: Any,
) -> None:
    """An activity of the school that its clerk has registered; ethics of one hour unless said otherwise."""
    changes: dict[str, Any] = {"category": "ethics", "hours_centi": 100, "credits_centi": 0} | more
    for teacher in teachers or [office.city.teacher]:
        claim = await make_claim(
            office.database, teacher, event_on=on, activity=activity or f"batch:{on}", **changes
        )
        await act(office.database, office.city.clerk, claim.id)


async def report(office: Office, who: Person | None = None) -> dict[str, Any]:
    found = await office.ask(who or office.city.clerk, "GET", f"/reports/duties?year={YEAR}")
    assert isinstance(found, dict)
    return found


def months(found: dict[str, Any], duty: str = "ethics_monthly", state: str = "unmet") -> list[int]:
    return [
        date.fromisoformat(line["starts_on"]).month
        for line in found["items"]
        if line["duty"] == duty and line["state"] == state
    ]


# 汨罗 三(六)5: “每月师德教育不少于1学时”
@pytest.mark.requirement("002-08")
async def test_one_teaching_month_without_ethics_training_is_the_schools_duty_unmet(office: Office):
    for month in TEACHING:
        if month != 5:
            await hold(office, date(YEAR, month, 12))
    found = await report(office)
    assert months(found) == [5]
    [may] = [line for line in found["items"] if line["duty"] == "ethics_monthly" and line["state"] == "unmet"]
    assert (may["school_name"], may["period_label"], may["deadline"]) == (
        "河东小学",
        "2025年5月",
        "2025-05-31",
    )
    assert (may["required"], may["held"], may["unit"]) == ("1.00", "0.00", "hours")
    assert may["clause"] == "汨罗市教师培训工作计划 三(六)5"
    assert found["unmet"] == 1 + 8
    await hold(office, date(YEAR, 5, 31))
    assert months(await report(office)) == []


# 汨罗 三(六)5: “各项教研和培训活动每月不少于2次,每次不少于1学时”
@pytest.mark.requirement("002-09")
async def test_an_activity_counts_once_however_many_took_part(office: Office):
    city, day = office.city, date(YEAR, 5, 12)
    two = [city.teacher, city.colleague]
    more = {"category": "school_based", "hours_centi": 200, "credits_centi": 200}
    await hold(office, day, teachers=two, activity="batch:a", **more)
    found = await report(office)
    assert 5 in months(found, "activities_monthly")
    await hold(office, day, activity="batch:b", **more | {"hours_centi": 50, "credits_centi": 50})
    assert 5 in months(await report(office), "activities_monthly")
    await hold(office, day, teachers=two, activity="batch:c", **more)
    assert 5 not in months(await report(office), "activities_monthly")


async def test_what_is_not_registered_or_was_undone_is_no_record(office: Office):
    city, day = office.city, date(YEAR, 5, 12)
    draft = {"category": "ethics", "hours_centi": 100, "credits_centi": 0, "event_on": day}
    claim = await make_claim(office.database, city.teacher, **draft)
    assert 5 in months(await report(office))
    await act(office.database, city.clerk, claim.id)
    assert 5 not in months(await report(office))
    await act(office.database, city.north_reviewer, claim.id, "reject", reason_code="other")
    assert 5 in months(await report(office))


async def test_a_posted_entry_without_a_claim_is_a_record(office: Office):
    entry = {
        "category": "ethics",
        "level": Level.school,
        "mode": DeliveryMode.school_based,
        "hours_centi": 100,
        "credits_centi": 0,
    }
    await post_all(
        office.database,
        office.city.teacher,
        posting(office.city.teacher, event_on=date(YEAR, 5, 12), **entry),
    )
    assert 5 not in months(await report(office))


async def test_training_of_the_county_is_not_the_schools_activity(office: Office):
    await post_all(
        office.database,
        office.city.teacher,
        posting(office.city.teacher, event_on=date(YEAR, 5, 12), category="ethics"),
    )
    assert 5 in months(await report(office))


@pytest.mark.requirement("002-19", "001-13")
async def test_what_people_judge_is_listed_with_its_next_due_date(winter: Any, office: Office):
    judged = {duty["duty"]: duty for duty in (await report(office))["judged"]}
    assert "ethics_monthly" not in judged
    needs = judged["needs_report"]
    assert (needs["next_due_on"], needs["of"]) == ("2026-04-30", "county")
    assert judged["needs_of_program"]["days_before_event"] == 30
    assert judged["school_plan"]["next_due_on"] is None


async def test_a_month_that_is_not_over_is_still_open(winter: Any, office: Office):
    """On 1 December."""
    found = await report(office)
    assert months(found, state="open") == [12]
    assert months(found) == [3, 4, 5, 6, 9, 10, 11]
    await hold(office, date(YEAR, 12, 1))
    assert months(await report(office), state="met") == [12]


async def test_each_unit_sees_its_own_schools_and_rules(office: Office):
    city = office.city
    names = {line["school_name"] for line in (await report(office, city.north_reviewer))["items"]}
    assert names == {"河东小学", "河西中学", "柳溪小学"}
    assert (await report(office, city.south_reviewer))["items"] == []
    await office.ask(city.teacher, "GET", "/reports/duties", status=403)
    await office.ask(city.provider_staff, "GET", "/reports/duties", status=403)


async def test_the_table_reads_the_same_as_csv_and_workbook(office: Office):
    await hold(office, date(YEAR, 5, 12))
    path = f"/reports/duties?year={YEAR}&format="
    header, *rows = await csv_rows(office, office.city.clerk, f"{path}csv")
    assert header[-2:] == ["状态", "依据"]
    [may] = [row for row in rows if row[1] == "每月师德教育" and row[2] == "2025年5月"]
    assert may[3:8] == ["学时", "1.00", "1.00", "2025-05-31", "已履行"]
    assert "由人判断" in {row[7] for row in rows}
    assert await xlsx_rows(office, office.city.clerk, f"{path}xlsx") == rows
