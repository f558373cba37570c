"""HTTP of the measures of accountability: money, degrees, duties of schools, rates of programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from xuefen.core.db import ReadSession
from xuefen.core.errors import Forbidden, NotAuthenticated
from xuefen.core.problems import problems
from xuefen.core.text import Input
from xuefen.organisations.access import reading
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.downloads import FILES, Format, ReportQuery, delivered
from xuefen.oversight.measures_degrees import degree_report, degree_table
from xuefen.oversight.measures_duties import duty_report, duty_table
from xuefen.oversight.measures_funding import funding_report, funding_table
from xuefen.oversight.measures_programs import program_report, program_table
from xuefen.oversight.measures_schemas import DegreeReport, DutyReport, FundingReport, ProgramReport
from xuefen.oversight.measures_turnouts import READERS

router = APIRouter(prefix="/reports", tags=["oversight"])
UnitReader = Annotated[Viewer, reading(*sorted(UNIT_READERS))]
REFUSALS = problems(NotAuthenticated, Forbidden, NoPolicy) | FILES


class NowQuery(Input):
    """Degrees are on record as of today alone."""

    format: Format = Format.json


@router.get(
    "/funding",
    operation_id="report_funding",
    summary="培训经费：应投入与实际投入",
    response_model=FundingReport,
    responses=REFUSALS,
)
async def report_funding(viewer: UnitReader, db: ReadSession, query: Annotated[ReportQuery, Query()]) -> Any:
    """Per school and row of its rules; `year` is the calendar year of the budgets."""
    report = await funding_report(db, viewer, query.year)
    return await delivered(report, query.format, lambda: funding_table(report))


@router.get(
    "/degrees",
    operation_id="report_degrees",
    summary="学历达标：目标与实际",
    response_model=DegreeReport,
    responses=REFUSALS,
)
async def report_degrees(viewer: UnitReader, db: ReadSession, query: Annotated[NowQuery, Query()]) -> Any:
    report = await degree_report(db, viewer)
    return await delivered(report, query.format, lambda: degree_table(report))


@router.get(
    "/duties",
    operation_id="report_duties",
    summary="学校职责：逐月记录与待人判断的事项",
    response_model=DutyReport,
    responses=REFUSALS,
)
async def report_duties(viewer: UnitReader, db: ReadSession, query: Annotated[ReportQuery, Query()]) -> Any:
    report = await duty_report(db, viewer, query.year)
    return await delivered(report, query.format, lambda: duty_table(report))


@router.get(
    "/programs",
    operation_id="report_programs",
    summary="培训项目：参培率、合格率、优秀率",
    response_model=ProgramReport,
    responses=REFUSALS,
)
async def report_programs(
    viewer: Annotated[Viewer, reading(*READERS)], db: ReadSession, query: Annotated[ReportQuery, Query()]
) -> Any:
    """Provider staff see their own programs; units see their own people in whatever program."""
    report = await program_report(db, viewer, query.year)
    return await delivered(report, query.format, lambda: program_table(report))
