"""HTTP of the reports on the year and the cycle."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound
from xuefen.core.page import PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.organisations.access import Bulk, bulk
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import UNIT_READERS
from xuefen.oversight.downloads import FILES, delivered
from xuefen.oversight.reports_below import Below, below_report, below_table, people_below
from xuefen.oversight.reports_counties import counties_report, counties_table
from xuefen.oversight.reports_schemas import (
    BelowQuery,
    BelowReport,
    CountiesReport,
    SchoolsQuery,
    SchoolsReport,
)
from xuefen.oversight.reports_schools import schools_report, schools_table
from xuefen.oversight.reports_scope import FiguresRecomputing, Reach, UnitQuery, YearUnknown, reported

router = APIRouter(prefix="/reports", tags=["reports"])
Reader = Annotated[Bulk, bulk(*sorted(UNIT_READERS))]
REFUSED = (NotAuthenticated, Forbidden, NotFound, NoPolicy, YearUnknown, FiguresRecomputing)


@router.get(
    "/teachers-below",
    operation_id="report_teachers_below",
    response_model=BelowReport,
    responses=problems(*REFUSED, PageTokenInvalid) | FILES,
)
async def report_teachers_below(caller: Reader, query: Annotated[BelowQuery, Query()]) -> Any:
    """Teachers below the yearly line: required, counted, in review, enrolled, missing; exempt people left out."""

    async def read(db: AsyncSession, reach: Reach) -> Below:
        return await people_below(db, reach, query)

    # A city's people are many: written out when no transaction waits any more, and beside the event loop.
    report = await asyncio.to_thread(below_report, await reported(caller, query, read))
    return await delivered(report, query.format, lambda: below_table(report))


@router.get(
    "/schools",
    operation_id="report_schools",
    response_model=SchoolsReport,
    responses=problems(*REFUSED) | FILES,
)
async def report_schools(caller: Reader, query: Annotated[SchoolsQuery, Query()]) -> Any:
    """Each school against the thresholds of its policy (20 %), with an early warning by name."""

    async def make(db: AsyncSession, reach: Reach) -> SchoolsReport:
        return await schools_report(db, reach, query.names)

    report = await reported(caller, query, make)
    return await delivered(report, query.format, lambda: schools_table(report))


@router.get(
    "/counties",
    operation_id="report_counties",
    response_model=CountiesReport,
    responses=problems(*REFUSED) | FILES,
)
async def report_counties(caller: Reader, query: Annotated[UnitQuery, Query()]) -> Any:
    """Completion of the cycle against the target (95 %), county beside county, with a forecast."""
    report = await reported(caller, query, counties_report)
    return await delivered(report, query.format, lambda: counties_table(report))
