"""HTTP of accountability interviews (约谈)."""

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
from xuefen.core.page import PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.access import reading, writing
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import interviews_service as service
from xuefen.oversight.authorities import AUTHORITIES, NotTheAuthority
from xuefen.oversight.interviews_rules import DayOutOfPlace, InterviewNotDue, InterviewOver
from xuefen.oversight.interviews_schemas import (
    InterviewIn,
    InterviewOut,
    InterviewPage,
    InterviewQuery,
    RecordIn,
)

router = APIRouter(tags=["interviews"])
Writer = Annotated[Viewer, writing(*AUTHORITIES)]


@router.get(
    "/interviews",
    operation_id="list_interviews",
    summary="约谈，和按制度应当约谈的单位、人员",
    responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid, NoPolicy),
)
async def list_interviews(
    viewer: Annotated[Viewer, reading(*AUTHORITIES)],
    db: ReadSession,
    query: Annotated[InterviewQuery, Query()],
) -> InterviewPage:
    return await service.list_interviews(db, viewer, query)


@router.post(
    "/interviews",
    operation_id="arrange_interview",
    summary="安排约谈",
    status_code=201,
    responses=problems(
        NotAuthenticated,
        Forbidden,
        DayOutOfPlace,
        NotFound,
        DifferentBody,
        NotTheAuthority,
        InterviewNotDue,
        NoPolicy,
    )
    | {200: {"model": InterviewOut}},
)
async def arrange_interview(
    viewer: Writer, db: WriteSession, body: InterviewIn, response: Response
) -> InterviewOut:
    interview, is_new = await service.arrange(db, viewer, body)
    if not is_new:
        response.status_code = 200
    set_etag(response, interview.version)
    return interview


@router.post(
    "/interviews/{interview_id}/record",
    operation_id="record_interview",
    summary="记录约谈情况，或取消",
    responses=problems(
        NotAuthenticated,
        Forbidden,
        DayOutOfPlace,
        NotFound,
        MalformedIfMatch,
        PreconditionRequired,
        PreconditionFailed,
        NotTheAuthority,
        InterviewOver,
    ),
)
async def record_interview(
    viewer: Writer,
    db: WriteSession,
    interview_id: UUID,
    body: RecordIn,
    expected: IfMatch,
    response: Response,
) -> InterviewOut:
    interview = await service.record(db, viewer, interview_id, body, expected)
    set_etag(response, interview.version)
    return interview
