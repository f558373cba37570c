"""Training money of schools against their rules, from the budgets they reported."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.text import decimal_text
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.downloads import Table, percent_text, yes_no
from xuefen.oversight.measures_schemas import FundingLine, FundingReport
from xuefen.oversight.measures_units import Unit, schools_of
from xuefen.oversight.models import Budget
from xuefen.people.models import Teacher
from xuefen.policy.funding import FundingAnswer, Reported, funding_answers, main_stage

BASES = {"public_funds": "年度公用经费", "payroll": "教职工工资总额"}
HEADER = (
    "学校",
    "要求",
    "基数",
    "比例",
    "基数金额（元）",
    "应投入（元）",
    "实际投入（元）",
    "实际比例",
    "达到",
    "合并达到",
    "已报告",
    "依据",
)


async def funding_report(db: AsyncSession, viewer: Viewer, asked: int | None) -> FundingReport:
    """Every school in scope that a row of its rules binds, for one calendar year."""
    year = clock.today().year if asked is None else asked
    schools = await schools_of(db, viewer, year)
    stages = await _stages(db, viewer)
    budgets = await _budgets(db, viewer, year)
    answered = [(school, _answers(school, stages, budgets)) for school in schools]
    bound = [school for school, answers in answered if answers]
    return FundingReport(
        year=year,
        schools=len(bound),
        not_reported=sum(school.id not in budgets for school in bound),
        items=[
            _line(school, _main(school, stages), answer) for school, answers in answered for answer in answers
        ],
    )


def funding_table(report: FundingReport) -> Table:
    return Table(f"{report.year}年培训经费", HEADER, [_row(line) for line in report.items])


Stages = defaultdict[UUID, dict[str, int]]


async def _stages(db: AsyncSession, viewer: Viewer) -> Stages:
    """School -> how many of its teachers now in service teach which stage."""
    statement = (
        select(col(Teacher.school_id), col(Teacher.stage), func.count())
        .where(col(Teacher.left_on).is_(None) | (col(Teacher.left_on) >= clock.today()))
        .group_by(col(Teacher.school_id), col(Teacher.stage))
    )
    stages: Stages = defaultdict(dict)
    for school_id, stage, number in await db.execute(
        within(statement, viewer.acting_as(*UNIT_READERS), Teacher)
    ):
        stages[school_id][str(stage)] = number
    return stages


async def _budgets(db: AsyncSession, viewer: Viewer, year: int) -> dict[UUID, Reported]:
    statement = select(
        col(Budget.organisation_id),
        col(Budget.public_funds_fen),
        col(Budget.payroll_fen),
        col(Budget.training_fen),
    ).where(col(Budget.year) == year)
    rows = await db.execute(within(statement, viewer.acting_as(*UNIT_READERS), Budget))
    return {school_id: Reported(*fen) for school_id, *fen in rows}


def _main(school: Unit, stages: Stages) -> str | None:
    return main_stage(stages.get(school.id, {}))


def _answers(school: Unit, stages: Stages, budgets: dict[UUID, Reported]) -> Sequence[FundingAnswer]:
    return funding_answers(school.pack.funding, _main(school, stages), budgets.get(school.id))


def _line(school: Unit, stage: str | None, answer: FundingAnswer) -> FundingLine:
    return FundingLine(
        school_id=school.id,
        school_name=school.name,
        stage=stage,
        requirement=answer.row.id,
        name=answer.row.name,
        base=answer.row.base,
        percent=answer.row.percent,
        clause=answer.row.clause,
        reported=answer.base_fen is not None,
        base_fen=answer.base_fen,
        required_fen=answer.required_fen,
        spent_fen=answer.spent_fen,
        ratio=answer.ratio_centi,
        met=answer.met,
        satisfied=answer.satisfied,
    )


def _row(line: FundingLine) -> list[str]:
    return [
        line.school_name,
        line.name,
        BASES[line.base],
        percent_text(line.percent),
        _yuan(line.base_fen),
        _yuan(line.required_fen),
        _yuan(line.spent_fen),
        percent_text(line.ratio),
        yes_no(line.met),
        yes_no(line.satisfied),
        "是" if line.reported else "未报告",
        line.clause,
    ]


def _yuan(fen: int | None) -> str:
    return "" if fen is None else decimal_text(fen)
