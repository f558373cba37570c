"""Degree targets by stage against the degrees on record, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.make.approvals import adopt_policy
from tests.make.crowd import make_crowd
from tests.make.oversight import Office
from tests.make.people import Person
from tests.make.reports import csv_rows, xlsx_rows
from xuefen.core import clock
from xuefen.people.models import Degree, Teacher


async def record(office: Office, teacher: Person, **changes: Any) -> None:
    async with office.database.write() as db:
        await db.execute(update(Teacher).where(col(Teacher.id) == teacher.teacher_id).values(**changes))


async def lines(office: Office, who: Person) -> dict[tuple[str, str], dict[str, Any]]:
    report = await office.ask(who, "GET", "/reports/degrees")
    assert report["on"] == str(clock.today())
    return {(line["organisation_name"], line["target_id"]): line for line in report["items"]}


@pytest.fixture
async def office(present: Office) -> Office:
    """北河县 under the county's rules of 2011: four primary teachers, three with a degree on record."""
    city = present.city
    await adopt_policy(present.database, city.north, key="county-2011", overrides={})
    await record(present, city.teacher, degree=Degree.bachelor)
    await record(present, city.colleague, degree=Degree.master)
    await record(present, city.neighbour, degree=Degree.bachelor)
    return present


# 000: “幼儿园、小学教师专科及以上学历比例分别到达90%和95%,本科及以上学历分别到达40%和60%”
@pytest.mark.requirement("000-08", "002-35")
async def test_a_target_is_met_missed_or_undecided(office: Office):
    found = await lines(office, office.city.north_reviewer)
    bachelor = found["北河县", "primary_bachelor"]
    assert (bachelor["teachers"], bachelor["holding"], bachelor["unknown"]) == (4, 3, 1)
    assert (bachelor["percent"], bachelor["share"], bachelor["met"]) == ("60.00", "100.00", True)
    assert (bachelor["binding"], bachelor["kind"], bachelor["stage"]) == (True, "county", "primary")
    associate = found["北河县", "primary_associate"]
    assert (associate["percent"], associate["met"], associate["unknown"]) == ("95.00", None, 1)
    await record(office, office.city.union_teacher, degree=Degree.associate)
    found = await lines(office, office.city.north_reviewer)
    assert (found["北河县", "primary_associate"]["met"], found["北河县", "primary_bachelor"]["met"]) == (
        True,
        True,
    )
    await record(office, office.city.neighbour, degree=Degree.associate)
    missed = (await lines(office, office.city.north_reviewer))["北河县", "primary_bachelor"]
    assert (missed["share"], missed["met"]) == ("50.00", False)


@pytest.mark.requirement("000-08")
async def test_other_stages_and_those_who_left_do_not_count(office: Office):
    city = office.city
    await record(office, city.neighbour, stage="senior")
    await record(office, city.union_teacher, left_on=clock.today() - timedelta(days=1))
    found = await lines(office, city.north_reviewer)
    assert (
        found["北河县", "primary_bachelor"]["teachers"],
        found["北河县", "primary_bachelor"]["unknown"],
    ) == (2, 0)
    senior = found["北河县", "senior_master"]
    assert (senior["teachers"], senior["holding"], senior["met"]) == (1, 0, False)
    assert found["北河县", "kindergarten_associate"]["met"] is None


async def test_exactly_the_target_is_reached(office: Office):
    """19 of 20 is 95 %; the 20th decides nothing any more."""
    people = await make_crowd(office.database, office.city.school, 16)
    for person in people[:-1]:
        await record(office, person, degree=Degree.associate)
    await record(office, people[-1], degree=Degree.associate)
    found = await lines(office, office.city.north_reviewer)
    line = found["北河县", "primary_associate"]
    assert (line["teachers"], line["holding"], line["unknown"], line["met"]) == (20, 19, 1, True)


async def test_a_school_sees_its_own_beside_the_countys_target(office: Office):
    found = await lines(office, office.city.clerk)
    assert {name for name, _ in found} == {"河东小学"}
    line = found["河东小学", "primary_bachelor"]
    assert (line["teachers"], line["holding"], line["binding"]) == (2, 2, False)
    assert await lines(office, office.city.south_reviewer) == {}
    await office.ask(office.city.teacher, "GET", "/reports/degrees", status=403)
    await office.ask(office.city.clerk, "GET", "/reports/degrees?year=2014", status=422)


async def test_the_table_reads_the_same_as_csv_and_workbook(office: Office):
    who = office.city.auditor
    header, *rows = await csv_rows(office, who, "/reports/degrees?format=csv")
    assert header[0] == "单位"
    [row] = [row for row in rows if row[1] == "小学教师本科及以上"]
    assert row[:9] == ["北河县", "小学教师本科及以上", "本科", "60.00%", "4", "3", "1", "100.00%", "是"]
    assert await xlsx_rows(office, who, "/reports/degrees?format=xlsx") == rows
