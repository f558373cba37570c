"""Builders of programs on the menu: a program, its runs with their seats, and the meetings of a run.

    program = await make_program(database, city.provider, city.city)
    run = await make_run(database, program, quota=50)
    await make_session(database, run)

Days count from today, so that a run is open for enrolment unless the test says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from tests.make.organisations import Unit
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs.models import ClassRun, ClassSession, Program, Seat
from xuefen.programs.states import ProgramState, RunState

_numbers = count(1)
ON_MENU = (ProgramState.published, ProgramState.closed)


@dataclass(frozen=True)
class MadeProgram:
    id: UUID
    city_id: UUID
    code: str
    title: str
    provider: Unit
    sponsor: Unit
    published_at: datetime | None


@dataclass(frozen=True)
class MadeRun:
    id: UUID
    program: MadeProgram
    starts_on: date
    ends_on: date

    @property
    def city_id(self) -> UUID:
        return self.program.city_id


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def at_hour(day: date, hour: int) -> datetime:
    """An hour of the office's clock."""
    return clock.office_time(day, time(hour))


async def make_program(
    database: Database,
    provider: Unit,
    sponsor: Unit,
    *,
    title: str = "小学语文教学研修",
    category: str = "post_training",
    level: Level | None = None,
    mode: DeliveryMode = DeliveryMode.onsite,
    hours_centi: int = 2400,
    credits_centi: int | None = None,
    audience: Mapping[str, Any] | None = None,
    state: ProgramState = ProgramState.published,
    **more: Any,
) -> MadeProgram:
    """A program as it stands in the database; on the menu unless `state` says otherwise."""
    published_at = clock.now() - timedelta(days=10) if state in ON_MENU else None
    program = MadeProgram(
        new_id(), sponsor.city_id, f"T{next(_numbers):05}", title, provider, sponsor, published_at
    )
    async with database.write() as db:
        await db.execute(
            insert(Program).values(
                {
                    "id": program.id,
                    "city_id": program.city_id,
                    "code": program.code,
                    "title": title,
                    "summary": "",
                    "sponsor_id": sponsor.id,
                    "provider_id": provider.id,
                    "org_path": sponsor.path,
                    "category": category,
                    "level": level or Level(sponsor.kind),
                    "mode": mode,
                    "hours_centi": hours_centi,
                    "credits_centi": hours_centi if credits_centi is None else credits_centi,
                    "audience": dict(audience or {}),
                    "attendance_percent": 80,
                    "has_exam": False,
                    "has_assignment": False,
                    "state": state,
                    "published_at": published_at,
                    "request_hash": "",
                    "version": 1,
                    **more,
                }
            )
        )
    return program


async def make_run(
    database: Database,
    program: MadeProgram,
    *,
    quota: int = 50,
    starts_in: int = 14,
    days: int = 2,
    opens_in: int = -7,
    closes_in: int = 7,
    withdraw_until_in: int | None = None,
    allocation: Mapping[Unit, int] | None = None,
    state: RunState = RunState.open,
    name: str = "第一期",
) -> MadeRun:
    """A run with its seats; `allocation` takes its part out of `quota`, the rest is the whole city's."""
    starts_on = in_days(starts_in)
    run = MadeRun(new_id(), program, starts_on, starts_on + timedelta(days=days - 1))
    closes_at = at_hour(in_days(closes_in), 18)
    async with database.write() as db:
        await db.execute(
            insert(ClassRun).values(
                city_id=run.city_id,
                id=run.id,
                program_id=program.id,
                provider_id=program.provider.id,
                org_path=program.sponsor.path,
                name=name,
                place="市教师培训中心",
                starts_on=run.starts_on,
                ends_on=run.ends_on,
                enroll_opens_at=at_hour(in_days(opens_in), 8),
                enroll_closes_at=closes_at,
                withdraw_until=(
                    closes_at if withdraw_until_in is None else at_hour(in_days(withdraw_until_in), 18)
                ),
                state=state,
                published_at=program.published_at,
                request_hash="",
                version=1,
            )
        )
        await db.execute(insert(Seat), _seats(run, quota, allocation or {}))
    return run


async def make_session(
    database: Database, run: MadeRun, *, day: int = 0, hour: int = 9, length: int = 3, title: str = "专题讲座"
) -> UUID:
    """A meeting on the run's `day` (0 is its first) from `hour` on, `length` hours long."""
    session_id = new_id()
    starts_at = at_hour(run.starts_on + timedelta(days=day), hour)
    async with database.write() as db:
        await db.execute(
            insert(ClassSession).values(
                city_id=run.city_id,
                id=session_id,
                run_id=run.id,
                provider_id=run.program.provider.id,
                org_path=run.program.sponsor.path,
                title=title,
                place="",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=length),
                request_hash="",
                version=1,
            )
        )
    return session_id


def _seats(run: MadeRun, quota: int, allocation: Mapping[Unit, int]) -> list[dict[str, Any]]:
    quotas = {unit.id: part for unit, part in allocation.items()}
    quotas[run.city_id] = quota - sum(quotas.values())
    return [
        {"city_id": run.city_id, "run_id": run.id, "holder_id": holder, "quota": part, "taken": 0}
        for holder, part in quotas.items()
    ]
