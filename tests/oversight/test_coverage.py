"""Coverage by subject, on site against online: small schools, counted by hand."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.make.bureau import Bureau, make_bureau
from tests.make.figures import YEAR, adopt_zhuzhou, earned, touch, transfer
from tests.make.ledger import post_all
from tests.make.organisations import Unit
from tests.make.oversight import Office
from tests.make.people import Person, make_teacher, make_user
from tests.make.reports import csv_rows, xlsx_rows
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.roles import Role
from xuefen.policy.levels import DeliveryMode

PATH = f"/reports/coverage?year={YEAR}"
ON_SITE, ONLINE, STUDY = DeliveryMode.onsite, DeliveryMode.online, DeliveryMode.study


class Room:
    """A bureau under 株洲's rules, and who asks it about 2014."""

    def __init__(self, office: Office, bureau: Bureau, database: Database) -> None:
        self.office, self.bureau, self.database = office, bureau, database

    async def teacher(self, subject: str, school: Unit | None = None, **taken: int) -> Person:
        """`taken`: mode -> hours of one training in October 2014."""
        person = await make_teacher(self.database, school or self.bureau.school, subject=subject)
        for mode, hours in taken.items():
            await self.take(person, DeliveryMode(mode), hours)
        return person

    async def take(self, person: Person, mode: DeliveryMode, hours: int, **changes: Any) -> Any:
        entry = earned(person, hours, mode=mode, **changes)
        await post_all(self.database, person, entry)
        return entry

    async def report(self, who: Person | None = None, more: str = "") -> dict[str, Any]:
        found = await self.office.ask(who or self.bureau.auditor, "GET", f"{PATH}{more}")
        assert isinstance(found, dict)
        return found

    async def shares(self, who: Person | None = None, more: str = "") -> dict[str, list[str]]:
        """Subject -> on site, online, both, neither, hours on site, hours online."""
        items = (await self.report(who, more))["items"]
        return {item["subject"]: shares(item) for item in items}


def shares(row: dict[str, Any]) -> list[str]:
    rates = [row[name]["share"] for name in ("on_site", "online", "both", "neither")]
    assert {rate.split("/")[1] for rate in rates} == {str(row["teachers"])}
    return [*rates, row["on_site_hours"], row["online_hours"]]


@pytest.fixture
async def room(app: FastAPI, api: httpx.AsyncClient, database: Database) -> Room:
    bureau = await make_bureau(database)
    await adopt_zhuzhou(database, bureau.city)
    return Room(Office(api, app, database, bureau, None), bureau, database)


# 武陵区 2016: 现场的集中培训弥补“网络培训不足”，“力争各个学科都能有计划的实施培训”
@pytest.mark.requirement("004-13")
async def test_each_subject_is_counted_on_site_and_online(room: Room) -> None:
    await room.teacher("语文", onsite=10, online=6)
    await room.teacher("语文", onsite=8)
    await room.teacher("语文", online=4)
    await room.teacher("语文")
    await room.teacher("音乐", online=5)
    await room.teacher("美术")
    report = await room.report()
    assert [item["subject"] for item in report["items"]] == ["语文", "美术", "音乐"]
    assert await room.shares() == {
        "语文": ["2/4", "2/4", "1/4", "1/4", "18.00", "10.00"],
        "音乐": ["0/1", "1/1", "0/1", "0/1", "0.00", "5.00"],
        "美术": ["0/1", "0/1", "0/1", "1/1", "0.00", "0.00"],
    }
    assert shares(report["total"]) == ["2/6", "3/6", "1/6", "2/6", "18.00", "15.00"]
    assert report["total"]["on_site"]["percent"] == "33.33"
    assert (report["label"], report["as_of"]) == ("2014年度", "2014-12-31")


@pytest.mark.requirement("004-13")
@pytest.mark.parametrize(
    ("mode", "found"),
    [
        (DeliveryMode.onsite, ["1/1", "0/1", "0/1", "0/1", "3.00", "0.00"]),
        (DeliveryMode.base, ["1/1", "0/1", "0/1", "0/1", "3.00", "0.00"]),
        (DeliveryMode.blended, ["1/1", "0/1", "0/1", "0/1", "3.00", "0.00"]),
        (DeliveryMode.school_based, ["1/1", "0/1", "0/1", "0/1", "3.00", "0.00"]),
        (DeliveryMode.online, ["0/1", "1/1", "0/1", "0/1", "0.00", "3.00"]),
        (DeliveryMode.study, ["0/1", "0/1", "0/1", "1/1", "0.00", "0.00"]),
    ],
)
async def test_every_form_of_delivery_has_its_place(room: Room, mode: DeliveryMode, found: list[str]) -> None:
    await room.teacher("数学", **{mode.value: 3})
    assert await room.shares() == {"数学": found}


def test_no_form_of_delivery_is_forgotten() -> None:
    [cases] = [
        mark for mark in test_every_form_of_delivery_has_its_place.pytestmark if mark.name == "parametrize"
    ]
    assert {mode for mode, _ in cases.args[1]} == set(DeliveryMode)


@pytest.mark.requirement("004-13")
async def test_many_trainings_are_one_teacher_and_all_their_hours(room: Room) -> None:
    person = await room.teacher("数学", onsite=3, base=4, school_based=5)
    await room.take(person, ON_SITE, 2)
    assert await room.shares() == {"数学": ["1/1", "0/1", "0/1", "0/1", "14.00", "0.00"]}


@pytest.mark.requirement("004-13")
async def test_what_is_taken_back_covers_nobody(room: Room) -> None:
    person = await room.teacher("数学", online=6)
    entry = await room.take(person, ON_SITE, 9)
    await room.take(person, ON_SITE, 9, id=new_id(), reverses_id=entry.id, reason_code="wrong_person")
    assert await room.shares() == {"数学": ["0/1", "1/1", "0/1", "0/1", "0.00", "6.00"]}


async def test_the_year_has_a_first_and_a_last_day(room: Room) -> None:
    person = await room.teacher("数学")
    for day in (date(2013, 12, 31), date(2015, 1, 1)):
        await room.take(person, ON_SITE, 50, event_on=day)
    await room.take(person, ONLINE, 1, event_on=date(2014, 1, 1))
    await room.take(person, ONLINE, 2, event_on=date(2014, 12, 31))
    assert await room.shares() == {"数学": ["0/1", "1/1", "0/1", "0/1", "0.00", "3.00"]}


async def test_a_county_with_a_year_of_its_own_is_counted_by_it(room: Room) -> None:
    """北河 counts from March to February, 南浦 by the calendar year."""
    bureau = room.bureau
    cycle = {"starts_on": "2011-03-01", "ends_on": "2016-02-29"}
    await adopt_zhuzhou(
        room.database, bureau.north, from_on=date(2009, 1, 2), year={"starts_month": 3}, cycle=cycle
    )
    for school in (bureau.school, bureau.south_school):
        person = await room.teacher("数学" if school is bureau.school else "英语", school)
        await room.take(person, ON_SITE, 3, event_on=date(2014, 2, 28))
        await room.take(person, ONLINE, 4, event_on=date(2015, 2, 28))
    assert await room.shares() == {
        "数学": ["0/1", "1/1", "0/1", "0/1", "0.00", "4.00"],
        "英语": ["1/1", "0/1", "0/1", "0/1", "3.00", "0.00"],
    }


async def test_only_who_was_in_service_in_the_year_is_counted(room: Room) -> None:
    for changes in ({"left_on": date(2013, 12, 31)}, {"hired_on": date(2015, 1, 1)}):
        await touch(room.database, await room.teacher("数学"), **changes)
    await touch(room.database, await room.teacher("数学"), left_on=date(2014, 1, 1))
    assert await room.shares() == {"数学": ["0/1", "0/1", "0/1", "1/1", "0.00", "0.00"]}


@pytest.mark.requirement("004-13")
async def test_a_teacher_counts_at_the_present_school_with_all_credits(room: Room) -> None:
    bureau = room.bureau
    person = await room.teacher("数学", onsite=7)
    await transfer(room.database, person, bureau.other_school, date(2014, 11, 1))
    assert await room.shares(bureau.clerk) == {}
    assert await room.shares(bureau.other_clerk) == {"数学": ["1/1", "0/1", "0/1", "0/1", "7.00", "0.00"]}


async def test_everyone_sees_the_own_part_only(room: Room) -> None:
    bureau = room.bureau
    for school in (bureau.school, bureau.other_school, bureau.south_school):
        await room.teacher("数学", school, onsite=1)
    seen = {
        name: (await room.report(getattr(bureau, name)))["total"]["teachers"]
        for name in ("clerk", "reviewer", "auditor")
    }
    assert seen == {"clerk": 1, "reviewer": 2, "auditor": 3}
    narrowed = await room.report(more=f"&organisation_id={bureau.south.id}")
    assert narrowed["total"]["on_site"]["share"] == "1/1"
    foreign = f"{PATH}&organisation_id={bureau.south.id}"
    assert (await room.office.ask(bureau.clerk, "GET", foreign, status=404))["code"] == "not_found"
    for who in (
        await make_teacher(room.database, bureau.school),
        await make_user(room.database, bureau.city, Role.finance),
    ):
        await room.office.ask(who, "GET", PATH, status=403)


async def test_nobody_has_no_rate(room: Room) -> None:
    report = await room.report()
    assert report["items"] == []
    assert report["total"]["on_site"] == {"part": 0, "whole": 0, "share": "0/0", "percent": None}


@pytest.mark.parametrize(("query", "status"), [("&page_size=2", 422), ("&format=pdf", 422)])
async def test_what_cannot_be_asked_is_refused(room: Room, query: str, status: int) -> None:
    await room.office.ask(room.bureau.auditor, "GET", f"{PATH}{query}", status=status)


async def test_a_year_that_has_not_begun_has_no_coverage(room: Room) -> None:
    answer = await room.office.ask(room.bureau.auditor, "GET", "/reports/coverage?year=2099", status=409)
    assert answer["code"] == "year_unknown"


async def test_the_file_reads_the_same_as_csv_and_workbook(room: Room) -> None:
    await room.teacher("语文", onsite=10, online=6)
    await room.teacher("音乐", study=20)
    header, *rows = await csv_rows(room.office, room.bureau.clerk, f"{PATH}&format=csv")
    assert header[:4] == ["学科", "教师", "现场培训", "现场覆盖率"]
    assert rows[0] == ["合计", "2", *["1", "50.00%"] * 4, "10.00", "6.00"]
    assert rows[1][:4] == ["语文", "1", "1", "100.00%"]
    assert rows[2][8:] == ["1", "100.00%", "0.00", "0.00"]
    assert await xlsx_rows(room.office, room.bureau.clerk, f"{PATH}&format=xlsx") == rows
