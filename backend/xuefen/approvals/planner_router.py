"""HTTP of the planner."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from xuefen.approvals.planner import plan_page
from xuefen.approvals.planner_schemas import PlanOut
from xuefen.core.db import ReadSession
from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound
from xuefen.core.problems import problems
from xuefen.organisations.access import reading
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.viewer import Viewer
from xuefen.policy.calendar import OutsideCycle

router = APIRouter(tags=["record"])


@router.get(
    "/me/plan",
    operation_id="get_my_plan",
    summary="补学方案：补齐缺口的课程",
    responses=problems(NotAuthenticated, Forbidden, NoPolicy, OutsideCycle),
)
async def get_my_plan(viewer: Annotated[Viewer, reading(Role.teacher)], db: ReadSession) -> PlanOut:
    """The open courses that close each gap, without clashes and in the fewest days; and what cannot be closed."""
    if viewer.teacher_id is None:
        raise Forbidden
    return await plan_page(db, viewer, viewer.teacher_id)


@router.get(
    "/teachers/{teacher_id}/plan",
    operation_id="get_plan",
    summary="教师的补学方案",
    responses=problems(NotAuthenticated, Forbidden, NotFound, NoPolicy, OutsideCycle),
)
async def get_plan(
    teacher_id: UUID, viewer: Annotated[Viewer, reading(*sorted(UNIT_READERS))], db: ReadSession
) -> PlanOut:
    return await plan_page(db, viewer, teacher_id)
