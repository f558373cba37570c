"""A small city whose policy knows two kinds of exemption and an ethics veto, on a fixed day."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.journeys.conftest import START, World
from tests.make.approvals import CYCLE, EACH, adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.people import Person
from xuefen.core.db import Database
from xuefen.people.models import Teacher

CLAUSE = "示例通知 一"
OTHER_KINDS = ("transfer", "near_retirement", "in_study")
RULES = {
    "exemptions": {
        "sick_leave": {"name": "病假", "relieves": "months", "clause": CLAUSE},
        "maternity_leave": {"name": "产假", "relieves": "year", "clause": CLAUSE},
    }
    | dict.fromkeys(OTHER_KINDS),
    "ethics_veto": {"bars": ["year", "completion"], "clause": CLAUSE},
    "requirements": {
        "total": {"credits": 4},
        "school_based": {"for_completion": False},
        "edtech": {"for_completion": False},
        "year": {"credits": 4},
    },
}
"""Four credits complete a cycle and a year, so that a test needs one entry to be complete."""


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
async def world(clock: Any, database: Database, api: httpx.AsyncClient, app: FastAPI) -> World:
    city = await make_city(database)
    await adopt_policy(database, city.city, overrides=CYCLE | EACH | RULES, from_on=date(2020, 1, 1))
    return World(api, app, city, clock)


@pytest.fixture
def city(world: World) -> CityFixture:
    return world.city


def case(**changes: Any) -> dict[str, Any]:
    """A proposal of sick leave over the spring."""
    plain = {
        "id": str(uuid4()),
        "kind": "sick_leave",
        "from_on": "2026-03-01",
        "until_on": "2026-06-30",
        "evidence": "市二医院2026年2月27日诊断证明",
    }
    return plain | changes


def of(teacher: Person) -> str:
    return f"/teachers/{teacher.teacher_id}/exemptions"


def vetoes_of(teacher: Person) -> str:
    return f"/teachers/{teacher.teacher_id}/ethics-vetoes"


async def version_of(database: Database, teacher: Person) -> int:
    async with database.read() as db:
        return (
            await db.scalars(select(col(Teacher.version)).where(col(Teacher.id) == teacher.teacher_id))
        ).one()
