"""Checking a roster over HTTP: who may, for which schools, and what the answer says."""

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update
from sqlmodel import col

from tests.make.city import CityFixture, make_city
from tests.make.organisations import make_school
from tests.make.people import bearer, bind, give_phone, make_user
from tests.make.roster import as_csv, as_xlsx, id_number, roster, row, upload
from tests.people.roster.conftest import Office
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.models import Organisation
from xuefen.organisations.roles import Role
from xuefen.people.models import Import, Teacher

OfficeOf = Callable[..., Office]


def codes(checked: Any) -> list[tuple[int, str, str]]:
    return [(found["row"], found["column"], found["code"]) for found in checked["errors"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "xlsx"])
async def test_a_roster_is_read_in_whatever_it_was_saved(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, encoding: str
) -> None:
    named = {"姓名": "欧阳春晓", "手机": "13812345678", "身份证号": id_number(1)}
    rows = roster(row(1, **named, 学历="本科", 岗位="班主任"), row(2))
    file = as_xlsx(rows) if encoding == "xlsx" else as_csv(rows, encoding)
    answer = await upload(api, bearer(app, city.clerk), file)
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    checked = answer.json()
    assert {name: checked[name] for name in checked if name.startswith("rows_")} == {
        "rows_total": 2,
        "rows_wrong": 0,
        "rows_new": 2,
        "rows_changed": 0,
        "rows_same": 0,
    }
    assert (checked["state"], checked["can_commit"], checked["errors"]) == ("checked", True, [])
    assert checked["preview"][0] == {
        "row": 2,
        "change": "new",
        "changed": [],
        "staff_no": "R00001",
        "name": "欧阳春晓",
        "school_name": "河东小学",
        "stage": "primary",
        "subject": "语文",
        "hired_on": "2014-09-01",
        "degree": "bachelor",
        "phone_masked": "138****5678",
        "id_number_masked": "430***********" + id_number(1)[-4:],
        "posts": ["homeroom"],
    }


async def test_a_check_writes_no_teacher(database: Database, city: CityFixture, office: OfficeOf) -> None:
    checked = await office(city.clerk).check(row(1), row(2))
    async with database.read() as db:
        assert await db.scalar(select(func.count()).where(col(Teacher.staff_no).startswith("R"))) == 0
        acts = await db.scalars(select(col(AuditEvent.action)).where(col(AuditEvent.object_kind) == "import"))
        assert list(acts) == ["import.checked"]
    assert (await office(city.clerk).look(checked["id"])).json() == checked


async def test_errors_say_where_and_what_to_do_and_never_repeat_the_cell(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    checked = await office(city.clerk).check(
        row(1), row(2, 入职日期="二〇一四", 手机="13800000"), row(3, 学校代码="S02")
    )
    assert codes(checked) == [
        (3, "入职日期", "date"),
        (3, "手机", "phone"),
        (4, "学校代码", "school_unknown"),
    ]
    assert checked["errors"][0]["message"] == "第 3 行 入职日期：应为 2014-09-01 这样的日期"
    assert (checked["rows_wrong"], checked["rows_new"], checked["errors_total"]) == (2, 1, 3)
    assert checked["can_commit"] is False
    assert "13800000" not in str(checked)
    async with database.read() as db:
        assert await db.scalar(select(col(Import.rows_cipher))) is None


async def test_rows_wait_encrypted(city: CityFixture, office: OfficeOf, database: Database) -> None:
    await office(city.clerk).check(row(1, 手机="13812345678", 身份证号=id_number(1), 姓名="欧阳春晓"))
    async with database.read() as db:
        stored = await db.scalar(select(col(Import.rows_cipher)))
    assert stored
    assert not any(value in stored for value in (b"13812345678", id_number(1).encode(), "欧阳".encode()))


async def test_people_who_are_known_are_told_from_new_ones(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    colleague = {"姓名": "周谷雨", "入职日期": "2005-09-01"}
    await give_phone(database, city.second_clerk, "13800000001")
    checked = await office(city.clerk).check(
        row(1, **colleague, 工号=city.colleague.staff_no),
        row(2, **colleague, 工号=city.colleague.staff_no.lower() + "X"),
        row(3, 工号=city.teacher.staff_no, 姓名="林小满", 入职日期="2005-09-01", 学科="数学"),
        row(4, 工号=city.clerk.staff_no),
        row(5, 工号=city.neighbour.staff_no, 姓名="吴白露", 入职日期="2005-09-01"),
        row(6, 手机="13800000001"),
    )
    assert codes(checked) == [
        (5, "工号", "staff_no_taken"),
        (6, "工号", "other_school"),
        (7, "手机", "phone_taken"),
    ]
    assert [(line["row"], line["change"], line["changed"]) for line in checked["preview"]] == [
        (2, "same", []),
        (3, "new", []),
        (4, "changed", ["subject"]),
    ]
    assert [(found["row"], found["code"]) for found in checked["warnings"]] == [(3, "same_name")]


async def test_a_staff_number_of_another_city_is_taken(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    await make_city(database, code="430900")
    checked = await office(city.clerk).check(row(1, 工号="430900T0001"))
    assert codes(checked) == [(2, "工号", "staff_no_taken")]


@pytest.mark.requirement("000-12")
async def test_a_roster_reaches_as_far_as_its_importer(city: CityFixture, office: OfficeOf) -> None:
    rows = [row(n, 学校代码=f"S0{n}") for n in (1, 2, 3, 4)] + [row(5, 学校代码="D01")]
    beyond = {
        city.clerk: [3, 4, 5, 6],
        city.union_clerk: [2, 3, 5, 6],
        city.north_reviewer: [5, 6],
        city.north_administrator: [5, 6],
        city.auditor: [],
        city.administrator: [],
    }
    for importer, refused in beyond.items():
        checked = await office(importer).check(*rows)
        assert [found["row"] for found in checked["errors"]] == refused, importer.role
        assert {found["code"] for found in checked["errors"]} <= {"school_unknown"}


async def test_only_who_keeps_a_roster_may_import_one(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    file = as_csv(roster(row(1)))
    for stranger in (city.teacher, city.provider_staff, city.supervisor, city.finance, city.teacher_office):
        answer = await upload(api, bearer(app, stranger), file)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        template = await api.get("/api/v1/imports/template.xlsx", headers=bearer(app, stranger))
        assert template.status_code == 403
    assert (await upload(api, {}, file)).status_code == 401


async def test_an_import_is_seen_by_the_unit_and_those_above(city: CityFixture, office: OfficeOf) -> None:
    checked = await office(city.clerk).check(row(1))
    for insider in (city.clerk, city.second_clerk, city.north_reviewer, city.auditor):
        assert (await office(insider).look(checked["id"])).status_code == 200
    absent = await office(city.other_clerk).look(str(new_id()))
    for outsider in (city.other_clerk, city.south_reviewer, city.south_clerk):
        answer = await office(outsider).look(checked["id"])
        assert (answer.status_code, answer.json()) == (404, absent.json())
        assert (await office(outsider).commit(checked["id"])).status_code == 404
    assert (await office(city.teacher).look(checked["id"])).status_code == 403


async def test_a_reviewer_may_import_for_one_school(city: CityFixture, office: OfficeOf) -> None:
    checked = await office(city.north_reviewer).check(
        row(1, 学校代码=""), row(2, 学校代码="S02"), organisation_id=str(city.school.id)
    )
    assert checked["organisation"] == {"id": str(city.school.id), "name": "河东小学"}
    assert codes(checked) == [(3, "学校代码", "school_unknown")]
    assert (await office(city.clerk).look(checked["id"])).status_code == 200


async def test_a_unit_elsewhere_is_not_found(app: FastAPI, api: httpx.AsyncClient, city: CityFixture) -> None:
    for elsewhere in (city.other_school.id, city.north.id, new_id()):
        answer = await upload(
            api, bearer(app, city.clerk), as_csv(roster(row(1))), organisation_id=str(elsewhere)
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_who_keeps_two_rosters_names_the_one(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, database: Database
) -> None:
    await bind(database, city.clerk, Role.school_clerk, city.other_school)
    file = as_csv(roster(row(1, 学校代码="")))
    answer = await upload(api, bearer(app, city.clerk), file)
    assert (answer.status_code, answer.json()["code"]) == (422, "organisation_needed")
    answer = await upload(api, bearer(app, city.clerk), file, organisation_id=str(city.other_school.id))
    assert answer.json()["preview"][0]["school_name"] == "河西中学"


async def test_a_school_that_closed_takes_nobody(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    school = await make_school(database, city.north, "S88")
    clerk = await make_user(database, school, Role.school_clerk)
    assert (await office(clerk).check(row(1, 学校代码="S88")))["errors"] == []
    async with database.write() as db:
        await db.execute(
            update(Organisation).where(col(Organisation.id) == school.id).values(closed_on=date(2025, 7, 1))
        )
    assert codes(await office(clerk).check(row(1, 学校代码="S88"))) == [(2, "学校代码", "school_unknown")]


async def test_a_retry_gives_the_import_as_it_stands_and_another_file_is_refused(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers, import_id = bearer(app, city.clerk), new_id()
    first = await upload(api, headers, as_csv(roster(row(1))), import_id)
    again = await upload(api, headers, as_csv(roster(row(1))), import_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    for who, file in ((city.clerk, roster(row(2))), (city.other_clerk, roster(row(1)))):
        answer = await upload(api, bearer(app, who), as_csv(file), import_id)
        assert (answer.status_code, answer.json()["code"]) == (409, "id_used")
