"""Platforms and their keys (city), and the completion sync (platforms), over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from xuefen.core import clock
from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound, PreconditionFailed, PreconditionRequired
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import Page, PageQuery, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.access import reading, writing
from xuefen.organisations.viewer import Viewer
from xuefen.platforms import reading as reads
from xuefen.platforms import service, sync
from xuefen.platforms.access import PlatformBulk, ScopeMissing, platform_reading, platform_writing
from xuefen.platforms.models import Platform
from xuefen.platforms.schemas import (
    CompletionOut,
    CompletionQuery,
    CompletionsIn,
    PlatformIn,
    PlatformOut,
    PlatformSecretOut,
    SyncAnswer,
)
from xuefen.platforms.states import PlatformScope

router = APIRouter(tags=["platforms"])
REFUSED = (NotAuthenticated, Forbidden)
Keeper = Annotated[Viewer, writing(*service.KEEPERS)]


@router.post(
    "/platforms",
    operation_id="create_platform",
    summary="登记学习平台；密钥只在此时显示一次",
    status_code=201,
    responses=problems(*REFUSED, DifferentBody) | {200: {"model": PlatformSecretOut}},
)
async def create_platform(
    body: PlatformIn, viewer: Keeper, db: WriteSession, response: Response
) -> PlatformSecretOut:
    registered = await service.register(db, viewer, body)
    if registered.secret is None:
        response.status_code = 200
    return _with_secret(registered, response)


@router.get(
    "/platforms",
    operation_id="list_platforms",
    summary="已登记的学习平台",
    responses=problems(*REFUSED, PageTokenInvalid),
)
async def list_platforms(
    page: Annotated[PageQuery, Query()],
    viewer: Annotated[Viewer, reading(*service.KEEPERS)],
    db: ReadSession,
) -> Page[PlatformOut]:
    found, token = await service.platforms(db, viewer, page)
    return Page(items=[_platform(platform) for platform in found], next_page_token=token)


@router.post(
    "/platforms/{platform_id}/disable",
    operation_id="disable_platform",
    summary="停用平台，已发出的令牌立即失效",
    responses=problems(*REFUSED, NotFound),
)
async def disable_platform(
    platform_id: UUID, viewer: Keeper, db: WriteSession, response: Response
) -> PlatformOut:
    platform = await service.disable(db, viewer, platform_id)
    set_etag(response, platform.version)
    return _platform(platform)


@router.post(
    "/platforms/{platform_id}/secret",
    operation_id="renew_platform_secret",
    summary="更换密钥，旧密钥立即失效",
    responses=problems(*REFUSED, NotFound, MalformedIfMatch, PreconditionRequired, PreconditionFailed),
)
async def renew_platform_secret(
    platform_id: UUID, viewer: Keeper, db: WriteSession, expected: IfMatch, response: Response
) -> PlatformSecretOut:
    return _with_secret(await service.renew_secret(db, viewer, platform_id, expected), response)


@router.post(
    "/sync/completions",
    operation_id="sync_completions",
    summary="报送学习完成记录（一次最多 1000 条，逐条答复）",
    responses=problems(*REFUSED, ScopeMissing),
)
async def sync_completions(
    body: CompletionsIn,
    platform: Annotated[PlatformBulk, platform_writing(PlatformScope.completions_write)],
) -> SyncAnswer:
    """One status for each item, in the order given; a bad item never fails the others.

    `accepted`: a claim was made. `duplicate`: known already, by its id or as the same training of the same
    teacher on the same day; the ids tell which. `unmatched`: kept until the person is found; sending it
    again tries again. `refused`: not kept, see `problem`; it may be corrected and sent under the same id.
    A failed result is `refused` with `not_passed`. After a lost answer or a 503 send the same batch again.
    """
    now = clock.now()
    return await platform.run(lambda db, caller: sync.sync(db, caller, body.sent(), now))


@router.get(
    "/sync/completions",
    operation_id="list_completions",
    summary="本平台报送过的记录及其结果",
    responses=problems(*REFUSED, ScopeMissing, PageTokenInvalid),
)
async def list_completions(
    page: Annotated[CompletionQuery, Query()],
    platform: Annotated[Platform, platform_reading(PlatformScope.completions_read)],
    db: ReadSession,
) -> Page[CompletionOut]:
    """In the order of the last change. Ask again from the last `updated_at`, some minutes earlier:
    batches that ran at the same time may appear a little late.
    """
    return await reads.completions(db, platform, page)


def _platform(platform: Platform) -> PlatformOut:
    return PlatformOut.model_validate(platform)


def _with_secret(registered: service.Registered, response: Response) -> PlatformSecretOut:
    set_etag(response, registered.platform.version)
    shown = _platform(registered.platform).model_dump()
    return PlatformSecretOut(**shown, client_secret=registered.secret)
