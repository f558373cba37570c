"""Whom a closing covers, its summary, and the roll-over of a cycle."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.make.crowd import make_crowd
from tests.make.oversight import Office
from tests.make.people import bearer
from xuefen.ledger.models import LedgerEntry
from xuefen.oversight import closing_figures
from xuefen.oversight.closing_queries import reach_of
from xuefen.oversight.models import Closing

YEAR = "2025-12-31"


async def test_a_person_counts_once_at_the_school_of_the_last_day(office: Office):
    """With the whole year's credits, wherever they were earned."""
    city = office.city
    await office.credit(city.teacher, 4000, "2025-04-10")
    await office.transfer(city.teacher, city.south_school, "2025-09-01")
    await office.credit(city.teacher, 3300, "2025-10-10")
    closing = await office.walk(YEAR, "confirming")
    figures = await office.figures(city.auditor, closing)
    assert len(figures) == 6
    moved = figures[city.teacher.staff_no]
    assert (moved["school"]["name"], moved["figures"]["counted"]) == ("南浦实验学校", "73.00")
    assert city.teacher.staff_no not in await office.figures(city.clerk, closing)
    assert city.teacher.staff_no in await office.figures(city.south_clerk, closing)


async def test_a_move_after_the_last_day_changes_nothing(office: Office):
    city = office.city
    await office.transfer(city.teacher, city.south_school, "2026-01-05")
    closing = await office.walk(YEAR, "confirming")
    moved = (await office.figures(city.auditor, closing))[city.teacher.staff_no]
    assert moved["school"]["name"] == "河东小学"


async def test_a_move_learned_of_late_is_verified_by_both_counties(office: Office):
    city = office.city
    closing = await office.walk(YEAR, "verifying")
    await office.verify(closing, city.north_reviewer, city.south_reviewer)
    await office.transfer(city.teacher, city.south_school, "2025-12-01")
    assert (await office.ask(city.auditor, "POST", f"/closings/{closing['id']}/refresh"))["changed"] == 1
    office.at("2026-01-31")
    refusal = await office.close(closing, status=409)
    assert (refusal["code"], refusal["detail"]) == ("counties_not_verified", "尚未核验：北河县、南浦区")
    figures = await office.figures(city.auditor, closing)
    assert (len(figures), figures[city.teacher.staff_no]["school"]["name"]) == (6, "南浦实验学校")


async def test_of_two_who_close_at_once_one_does(office: Office):
    city = office.city
    closing = await office.walk(YEAR, "verifying")
    await office.verify(closing, city.north_reviewer, city.south_reviewer)
    office.at("2026-01-31")
    path = f"/api/v1/closings/{closing['id']}/close"
    seen = f'"{await office.version(closing)}"'
    answers = await asyncio.gather(
        *(
            office.api.post(path, headers=bearer(office.app, who) | {"If-Match": seen})
            for who in (city.auditor, city.second_auditor)
        )
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    verdicts = (await office.ask(city.auditor, "GET", "/verdicts"))["items"]
    assert len(verdicts) == 5


@pytest.mark.requirement("003-27")
async def test_the_summary_of_a_year_counts_by_county(office: Office):
    """003 六(四)2: 一年一次小结. Each county beside the city's direct schools, and all of them together."""
    city = office.city
    for teacher in (city.teacher, city.neighbour, city.direct_teacher):
        await office.credit(teacher, 7200, "2025-05-20")
    closing = await office.walk(YEAR, "closed", verifiers=(city.north_reviewer, city.south_reviewer))
    path = f"/closings/{closing['id']}"
    seen = await office.ask(city.supervisor, "GET", path)
    assert seen["results"] == {"bound": 6, "met": 3, "below": 3, "exempt": 0, "complete": 0}
    by_unit = {one["organisation"]["name"]: one["results"] for one in seen["counties"]}
    assert {name: (one["bound"], one["met"]) for name, one in by_unit.items()} == {
        "青禾市": (1, 1),
        "北河县": (4, 2),
        "南浦区": (1, 0),
    }
    own = await office.ask(city.clerk, "GET", path)
    assert (own["results"]["bound"], own["results"]["met"]) == (2, 1)


async def test_a_thousand_people_are_copied_in_a_handful_of_statements(office: Office, database):
    await make_crowd(database, office.city.school, 1200)
    closing = await office.walk(YEAR, "confirming")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    async with database.write() as db:
        row = (await db.scalars(select(Closing))).one()
        reach = await reach_of(db, row)
        engine = (await db.connection()).engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        assert (await closing_figures.refresh(db, reach)).people == set()
        event.remove(engine, "before_cursor_execute", note)
    assert len(statements) == 4
    counts = (await office.ask(office.city.auditor, "GET", f"/closings/{closing['id']}"))["counts"]
    assert counts["people"] == 1206


@pytest.mark.requirement("004-14", "003-27")
async def test_a_cycle_rolls_over_and_nothing_is_lost(office: Office, database):
    """003 六(四)2: 一轮一总结。 The next cycle begins by the calendar; surplus counts for nothing there."""
    city = office.city
    office.at("2027-01-02")
    for year in range(2021, 2027):
        await office.credit(city.teacher, 9000, f"{year}-05-20")
    asked = "/me/standing?on=2026-12-31"
    old = await office.ask(city.teacher, "GET", asked)
    assert (old["total"]["required"], old["total"]["counted"]) == ("450.00", "540.00")
    async with database.read() as db:
        entries = await db.scalar(select(func.count()).select_from(LedgerEntry))

    closing = await office.walk(
        "2026-12-31",
        "closed",
        kind="cycle",
        verifiers=(
            city.north_reviewer,
            city.south_reviewer,
        ),
    )
    assert closing["label"] == "2020–2026年周期"
    frozen = (await office.figures(city.auditor, closing))[city.teacher.staff_no]["figures"]
    assert (frozen["required"], frozen["counted"], frozen["met"], frozen["complete"]) == (
        "450.00",
        "540.00",
        True,
        False,
    )
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(LedgerEntry)) == entries
    assert await office.ask(city.teacher, "GET", asked) == old
    new = await office.ask(city.teacher, "GET", "/me/standing")
    assert (new["cycle"]["starts_on"], new["total"]["counted"]) == ("2027-01-01", "0.00")
    assert new["total"]["missing"] == "450.00"
    ledger = await office.ask(city.teacher, "GET", "/me/ledger")
    assert ledger["balance"] == "540.00"
