"""Attendance, results and conclusion over HTTP, for the staff of the centre that teaches the run."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from xuefen.attendance import conclusion, roster, rules, service
from xuefen.attendance.schemas import BulkAnswer, ConclusionOut, MarksIn, ResultsIn, Roster
from xuefen.core import clock
from xuefen.core.db import ReadSession
from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound, PreconditionFailed, PreconditionRequired
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import PageQuery, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.organisations.access import Bulk, bulk, reading
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.policy.routes import SponsorTooLow

router = APIRouter(tags=["attendance"])
REFUSED = (NotAuthenticated, Forbidden, NotFound)
ENDED = (rules.RunConcluded, rules.RunCancelled)
Staff = Annotated[Bulk, bulk(Role.provider_staff)]


@router.get(
    "/class-runs/{run_id}/roster",
    operation_id="list_roster",
    summary="花名册：学员、考勤和考核结果",
    responses=problems(*REFUSED, PageTokenInvalid),
)
async def list_roster(
    run_id: UUID,
    page: Annotated[PageQuery, Query()],
    viewer: Annotated[Viewer, reading(Role.provider_staff)],
    db: ReadSession,
    response: Response,
) -> Roster:
    found = await roster.roster(db, viewer, run_id, page)
    set_etag(response, found.run.version)
    return found


@router.put(
    "/sessions/{session_id}/attendance",
    operation_id="put_attendance",
    summary="登记一次课的考勤（一次最多 1000 人）",
    responses=problems(*REFUSED, PreconditionFailed, *ENDED),
)
async def put_attendance(session_id: UUID, body: MarksIn, staff: Staff) -> BulkAnswer:
    now = clock.now()
    return await staff.run(lambda db, viewer: service.post_marks(db, viewer, session_id, body.marks, now))


@router.put(
    "/class-runs/{run_id}/results",
    operation_id="put_results",
    summary="登记考核结果（一次最多 1000 人）",
    responses=problems(*REFUSED, PreconditionFailed, *ENDED),
)
async def put_results(run_id: UUID, body: ResultsIn, staff: Staff) -> BulkAnswer:
    now = clock.now()
    return await staff.run(lambda db, viewer: service.post_results(db, viewer, run_id, body.results, now))


@router.post(
    "/class-runs/{run_id}/conclude",
    operation_id="conclude_class_run",
    summary="结班：为完成培训的学员生成学分登记单",
    responses=problems(
        *REFUSED,
        MalformedIfMatch,
        PreconditionRequired,
        PreconditionFailed,
        rules.RunCancelled,
        rules.RunNotReady,
        NoPolicy,
        SponsorTooLow,
    ),
)
async def conclude_class_run(
    run_id: UUID, staff: Staff, expected: IfMatch, response: Response
) -> ConclusionOut:
    now = clock.now()
    answer = await staff.run(lambda db, viewer: conclusion.conclude(db, viewer, run_id, expected, now))
    set_etag(response, answer.version)
    return answer
