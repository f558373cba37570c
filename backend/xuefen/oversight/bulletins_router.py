"""HTTP of bulletins (通报)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from xuefen.core import clock
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
from xuefen.organisations.access import reading, writing
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import bulletins_service as service
from xuefen.oversight.authorities import AUTHORITIES, NotTheAuthority
from xuefen.oversight.bulletins_rules import (
    BulletinEmpty,
    BulletinPublished,
    NotBelowTheLine,
    VerdictNotConfirmed,
)
from xuefen.oversight.bulletins_schemas import (
    BulletinDetail,
    BulletinIn,
    BulletinOut,
    BulletinPatch,
    BulletinQuery,
)
from xuefen.oversight.closing_rules import NotClosedYet

router = APIRouter(tags=["bulletins"])
Reader = Annotated[Viewer, reading()]
Writer = Annotated[Viewer, writing(*AUTHORITIES)]
NAMING = (NotTheAuthority, VerdictNotConfirmed, NotBelowTheLine)
EDITED = (
    NotAuthenticated,
    Forbidden,
    NotFound,
    MalformedIfMatch,
    PreconditionRequired,
    PreconditionFailed,
    BulletinPublished,
)


@router.get(
    "/bulletins",
    operation_id="list_bulletins",
    summary="通报列表",
    responses=problems(NotAuthenticated, PageTokenInvalid),
)
async def list_bulletins(
    viewer: Reader, db: ReadSession, query: Annotated[BulletinQuery, Query()]
) -> Page[BulletinOut]:
    return await service.list_bulletins(db, viewer, query)


@router.post(
    "/bulletins",
    operation_id="draft_bulletin",
    summary="起草通报",
    status_code=201,
    responses=problems(NotAuthenticated, Forbidden, NotFound, DifferentBody, NotClosedYet, *NAMING)
    | {200: {"model": BulletinDetail}},
)
async def draft_bulletin(
    viewer: Writer, db: WriteSession, body: BulletinIn, response: Response
) -> BulletinDetail:
    bulletin, is_new = await service.draft_bulletin(db, viewer, body)
    if not is_new:
        response.status_code = 200
    set_etag(response, bulletin.version)
    return bulletin


@router.get(
    "/bulletins/{bulletin_id}",
    operation_id="get_bulletin",
    summary="通报；人员名单只给有关单位和本人看",
    responses=problems(NotAuthenticated, NotFound),
)
async def get_bulletin(
    viewer: Reader, db: ReadSession, bulletin_id: UUID, response: Response
) -> BulletinDetail:
    bulletin = await service.read_bulletin(db, viewer, bulletin_id)
    set_etag(response, bulletin.version)
    return bulletin


@router.patch(
    "/bulletins/{bulletin_id}",
    operation_id="edit_bulletin",
    summary="修改通报草稿",
    responses=problems(*EDITED, *NAMING),
)
async def edit_bulletin(
    viewer: Writer,
    db: WriteSession,
    bulletin_id: UUID,
    body: BulletinPatch,
    expected: IfMatch,
    response: Response,
) -> BulletinDetail:
    bulletin = await service.edit_bulletin(db, viewer, bulletin_id, body, expected)
    set_etag(response, bulletin.version)
    return bulletin


@router.post(
    "/bulletins/{bulletin_id}/publish",
    operation_id="publish_bulletin",
    summary="发布通报，此后不能修改",
    responses=problems(*EDITED, NotTheAuthority, BulletinEmpty),
)
async def publish_bulletin(
    viewer: Writer, db: WriteSession, bulletin_id: UUID, expected: IfMatch, response: Response
) -> BulletinDetail:
    bulletin = await service.publish_bulletin(db, viewer, bulletin_id, expected, clock.now())
    set_etag(response, bulletin.version)
    return bulletin
