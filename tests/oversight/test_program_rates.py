"""Participation, pass and excellent rates of runs, with and without exempt people, over HTTP."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.make.approvals import adopt_policy
from tests.make.attendance import Taught, make_class
from tests.make.figures import exempt
from tests.make.oversight import Office
from tests.make.people import Person
from tests.make.reports import csv_rows, xlsx_rows
from xuefen.attendance.models import Assessment, AttendanceMark
from xuefen.attendance.states import Mark, Result
from xuefen.core.ids import new_id
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.programs.models import ClassRun
from xuefen.programs.states import RunState

YEAR = 2025
LAST_DAY = date(YEAR, 5, 20)


async def mark(office: Office, taught: Taught, who: Person, mark: Mark, session: int = 0) -> None:
    async with office.database.write() as db:
        db.add(
            AttendanceMark(
                city_id=taught.city_id,
                session_id=taught.sessions[session],
                enrollment_id=taught.of(who),
                provider_id=taught.provider.id,
                org_path=who.unit.path,
                mark=mark,
                marked_by=new_id(),
            )
        )


async def assess(office: Office, taught: Taught, who: Person, result: Result) -> None:
    async with office.database.write() as db:
        db.add(
            Assessment(
                city_id=taught.city_id,
                enrollment_id=taught.of(who),
                run_id=taught.run_id,
                provider_id=taught.provider.id,
                org_path=who.unit.path,
                result=result,
                assessed_by=new_id(),
            )
        )


async def conclude(office: Office, taught: Taught) -> None:
    async with office.database.write() as db:
        ended = update(ClassRun).where(col(ClassRun.id) == taught.run_id)
        await db.execute(ended.values(state=RunState.concluded))


async def report(office: Office, who: Person, query: str = f"?year={YEAR}") -> dict[str, Any]:
    found = await office.ask(who, "GET", f"/reports/programs{query}")
    assert isinstance(found, dict)
    return found


@pytest.fixture
async def taught(present: Office) -> Taught:
    """Four enrolled from 北河县: one excellent, one passed, one who never came, one who came and failed."""
    city = present.city
    roster = [city.teacher, city.colleague, city.neighbour, city.union_teacher]
    made = await make_class(present.database, city, roster, last_day=LAST_DAY)
    for who, kind, result in (
        (city.teacher, Mark.present, Result.excellent),
        (city.colleague, Mark.late, Result.passed),
        (city.union_teacher, Mark.present, Result.failed),
    ):
        await mark(present, made, who, kind)
        await assess(present, made, who, result)
    await mark(present, made, city.neighbour, Mark.leave)
    return made


# 汨罗 二(二): “教师参培率达100%、合格率达100%”
@pytest.mark.requirement("004-01", "004-02", "002-01")
async def test_rates_are_of_those_enrolled_with_and_without_exempt_people(present: Office, taught: Taught):
    city = present.city
    [line] = (await report(present, city.auditor))["items"]
    assert (
        line["with_exempt"]
        == line["without_exempt"]
        == {
            "enrolled": 4,
            "participated": 3,
            "assessed": 3,
            "passed": 2,
            "excellent": 1,
            "participation_rate": "75.00",
            "pass_rate": "50.00",
            "excellent_rate": "25.00",
        }
    )
    assert (line["exempt"], line["run_id"], line["ends_on"]) == (0, str(taught.run_id), str(LAST_DAY))
    await exempt(present.database, city.neighbour, LAST_DAY, LAST_DAY + timedelta(days=30))
    [line] = (await report(present, city.auditor))["items"]
    assert line["exempt"] == 1
    assert (line["with_exempt"]["participation_rate"], line["with_exempt"]["enrolled"]) == ("75.00", 4)
    assert line["without_exempt"]["participation_rate"] == "100.00"
    assert line["without_exempt"]["pass_rate"] == "66.66"


@pytest.mark.requirement("004-01")
async def test_a_case_outside_the_days_of_the_run_exempts_nobody(present: Office, taught: Taught):
    who = present.city.neighbour
    await exempt(present.database, who, LAST_DAY + timedelta(days=1), LAST_DAY + timedelta(days=30))
    await exempt(present.database, who, LAST_DAY - timedelta(days=60), LAST_DAY - timedelta(days=30))
    [line] = (await report(present, present.city.auditor))["items"]
    assert (line["exempt"], line["without_exempt"]["enrolled"]) == (0, 4)


@pytest.mark.requirement("002-01")
async def test_a_county_is_held_to_its_targets_without_exempt_people(present: Office, taught: Taught):
    city = present.city
    await adopt_policy(present.database, city.north, key="miluo", overrides={})
    [unit] = (await report(present, city.north_reviewer))["units"]
    assert (unit["organisation_name"], unit["with_exempt"]["enrolled"]) == ("北河县", 0)
    assert [target["met"] for target in unit["targets"]] == [None, None]
    await conclude(present, taught)
    [unit] = (await report(present, city.north_reviewer))["units"]
    targets = {target["measure"]: target for target in unit["targets"]}
    assert (unit["with_exempt"]["enrolled"], targets["participation"]["met"]) == (4, False)
    assert targets["participation"]["percent"] == "100.00"
    await exempt(present.database, city.neighbour, LAST_DAY, LAST_DAY)
    [unit] = (await report(present, city.north_reviewer))["units"]
    targets = {target["measure"]: target["met"] for target in unit["targets"]}
    assert targets == {"participation": True, "pass": False}
    units = (await report(present, city.auditor))["units"]
    assert {one["organisation_name"]: one["with_exempt"]["enrolled"] for one in units} == {
        "青禾市": 4,
        "北河县": 4,
        "南浦区": 0,
    }


async def test_of_a_run_without_meetings_who_has_a_result_took_part(present: Office):
    city = present.city
    made = await make_class(
        present.database, city, [city.teacher, city.colleague], sessions=0, last_day=LAST_DAY
    )
    await assess(present, made, city.teacher, Result.passed)
    [line] = (await report(present, city.auditor))["items"]
    assert (line["with_exempt"]["participated"], line["with_exempt"]["pass_rate"]) == (1, "50.00")


async def test_who_withdrew_was_not_enrolled(present: Office, taught: Taught):
    gone = update(Enrollment).where(col(Enrollment.id) == taught.of(present.city.neighbour))
    async with present.database.write() as db:
        await db.execute(gone.values(state=EnrollmentState.withdrawn))
    [line] = (await report(present, present.city.auditor))["items"]
    assert line["with_exempt"]["enrolled"] == 3


@pytest.mark.requirement("004-02")
async def test_a_provider_sees_its_own_programs_and_a_school_its_own_people(present: Office, taught: Taught):
    city = present.city
    other = await make_class(
        present.database,
        city,
        [city.south_teacher],
        provider=city.north_provider,
        last_day=LAST_DAY,
        code="XF-2025-009",
    )
    own = await report(present, city.north_provider_staff)
    assert [line["run_id"] for line in own["items"]] == [str(other.run_id)]
    assert own["units"] == []
    [mine] = (await report(present, city.provider_staff))["items"]
    assert (mine["run_id"], mine["with_exempt"]["enrolled"]) == (str(taught.run_id), 4)
    school = await report(present, city.clerk)
    [line] = school["items"]
    assert (line["with_exempt"]["enrolled"], line["with_exempt"]["passed"]) == (2, 2)
    assert [unit["organisation_name"] for unit in school["units"]] == ["河东小学"]
    [line] = (await report(present, city.south_reviewer))["items"]
    assert line["run_id"] == str(other.run_id)
    await present.ask(city.teacher, "GET", "/reports/programs", status=403)


async def test_a_run_belongs_to_the_year_in_which_it_ends(present: Office, taught: Taught):
    assert (await report(present, present.city.auditor, "?year=2024"))["items"] == []
    await adopt_policy(
        present.database,
        present.city.north,
        overrides={"year": {"starts_month": 6}, "cycle": {"repeats": True}},
    )
    await conclude(present, taught)
    [unit] = (await report(present, present.city.north_reviewer, "?year=2024"))["units"]
    assert unit["with_exempt"]["enrolled"] == 4


async def test_the_table_reads_the_same_as_csv_and_workbook(present: Office, taught: Taught):
    city = present.city
    await adopt_policy(present.database, city.north, key="miluo", overrides={})
    await conclude(present, taught)
    path = f"/reports/programs?year={YEAR}&format="
    header, county, run = await csv_rows(present, city.north_reviewer, f"{path}csv")
    assert header[0] == "单位或项目"
    assert county[0] == "北河县"
    assert county[-1] == "参培率100.00%：否；合格率100.00%：否"
    assert run[:7] == ["小学数学深度学习", "第一期", "青禾市教师培训中心", str(LAST_DAY), "4", "0", "75.00%"]
    assert await xlsx_rows(present, city.north_reviewer, f"{path}xlsx") == [county, run]
