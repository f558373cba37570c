"""Use cases of the tree: read it, add to it, correct a name."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.audit import record
from xuefen.core.etag import Expected
from xuefen.core.page import Page
from xuefen.core.repeats import request_hash, require_same
from xuefen.organisations import queries, rules
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.queries import organisation_within
from xuefen.organisations.roles import Role
from xuefen.organisations.schemas import (
    OrganisationIn,
    OrganisationOut,
    OrganisationPatch,
    OrganisationQuery,
)
from xuefen.organisations.viewer import Viewer

__all__ = [
    "create_organisation",
    "edit_organisation",
    "found_city",
    "list_organisations",
    "organisation_within",
    "read_organisation",
]


async def list_organisations(
    db: AsyncSession, viewer: Viewer, query: OrganisationQuery
) -> Page[OrganisationOut]:
    statement = queries.IN_TREE_ORDER.select(queries.filtered(viewer, query), query)
    rows, token = queries.IN_TREE_ORDER.cut(
        (await db.scalars(statement)).all(), query, lambda row: (row.path,)
    )
    return Page(items=[described(row) for row in rows], next_page_token=token)


async def read_organisation(db: AsyncSession, viewer: Viewer, organisation_id: UUID) -> OrganisationOut:
    return described(await organisation_within(db, viewer, organisation_id))


async def create_organisation(
    db: AsyncSession, viewer: Viewer, body: OrganisationIn
) -> tuple[OrganisationOut, bool]:
    """The organisation, and whether it is new. A retry gives it as it stands."""
    known = await queries.by_id(db, viewer.city_id, body.id)
    if known is not None:
        require_same(known.request_hash, body)
        return await read_organisation(db, viewer, body.id), False
    parent = await organisation_within(db, viewer.acting_as(Role.administrator), body.parent_id)
    path = rules.child_path(body.kind, body.code, parent.kind, parent.path)
    if parent.closed_on is not None:
        raise rules.ParentClosed
    if await queries.has_code(db, viewer.city_id, body.code):
        raise rules.CodeTaken
    made = Organisation(
        city_id=viewer.city_id, path=path, request_hash=request_hash(body), **body.model_dump()
    )
    db.add(made)
    _note(db, viewer, "organisation.created", made)
    await db.flush()
    return described(made), True


async def edit_organisation(
    db: AsyncSession, viewer: Viewer, organisation_id: UUID, body: OrganisationPatch, expected: Expected
) -> OrganisationOut:
    organisation = await organisation_within(db, viewer.acting_as(Role.administrator), organisation_id)
    expected.check(organisation.version)
    changes = body.model_dump(exclude_none=True)
    for field, value in changes.items():
        setattr(organisation, field, value)
    organisation.version += 1
    _note(db, viewer, "organisation.edited", organisation, list(changes))
    await db.flush()
    return described(organisation)


def found_city(db: AsyncSession, city_id: UUID, code: str, name: str) -> Organisation:
    """The root of a new city; everything else of the city hangs under it."""
    city = Organisation(
        city_id=city_id, id=city_id, kind=OrganisationKind.city, code=code, name=name, path=f"{code}/"
    )
    db.add(city)
    return city


def described(organisation: Organisation) -> OrganisationOut:
    parent_is_city = organisation.parent_id == organisation.city_id
    shown: dict[str, Any] = organisation.model_dump(exclude={"city_id", "request_hash"})
    return OrganisationOut(**shown, is_direct=organisation.kind is OrganisationKind.school and parent_is_city)


def _note(
    db: AsyncSession, viewer: Viewer, action: str, organisation: Organisation, fields: list[str] | None = None
) -> None:
    record(
        db,
        viewer.city_id,
        action,
        "organisation",
        organisation.id,
        actor_id=viewer.user_id,
        capacity=Role.administrator,
        org_path=organisation.path,
        fields=fields or (),
    )
