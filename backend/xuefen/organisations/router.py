"""HTTP of the tree of organisations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import (
    Forbidden,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import Page, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations import service
from xuefen.organisations.access import reading, writing
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.rules import CodeTaken, ParentClosed, PathTooLong, WrongParent
from xuefen.organisations.schemas import (
    OrganisationIn,
    OrganisationOut,
    OrganisationPatch,
    OrganisationQuery,
)
from xuefen.organisations.viewer import Viewer

router = APIRouter(prefix="/organisations", tags=["organisations"])
Reader = Annotated[Viewer, reading(*sorted(UNIT_READERS), Role.provider_staff)]
Administrator = Annotated[Viewer, writing(Role.administrator)]
SEEN = (NotAuthenticated, Forbidden, NotFound)


@router.get(
    "",
    operation_id="list_organisations",
    responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid),
)
async def list_organisations(
    viewer: Reader, db: ReadSession, query: Annotated[OrganisationQuery, Query()]
) -> Page[OrganisationOut]:
    """The viewer's part of the tree, parents before children."""
    return await service.list_organisations(db, viewer, query)


@router.post(
    "",
    operation_id="create_organisation",
    status_code=201,
    responses=problems(*SEEN, DifferentBody, WrongParent, PathTooLong, CodeTaken, ParentClosed)
    | {200: {"model": OrganisationOut}},
)
async def create_organisation(
    viewer: Administrator, db: WriteSession, body: OrganisationIn, response: Response
) -> OrganisationOut:
    """Add a county, a township union, a school or a provider under an organisation of one's own."""
    made, is_new = await service.create_organisation(db, viewer, body)
    response.status_code = 201 if is_new else 200
    set_etag(response, made.version)
    return made


@router.get("/{organisation_id}", operation_id="get_organisation", responses=problems(*SEEN))
async def get_organisation(
    viewer: Reader, db: ReadSession, organisation_id: UUID, response: Response
) -> OrganisationOut:
    found = await service.read_organisation(db, viewer, organisation_id)
    set_etag(response, found.version)
    return found


@router.patch(
    "/{organisation_id}",
    operation_id="edit_organisation",
    responses=problems(*SEEN, MalformedIfMatch, PreconditionRequired, PreconditionFailed),
)
async def edit_organisation(
    viewer: Administrator,
    db: WriteSession,
    organisation_id: UUID,
    body: OrganisationPatch,
    expected: IfMatch,
    response: Response,
) -> OrganisationOut:
    """Correct the name, or whether a county has a training centre. The place in the tree stays."""
    edited = await service.edit_organisation(db, viewer, organisation_id, body, expected)
    set_etag(response, edited.version)
    return edited
