"""Builders of taught classes: a published program, a run of yesterday, its sessions and its roster.

taught = await make_class(database, city, [city.teacher, city.colleague], sessions=2)
taught.of(city.teacher)      # the id of the enrolment
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col

from tests.make.city import CityFixture
from tests.make.organisations import Unit
from tests.make.people import Person
from xuefen.attendance.models import AttendanceMark
from xuefen.attendance.states import Mark
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.roles import Role
from xuefen.people.models import Employment, Stage, Teacher
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs.models import ClassRun, ClassSession, Program
from xuefen.programs.states import ProgramState, RunState


@dataclass(frozen=True)
class Taught:
    """A class run of a test. `enrollments` is by teacher."""

    city_id: UUID
    program_id: UUID
    program_code: str
    run_id: UUID
    provider: Unit
    ends_on: date
    sessions: tuple[UUID, ...]
    enrollments: dict[UUID, UUID]

    def of(self, teacher: Person) -> UUID:
        assert teacher.teacher_id is not None
        return self.enrollments[teacher.teacher_id]


async def make_program(
    database: Database, city: CityFixture, code: str = "XF-2026-001", **changes: Any
) -> Program:
    """A published city program of ten hours and ten credits, carried out by the city's centre."""
    program = Program(
        city_id=city.id,
        code=code,
        title="小学数学深度学习",
        sponsor_id=city.city.id,
        provider_id=city.provider.id,
        org_path=city.city.path,
        category="post_training",
        level=Level.city,
        mode=DeliveryMode.onsite,
        hours_centi=1000,
        credits_centi=1000,
        state=ProgramState.published,
        published_at=clock.now(),
    )
    for name, value in changes.items():
        setattr(program, name, value)
    async with database.write() as db:
        db.add(program)
    return program


async def make_class(
    database: Database,
    city: CityFixture,
    roster: Sequence[Person],
    *,
    sessions: int = 2,
    provider: Unit | None = None,
    last_day: date | None = None,
    code: str = "XF-2026-001",
    **program: Any,
) -> Taught:
    """A run whose `sessions`, one a day, ended on `last_day` (yesterday); other changes are the program's."""
    teaches = provider or city.provider
    made = await make_program(database, city, code, provider_id=teaches.id, **program)
    ends_on = last_day or clock.today() - timedelta(days=1)
    days = [ends_on - timedelta(days=back) for back in reversed(range(sessions))]
    run = _run(made, ends_on - timedelta(days=max(sessions, 1)), ends_on)
    meetings = [_session(run, day) for day in days]
    async with database.write() as db:
        db.add(run)
        await db.flush()
        db.add_all(meetings)
    enrollments = {
        person.teacher_id: await enroll(database, run, person)
        for person in roster
        if person.teacher_id is not None
    }
    ids = tuple(meeting.id for meeting in meetings)
    return Taught(city.id, made.id, made.code, run.id, teaches, ends_on, ids, enrollments)


async def enroll(
    database: Database,
    run: ClassRun,
    person: Person,
    state: EnrollmentState = EnrollmentState.enrolled,
) -> UUID:
    """`person` on the roster of `run`, without taking a seat."""
    enrollment = Enrollment(
        city_id=run.city_id,
        run_id=run.id,
        program_id=run.program_id,
        teacher_id=person.teacher_id,
        provider_id=run.provider_id,
        school_id=person.unit.id,
        org_path=person.unit.path,
        holder_id=run.city_id,
        state=state,
    )
    async with database.write() as db:
        db.add(enrollment)
    return enrollment.id


async def crowd(database: Database, school: Unit, size: int) -> list[Person]:
    """Many teachers of `school` at once, without accounts."""
    people = [
        Person(new_id(), school.city_id, f"王{n}", f"{school.code}K{n:04}", Role.teacher, school, new_id())
        for n in range(size)
    ]
    at = {"city_id": school.city_id, "school_id": school.id, "org_path": school.path}
    async with database.write() as db:
        await db.execute(insert(Teacher), [_teacher(person) | at for person in people])
        await db.execute(insert(Employment), [_employment(person) | at for person in people])
    return people


async def enroll_all(database: Database, taught: Taught, people: Sequence[Person]) -> list[UUID]:
    """`people` on the roster of a class, in one statement."""
    rows = [
        {
            "city_id": taught.city_id,
            "id": new_id(),
            "run_id": taught.run_id,
            "program_id": taught.program_id,
            "teacher_id": person.teacher_id,
            "provider_id": taught.provider.id,
            "school_id": person.unit.id,
            "org_path": person.unit.path,
            "holder_id": taught.city_id,
            "state": EnrollmentState.enrolled,
            "enrolled_at": clock.now(),
            "version": 1,
        }
        for person in people
    ]
    async with database.write() as db:
        await db.execute(insert(Enrollment), rows)
    return [row["id"] for row in rows]


async def mark_all(database: Database, taught: Taught, mark: Mark = Mark.present) -> None:
    """The same mark for everybody at every session."""
    async with database.write() as db:
        for enrollment_id in taught.enrollments.values():
            db.add_all(_mark(taught, session_id, enrollment_id, mark) for session_id in taught.sessions)


async def read_marks(database: Database, session_id: UUID) -> dict[UUID, tuple[str, int]]:
    """Enrolment -> mark and version."""
    async with database.read() as db:
        rows = await db.scalars(select(AttendanceMark).where(col(AttendanceMark.session_id) == session_id))
        return {row.enrollment_id: (row.mark, row.version) for row in rows}


def _run(program: Program, starts_on: date, ends_on: date) -> ClassRun:
    opened = clock.now() - timedelta(days=60)
    return ClassRun(
        city_id=program.city_id,
        program_id=program.id,
        provider_id=program.provider_id,
        org_path=program.org_path,
        name="第一期",
        starts_on=starts_on,
        ends_on=ends_on,
        enroll_opens_at=opened,
        enroll_closes_at=opened + timedelta(days=30),
        withdraw_until=opened + timedelta(days=30),
        state=RunState.open,
        published_at=opened,
    )


def _session(run: ClassRun, day: date) -> ClassSession:
    starts_at: datetime = clock.office_time(day, time(9))
    return ClassSession(
        city_id=run.city_id,
        run_id=run.id,
        provider_id=run.provider_id,
        org_path=run.org_path,
        title=f"{day:%m-%d} 上午",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
    )


def _mark(taught: Taught, session_id: UUID, enrollment_id: UUID, mark: Mark) -> AttendanceMark:
    return AttendanceMark(
        city_id=taught.city_id,
        session_id=session_id,
        enrollment_id=enrollment_id,
        provider_id=taught.provider.id,
        org_path="",
        mark=mark,
        marked_by=new_id(),
    )


def _teacher(person: Person) -> dict[str, Any]:
    return {
        "id": person.teacher_id,
        "staff_no": person.staff_no,
        "name": person.name,
        "stage": Stage.primary,
        "subject": "数学",
        "hired_on": date(2010, 9, 1),
        "version": 1,
    }


def _employment(person: Person) -> dict[str, Any]:
    return {"id": new_id(), "teacher_id": person.teacher_id, "starts_on": date(2010, 9, 1)}
