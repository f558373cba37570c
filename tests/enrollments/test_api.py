"""Enrolling over HTTP: the menu, a place, giving it back; as owner, neighbour and stranger."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from tests.make.city import CityFixture
from tests.make.ledger import post_all, posting
from tests.make.people import Person, give_post, make_user
from tests.make.programs import MadeRun, in_days, make_program, make_run, make_session
from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.core.outbox import OutboxEvent
from xuefen.enrollments.models import Enrollment
from xuefen.organisations.roles import Role
from xuefen.people.models import RoleBinding
from xuefen.policy.levels import DeliveryMode
from xuefen.programs.models import Seat
from xuefen.programs.states import ProgramState, RunState

ENROLLMENTS = "/api/v1/enrollments"
MENU = "/api/v1/menu"


async def enrolled(call: Any, who: Person, run: MadeRun, id: UUID | None = None) -> httpx.Response:
    answer = await call(who, "POST", ENROLLMENTS, {"id": str(id or new_id()), "run_id": str(run.id)})
    assert isinstance(answer, httpx.Response)
    return answer


async def refused(call: Any, who: Person, run: MadeRun) -> tuple[int, str]:
    answer = await enrolled(call, who, run)
    return answer.status_code, answer.json()["code"]


async def offer(database: Database, city: CityFixture, **run: Any) -> MadeRun:
    program = await make_program(database, city.provider, city.city)
    return await make_run(database, program, **run)


async def seats(database: Database, run: MadeRun) -> dict[UUID, int]:
    async with database.read() as db:
        rows = await db.execute(
            select(col(Seat.holder_id), col(Seat.taken)).where(col(Seat.run_id) == run.id)
        )
        return {row.holder_id: row.taken for row in rows}


async def on_menu(call: Any, who: Person, query: str = "") -> dict[str, Any]:
    answer = await call(who, "GET", f"{MENU}{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.requirement("003-09", "001-07")
async def test_a_teacher_takes_a_place_and_leaves_a_trail(call: Any, city: CityFixture, database: Database):
    run = await offer(database, city)
    answer = await enrolled(call, city.teacher, run)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["state"], made["run_id"], made["title"]) == ("enrolled", str(run.id), run.program.title)
    assert (made["can_withdraw"], answer.headers["ETag"]) == (True, '"1"')
    assert await seats(database, run) == {city.id: 1}
    async with database.read() as db:
        [kept] = await db.scalars(select(Enrollment))
        assert (kept.teacher_id, kept.school_id, kept.org_path, kept.holder_id) == (
            city.teacher.teacher_id,
            city.school.id,
            city.school.path,
            city.id,
        )
        [audited] = await db.scalars(select(AuditEvent))
        assert (audited.action, audited.actor_id, audited.capacity, audited.object_id) == (
            "enrollment.enrolled",
            city.teacher.id,
            Role.teacher,
            kept.id,
        )
        [event] = await db.scalars(select(OutboxEvent))
        assert (event.topic, event.payload["enrollment_id"]) == ("enrollment.enrolled", str(kept.id))


async def test_a_retry_is_answered_with_the_place_as_it_stands(
    call: Any, city: CityFixture, database: Database
):
    run, other = await offer(database, city), await offer(database, city)
    id = new_id()
    first = await enrolled(call, city.teacher, run, id)
    again = await enrolled(call, city.teacher, run, id)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await enrolled(call, city.teacher, other, id)).json()["code"] == "id_used"
    assert (await enrolled(call, city.colleague, run, id)).json()["code"] == "id_used"
    await call(city.teacher, "POST", f"{ENROLLMENTS}/{id}/withdraw", None, 1)
    later = await enrolled(call, city.teacher, run, id)
    assert (later.status_code, later.json()["state"]) == (200, "withdrawn")
    assert await seats(database, run) == {city.id: 0}


async def test_a_full_course_refuses_the_next_teacher(call: Any, city: CityFixture, database: Database):
    run = await offer(database, city, quota=1)
    assert (await enrolled(call, city.teacher, run)).status_code == 201
    assert await refused(call, city.colleague, run) == (409, "run_full")
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(Enrollment)) == 1
        assert await db.scalar(select(func.count()).select_from(AuditEvent)) == 1


async def test_two_requests_of_one_teacher_take_one_place(call: Any, city: CityFixture, database: Database):
    run = await offer(database, city)
    answers = await asyncio.gather(*(enrolled(call, city.teacher, run) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already_enrolled"}
    assert await seats(database, run) == {city.id: 1}


async def test_two_runs_of_one_program_cannot_be_taken_at_once(
    call: Any, city: CityFixture, database: Database
):
    program = await make_program(database, city.provider, city.city)
    runs = [await make_run(database, program, starts_in=14 + week * 7) for week in range(4)]
    answers = await asyncio.gather(*(enrolled(call, city.teacher, run) for run in runs))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already_taken"}


async def test_courses_that_meet_at_the_same_time_exclude_each_other(
    call: Any, city: CityFixture, database: Database
):
    first, second, third = [await offer(database, city) for _ in range(3)]
    await make_session(database, first, hour=9)
    await make_session(database, second, hour=11)
    await make_session(database, third, hour=12)
    assert (await enrolled(call, city.teacher, first)).status_code == 201
    assert await refused(call, city.teacher, second) == (409, "time_clash")
    assert (await enrolled(call, city.teacher, third)).status_code == 201


async def test_seats_are_taken_from_the_most_specific_holder(
    call: Any, city: CityFixture, database: Database
):
    run = await offer(database, city, quota=4, allocation={city.north: 2, city.school: 1, city.south: 1})
    assert (await enrolled(call, city.teacher, run)).status_code == 201
    assert await refused(call, city.colleague, run) == (409, "run_full")
    assert (await enrolled(call, city.neighbour, run)).status_code == 201
    assert (await enrolled(call, city.union_teacher, run)).status_code == 201
    assert (await enrolled(call, city.south_teacher, run)).status_code == 201
    assert await refused(call, city.direct_teacher, run) == (409, "no_seats_for_unit")
    assert await seats(database, run) == {
        city.id: 0,
        city.north.id: 2,
        city.school.id: 1,
        city.south.id: 1,
    }


@pytest.mark.requirement("001-06")
async def test_an_audience_is_asked_for_as_the_office_knows_the_teacher(
    call: Any, city: CityFixture, database: Database
):
    program = await make_program(
        database, city.provider, city.city, category="backbone", audience={"posts": ["backbone"]}
    )
    run = await make_run(database, program)
    assert await refused(call, city.teacher, run) == (409, "audience_post")
    await give_post(database, city.colleague, "backbone", in_days(-400), in_days(-1))
    assert await refused(call, city.colleague, run) == (409, "audience_post")
    await give_post(database, city.teacher, "backbone", in_days(-400), in_days(0))
    assert (await enrolled(call, city.teacher, run)).status_code == 201
    novices = await make_program(
        database, city.provider, city.city, audience={"service_years": {"at_least": None, "at_most": 0}}
    )
    assert await refused(call, city.teacher, await make_run(database, novices)) == (409, "audience_service")


async def test_what_is_not_on_the_menu_cannot_be_enrolled_in(
    call: Any, city: CityFixture, database: Database
):
    draft = await make_program(database, city.provider, city.city, state=ProgramState.approved)
    unpublished = await make_run(database, draft)
    assert await refused(call, city.teacher, unpublished) == (404, "not_found")
    closed = await make_program(database, city.provider, city.city, state=ProgramState.closed)
    assert await refused(call, city.teacher, await make_run(database, closed)) == (409, "not_on_menu")
    for expected, run in {
        "enrollment_not_open": {"opens_in": 1},
        "enrollment_closed": {"closes_in": -1},
        "run_started": {"starts_in": 0},
        "not_on_menu": {"state": RunState.concluded},
    }.items():
        assert await refused(call, city.teacher, await offer(database, city, **run)) == (409, expected)


async def test_a_place_given_back_is_free_for_the_next(call: Any, city: CityFixture, database: Database):
    run = await offer(database, city, quota=1)
    made = (await enrolled(call, city.teacher, run)).json()
    path = f"{ENROLLMENTS}/{made['id']}/withdraw"
    assert (await call(city.teacher, "POST", path)).status_code == 428
    assert (await call(city.teacher, "POST", path, None, 7)).status_code == 412
    answer = await call(city.teacher, "POST", path, None, 1)
    assert (answer.status_code, answer.json()["state"], answer.json()["version"]) == (200, "withdrawn", 2)
    assert (await call(city.teacher, "POST", path, None, 2)).json()["code"] == "not_enrolled"
    assert await seats(database, run) == {city.id: 0}
    assert (await enrolled(call, city.colleague, run)).status_code == 201
    assert await refused(call, city.teacher, run) == (409, "run_full")


async def test_withdrawals_at_once_free_one_seat(call: Any, city: CityFixture, database: Database):
    run = await offer(database, city)
    await enrolled(call, city.colleague, run)
    made = (await enrolled(call, city.teacher, run)).json()
    path = f"{ENROLLMENTS}/{made['id']}/withdraw"
    answers = await asyncio.gather(*(call(city.teacher, "POST", path, None, 1) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    assert await seats(database, run) == {city.id: 1}


async def test_after_the_deadline_the_place_is_kept(call: Any, city: CityFixture, database: Database):
    run = await offer(database, city, withdraw_until_in=-1)
    made = (await enrolled(call, city.teacher, run)).json()
    assert (made["can_withdraw"], made["withdraw_refusal"]["code"]) == (False, "withdrawal_closed")
    answer = await call(city.teacher, "POST", f"{ENROLLMENTS}/{made['id']}/withdraw", None, 1)
    assert (answer.status_code, answer.json()["code"]) == (409, "withdrawal_closed")


async def test_a_place_is_its_teachers_alone(
    call: Any, api: httpx.AsyncClient, city: CityFixture, database: Database
):
    run = await offer(database, city)
    made = (await enrolled(call, city.teacher, run)).json()
    path = f"{ENROLLMENTS}/{made['id']}/withdraw"
    absent = await call(city.colleague, "POST", f"{ENROLLMENTS}/{new_id()}/withdraw", None, 1)
    foreign = await call(city.colleague, "POST", path, None, 1)
    assert (foreign.status_code, foreign.text) == (404, absent.text)
    for who in (city.clerk, city.auditor, city.provider_staff):
        assert (await call(who, "POST", path, None, 1)).status_code == 403
        assert (await enrolled(call, who, run)).status_code == 403
        assert (await call(who, "GET", ENROLLMENTS)).status_code == 403
    assert (await api.post(path)).status_code == 401
    assert (await call(city.colleague, "GET", ENROLLMENTS)).json()["items"] == []
    [own] = (await call(city.teacher, "GET", ENROLLMENTS)).json()["items"]
    assert own == made


async def test_the_list_of_places_is_paged_newest_first(call: Any, city: CityFixture, database: Database):
    made = []
    for _ in range(3):
        made.append((await enrolled(call, city.teacher, await offer(database, city))).json()["id"])
    await call(city.teacher, "POST", f"{ENROLLMENTS}/{made[1]}/withdraw", None, 1)
    first = (await call(city.teacher, "GET", f"{ENROLLMENTS}?page_size=2")).json()
    token = first["next_page_token"]
    rest = (await call(city.teacher, "GET", f"{ENROLLMENTS}?page_size=2&page_token={token}")).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == list(reversed(made))
    left = (await call(city.teacher, "GET", f"{ENROLLMENTS}?state=withdrawn")).json()["items"]
    assert [item["id"] for item in left] == [made[1]]


@pytest.mark.requirement("003-09", "003-19", "001-07")
async def test_the_menu_says_of_every_course_whether_and_why(
    call: Any, city: CityFixture, database: Database
):
    free = await offer(database, city, starts_in=10, quota=3)
    await make_session(database, free, day=0, hour=9)
    await make_session(database, free, day=1, hour=14)
    full = await offer(database, city, starts_in=11, quota=1)
    await enrolled(call, city.colleague, full)
    mine = await offer(database, city, starts_in=12, quota=2)
    made = (await enrolled(call, city.teacher, mine)).json()
    draft = await make_program(database, city.provider, city.city, state=ProgramState.approved)
    await make_run(database, draft)
    await offer(database, city, starts_in=-1)
    page = await on_menu(call, city.teacher)
    assert (page["total"], page["next_page_token"]) == (3, None)
    first, second, third = page["items"]
    assert [item["run_id"] for item in (first, second, third)] == [str(run.id) for run in (free, full, mine)]
    assert (first["can_enroll"], first["refusal"], first["enrollment"]) == (True, None, None)
    assert (first["seats_total"], first["seats_left"], first["sessions_count"]) == (3, 3, 2)
    assert first["first_session"]["starts_at"].endswith("T01:00:00Z")
    assert (first["category_name"], first["group"], first["credits"]) == ("教师岗位培训", "post", "24.00")
    assert (first["sponsor_name"], first["provider_name"]) == (city.city.name, city.provider.name)
    assert (second["can_enroll"], second["refusal"]["code"], second["seats_left"]) == (False, "run_full", 0)
    assert third["refusal"]["code"] == "already_enrolled"
    assert third["enrollment"] == {
        "id": made["id"],
        "state": "enrolled",
        "version": 1,
        "can_withdraw": True,
        "withdraw_refusal": None,
    }


async def test_the_menu_names_the_gaps_that_a_course_closes(call: Any, city: CityFixture, database: Database):
    lecture = await offer(database, city, starts_in=1, closes_in=1, days=1)
    edtech = await make_program(
        database, city.provider, city.city, category="edtech", mode=DeliveryMode.blended, has_exam=True
    )
    await make_run(database, edtech, starts_in=2, days=1)
    items = (await on_menu(call, city.teacher))["items"]
    gaps = {item["run_id"]: set(item["closes_gaps"]) for item in items}
    assert "total" in gaps[str(lecture.id)]
    assert "edtech" not in gaps[str(lecture.id)]
    assert {"total", "edtech"} <= set(items[1]["closes_gaps"])


async def test_an_award_that_is_counted_already_closes_no_gap(
    call: Any, city: CityFixture, database: Database
):
    """表1 教育技术能力培训 记80学分, once per cycle: a second course would be posted and not counted."""
    edtech = await make_program(
        database, city.provider, city.city, category="edtech", mode=DeliveryMode.blended, has_exam=True
    )
    await make_run(database, edtech, starts_in=2, days=1)
    [before] = (await on_menu(call, city.teacher))["items"]
    assert {"total", "edtech"} <= set(before["closes_gaps"])
    award = posting(
        city.teacher,
        category="edtech",
        mode=DeliveryMode.blended,
        credits_centi=8000,
        exam_passed=True,
        event_on=clock.today(),
    )
    await post_all(database, city.teacher, award)
    [after] = (await on_menu(call, city.teacher))["items"]
    assert after["closes_gaps"] == []


async def test_seats_on_the_menu_are_those_open_to_the_viewer(
    call: Any, city: CityFixture, database: Database
):
    await offer(database, city, quota=10, allocation={city.school: 2, city.north: 8})
    [item] = (await on_menu(call, city.teacher))["items"]
    assert (item["seats_total"], item["can_enroll"]) == (2, True)
    [item] = (await on_menu(call, city.neighbour))["items"]
    assert (item["seats_total"], item["can_enroll"]) == (8, True)
    [item] = (await on_menu(call, city.direct_teacher))["items"]
    assert (item["seats_total"], item["refusal"]["code"]) == (0, "no_seats_for_unit")
    [item] = (await on_menu(call, city.auditor))["items"]
    assert (item["seats_total"], item["refusal"]["code"]) == (10, "not_a_teacher")


async def test_the_menu_is_open_to_an_account_without_a_role(
    call: Any, city: CityFixture, database: Database
):
    guest = await make_user(database, city.school, Role.school_clerk)
    async with database.write() as db:
        await db.execute(delete(RoleBinding).where(col(RoleBinding.user_id) == guest.id))
    await offer(database, city)
    [item] = (await on_menu(call, guest))["items"]
    assert item["refusal"]["code"] == "not_a_teacher"


async def test_the_menu_is_filtered_and_paged(call: Any, city: CityFixture, database: Database):
    full = await offer(database, city, starts_in=5, quota=1)
    await enrolled(call, city.colleague, full)
    online = await make_program(
        database, city.provider, city.city, title="线上100%研修", mode=DeliveryMode.online
    )
    runs = [full, *[await offer(database, city, starts_in=6 + day) for day in range(3)]]
    runs.append(await make_run(database, online, starts_in=20))
    first = await on_menu(call, city.teacher, "?page_size=2&can_enroll=true")
    second = await on_menu(
        call, city.teacher, f"?page_size=2&can_enroll=true&page_token={first['next_page_token']}"
    )
    shown = [item["run_id"] for item in first["items"] + second["items"]]
    assert shown == [str(run.id) for run in runs[1:]]
    assert (first["total"], second["total"], second["next_page_token"]) == (4, 4, None)
    only_full = await on_menu(call, city.teacher, "?can_enroll=false")
    assert [item["run_id"] for item in only_full["items"]] == [str(full.id)]
    for query in ("?mode=online", "?q=0%25"):
        assert [item["run_id"] for item in (await on_menu(call, city.teacher, query))["items"]] == shown[-1:]
    assert (await on_menu(call, city.teacher, "?category=homeroom"))["total"] == 0
    assert (await on_menu(call, city.teacher, "?level=county"))["total"] == 0
    assert (await call(city.teacher, "GET", f"{MENU}?colour=red")).status_code == 422
