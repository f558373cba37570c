"""HTTP of the menu and of enrolments."""

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
from xuefen.enrollments import service
from xuefen.enrollments.menu import read_menu
from xuefen.enrollments.rules import ENROLLMENT_REFUSALS, NotEnrolled, WithdrawalClosed
from xuefen.enrollments.schemas import EnrollmentIn, EnrollmentOut, EnrollmentQuery, MenuPage, MenuQuery
from xuefen.organisations.access import reading, writing
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer

router = APIRouter(tags=["enrollments"])


@router.get(
    "/menu",
    operation_id="list_menu",
    summary="培训菜单：名额、能否报名及原因、可补的缺口",
    responses=problems(NotAuthenticated, PageTokenInvalid, NoPolicy),
)
async def list_menu(
    viewer: Annotated[Viewer, reading()], db: ReadSession, query: Annotated[MenuQuery, Query()]
) -> MenuPage:
    return await read_menu(db, viewer, query)


@router.post(
    "/enrollments",
    operation_id="create_enrollment",
    summary="报名",
    status_code=201,
    responses=problems(NotAuthenticated, Forbidden, NotFound, DifferentBody, NoPolicy, *ENROLLMENT_REFUSALS)
    | {200: {"model": EnrollmentOut}},
)
async def create_enrollment(
    viewer: Annotated[Viewer, writing(Role.teacher)], db: WriteSession, body: EnrollmentIn, response: Response
) -> EnrollmentOut:
    enrollment, is_new = await service.enroll(db, viewer, body)
    if not is_new:
        response.status_code = 200
    set_etag(response, enrollment.version)
    return enrollment


@router.get(
    "/enrollments",
    operation_id="list_enrollments",
    summary="我的报名",
    responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid),
)
async def list_enrollments(
    viewer: Annotated[Viewer, reading(Role.teacher)],
    db: ReadSession,
    query: Annotated[EnrollmentQuery, Query()],
) -> Page[EnrollmentOut]:
    return await service.list_enrollments(db, viewer, query)


@router.post(
    "/enrollments/{enrollment_id}/withdraw",
    operation_id="withdraw_enrollment",
    summary="取消报名",
    responses=problems(
        NotAuthenticated,
        Forbidden,
        NotFound,
        MalformedIfMatch,
        PreconditionRequired,
        PreconditionFailed,
        NotEnrolled,
        WithdrawalClosed,
    ),
)
async def withdraw_enrollment(
    viewer: Annotated[Viewer, writing(Role.teacher)],
    db: WriteSession,
    enrollment_id: UUID,
    expected: IfMatch,
    response: Response,
) -> EnrollmentOut:
    enrollment = await service.withdraw(db, viewer, enrollment_id, expected)
    set_etag(response, enrollment.version)
    return enrollment
