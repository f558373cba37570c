"""HTTP of reported budgets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import (
    Forbidden,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.problems import problems
from xuefen.organisations.access import reading, writing
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import budgets
from xuefen.oversight.budgets_schemas import BudgetIn, BudgetOut, BudgetYear

router = APIRouter(prefix="/organisations/{organisation_id}/budgets", tags=["oversight"])


@router.get(
    "/{year}",
    operation_id="get_budget",
    summary="学校报告的年度经费",
    responses=problems(NotAuthenticated, Forbidden, NotFound, budgets.BudgetNotReported),
)
async def get_budget(
    organisation_id: UUID,
    year: BudgetYear,
    viewer: Annotated[Viewer, reading(*sorted(UNIT_READERS))],
    db: ReadSession,
    response: Response,
) -> BudgetOut:
    budget = await budgets.read_budget(db, viewer, organisation_id, year)
    set_etag(response, budget.version)
    return budget


@router.put(
    "/{year}",
    operation_id="put_budget",
    summary="报告或更正学校的年度经费",
    responses=problems(
        NotAuthenticated,
        Forbidden,
        NotFound,
        MalformedIfMatch,
        PreconditionRequired,
        PreconditionFailed,
        budgets.NotASchool,
    )
    | {201: {"model": BudgetOut}},
)
async def put_budget(
    organisation_id: UUID,
    year: BudgetYear,
    viewer: Annotated[Viewer, writing(*budgets.REPORTERS)],
    db: WriteSession,
    body: BudgetIn,
    expected: IfMatch,
    response: Response,
) -> BudgetOut:
    """The first report of a year needs no If-Match, a change of what was reported does."""
    budget, is_new = await budgets.put_budget(db, viewer, organisation_id, year, body, expected)
    if is_new:
        response.status_code = 201
    set_etag(response, budget.version)
    return budget
