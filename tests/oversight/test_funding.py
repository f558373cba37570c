"""Reported budgets, and the money for training that the rules ask for, over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.make.approvals import adopt_policy
from tests.make.organisations import Unit, make_school
from tests.make.oversight import Office
from tests.make.people import Person
from tests.make.reports import csv_rows, xlsx_rows
from xuefen.core.audit import AuditEvent
from xuefen.core.ids import new_id

FIGURES = {"public_funds_fen": 100_000_00, "payroll_fen": 2_000_000_00, "training_fen": 30_000_00}
"""Exactly 1.5 % of the payroll, and 30 % of public funds."""


def at(school: Unit, year: int = 2025) -> str:
    return f"/organisations/{school.id}/budgets/{year}"


async def lines(office: Office, who: Person) -> dict[tuple[str, str], dict[str, Any]]:
    report = await office.ask(who, "GET", "/reports/funding?year=2025")
    return {(line["school_name"], line["requirement"]): line for line in report["items"]}


@pytest.mark.requirement("003-22")
async def test_a_school_reports_and_its_county_corrects(present: Office):
    city = present.city
    made = await present.ask(city.clerk, "PUT", at(city.school), FIGURES, status=201)
    assert {name: made[name] for name in FIGURES} == FIGURES
    assert (made["year"], made["version"], made["organisation_id"]) == (2025, 1, str(city.school.id))
    again = await present.ask(city.clerk, "PUT", at(city.school), FIGURES)
    assert again == made
    more = FIGURES | {"training_fen": 9_000_000_000_00}
    refused = await present.ask(city.clerk, "PUT", at(city.school), more, status=428)
    assert refused["code"] == "precondition_required"
    await present.ask(city.clerk, "PUT", at(city.school), more, seen=7, status=412)
    corrected = await present.ask(city.north_reviewer, "PUT", at(city.school), more, seen=1)
    assert (corrected["training_fen"], corrected["version"]) == (9_000_000_000_00, 2)
    assert await present.ask(city.auditor, "GET", at(city.school)) == corrected
    async with present.database.read() as db:
        events = (
            await db.execute(
                select(col(AuditEvent.action), col(AuditEvent.capacity), col(AuditEvent.fields))
                .where(col(AuditEvent.object_kind) == "budget")
                .order_by(col(AuditEvent.happened_at))
            )
        ).all()
    assert [tuple(event) for event in events] == [
        ("budget.reported", "school_clerk", list(FIGURES)),
        ("budget.corrected", "county_reviewer", ["training_fen"]),
    ]


async def test_a_version_of_nothing_is_stale(present: Office):
    city = present.city
    await present.ask(city.clerk, "PUT", at(city.school), FIGURES, seen=1, status=412)
    missing = await present.ask(city.clerk, "GET", at(city.school), status=404)
    assert missing["code"] == "budget_not_reported"


async def test_only_a_schools_own_people_and_those_above_report_for_it(present: Office):
    city = present.city
    foreign = await present.ask(city.other_clerk, "PUT", at(city.school), FIGURES, status=404)
    path = f"/organisations/{new_id()}/budgets/2025"
    assert await present.ask(city.other_clerk, "PUT", path, FIGURES, status=404) == foreign
    for who in (city.teacher, city.supervisor, city.administrator, city.provider_staff):
        await present.ask(who, "PUT", at(city.school), FIGURES, status=403)
    refused = await present.ask(city.north_reviewer, "PUT", at(city.north), FIGURES, status=409)
    assert refused["code"] == "not_a_school"
    await present.ask(city.union_clerk, "PUT", at(city.union_school), FIGURES, status=201)


@pytest.mark.parametrize("wrong", [-1, 1.5, "100", True, None, 10**13 + 1])
async def test_fen_are_whole_and_never_negative(present: Office, wrong: Any):
    city = present.city
    await present.ask(city.clerk, "PUT", at(city.school), FIGURES | {"payroll_fen": wrong}, status=422)
    await present.ask(city.clerk, "PUT", at(city.school, 1999), FIGURES, status=422)


# 株洲 六(三): “按照学校年度公用经费预算总额的5%安排教师培训经费”, “按教职工工资总额1.5%比例额度用于教师培训”
@pytest.mark.requirement("003-22")
async def test_exactly_the_share_is_enough_and_a_fen_less_is_not(present: Office):
    city = present.city
    await present.ask(city.clerk, "PUT", at(city.school), FIGURES, status=201)
    short = FIGURES | {"training_fen": 29_999_99}
    await present.ask(city.other_clerk, "PUT", at(city.other_school), short, status=201)
    found = await lines(present, city.north_reviewer)
    met, missed = found["河东小学", "payroll"], found["河西中学", "payroll"]
    assert (met["required_fen"], met["spent_fen"], met["ratio"], met["met"]) == (
        30_000_00,
        30_000_00,
        "1.50",
        True,
    )
    assert (missed["ratio"], missed["met"], missed["satisfied"]) == ("1.49", False, False)
    assert (met["percent"], met["clause"]) == ("1.50", "株教函〔2014〕29号 六(三)")
    assert found["河东小学", "public_funds"]["ratio"] == "30.00"


@pytest.mark.requirement("003-22", "003-14")
async def test_who_reported_nothing_is_shown_as_such(present: Office):
    city = present.city
    await present.ask(city.clerk, "PUT", at(city.school), FIGURES, status=201)
    await present.ask(city.clerk, "PUT", at(city.school, 2024), FIGURES, status=201)
    report = await present.ask(city.teacher_office, "GET", "/reports/funding?year=2025")
    schools = {line["school_name"] for line in report["items"]}
    assert len(schools) == report["schools"] == 5
    assert report["not_reported"] == 4
    silent = (await lines(present, city.auditor))["南浦实验学校", "payroll"]
    assert (silent["reported"], silent["met"], silent["ratio"], silent["spent_fen"]) == (
        False,
        None,
        None,
        None,
    )


async def test_each_unit_sees_its_own_schools(present: Office):
    city = present.city
    for who, names in (
        (city.clerk, {"河东小学"}),
        (city.north_reviewer, {"河东小学", "河西中学", "柳溪小学"}),
        (city.south_reviewer, {"南浦实验学校"}),
    ):
        assert {school for school, _ in await lines(present, who)} == names
    await present.ask(city.teacher, "GET", "/reports/funding", status=403)
    await present.ask(city.provider_staff, "GET", "/reports/funding", status=403)
    await present.ask(city.clerk, "GET", "/reports/funding?term=1", status=422)


@pytest.mark.requirement("002-21")
async def test_each_county_is_judged_by_its_own_rules(present: Office):
    """汨罗: 8 % of public funds where 株洲 asks for 5."""
    city = present.city
    await adopt_policy(present.database, city.north, key="miluo", overrides={})
    spent = {"public_funds_fen": 100_00, "payroll_fen": 0, "training_fen": 8_00}
    await present.ask(city.clerk, "PUT", at(city.school), spent, status=201)
    await present.ask(city.south_clerk, "PUT", at(city.south_school), spent, status=201)
    found = await lines(present, city.auditor)
    assert (found["河东小学", "public_funds"]["percent"], found["河东小学", "public_funds"]["met"]) == (
        "8.00",
        True,
    )
    assert found["南浦实验学校", "public_funds"]["percent"] == "5.00"


@pytest.mark.requirement("000-26")
async def test_the_stage_that_most_teachers_teach_decides_which_row_binds(present: Office):
    city = present.city
    await adopt_policy(present.database, city.north, key="county-2011", overrides={})
    found = await lines(present, city.north_reviewer)
    assert set(found) == {(name, "compulsory_education") for name in ("河东小学", "河西中学", "柳溪小学")}
    await make_school(present.database, city.north, "S77")
    assert set(await lines(present, city.north_reviewer)) == set(found)


async def test_a_files_cells_compute_nothing(present: Office):
    city = present.city
    await make_school(present.database, city.north, "S66", "=cmd|'/C calc'!A0")
    await present.ask(city.clerk, "PUT", at(city.school), FIGURES, status=201)
    path = "/reports/funding?year=2025&format="
    header, *rows = await csv_rows(present, city.north_reviewer, f"{path}csv")
    assert header[:3] == ["学校", "要求", "基数"]
    assert "'=cmd|'/C calc'!A0" in {row[0] for row in rows}
    [own] = [row for row in rows if row[0] == "河东小学" and row[2] == "教职工工资总额"]
    assert own[3:11] == ["1.50%", "2000000.00", "30000.00", "30000.00", "1.50%", "是", "是", "是"]
    written = await xlsx_rows(present, city.north_reviewer, f"{path}xlsx")
    assert [row for row in written if row[0] == "河东小学"] == [row for row in rows if row[0] == "河东小学"]
    assert "=cmd|'/C calc'!A0" in {row[0] for row in written}
