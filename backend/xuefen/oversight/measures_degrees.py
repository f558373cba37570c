"""Degree targets by stage (学历达标), target against actual, from the degrees on record."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.downloads import Table, percent_text, yes_no
from xuefen.oversight.measures_schemas import DegreeLine, DegreeReport
from xuefen.oversight.measures_units import Unit, compared_units
from xuefen.people.models import Teacher
from xuefen.policy.accountability_rows import TargetRow
from xuefen.policy.rates import degree_answer

DEGREES = {"associate": "大专", "bachelor": "本科", "master": "研究生"}
HEADER = ("单位", "目标", "学历", "目标比例", "教师数", "达到人数", "未登记学历", "实际比例", "达到", "依据")

Held = tuple[str, str, str | None, int]
"""Path of a school, stage, highest degree (None: not recorded), and how many teachers."""


async def degree_report(db: AsyncSession, viewer: Viewer) -> DegreeReport:
    """The targets of each unit's rules against its teachers in service today."""
    today = clock.today()
    units = await compared_units(db, viewer, None)
    held = await _held(db, viewer, today)
    return DegreeReport(
        on=today, items=[_line(unit, target, held) for unit in units for target in _targets(unit)]
    )


def degree_table(report: DegreeReport) -> Table:
    return Table("学历达标", HEADER, [_row(line) for line in report.items])


def _targets(unit: Unit) -> list[TargetRow]:
    return [target for target in unit.pack.targets if target.measure == "degree"]


async def _held(db: AsyncSession, viewer: Viewer, today: date) -> list[Held]:
    columns = (col(Teacher.org_path), col(Teacher.stage), col(Teacher.degree))
    statement = (
        select(*columns, func.count())
        .where(col(Teacher.left_on).is_(None) | (col(Teacher.left_on) >= today))
        .group_by(*columns)
    )
    rows = await db.execute(within(statement, viewer.acting_as(*UNIT_READERS), Teacher))
    return [
        (path, str(stage), str(degree) if degree else None, number) for path, stage, degree, number in rows
    ]


def _line(unit: Unit, target: TargetRow, held: Sequence[Held]) -> DegreeLine:
    teachers: Counter[str | None] = Counter()
    for path, stage, degree, number in held:
        if stage == target.stage and path.startswith(unit.path):
            teachers[degree] += number
    answer = degree_answer(target, teachers)
    return DegreeLine(
        organisation_id=unit.id,
        organisation_name=unit.name,
        kind=unit.kind,
        binding=unit.kind == target.of,
        target_id=target.id,
        name=target.name,
        stage=target.stage or "",
        degree=target.degree or "",
        percent=target.percent,
        clause=target.clause,
        teachers=answer.known + answer.unknown,
        holding=answer.holding,
        unknown=answer.unknown,
        share=answer.rate.percent_centi,
        met=answer.met,
    )


def _row(line: DegreeLine) -> list[str]:
    return [
        line.organisation_name,
        line.name,
        DEGREES[line.degree],
        percent_text(line.percent),
        str(line.teachers),
        str(line.holding),
        str(line.unknown),
        percent_text(line.share),
        yes_no(line.met),
        line.clause,
    ]
