"""HTTP of yearly closings (年度审验) and cycle roll-overs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core import clock
from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import (
    Forbidden,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unavailable,
)
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import Page, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.access import Bulk, bulk, reading, writing
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import (
    closing_answers,
    closing_corrections,
    closing_rules,
    closing_service,
    closing_views,
)
from xuefen.oversight.authorities import AUTHORITIES, NotTheAuthority
from xuefen.oversight.closing_schemas import (
    AnswerIn,
    ClosingDetail,
    ClosingFigureOut,
    ClosingIn,
    ClosingOut,
    ClosingQuery,
    Correction,
    CorrectionQuery,
    FigureQuery,
    MyClosing,
    MyClosings,
    Refreshed,
    SettlementIn,
)
from xuefen.policy.calendar import OutsideCycle

router = APIRouter(tags=["closings"])
READERS = tuple(sorted(UNIT_READERS))
Reader = Annotated[Viewer, reading(*READERS)]
SEEN = (NotAuthenticated, Forbidden, NotFound)
EDITED = (*SEEN, MalformedIfMatch, PreconditionRequired, PreconditionFailed)
STEPPED = (closing_rules.WrongStep, closing_rules.Frozen, NoPolicy)
STOPPED = (closing_rules.ObjectionsOpen, closing_rules.FiguresStale)


@router.get(
    "/closings",
    operation_id="list_closings",
    summary="年度审验和周期结转列表",
    responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid),
)
async def list_closings(
    viewer: Reader, db: ReadSession, query: Annotated[ClosingQuery, Query()]
) -> Page[ClosingOut]:
    return await closing_views.list_closings(db, viewer, query)


@router.post(
    "/closings",
    operation_id="open_closing",
    summary="开始一个培训年度或周期的审验",
    status_code=201,
    responses=problems(
        *SEEN,
        DifferentBody,
        NoPolicy,
        OutsideCycle,
        closing_rules.NoClosingPlan,
        closing_rules.ClosesWithTheCity,
        closing_rules.AlreadyOpened,
        closing_rules.PeriodNotBegun,
        closing_rules.CycleEndsInsideYear,
    )
    | {200: {"model": ClosingOut}},
)
async def open_closing(
    viewer: Annotated[Viewer, writing(Role.city_auditor)],
    db: WriteSession,
    body: ClosingIn,
    response: Response,
) -> ClosingOut:
    closing, is_new = await closing_service.open_closing(db, viewer, body)
    if not is_new:
        response.status_code = 200
    set_etag(response, closing.version)
    return await closing_views.describe(db, closing)


@router.get(
    "/closings/{closing_id}",
    operation_id="get_closing",
    summary="审验进度",
    responses=problems(*SEEN),
)
async def get_closing(viewer: Reader, db: ReadSession, closing_id: UUID, response: Response) -> ClosingDetail:
    closing = await closing_views.read_closing(db, viewer, closing_id)
    set_etag(response, closing.version)
    return closing


@router.post(
    "/closings/{closing_id}/advance",
    operation_id="advance_closing",
    summary="结束当前步骤，进入下一步",
    responses=problems(*EDITED, *STEPPED, closing_rules.TooEarly, Unavailable),
)
async def advance_closing(
    caller: Annotated[Bulk, bulk(Role.city_auditor)], closing_id: UUID, expected: IfMatch, response: Response
) -> ClosingOut:
    async def work(db: AsyncSession, viewer: Viewer) -> ClosingOut:
        closing = await closing_service.advance(db, viewer, closing_id, expected)
        return await closing_views.describe(db, closing)

    closing = await caller.run(work)
    set_etag(response, closing.version)
    return closing


@router.post(
    "/closings/{closing_id}/refresh",
    operation_id="refresh_closing",
    summary="按学分明细更新数据，有变动的重新确认",
    responses=problems(*SEEN, *STEPPED, NotTheAuthority, Unavailable),
)
async def refresh_closing(caller: Annotated[Bulk, bulk(*AUTHORITIES)], closing_id: UUID) -> Refreshed:
    changed = await caller.run(lambda db, viewer: closing_service.refresh(db, viewer, closing_id))
    return Refreshed(changed=changed)


@router.post(
    "/closings/{closing_id}/verify",
    operation_id="verify_closing",
    summary="县区核验",
    responses=problems(*SEEN, *STEPPED, *STOPPED, NotTheAuthority, Unavailable),
)
async def verify_closing(
    caller: Annotated[Bulk, bulk(Role.county_reviewer)], closing_id: UUID
) -> ClosingDetail:
    now = clock.now()

    async def work(db: AsyncSession, viewer: Viewer) -> ClosingDetail:
        await closing_service.verify(db, viewer, closing_id, now)
        return await closing_views.read_closing(db, viewer, closing_id)

    return await caller.run(work)


@router.post(
    "/closings/{closing_id}/close",
    operation_id="close_closing",
    summary="市级审定，数据冻结",
    responses=problems(
        *EDITED,
        *STEPPED,
        *STOPPED,
        closing_rules.TooEarly,
        closing_rules.CountiesNotVerified,
        Unavailable,
    ),
)
async def close_closing(
    caller: Annotated[Bulk, bulk(Role.city_auditor)], closing_id: UUID, expected: IfMatch, response: Response
) -> ClosingOut:
    now = clock.now()

    async def work(db: AsyncSession, viewer: Viewer) -> ClosingOut:
        closing = await closing_service.close(db, viewer, closing_id, expected, now)
        return await closing_views.describe(db, closing)

    closing = await caller.run(work)
    set_etag(response, closing.version)
    return closing


@router.get(
    "/closings/{closing_id}/figures",
    operation_id="list_closing_figures",
    summary="审验数据和答复",
    responses=problems(*SEEN, PageTokenInvalid),
)
async def list_closing_figures(
    viewer: Reader, db: ReadSession, closing_id: UUID, query: Annotated[FigureQuery, Query()]
) -> Page[ClosingFigureOut]:
    return await closing_views.list_figures(db, viewer, closing_id, query)


@router.get(
    "/closings/{closing_id}/corrections",
    operation_id="list_closing_corrections",
    summary="审定之后的更正",
    responses=problems(*SEEN, PageTokenInvalid, NoPolicy, closing_rules.NotClosedYet),
)
async def list_closing_corrections(
    viewer: Reader, db: ReadSession, closing_id: UUID, query: Annotated[CorrectionQuery, Query()]
) -> Page[Correction]:
    return await closing_corrections.corrections(db, viewer, closing_id, query)


@router.post(
    "/closings/{closing_id}/settlements",
    operation_id="settle_objection",
    summary="处理一条异议",
    responses=problems(
        *EDITED,
        *STEPPED,
        NotTheAuthority,
        closing_rules.OwnObjection,
        closing_rules.NothingToSettle,
    ),
)
async def settle_objection(
    viewer: Annotated[Viewer, writing(*AUTHORITIES)],
    db: WriteSession,
    closing_id: UUID,
    body: SettlementIn,
    expected: IfMatch,
    response: Response,
) -> ClosingFigureOut:
    settled = await closing_answers.settle(db, viewer, closing_id, body, expected, clock.now())
    set_etag(response, settled.version)
    return settled


@router.get(
    "/me/closings",
    operation_id="list_my_closings",
    summary="本人的年度审验",
    responses=problems(NotAuthenticated, Forbidden, NotFound),
)
async def list_my_closings(viewer: Annotated[Viewer, reading(Role.teacher)], db: ReadSession) -> MyClosings:
    return await closing_answers.my_closings(db, viewer, clock.today())


@router.post(
    "/closings/{closing_id}/answers",
    operation_id="answer_closing",
    summary="确认本人数据，或提出异议",
    responses=problems(
        *EDITED,
        closing_rules.WrongStep,
        closing_rules.Frozen,
        closing_rules.AnswerTooLate,
        closing_rules.AnswerSettled,
    ),
)
async def answer_closing(
    viewer: Annotated[Viewer, writing(Role.teacher)],
    db: WriteSession,
    closing_id: UUID,
    body: AnswerIn,
    expected: IfMatch,
    response: Response,
) -> MyClosing:
    answered = await closing_answers.answer(db, viewer, closing_id, body, expected, clock.now())
    if answered.version is not None:
        set_etag(response, answered.version)
    return answered
