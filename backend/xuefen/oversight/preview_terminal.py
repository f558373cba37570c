"""The preview of a pack that no database holds yet: as if a unit of a city adopted the file."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.db import Database
from xuefen.core.errors import NotFound
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import PolicyInForce, policies_of
from xuefen.organisations.policy_rules import ADOPTERS
from xuefen.oversight.preview import Preview, Question, previewed
from xuefen.people.models import Teacher


async def preview_pack(
    database: Database,
    version: PolicyInForce,
    city_code: str,
    unit_code: str | None,
    on: date,
    tell: Callable[[int, int], None],
) -> tuple[Question, Preview]:
    """What `version` would do to the people of the unit (of the city without one), however many they are.

    The city or county at or above the unit is taken to adopt it, and the operator of the installation sees all.
    """
    async with database.read() as db:
        city = await _unit(db, col(Organisation.kind) == OrganisationKind.city, city_code)
        unit = city
        if unit_code is not None:
            unit = await _unit(db, col(Organisation.city_id) == city.id, unit_code)
        question = Question(
            city_id=city.id,
            unit=unit,
            seen=col(Teacher.city_id) == city.id,
            path=await _adopting_path(db, unit),
            present=await policies_of(db, city.id),
            version=version,
            on=on,
        )
    return question, await previewed(database, question, most=None, tell=tell)


async def _unit(db: AsyncSession, within: Any, code: str) -> Organisation:
    found = await db.scalar(select(Organisation).where(within, col(Organisation.code) == code))
    if found is None:
        raise NotFound(f"没有代码为 {code} 的机构")
    return found


async def _adopting_path(db: AsyncSession, unit: Organisation) -> str:
    """The path of the nearest city or county at or above the unit."""
    paths = await db.scalars(
        select(col(Organisation.path)).where(
            col(Organisation.city_id) == unit.city_id,
            col(Organisation.kind).in_(ADOPTERS),
            literal(unit.path).startswith(col(Organisation.path)),
        )
    )
    return max(paths, key=len)
