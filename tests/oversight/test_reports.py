"""Reports on the year and the cycle: hand-worked figures, scope, early warning, files, and no stale figure."""

import csv
import io
import zipfile
from datetime import date
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from python_calamine import CalamineWorkbook
from sqlalchemy import func, insert, select, update
from sqlmodel import col

from tests.make.approvals import make_claim
from tests.make.bureau import Bureau, make_bureau
from tests.make.figures import (
    LAST_DAY,
    YEAR,
    adopt_zhuzhou,
    earn,
    earn_each,
    exempt,
    make_members,
    touch,
    transfer,
)
from tests.make.people import Person, bearer, make_teacher
from tests.make.programs import make_program, make_run
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.core.outbox import OutboxEvent
from xuefen.credits.models import YearFigure
from xuefen.credits.renewing import BEHIND
from xuefen.enrollments.models import Enrollment
from xuefen.oversight import reports_scope
from xuefen.people.models import Teacher
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.worker import deliver_waiting

AUTUMN = date(2014, 10, 15)
SCHOOL_BASED = {"category": "school_based", "level": Level.school, "mode": DeliveryMode.school_based}


class Office:
    """Somebody asks for a report of 2014."""

    def __init__(self, app: FastAPI, api: httpx.AsyncClient, database: Database, bureau: Bureau) -> None:
        self.app, self.api, self.database, self.bureau = app, api, database, bureau

    async def ask(self, name: str, who: Person | None = None, **query: Any) -> httpx.Response:
        person = who or self.bureau.auditor
        asked = {"year": YEAR} | query
        return await self.api.get(f"/api/v1/reports/{name}", params=asked, headers=bearer(self.app, person))

    async def report(self, name: str, who: Person | None = None, **query: Any) -> dict[str, Any]:
        answer = await self.ask(name, who, **query)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def school(self, who: Person | None = None) -> dict[str, Any]:
        """The report's only school."""
        [row] = (await self.report("schools", who))["items"]
        return dict(row)

    async def threshold(self) -> dict[str, Any]:
        [threshold] = (await self.school())["thresholds"]
        return dict(threshold)


@pytest.fixture
async def office(app: FastAPI, api: httpx.AsyncClient, database: Database) -> Office:
    bureau = await make_bureau(database)
    await adopt_zhuzhou(database, bureau.city)
    return Office(app, api, database, bureau)


# 株教函〔2014〕29号 六(四)2：“20%以上的教师在一个年度内未能完成72学分”
@pytest.mark.requirement("003-28", "002-18")
@pytest.mark.parametrize(
    ("met", "below", "failed", "more", "share", "percent"),
    [(37, 9, False, 1, "9/46", "19.56"), (40, 10, True, 0, "10/50", "20.00")],
)
async def test_a_school_fails_at_a_fifth_of_its_teachers(
    office: Office, met: int, below: int, failed: bool, more: int, share: str, percent: str
) -> None:
    await make_members(office.database, office.bureau.school, [72] * met + [71] * below)
    row = await office.school()
    [threshold] = row["thresholds"]
    assert (row["members"], row["below"], row["attained"]["share"]) == (
        met + below,
        below,
        f"{met}/{met + below}",
    )
    assert (threshold["failed"], threshold["more_until_failed"]) == (failed, more)
    assert (threshold["share"]["share"], threshold["share"]["percent"]) == (share, percent)
    assert {one["code"] for one in threshold["consequences"]} == {
        "no_award",
        "principal_not_excellent",
        "bulletin",
    }


async def test_credits_over_the_cap_do_not_save_a_school(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [72] * 4 + [59])
    await earn(office.database, people[-1], 13, event_on=AUTUMN, **SCHOOL_BASED)
    assert (await office.threshold())["share"]["share"] == "1/5"


@pytest.mark.requirement("004-01")
async def test_exempt_people_are_left_out_of_the_threshold_and_shown_beside_the_rates(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [72] * 40 + [71] * 10)
    await exempt(office.database, people[-1], date(2014, 1, 1), LAST_DAY)
    row = await office.school()
    assert (row["members"], row["exempt"], row["below"]) == (49, 1, 9)
    assert (row["attained"]["share"], row["attained_with_exempt"]["share"]) == ("40/49", "40/50")
    assert not row["thresholds"][0]["failed"]


async def test_who_moved_at_the_end_of_the_year_counts_at_the_last_school(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [72] * 4 + [10])
    await make_members(office.database, office.bureau.south_school, [72] * 5)
    before = (await office.report("schools"))["items"]
    await transfer(office.database, people[-1], office.bureau.south_school, LAST_DAY)
    after = (await office.report("schools"))["items"]
    shares = [[row["thresholds"][0]["share"]["share"] for row in items] for items in (before, after)]
    assert shares == [["0/5", "1/5"], ["1/6", "0/4"]]


async def test_a_stale_figure_is_never_shown(office: Office) -> None:
    """Posted and read at once: no worker has run."""
    people = await make_members(office.database, office.bureau.school, [71, 71, 72, 72, 72])
    assert (await office.school())["below"] == 2
    await earn(office.database, people[0], 1)
    assert (await office.school())["below"] == 1
    await earn_each(office.database, people, [0, 1, 0, 0, 0])
    below = await office.report("teachers-below")
    assert (below["total"], below["items"]) == (0, [])
    counties = await office.report("counties")
    assert counties["total"]["attained"]["share"] == "5/5"


async def test_reading_keeps_what_it_had_to_compute(office: Office) -> None:
    await make_members(office.database, office.bureau.school, [72] * 3)
    await office.report("schools")
    async with office.database.read() as db:
        assert await db.scalar(select(func.count()).select_from(YearFigure)) == 3


async def test_when_too_many_are_stale_the_worker_computes_them_and_nothing_old_is_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports_scope, "FEW", 3)
    await make_members(office.database, office.bureau.school, [72] * 4)
    for _ in range(2):
        answer = await office.ask("schools")
        assert (answer.status_code, answer.json()["code"]) == (503, "figures_recomputing")
        assert answer.json()["recomputing"] == 4
        assert int(answer.headers["Retry-After"]) >= 1
    async with office.database.read() as db:
        asked = await db.scalar(
            select(func.count()).select_from(OutboxEvent).where(col(OutboxEvent.topic) == BEHIND)
        )
    assert asked == 1
    await deliver_waiting(office.database)
    assert (await office.school())["members"] == 4


async def test_a_small_unit_does_not_wait_for_the_city(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports_scope, "FEW", 3)
    await make_members(office.database, office.bureau.school, [72] * 2)
    await make_members(office.database, office.bureau.south_school, [72] * 4)
    assert (await office.school(office.bureau.clerk))["members"] == 2


# 六(四)2, with DOMAIN section 6: in March everybody is below 72, so what is in review and enrolled counts too.
@pytest.mark.requirement("003-28")
async def test_an_early_warning_names_who_could_still_tip_the_school(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [72] * 12 + [70, 69, 40])
    with time_machine.travel("2014-11-03T04:00:00Z"):
        await make_claim(
            office.database,
            people[12],
            category="post_training",
            level=Level.county,
            mode=DeliveryMode.onsite,
        )
        await enrolled(office, people[13])
        [row] = (await office.report("schools", office.bureau.clerk))["items"]
    [threshold] = row["thresholds"]
    assert (threshold["share"]["share"], threshold["failed"]) == ("3/15", True)
    assert (threshold["expected_share"]["share"], threshold["expected_failed"]) == ("1/15", False)
    assert (threshold["expected_more_until_failed"], row["expected_below"]) == (2, 1)
    assert threshold["warning"] == "还差2人即不合格：2人靠在审或已报名的学分才能达标"
    named = [(one["staff_no"], one["missing"], one["coming"]) for one in threshold["at_risk"]]
    assert named == [(people[12].staff_no, "2.00", "4.00"), (people[13].staff_no, "3.00", "24.00")]


async def enrolled(office: Office, person: Person) -> None:
    """A place in a county's course of 24 credits that ends within the year."""
    program = await make_program(office.database, office.bureau.north, office.bureau.north)
    run = await make_run(office.database, program)
    async with office.database.write() as db:
        await db.execute(
            insert(Enrollment).values(
                city_id=person.city_id,
                id=new_id(),
                run_id=run.id,
                program_id=program.id,
                teacher_id=person.teacher_id,
                provider_id=office.bureau.north.id,
                school_id=person.unit.id,
                org_path=person.unit.path,
                holder_id=person.city_id,
            )
        )


async def test_a_claim_over_the_cap_carries_nobody(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [72] * 9 + [59])
    await earn(office.database, people[-1], 12, event_on=AUTUMN, **SCHOOL_BASED)
    with time_machine.travel("2014-11-03T04:00:00Z"):
        await make_claim(office.database, people[-1], credits_centi=400, **SCHOOL_BASED)
        assert (await office.threshold())["expected_share"]["share"] == "1/10"
        [person] = (await office.report("teachers-below"))["items"]
    assert (person["missing"], person["pending"], person["missing_after"]) == ("1.00", "4.00", "1.00")


async def test_part_of_a_claim_below_the_cap_carries(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [72] * 9 + [60])
    await earn(office.database, people[-1], 11, event_on=AUTUMN, **SCHOOL_BASED)
    with time_machine.travel("2014-11-03T04:00:00Z"):
        await make_claim(office.database, people[-1], credits_centi=400, **SCHOOL_BASED)
        threshold = await office.threshold()
    assert threshold["expected_share"]["share"] == "0/10"
    assert [one["coming"] for one in threshold["at_risk"]] == ["1.00"]
    assert threshold["warning"] == "预计合格：未达标0人，其余教师的学分已足够，不会再不合格"


async def test_a_school_that_is_lost_anyway_is_told_so(office: Office) -> None:
    await make_members(office.database, office.bureau.school, [72, 72, 0])
    assert (await office.threshold())["warning"] == "预计不合格：计入在审和已报名的学分后仍有1人未达标"


@pytest.mark.requirement("003-29")
async def test_teachers_below_are_listed_with_what_is_missing(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [72, 71, 0])
    exempted = (await make_members(office.database, office.bureau.school, [5]))[0]
    await exempt(office.database, exempted, date(2014, 1, 1), LAST_DAY)
    report = await office.report("teachers-below", office.bureau.clerk)
    assert (report["total"], report["members"], report["exempt"]) == (2, 3, 1)
    shown = [(one["staff_no"], one["required"], one["counted"], one["missing"]) for one in report["items"]]
    assert shown == [
        (people[1].staff_no, "72.00", "71.00", "1.00"),
        (people[2].staff_no, "72.00", "0.00", "72.00"),
    ]
    assert (await office.report("teachers-below", requirement="another"))["items"] == []
    assert exempted.staff_no not in str(report)


async def test_the_list_is_given_in_pages(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [0] * 5)
    seen, token = [], None
    while True:
        page = await office.report("teachers-below", page_size=2, **({"page_token": token} if token else {}))
        seen += [one["staff_no"] for one in page["items"]]
        token = page["next_page_token"]
        if token is None:
            break
    assert seen == sorted(person.staff_no for person in people)


# 株教函〔2014〕29号 二：“完成率达到95%以上”
@pytest.mark.requirement("003-04", "003-26")
@pytest.mark.parametrize(("short", "reaches", "percent"), [(1, True, "95.00"), (2, False, "90.00")])
async def test_exactly_95_percent_reaches_the_target(
    office: Office, short: int, reaches: bool, percent: str
) -> None:
    await only_a_total_of_100(office)
    await make_members(office.database, office.bureau.school, [100] * 15 + [0] * short)
    await make_members(office.database, office.bureau.direct_school, [100] * (5 - short))
    report = await office.report("counties")
    assert report["target"]["percent"] == "95.00"
    assert (report["total"]["reaches_target"], report["total"]["complete"]["percent"]) == (reaches, percent)
    assert [(row["name"], row["complete"]["share"]) for row in report["items"]] == [
        ("市直属", f"{5 - short}/{5 - short}"),
        ("北河县", f"15/{15 + short}"),
    ]


async def only_a_total_of_100(office: Office) -> None:
    """The rules of the city from 2014 on: 100 credits in the cycle and nothing else for completion."""
    rows = {"total": {"credits": 100}, "school_based": None, "edtech": None}
    await adopt_zhuzhou(office.database, office.bureau.city, from_on=date(2014, 1, 1), requirements=rows)


# seed 002-1: “学分达标率达90%以上”
@pytest.mark.requirement("002-01")
@pytest.mark.parametrize(("met", "reaches"), [(9, True), (8, False)])
async def test_attainment_has_a_target_where_a_county_sets_one(
    office: Office, met: int, reaches: bool
) -> None:
    target = {"name": "年度达标率", "measure": "attainment", "percent": "90", "of": "county"}
    target |= {"requirement": "year", "clause": "seed 002-1 二"}
    await adopt_zhuzhou(
        office.database, office.bureau.north, from_on=date(2009, 1, 2), targets={"attainment": target}
    )
    await make_members(office.database, office.bureau.school, [72] * met + [71] * (10 - met))
    await make_members(office.database, office.bureau.south_school, [72])
    report = await office.report("counties")
    shown = {row["name"]: row["reaches_attainment_target"] for row in (report["total"], *report["items"])}
    assert shown == {"合计": None, "北河县": reaches, "南浦区": None}
    [north] = [row for row in report["items"] if row["name"] == "北河县"]
    assert north["attainment_target"]["percent"] == "90.00"


@pytest.mark.requirement("003-20")
async def test_the_forecast_carries_the_pace_of_the_cycle_on(office: Office) -> None:
    """72 of 84 months are over: 86 of 100 is the pace of 100.33, 85 that of 99.17."""
    await only_a_total_of_100(office)
    await make_members(office.database, office.bureau.school, [100, 86, 85, 0])
    total = (await office.report("counties"))["total"]
    assert total["complete"]["share"] == "1/4"
    assert [(one["by"], one["complete"]["share"]) for one in total["forecast"]] == [
        ("2014-12-31", "1/4"),
        ("2015-12-31", "2/4"),
    ]


async def test_the_forecast_ends_with_each_training_year(office: Office) -> None:
    """Years from March to February: 29 February of 2012, and 28 of the years after it."""
    cycle = {"starts_on": "2011-03-01", "ends_on": "2015-02-28"}
    await adopt_zhuzhou(
        office.database, office.bureau.city, from_on=date(2009, 1, 2), year={"starts_month": 3}, cycle=cycle
    )
    await make_members(office.database, office.bureau.school, [0])
    report = await office.report("counties", year=2011)
    assert (report["label"], report["as_of"]) == ("2011–2012年度", "2012-02-29")
    assert [one["by"] for one in report["total"]["forecast"]] == [
        "2012-02-29",
        "2013-02-28",
        "2014-02-28",
        "2015-02-28",
    ]


async def test_everyone_sees_the_own_part_only(office: Office) -> None:
    await make_members(office.database, office.bureau.school, [0])
    await make_members(office.database, office.bureau.other_school, [0, 0])
    await make_members(office.database, office.bureau.south_school, [0])
    seen = {}
    for name in ("clerk", "other_clerk", "reviewer", "auditor"):
        who = getattr(office.bureau, name)
        schools = (await office.report("schools", who))["items"]
        below = (await office.report("teachers-below", who))["total"]
        seen[name] = (len(schools), below)
    assert seen == {"clerk": (1, 1), "other_clerk": (1, 2), "reviewer": (2, 3), "auditor": (3, 4)}


async def test_a_report_may_be_narrowed_to_a_unit_in_scope(office: Office) -> None:
    await make_members(office.database, office.bureau.school, [0])
    await make_members(office.database, office.bureau.south_school, [0])
    narrowed = await office.report("schools", organisation_id=str(office.bureau.south.id))
    assert [row["school"]["name"] for row in narrowed["items"]] == ["南浦实验学校"]
    for foreign in (office.bureau.south.id, new_id()):
        answer = await office.ask("schools", office.bureau.clerk, organisation_id=str(foreign))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_who_keeps_no_unit_has_no_reports(office: Office) -> None:
    teacher = await make_teacher(office.database, office.bureau.school)
    for name in ("schools", "teachers-below", "counties"):
        assert (await office.ask(name, teacher)).status_code == 403


@pytest.mark.parametrize(("query", "status"), [({"page": 2}, 422), ({"year": 2099}, 409), ({"year": 1}, 422)])
async def test_what_cannot_be_asked_is_refused(office: Office, query: dict[str, Any], status: int) -> None:
    assert (await office.ask("schools", **query)).status_code == status


async def test_without_a_policy_there_is_no_report(
    app: FastAPI, api: httpx.AsyncClient, database: Database
) -> None:
    office = Office(app, api, database, await make_bureau(database))
    answer = await office.ask("schools")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_policy")


FORMULA = '=HYPERLINK("http://x","y")'


async def test_names_in_files_compute_nothing(office: Office) -> None:
    [person] = await make_members(office.database, office.bureau.school, [0])
    await touch(office.database, person, name=FORMULA)
    answer = await office.ask("teachers-below", format="csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [header, row] = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert row[header.index("姓名")] == f"'{FORMULA}"
    answer = await office.ask("teachers-below", format="xlsx")
    [_, cells] = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert cells[2] == FORMULA
    sheet = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


@pytest.mark.parametrize(
    ("name", "title", "line"),
    [
        (
            "schools",
            "2014年度学校达标情况",
            ["北河县", "河东小学", "2", "2", "0", "1", "1", "50.00%", "50.00%"],
        ),
        ("counties", "2014年度周期完成情况", ["合计", "2", "0/2", "0.00%", "0.00%", "否", "1/2"]),
        ("teachers-below", "2014年度未达标教师", ["河东小学"]),
    ],
)
async def test_every_report_comes_as_a_file_with_a_chinese_name(
    office: Office, name: str, title: str, line: list[str]
) -> None:
    await make_members(office.database, office.bureau.school, [72, 0])
    for kind in ("csv", "xlsx"):
        answer = await office.ask(name, format=kind)
        disposition = answer.headers["content-disposition"]
        assert disposition.isascii()
        assert unquote(disposition) == f"attachment; filename*=UTF-8''{title}.{kind}"
    text = (await office.ask(name, format="csv")).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][: len(line)] == line


async def test_a_file_holds_every_page(office: Office) -> None:
    await make_members(office.database, office.bureau.school, [0] * 130)
    text = (await office.ask("teachers-below", format="csv")).content.decode("utf-8-sig")
    assert len(text.splitlines()) == 131


async def test_the_running_year_is_the_default(office: Office) -> None:
    await make_members(office.database, office.bureau.school, [0])
    with time_machine.travel("2014-11-03T04:00:00Z"):
        answer = await office.api.get(
            "/api/v1/reports/schools", headers=bearer(office.app, office.bureau.auditor)
        )
    body = answer.json()
    assert (body["year"], body["label"], body["as_of"]) == (2014, "2014年度", "2014-11-03")


async def test_an_organisation_that_is_no_school_stands_under_no_threshold(office: Office) -> None:
    people = await make_members(office.database, office.bureau.school, [0])
    async with office.database.write() as db:
        place = {"school_id": office.bureau.north.id, "org_path": office.bureau.north.path}
        await db.execute(update(Teacher).where(col(Teacher.id) == people[0].teacher_id).values(**place))
    await transfer(office.database, people[0], office.bureau.north, date(2014, 2, 1))
    assert (await office.report("schools"))["items"] == []
    assert (await office.report("teachers-below"))["total"] == 1
