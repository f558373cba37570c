"""Who may be registered, appraised and appointed: one person for each state of the year, and each veto."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.make.approvals import adopt_policy
from tests.make.bureau import Bureau, make_bureau
from tests.make.figures import LAST_DAY, YEAR, adopt_zhuzhou, earn, exempt, make_members, touch
from tests.make.oversight import Office
from tests.make.people import Person, make_teacher, make_user
from tests.make.reports import csv_rows, xlsx_rows
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.exemptions.models import EthicsVeto
from xuefen.organisations.roles import UNIT_READERS, Role

PATH = f"/reports/eligibility?year={YEAR}"
BARS_YEAR = {"ethics_veto": {"bars": ["year"], "clause": "三(六)"}}
BARS_COMPLETION = {"ethics_veto": {"bars": ["completion"], "clause": "二(二)"}}


@dataclass(frozen=True)
class Room:
    """A bureau under 株洲's rules, and who asks it about 2014."""

    office: Office
    bureau: Bureau
    database: Database

    async def report(self, who: Person | None = None, **query: str) -> dict[str, Any]:
        asked = "".join(f"&{name}={value}" for name, value in query.items())
        found = await self.office.ask(who or self.bureau.auditor, "GET", f"{PATH}{asked}")
        assert isinstance(found, dict)
        return found

    async def states(self, **query: str) -> dict[str, tuple[str, bool, bool]]:
        """Staff number -> (state of the year, barred, eligible)."""
        items = (await self.report(**query))["items"]
        return {one["staff_no"]: (one["year_state"], one["barred"], one["eligible"]) for one in items}

    async def veto(self, person: Person, from_on: date, until_on: date, lifted: bool = False) -> None:
        """As the product records it: the teacher's version moves on."""
        place = {"org_path": person.unit.path, "authority_path": person.unit.path}
        who = {"city_id": person.city_id, "teacher_id": person.teacher_id, "recorded_by": new_id()}
        document = {"document_no": "北教通〔2014〕9号", "from_on": from_on, "until_on": until_on}
        ended = {"lifted_by": new_id(), "lifted_at": clock.now()} if lifted else {}
        async with self.database.write() as db:
            db.add(EthicsVeto(id=new_id(), **who, **place, **document, **ended))
        await touch(self.database, person)


@pytest.fixture
async def room(app: FastAPI, api: httpx.AsyncClient, database: Database) -> Room:
    bureau = await make_bureau(database)
    await adopt_zhuzhou(database, bureau.city)
    return Room(Office(api, app, database, bureau, None), bureau, database)


# 株教函〔2014〕29号 六(四)3: 学分情况是“职务评聘……和教师资格定期登记的必备条件之一”; seed 000 四(二)
@pytest.mark.requirement("000-22", "003-29")
async def test_who_met_the_year_or_owes_nothing_is_eligible(room: Room) -> None:
    met, below, excused = await make_members(room.database, room.bureau.school, [72, 71, 0])
    await exempt(room.database, excused, date(2014, 1, 1), LAST_DAY)
    assert await room.states() == {
        met.staff_no: ("met", False, True),
        below.staff_no: ("below", False, False),
        excused.staff_no: ("exempt", False, True),
    }
    report = await room.report()
    counts = ("people", "eligible", "barred", "met", "exempt", "unbound", "below", "complete")
    assert [report[name] for name in counts] == [3, 2, 0, 1, 1, 0, 1, 0]
    assert (report["label"], report["as_of"]) == ("2014年度", "2014-12-31")


@pytest.mark.requirement("000-22", "000-13")
async def test_where_no_yearly_line_binds_only_a_veto_stands_in_the_way(room: Room) -> None:
    """The county's rules of 2011 ask for hours in five years, and for none in each of them."""
    bureau = room.bureau
    await adopt_policy(room.database, bureau.north, key="county-2011", overrides={}, from_on=date(2011, 1, 1))
    free, vetoed = await make_members(room.database, bureau.school, [1, 1])
    [other] = await make_members(room.database, bureau.south_school, [1])
    await room.veto(vetoed, date(2014, 12, 1), date(2015, 11, 30))
    assert await room.states() == {
        free.staff_no: ("unbound", False, True),
        vetoed.staff_no: ("unbound", True, False),
        other.staff_no: ("below", False, False),
    }
    report = await room.report()
    assert (report["unbound"], report["barred"], report["below"]) == (2, 1, 1)


# seed 000 二(二): 师德考核“与教师资格定期登记紧密挂钩”
@pytest.mark.requirement("000-22", "000-13")
@pytest.mark.parametrize("bars", [BARS_YEAR, BARS_COMPLETION])
async def test_a_veto_bars_whatever_the_credits(room: Room, bars: dict[str, Any]) -> None:
    await adopt_zhuzhou(room.database, room.bureau.city, from_on=date(2009, 1, 2), **bars)
    free, vetoed = await make_members(room.database, room.bureau.school, [72, 72])
    await room.veto(vetoed, date(2014, 12, 1), date(2015, 11, 30))
    assert await room.states() == {
        free.staff_no: ("met", False, True),
        vetoed.staff_no: ("met", True, False),
    }
    report = await room.report()
    assert (report["barred"], report["met"], report["eligible"]) == (1, 2, 1)
    assert "9号" not in str(report)


@pytest.mark.requirement("000-22")
@pytest.mark.parametrize(("bars", "barred"), [(BARS_YEAR, True), (BARS_COMPLETION, False)])
async def test_a_veto_that_is_over_bars_the_year_alone(
    room: Room, bars: dict[str, Any], barred: bool
) -> None:
    await adopt_zhuzhou(room.database, room.bureau.city, from_on=date(2009, 1, 2), **bars)
    [vetoed] = await make_members(room.database, room.bureau.school, [72])
    await room.veto(vetoed, date(2014, 3, 1), date(2014, 12, 30))
    assert await room.states() == {vetoed.staff_no: ("met", barred, not barred)}


async def test_a_veto_bars_nothing_where_the_rules_know_none(room: Room) -> None:
    [vetoed] = await make_members(room.database, room.bureau.school, [72])
    await room.veto(vetoed, date(2014, 3, 1), date(2015, 3, 1))
    assert await room.states() == {vetoed.staff_no: ("met", False, True)}


@pytest.mark.parametrize("lifted", [False, True])
async def test_a_veto_lifted_before_the_day_bars_no_longer(room: Room, lifted: bool) -> None:
    """Lifted today, asked as of today: the present year runs, and it ended yesterday."""
    today = clock.today()
    await adopt_zhuzhou(
        room.database,
        room.bureau.city,
        from_on=date(2009, 1, 2),
        cycle={"starts_on": f"{today.year}-01-01", "ends_on": f"{today.year + 4}-12-31"},
        **BARS_COMPLETION,
    )
    [vetoed] = await make_members(room.database, room.bureau.school, [0])
    await earn(room.database, vetoed, 72, event_on=today)
    await room.veto(vetoed, date(today.year, 1, 1), date(today.year + 1, 1, 1), lifted=lifted)
    found = await room.office.ask(room.bureau.auditor, "GET", "/reports/eligibility")
    [item] = found["items"]
    assert (item["year_state"], item["barred"], item["eligible"]) == ("met", not lifted, lifted)


@pytest.mark.requirement("000-22")
async def test_the_cycle_stands_beside_and_decides_nothing(room: Room) -> None:
    rows = {"total": {"credits": 100}, "school_based": None, "edtech": None}
    await adopt_zhuzhou(room.database, room.bureau.city, from_on=date(2009, 1, 2), requirements=rows)
    people = await make_members(room.database, room.bureau.school, [100, 72, 0])
    await earn(room.database, people[2], 100, event_on=date(2013, 5, 5))
    shown = {one["staff_no"]: (one["complete"], one["eligible"]) for one in (await room.report())["items"]}
    assert [shown[one.staff_no] for one in people] == [(True, True), (False, True), (True, False)]


async def test_only_the_eligible_or_only_the_others_are_listed(room: Room) -> None:
    people = await make_members(room.database, room.bureau.school, [72, 71, 72])
    numbers = [person.staff_no for person in people]
    assert list(await room.states(eligible="true")) == [numbers[0], numbers[2]]
    assert list(await room.states(eligible="false")) == [numbers[1]]
    narrowed = await room.report(eligible="false")
    assert (narrowed["people"], narrowed["eligible"]) == (3, 2)


async def test_the_people_come_in_pages(room: Room) -> None:
    people = await make_members(room.database, room.bureau.school, [0, 72, 0, 72, 0])
    seen, token = list[str](), None
    while True:
        page = await room.report(page_size="2", **({"page_token": token} if token else {}))
        seen += [one["staff_no"] for one in page["items"]]
        token = page["next_page_token"]
        if token is None:
            break
    assert seen == [person.staff_no for person in people]
    assert len(await csv_rows(room.office, room.bureau.auditor, f"{PATH}&page_size=2&format=csv")) == 6


@pytest.mark.requirement("000-22")
async def test_no_stale_figure_makes_anybody_eligible(room: Room) -> None:
    [person] = await make_members(room.database, room.bureau.school, [71])
    assert not (await room.states())[person.staff_no][2]
    await earn(room.database, person, 1)
    assert (await room.states())[person.staff_no] == ("met", False, True)


@pytest.mark.requirement("000-22")
async def test_everyone_sees_the_own_people_only(room: Room) -> None:
    bureau = room.bureau
    for school in (bureau.school, bureau.other_school, bureau.south_school):
        await make_members(room.database, school, [72])
    seen = {
        name: (await room.report(getattr(bureau, name)))["people"]
        for name in ("clerk", "reviewer", "auditor")
    }
    assert seen == {"clerk": 1, "reviewer": 2, "auditor": 3}
    narrowed = await room.report(organisation_id=str(bureau.south.id))
    assert [one["school"]["name"] for one in narrowed["items"]] == ["南浦实验学校"]
    foreign = f"{PATH}&organisation_id={bureau.south.id}"
    assert (await room.office.ask(bureau.clerk, "GET", foreign, status=404))["code"] == "not_found"


async def test_only_who_keeps_or_watches_a_unit_may_ask(room: Room) -> None:
    for role in sorted(UNIT_READERS):
        await room.report(await make_user(room.database, room.bureau.city, role))
    others = [await make_teacher(room.database, room.bureau.school)]
    others.append(await make_user(room.database, room.bureau.city, Role.finance))
    for who in others:
        await room.office.ask(who, "GET", PATH, status=403)
    await room.office.ask(room.bureau.auditor, "GET", f"{PATH}&eligible=perhaps", status=422)


async def test_the_file_reads_the_same_as_csv_and_workbook(room: Room) -> None:
    await adopt_zhuzhou(room.database, room.bureau.city, from_on=date(2009, 1, 2), **BARS_YEAR)
    met, vetoed = await make_members(room.database, room.bureau.school, [72, 0])
    await room.veto(vetoed, date(2014, 3, 1), LAST_DAY)
    header, *rows = await csv_rows(room.office, room.bureau.clerk, f"{PATH}&format=csv")
    assert header == ["学校", "工号", "姓名", "年度学分", "周期完成", "师德一票否决", "具备条件"]
    assert rows == [
        ["河东小学", met.staff_no, "林小满", "达标", "否", "否", "是"],
        ["河东小学", vetoed.staff_no, "林小满", "未达标", "否", "是", "否"],
    ]
    assert await xlsx_rows(room.office, room.bureau.clerk, f"{PATH}&format=xlsx") == rows
