"""Committing a roster over HTTP: all of it, or nothing."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import func, select, update
from sqlmodel import col

from tests.make.city import CityFixture
from tests.make.people import bearer, give_phone, give_post, make_teacher
from tests.make.roster import as_csv, commit, id_number, roster, row, upload
from tests.people.roster.conftest import Office
from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.models import Organisation
from xuefen.people.models import DirectoryEntry, Employment, Import, RoleBinding, Teacher, TeacherPost, User
from xuefen.people.roster import committing
from xuefen.people.service import sweep

OfficeOf = Callable[..., Office]
TABLES = (User, DirectoryEntry, RoleBinding, Teacher, Employment, TeacherPost, AuditEvent)


async def counts(database: Database) -> dict[str, int]:
    async with database.read() as db:
        return {
            table.__name__: await db.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES
        }


async def acts_on(database: Database, teacher_id: str) -> list[tuple[str, list[str]]]:
    async with database.read() as db:
        rows = await db.execute(
            select(col(AuditEvent.action), col(AuditEvent.fields), col(AuditEvent.object_id)).order_by(
                col(AuditEvent.id)
            )
        )
        return [(action, fields) for action, fields, object_id in rows if str(object_id) == teacher_id]


async def test_a_new_teacher_has_account_employment_role_and_post_but_no_password(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    clerk = office(city.clerk)
    committed = await clerk.bring_in(
        row(
            1,
            姓名="欧阳春晓",
            手机="13812345678",
            身份证号=id_number(1),
            岗位="班主任（2024-09-01）、骨干教师",
        )
    )
    assert (committed["state"], committed["can_commit"], committed["version"]) == ("committed", False, 2)
    teacher = await clerk.teacher("R00001")
    assert (teacher["name"], teacher["school"]["name"]) == ("欧阳春晓", "河东小学")
    assert (teacher["phone_masked"], teacher["id_number_masked"][-4:]) == ("138****5678", id_number(1)[-4:])
    assert teacher["employments"][0]["starts_on"] == "2014-09-01"
    today = clock.today().isoformat()
    assert {(post["post"], post["from_on"]) for post in teacher["posts"]} == {
        ("homeroom", "2024-09-01"),
        ("backbone", today),
    }
    async with database.read() as db:
        user = (await db.scalars(select(User).where(col(User.staff_no) == "R00001"))).one()
        assert (user.password_hash, user.activation_hash) == (None, None)
        roles = await db.scalars(select(col(RoleBinding.role)).where(col(RoleBinding.user_id) == user.id))
        assert list(roles) == ["teacher"]
    assert await acts_on(database, teacher["id"]) == [("teacher.created", [])]


async def test_the_rows_and_the_preview_are_erased(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    committed = await office(city.clerk).bring_in(row(1))
    assert committed["preview"] == []
    async with database.read() as db:
        assert (await db.execute(select(col(Import.rows_cipher), col(Import.preview)))).one() == (None, [])


async def test_a_known_teacher_changes_in_what_the_row_says(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    since = date(2023, 9, 1)
    await give_phone(database, city.colleague, "13900000001")
    await give_post(database, city.colleague, "homeroom", since)
    await give_post(database, city.colleague, "trainer", since)
    clerk = office(city.clerk)
    committed = await clerk.bring_in(
        row(
            1,
            工号=city.colleague.staff_no,
            姓名="周谷禹",
            学段="初中",
            学科="历史",
            入职日期="2005-09-01",
            手机="13900000002",
            身份证号=id_number(7),
            岗位="班主任、骨干教师",
        )
    )
    assert (committed["rows_new"], committed["rows_changed"]) == (0, 1)
    teacher = await clerk.teacher(city.colleague.staff_no)
    assert (teacher["name"], teacher["stage"], teacher["subject"]) == ("周谷禹", "junior", "历史")
    assert (teacher["phone_masked"], teacher["version"]) == ("139****0002", 2)
    assert teacher["id_number_masked"][-4:] == id_number(7)[-4:]
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert {(post["post"], post["from_on"], post["until_on"]) for post in teacher["posts"]} == {
        ("homeroom", "2023-09-01", None),
        ("trainer", "2023-09-01", yesterday),
        ("backbone", clock.today().isoformat(), None),
    }
    fields = ["name", "stage", "subject", "phone", "id_number", "posts"]
    assert await acts_on(database, teacher["id"]) == [("teacher.edited", fields)]
    async with database.read() as db:
        phones = select(func.count()).where(
            col(DirectoryEntry.kind) == "phone", col(DirectoryEntry.owner_id) == city.colleague.id
        )
        assert await db.scalar(phones) == 1
        name = await db.scalar(select(col(User.name)).where(col(User.id) == city.colleague.id))
        assert name == "周谷禹"


async def test_the_same_file_once_more_changes_nothing(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    rows = [row(n, 手机=f"1380000000{n}", 身份证号=id_number(n), 岗位="班主任") for n in range(5)]
    await office(city.clerk).bring_in(*rows)
    before = await counts(database)
    committed = await office(city.clerk).bring_in(*rows)
    assert (committed["rows_new"], committed["rows_changed"], committed["rows_same"]) == (0, 0, 5)
    after = await counts(database)
    assert after == before | {"AuditEvent": before["AuditEvent"] + 2}  # that it was checked and committed


async def test_committing_again_changes_nothing(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    clerk = office(city.clerk)
    committed = await clerk.bring_in(row(1))
    before = await counts(database)
    again = await clerk.commit(committed["id"])
    assert (again.status_code, again.json()) == (200, committed)
    assert again.headers["etag"] == '"2"'
    assert await counts(database) == before


async def test_two_commits_at_once_import_once(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, database: Database
) -> None:
    headers = bearer(app, city.clerk)
    checked = (await upload(api, headers, as_csv(roster(*map(row, range(30)))))).json()
    both = await asyncio.gather(*(commit(api, headers, checked["id"]) for _ in range(2)))
    assert [answer.status_code for answer in both] == [200, 200]
    async with database.read() as db:
        assert await db.scalar(select(func.count()).where(col(Teacher.staff_no).startswith("R"))) == 30


async def test_the_version_must_be_the_one_that_was_seen(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    headers = bearer(app, city.clerk)
    checked = (await upload(api, headers, as_csv(roster(row(1))))).json()
    missing = await commit(api, headers, checked["id"], version=None)
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition_required")
    stale = await commit(api, headers, checked["id"], version=7)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


async def test_a_roster_with_a_wrong_row_is_not_committed(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    before = await counts(database)
    checked = await office(city.clerk).check(*map(row, range(5)), row(9, 学段="?"))
    answer = await office(city.clerk).commit(checked["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "import_has_errors")
    assert await counts(database) == before | {"AuditEvent": before["AuditEvent"] + 1}


async def take_staff_no(database: Database, city: CityFixture) -> None:
    await make_teacher(database, city.other_school, staff_no="R00004")


async def add_the_same_teacher(database: Database, city: CityFixture) -> None:
    await make_teacher(database, city.school, staff_no="R00004", name="别人", hired_on=date(2014, 9, 1))


async def take_phone(database: Database, city: CityFixture) -> None:
    await give_phone(database, city.south_clerk, "13800000004")


async def edit_the_colleague(database: Database, city: CityFixture) -> None:
    async with database.write() as db:
        await db.execute(
            update(Teacher)
            .where(col(Teacher.id) == city.colleague.teacher_id)
            .values(subject="英语", version=2)
        )


async def close_the_school(database: Database, city: CityFixture) -> None:
    async with database.write() as db:
        await db.execute(
            update(Organisation).where(col(Organisation.id) == city.school.id).values(closed_on=clock.today())
        )


async def give_the_name_to_another_school(database: Database, city: CityFixture) -> None:
    async with database.write() as db:
        for school, name in ((city.school, "河东第一小学"), (city.union_school, "河东小学")):
            await db.execute(update(Organisation).where(col(Organisation.id) == school.id).values(name=name))


@pytest.mark.parametrize(
    ("meanwhile", "row_number", "code"),
    [
        (take_staff_no, 6, "other_school"),
        (add_the_same_teacher, 6, "changed_meanwhile"),
        (take_phone, 6, "phone_taken"),
        (edit_the_colleague, 7, "changed_meanwhile"),
        (close_the_school, 2, "school_unknown"),
        (give_the_name_to_another_school, 2, "changed_meanwhile"),
    ],
)
async def test_what_changed_since_the_check_is_a_conflict_and_nothing_is_imported(
    city: CityFixture, office: OfficeOf, database: Database, meanwhile: Any, row_number: int, code: str
) -> None:
    colleague = row(9, 工号=city.colleague.staff_no, 姓名="周谷雨", 入职日期="2005-09-01", 学科="数学")
    rows = [row(n, 手机=f"1380000000{n}", 学校代码="", 学校名称="河东小学") for n in range(5)]
    checked = await office(city.north_reviewer).check(*rows, colleague)
    assert checked["can_commit"]
    await meanwhile(database, city)
    before = await counts(database)
    answer = await office(city.north_reviewer).commit(checked["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "import_outdated")
    first = answer.json()["errors"][0]
    assert (first["pointer"], first["code"]) == (f"/rows/{row_number}", code)
    assert first["message"].startswith(f"第 {row_number} 行 ")
    assert await counts(database) == before
    assert (await office(city.north_reviewer).look(checked["id"])).json()["state"] == "checked"


async def test_what_fails_in_the_last_thousand_takes_the_first_thousand_with_it(
    city: CityFixture, office: OfficeOf, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the second check switched off, the database itself refuses, after a thousand rows went in."""

    async def see_nothing(*_: Any) -> list[Any]:
        return []

    checked = await office(city.clerk).check(*(row(n) for n in range(1100)))
    await make_teacher(database, city.other_school, staff_no="R01099")
    before = await counts(database)
    monkeypatch.setattr(committing, "_check_again", see_nothing)
    answer = await office(city.clerk).commit(checked["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "staff_no_taken")
    assert await counts(database) == before
    assert (await office(city.clerk).look(checked["id"])).json()["state"] == "checked"


async def test_who_lost_the_role_commits_nothing(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    checked = await office(city.clerk).check(row(1))
    async with database.write() as db:
        await db.execute(
            update(RoleBinding)
            .where(col(RoleBinding.user_id) == city.clerk.id)
            .values(until_on=date(2020, 1, 1))
        )
    assert (await office(city.clerk).commit(checked["id"])).status_code == 403
    assert (await office(city.second_clerk).commit(checked["id"])).status_code == 200


async def test_what_nobody_commits_in_a_week_is_refused_and_deleted(
    city: CityFixture, office: OfficeOf, database: Database
) -> None:
    checked = await office(city.clerk).check(row(1))
    with time_machine.travel(clock.now() + timedelta(days=8)):
        answer = await office(city.clerk).commit(checked["id"])
        assert (answer.status_code, answer.json()["code"]) == (409, "import_expired")
        await database.transact(lambda db: sweep(db, clock.now()))
    assert (await office(city.clerk).look(checked["id"])).status_code == 404


async def test_an_import_that_does_not_exist_is_not_found(city: CityFixture, office: OfficeOf) -> None:
    answer = await office(city.clerk).commit(str(new_id()))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
