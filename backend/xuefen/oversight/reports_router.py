"""HTTP of the reports on the year and the cycle."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.db import ReadSession
from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound
from xuefen.core.page import PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.organisations.access import Bulk, bulk, reading
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.downloads import FILES, delivered
from xuefen.oversight.reports_below import Below, below_report, below_table, people_below
from xuefen.oversight.reports_counties import counties_report, counties_table
from xuefen.oversight.reports_coverage import coverage_report, coverage_table
from xuefen.oversight.reports_eligibility import (
    Found,
    eligibility_report,
    eligibility_table,
    people_judged,
)
from xuefen.oversight.reports_schemas import (
    BelowQuery,
    BelowReport,
    CountiesReport,
    CoverageReport,
    EligibilityQuery,
    EligibilityReport,
    SchoolsQuery,
    SchoolsReport,
)
from xuefen.oversight.reports_schools import schools_report, schools_table
from xuefen.oversight.reports_scope import (
    FiguresRecomputing,
    Reach,
    UnitQuery,
    YearUnknown,
    reach_of,
    reported,
)

router = APIRouter(prefix="/reports", tags=["reports"])
Reader = Annotated[Bulk, bulk(*sorted(UNIT_READERS))]
UnitReader = Annotated[Viewer, reading(*sorted(UNIT_READERS))]
UNKNOWN = (NotAuthenticated, Forbidden, NotFound, NoPolicy, YearUnknown)
REFUSED = (*UNKNOWN, FiguresRecomputing)


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


@router.get(
    "/eligibility",
    operation_id="report_eligibility",
    response_model=EligibilityReport,
    responses=problems(*REFUSED, PageTokenInvalid) | FILES,
)
async def report_eligibility(caller: Reader, query: Annotated[EligibilityQuery, Query()]) -> Any:
    """Who may be registered, appraised and appointed, as far as training and ethics decide it; the authority decides.

    Eligible is whom no ethics veto bars from an evaluation and who met the yearly line, is exempt from it, or
    is bound by none. Sources: 株教函〔2014〕29号 六(四)3; 县教干教师培训意见 二(二), 四(二).
    """

    async def read(db: AsyncSession, reach: Reach) -> Found:
        return await people_judged(db, reach, query)

    report = await asyncio.to_thread(eligibility_report, await reported(caller, query, read))
    return await delivered(report, query.format, lambda: eligibility_table(report))


@router.get(
    "/coverage",
    operation_id="report_coverage",
    response_model=CoverageReport,
    responses=problems(*UNKNOWN) | FILES,
)
async def report_coverage(viewer: UnitReader, db: ReadSession, query: Annotated[UnitQuery, Query()]) -> Any:
    """Subject by subject: how many teachers trained on site, online, both ways or neither, and the hours."""
    report = await coverage_report(db, await reach_of(db, viewer, query))
    return await delivered(report, query.format, lambda: coverage_table(report))
