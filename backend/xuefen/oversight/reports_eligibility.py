"""登记、考核与聘任的条件: who may be registered, appraised and appointed, as far as training decides it.

The sources make training a condition of the periodic registration of the qualification, of appraisal and of
appointment: credits (株教函〔2014〕29号 六(四)3), training hours and their assessment (县教干教师培训意见 四(二)),
and the assessment of ethics, which is tied to the registration (县教干教师培训意见 二(二)). No source says how
the conditions combine; they are read so:

    eligible = no ethics veto bars an evaluation, and
               the yearly line is met, or an exemption takes it away, or none binds the person

Whether the cycle is complete stands beside it and decides nothing: until a cycle ends nobody need be
complete. The report prepares the decision; the decision stays the authority's. It says that an evaluation is
barred, and nothing of why.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.page import Keyset
from xuefen.credits.figure import judged
from xuefen.credits.figures import CHUNK, YearOfCity
from xuefen.credits.models import YearFigure
from xuefen.credits.records import teacher_records
from xuefen.credits.regions import region_of
from xuefen.credits.standing import TeacherRecord
from xuefen.exemptions.models import EthicsVeto
from xuefen.organisations.models import Organisation
from xuefen.oversight.downloads import Format, Table, yes_no
from xuefen.oversight.reports_coming import is_below
from xuefen.oversight.reports_schemas import (
    EligibilityQuery,
    EligibilityReport,
    PersonEligible,
    UnitHead,
    YearState,
)
from xuefen.oversight.reports_scope import Reach
from xuefen.people.models import Teacher

IN_TREE_ORDER = Keyset("eligibility", (col(YearFigure.org_path), col(Teacher.staff_no), col(Teacher.id)))
YEAR_NAMES: Mapping[YearState, str] = {
    "met": "达标",
    "exempt": "免修",
    "unbound": "无年度要求",
    "below": "未达标",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for the report: people in order, and counts of everybody in reach."""

    reach: Reach
    rows: Sequence[Any]
    counts: Any
    next_page_token: str | None


async def people_judged(db: AsyncSession, reach: Reach, query: EligibilityQuery) -> Found:
    """By school and staff number: a page, or all of them for a file."""
    barred = or_(
        col(YearFigure.barred), col(YearFigure.teacher_id).in_(await _kept_from_completion(db, reach))
    )
    statement = _people(reach, barred)
    if query.eligible is not None:
        answer = _eligible(barred)
        statement = statement.where(answer if query.eligible else ~answer)
    counts = (await db.execute(_counts(reach, barred))).one()
    if query.format is not Format.json:
        everybody = await db.execute(statement.order_by(*IN_TREE_ORDER.columns))
        return Found(reach, everybody.all(), counts, None)
    found = (await db.execute(IN_TREE_ORDER.select(statement, query))).all()
    rows, token = IN_TREE_ORDER.cut(found, query, lambda row: (row.org_path, row.staff_no, row.id))
    return Found(reach, rows, counts, token)


async def _kept_from_completion(db: AsyncSession, reach: Reach) -> list[UUID]:
    """Whose completion a veto bars. The figures tell of the year alone, and few people have a veto, so the
    engine is asked of them."""
    paths = await _vetoed(db, reach)
    ids, barred = sorted(paths), list[UUID]()
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        records = await teacher_records(db, reach.year.city_id, part, reach.year.policies)
        barred += await asyncio.to_thread(_incomplete, reach.year, records, paths)
    return barred


async def _vetoed(db: AsyncSession, reach: Reach) -> dict[UUID, str]:
    """Who has a veto of that day, lifted or not, under rules with which it bars completion, and the path."""
    of_region = [
        and_(
            region.covers(col(YearFigure.org_path)),
            col(EthicsVeto.from_on) <= region.on,
            col(EthicsVeto.until_on) >= region.on,
        )
        for region in reach.year.regions
        if region.pack.ethics_veto and "completion" in region.pack.ethics_veto.bars
    ]
    if not of_region:
        return {}
    of_figure = and_(
        col(EthicsVeto.city_id) == col(YearFigure.city_id),
        col(EthicsVeto.teacher_id) == col(YearFigure.teacher_id),
    )
    rows = await db.execute(
        select(col(YearFigure.teacher_id), col(YearFigure.org_path))
        .join(EthicsVeto, of_figure)
        .where(reach.figures, or_(*of_region))
    )
    return {row.teacher_id: row.org_path for row in rows}


def _incomplete(year: YearOfCity, records: Iterable[TeacherRecord], paths: Mapping[UUID, str]) -> list[UUID]:
    found = []
    for record in records:
        region = region_of(year.regions, paths[record.teacher.id])
        if region and "completion" in judged(region, record.person, record.entries).barred:
            found.append(record.teacher.id)
    return found


def _eligible(barred: ColumnElement[bool]) -> ColumnElement[bool]:
    """The reading at the head of this file."""
    year = or_(col(YearFigure.met), col(YearFigure.exempt), col(YearFigure.required_centi).is_(None))
    return and_(~barred, year)


def _people(reach: Reach, barred: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    of_figure = and_(
        col(YearFigure.city_id) == col(Teacher.city_id), col(YearFigure.teacher_id) == col(Teacher.id)
    )
    at_school = and_(
        col(Organisation.city_id) == col(YearFigure.city_id),
        col(Organisation.id) == col(YearFigure.school_id),
    )
    return (
        select(
            col(Teacher.id),
            col(Teacher.name),
            col(Teacher.staff_no),
            col(YearFigure.org_path),
            col(YearFigure.school_id),
            col(Organisation.name).label("school_name"),
            col(YearFigure.required_centi),
            col(YearFigure.met),
            col(YearFigure.exempt),
            col(YearFigure.complete),
            barred.label("barred"),
            _eligible(barred).label("eligible"),
        )
        .join(YearFigure, of_figure)
        .join(Organisation, at_school)
        .where(reach.figures)
    )


def _counts(reach: Reach, barred: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    unbound = and_(col(YearFigure.required_centi).is_(None), ~col(YearFigure.exempt))
    return select(
        func.count().label("people"),
        func.count().filter(_eligible(barred)).label("eligible"),
        func.count().filter(barred).label("barred"),
        func.count().filter(col(YearFigure.met)).label("met"),
        func.count().filter(col(YearFigure.exempt)).label("exempt"),
        func.count().filter(unbound).label("unbound"),
        func.count().filter(is_below()).label("below"),
        func.count().filter(col(YearFigure.complete)).label("complete"),
    ).where(reach.figures)


def eligibility_report(found: Found) -> EligibilityReport:
    return EligibilityReport(
        year=found.reach.year.year,
        label=found.reach.region.year.label,
        as_of=found.reach.as_of,
        **found.counts._mapping,
        items=[_item(row) for row in found.rows],
        next_page_token=found.next_page_token,
    )


def _item(row: Any) -> PersonEligible:
    return PersonEligible(
        teacher_id=row.id,
        name=row.name,
        staff_no=row.staff_no,
        school=UnitHead(id=row.school_id, name=row.school_name),
        year_state=_year_state(row),
        complete=row.complete,
        barred=row.barred,
        eligible=row.eligible,
    )


def _year_state(row: Any) -> YearState:
    if row.exempt:
        return "exempt"
    if row.required_centi is None:
        return "unbound"
    return "met" if row.met else "below"


HEADER = ("学校", "工号", "姓名", "年度学分", "周期完成", "师德一票否决", "具备条件")


def eligibility_table(report: EligibilityReport) -> Table:
    return Table(f"{report.label}登记考核聘任条件", HEADER, [_cells(item) for item in report.items])


def _cells(item: PersonEligible) -> list[str]:
    answers = [yes_no(answer) for answer in (item.complete, item.barred, item.eligible)]
    return [item.school.name, item.staff_no, item.name, YEAR_NAMES[item.year_state], *answers]
