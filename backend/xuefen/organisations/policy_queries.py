"""Reads of policy versions."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation, PolicyState, PolicyVersion
from xuefen.organisations.policy_schemas import PolicyQuery
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer

BY_UNIT = Keyset("policies", (col(PolicyVersion.org_path), col(PolicyVersion.from_on), col(PolicyVersion.id)))
Named = Select[PolicyVersion, str]


def filtered(viewer: Viewer, query: PolicyQuery) -> Named:
    """Versions that `viewer` may see, each with the name of its unit."""
    statement = _named(viewer)
    if query.organisation_id is not None:
        statement = statement.where(col(PolicyVersion.organisation_id) == query.organisation_id)
    if query.state is not None:
        statement = statement.where(col(PolicyVersion.state) == query.state)
    return statement


def _named(viewer: Viewer) -> Named:
    unit = and_(
        col(Organisation.city_id) == col(PolicyVersion.city_id),
        col(Organisation.id) == col(PolicyVersion.organisation_id),
    )
    named: Any = select(PolicyVersion, col(Organisation.name)).join(Organisation, unit)
    return within(named, viewer, PolicyVersion)


async def named_within(db: AsyncSession, viewer: Viewer, policy_id: UUID) -> tuple[PolicyVersion, str]:
    """The version and the name of its unit, where `viewer` may see it; else `NotFound`."""
    row = (await db.execute(_named(viewer).where(col(PolicyVersion.id) == policy_id))).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def policy_within(db: AsyncSession, viewer: Viewer, policy_id: UUID) -> PolicyVersion:
    """The version, where `viewer` may see it; else `NotFound`."""
    return (await named_within(db, viewer, policy_id))[0]


async def by_id(db: AsyncSession, city_id: UUID, policy_id: UUID) -> PolicyVersion | None:
    """The version, seen or not: for telling a retry from a used id."""
    return await db.get(PolicyVersion, (city_id, policy_id))


async def first_days(
    db: AsyncSession, city_id: UUID, organisation_ids: Collection[UUID]
) -> defaultdict[UUID, list[date]]:
    """On which days adopted versions of these units begin."""
    rows = await db.execute(
        select(col(PolicyVersion.organisation_id), col(PolicyVersion.from_on)).where(
            col(PolicyVersion.city_id) == city_id,
            col(PolicyVersion.state) == PolicyState.adopted,
            col(PolicyVersion.organisation_id).in_(set(organisation_ids)),
        )
    )
    days: defaultdict[UUID, list[date]] = defaultdict(list)
    for organisation_id, from_on in rows:
        days[organisation_id].append(from_on)
    return days
