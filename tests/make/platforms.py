"""Builders of platforms and of what they report.

platform = await make_platform(database, city.city)
answer = await api.post("/api/v1/sync/completions", json={"items": [item(city.teacher)]},
                        headers=platform.bearer(app))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from tests.make.organisations import Unit
from tests.make.people import Person
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.core.privacy import blind_index
from xuefen.core.tokens import Audience, secret_hash
from xuefen.people.models import Teacher, User
from xuefen.platforms.granting import directory_entry
from xuefen.platforms.models import Completion, Platform
from xuefen.platforms.states import PlatformScope

_numbers = count(1)
EVERYTHING = tuple(scope.value for scope in PlatformScope)


@dataclass(frozen=True)
class Registered:
    """A platform of a test and its secret."""

    id: UUID
    city_id: UUID
    client_id: str
    secret: str

    def bearer(self, app: FastAPI, scopes: Sequence[str] = EVERYTHING) -> dict[str, str]:
        token = app.state.tokens.issue(self.id, self.city_id, Audience.platform, scopes)
        return {"Authorization": f"Bearer {token}"}


async def make_platform(
    database: Database, city: Unit, *, name: str = "云研学堂", scopes: Sequence[str] = EVERYTHING
) -> Registered:
    number = next(_numbers)
    made = Registered(new_id(), city.id, f"xf-test-{number}", f"secret-{number}")
    platform = Platform(
        city_id=city.id,
        id=made.id,
        org_path=city.path,
        name=name,
        client_id=made.client_id,
        secret_hash=secret_hash(made.secret),
        scopes=list(scopes),
    )
    async with database.write() as db:
        db.add(platform)
        db.add(directory_entry(city.id, made.id, made.client_id))
    return made


def item(teacher: Person | dict[str, Any], /, **changes: Any) -> dict[str, Any]:
    """A completion of the test program, an hour ago, by staff number."""
    who = teacher if isinstance(teacher, dict) else {"staff_no": teacher.staff_no}
    completion: dict[str, Any] = {
        "external_id": f"ext-{next(_numbers):06}",
        "teacher": who,
        "program_code": "XF-2026-009",
        "completed_at": an_hour_ago().isoformat(),
        "hours": "10.00",
        "result": "pass",
    }
    return {key: value for key, value in (completion | changes).items() if value is not None}


def an_hour_ago() -> datetime:
    """Noon of today's office day, or now when that is still to come: never another day than today."""
    noon, _ = clock.day_bounds(clock.today())
    return min(noon.replace(microsecond=0), clock.now())


async def give_numbers(
    database: Database, teacher: Person, *, id_number: str | None = None, phone: str | None = None
) -> None:
    """An id number of the teacher, a phone of the account: their blind indexes."""
    async with database.write() as db:
        if id_number:
            index = blind_index("id_number", id_number)
            await db.execute(
                update(Teacher).where(col(Teacher.id) == teacher.teacher_id).values(id_number_index=index)
            )
        if phone:
            index = blind_index("phone", phone)
            await db.execute(update(User).where(col(User.id) == teacher.id).values(phone_index=index))


async def completions(database: Database) -> list[Completion]:
    async with database.read() as db:
        return list(await db.scalars(select(Completion).order_by(col(Completion.external_id))))
