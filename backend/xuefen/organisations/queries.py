"""Reads of the tree."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation
from xuefen.organisations.schemas import OrganisationQuery
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer

IN_TREE_ORDER = Keyset("organisations", (col(Organisation.path),))


def filtered(viewer: Viewer, query: OrganisationQuery) -> Select[Organisation]:
    statement = within(select(Organisation), viewer, Organisation)
    if query.kind is not None:
        statement = statement.where(col(Organisation.kind) == query.kind)
    if query.parent_id is not None:
        statement = statement.where(col(Organisation.parent_id) == query.parent_id)
    if query.q is not None:
        statement = statement.where(
            or_(
                col(Organisation.name).contains(query.q, autoescape=True),
                col(Organisation.code).startswith(query.q, autoescape=True),
            )
        )
    return statement


async def organisation_within(db: AsyncSession, viewer: Viewer, organisation_id: UUID) -> Organisation:
    """The organisation, where `viewer` may see it; else `NotFound`."""
    statement = within(select(Organisation), viewer, Organisation)
    found = (await db.scalars(statement.where(col(Organisation.id) == organisation_id))).one_or_none()
    if found is None:
        raise NotFound
    return found


async def by_id(db: AsyncSession, city_id: UUID, organisation_id: UUID) -> Organisation | None:
    """The organisation, seen or not: for telling a retry from a used id."""
    return await db.get(Organisation, (city_id, organisation_id))


async def has_code(db: AsyncSession, city_id: UUID, code: str) -> bool:
    taken: Any = await db.scalar(
        select(col(Organisation.id)).where(
            col(Organisation.city_id) == city_id, col(Organisation.code) == code
        )
    )
    return taken is not None
