"""HTTP of programs, class runs and class sessions."""

from typing import Annotated, TypeVar
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
from xuefen.core.etag import Expected, IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import Page, PageQuery, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.access import reading, writing
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.viewer import Viewer
from xuefen.programs import schedule, service
from xuefen.programs.rules import (
    AUTHORITIES,
    MAKERS,
    NotInThisState,
    NotSchedulable,
    NotTheAuthority,
    OutsideRun,
    OwnSubmission,
    ProgramAct,
    RunNotOpen,
    RunsStillOpen,
    SessionsOverlap,
)
from xuefen.programs.schemas import (
    ClassRunIn,
    ClassRunOut,
    ClassSessionIn,
    ClassSessionOut,
    ProgramIn,
    ProgramOut,
    ProgramPatch,
    ProgramQuery,
    ReturnIn,
)
from xuefen.programs.service import CodeTaken

router = APIRouter(tags=["programs"])
Made = TypeVar("Made", ProgramOut, ClassRunOut, ClassSessionOut)
Reader = Annotated[Viewer, reading()]
Maker = Annotated[Viewer, writing(*MAKERS)]
Authority = Annotated[Viewer, writing(*AUTHORITIES)]
SEEN = (NotAuthenticated, NotFound)
MADE = (NotAuthenticated, Forbidden, NotFound, DifferentBody)
EDITED = (
    NotAuthenticated,
    Forbidden,
    NotFound,
    MalformedIfMatch,
    PreconditionRequired,
    PreconditionFailed,
    NotTheAuthority,
    NotInThisState,
)


@router.get(
    "/programs",
    operation_id="list_programs",
    summary="培训项目列表",
    responses=problems(NotAuthenticated, PageTokenInvalid, NoPolicy),
)
async def list_programs(
    viewer: Reader, db: ReadSession, query: Annotated[ProgramQuery, Query()]
) -> Page[ProgramOut]:
    return await service.list_programs(db, viewer, query)


@router.post(
    "/programs",
    operation_id="create_program",
    summary="起草培训项目",
    status_code=201,
    responses=problems(*MADE, CodeTaken, NoPolicy) | {200: {"model": ProgramOut}},
)
async def create_program(viewer: Maker, db: WriteSession, body: ProgramIn, response: Response) -> ProgramOut:
    program, is_new = await service.create_program(db, viewer, body)
    return _made(response, program, is_new)


@router.get(
    "/programs/{program_id}",
    operation_id="get_program",
    summary="培训项目",
    responses=problems(*SEEN, NoPolicy),
)
async def get_program(viewer: Reader, db: ReadSession, program_id: UUID, response: Response) -> ProgramOut:
    program = await service.read_program(db, viewer, program_id)
    set_etag(response, program.version)
    return program


@router.patch(
    "/programs/{program_id}",
    operation_id="edit_program",
    summary="修改草稿或被退回的项目",
    responses=problems(*EDITED, NoPolicy),
)
async def edit_program(
    viewer: Maker,
    db: WriteSession,
    program_id: UUID,
    body: ProgramPatch,
    expected: IfMatch,
    response: Response,
) -> ProgramOut:
    program = await service.edit_program(db, viewer, program_id, body, expected)
    set_etag(response, program.version)
    return program


@router.post(
    "/programs/{program_id}/submit",
    operation_id="submit_program",
    summary="提交项目审批",
    responses=problems(*EDITED, NoPolicy),
)
async def submit_program(
    viewer: Maker, db: WriteSession, program_id: UUID, expected: IfMatch, response: Response
) -> ProgramOut:
    return await _move(db, viewer, program_id, ProgramAct.submit, expected, response)


@router.post(
    "/programs/{program_id}/approve",
    operation_id="approve_program",
    summary="批准项目",
    responses=problems(*EDITED, OwnSubmission, NoPolicy),
)
async def approve_program(
    viewer: Authority, db: WriteSession, program_id: UUID, expected: IfMatch, response: Response
) -> ProgramOut:
    return await _move(db, viewer, program_id, ProgramAct.approve, expected, response)


@router.post(
    "/programs/{program_id}/return",
    operation_id="return_program",
    summary="退回项目修改，须写明意见",
    responses=problems(*EDITED, NoPolicy),
)
async def return_program(
    viewer: Authority,
    db: WriteSession,
    program_id: UUID,
    body: ReturnIn,
    expected: IfMatch,
    response: Response,
) -> ProgramOut:
    return await _move(db, viewer, program_id, ProgramAct.return_, expected, response, body.note)


@router.post(
    "/programs/{program_id}/publish",
    operation_id="publish_program",
    summary="发布到培训菜单",
    responses=problems(*EDITED, NoPolicy),
)
async def publish_program(
    viewer: Maker, db: WriteSession, program_id: UUID, expected: IfMatch, response: Response
) -> ProgramOut:
    return await _move(db, viewer, program_id, ProgramAct.publish, expected, response)


@router.post(
    "/programs/{program_id}/close",
    operation_id="close_program",
    summary="关闭项目",
    responses=problems(*EDITED, RunsStillOpen, NoPolicy),
)
async def close_program(
    viewer: Maker, db: WriteSession, program_id: UUID, expected: IfMatch, response: Response
) -> ProgramOut:
    return await _move(db, viewer, program_id, ProgramAct.close, expected, response)


@router.get(
    "/programs/{program_id}/class-runs",
    operation_id="list_class_runs",
    summary="项目的期次",
    responses=problems(*SEEN, PageTokenInvalid),
)
async def list_class_runs(
    viewer: Reader, db: ReadSession, program_id: UUID, query: Annotated[PageQuery, Query()]
) -> Page[ClassRunOut]:
    return await schedule.list_runs(db, viewer, program_id, query)


@router.post(
    "/programs/{program_id}/class-runs",
    operation_id="create_class_run",
    summary="增加期次：时间、报名窗口和名额分配",
    status_code=201,
    responses=problems(*MADE, NotSchedulable) | {200: {"model": ClassRunOut}},
)
async def create_class_run(
    viewer: Maker, db: WriteSession, program_id: UUID, body: ClassRunIn, response: Response
) -> ClassRunOut:
    run, is_new = await schedule.create_run(db, viewer, program_id, body)
    return _made(response, run, is_new)


@router.get(
    "/class-runs/{run_id}", operation_id="get_class_run", summary="期次和名额", responses=problems(*SEEN)
)
async def get_class_run(viewer: Reader, db: ReadSession, run_id: UUID, response: Response) -> ClassRunOut:
    run = await schedule.read_run(db, viewer, run_id)
    set_etag(response, run.version)
    return run


@router.get(
    "/class-runs/{run_id}/sessions",
    operation_id="list_class_sessions",
    summary="期次的课次",
    responses=problems(*SEEN, PageTokenInvalid),
)
async def list_class_sessions(
    viewer: Reader, db: ReadSession, run_id: UUID, query: Annotated[PageQuery, Query()]
) -> Page[ClassSessionOut]:
    return await schedule.list_sessions(db, viewer, run_id, query)


@router.post(
    "/class-runs/{run_id}/sessions",
    operation_id="create_class_session",
    summary="增加课次",
    status_code=201,
    responses=problems(*MADE, NotSchedulable, RunNotOpen, OutsideRun, SessionsOverlap)
    | {200: {"model": ClassSessionOut}},
)
async def create_class_session(
    viewer: Maker, db: WriteSession, run_id: UUID, body: ClassSessionIn, response: Response
) -> ClassSessionOut:
    session, is_new = await schedule.create_session(db, viewer, run_id, body)
    return _made(response, session, is_new)


async def _move(
    db: WriteSession,
    viewer: Viewer,
    program_id: UUID,
    act: ProgramAct,
    expected: Expected,
    response: Response,
    note: str | None = None,
) -> ProgramOut:
    program = await service.move_program(db, viewer, program_id, act, expected, note)
    set_etag(response, program.version)
    return program


def _made(response: Response, made: Made, is_new: bool) -> Made:
    """201 for what is new, 200 for the answer to a retry; with its ETag either way."""
    if not is_new:
        response.status_code = 200
    set_etag(response, made.version)
    return made
