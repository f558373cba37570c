"""年度未达标教师: who is below the yearly line, what is missing, and what is still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.page import Keyset
from xuefen.core.text import decimal_text
from xuefen.credits.models import YearFigure
from xuefen.organisations.models import Organisation
from xuefen.oversight.downloads import Format, Table
from xuefen.oversight.reports_coming import Coming, coming, is_below
from xuefen.oversight.reports_schemas import BelowQuery, BelowReport, PersonBelow, UnitHead
from xuefen.oversight.reports_scope import Reach
from xuefen.people.models import Teacher
from xuefen.policy.vocabulary import UNIT_NAMES

IN_TREE_ORDER = Keyset("teachers_below", (col(YearFigure.org_path), col(Teacher.staff_no), col(Teacher.id)))


@dataclass(frozen=True, slots=True)
class Below:
    """What was read for the report: people in order, what they have coming, and how many there are in all."""

    reach: Reach
    rows: Sequence[Any]
    to_come: Mapping[UUID, Coming]
    total: int
    members: int
    exempt: int
    next_page_token: str | None


async def people_below(db: AsyncSession, reach: Reach, query: BelowQuery) -> Below:
    """By school and staff number: a page, or all of them for a file. Exempt people are only counted."""
    statement = _people(reach, query)
    token = None
    if query.format is Format.json:
        found = (await db.execute(IN_TREE_ORDER.select(statement, query))).all()
        rows, token = IN_TREE_ORDER.cut(found, query, lambda row: (row.org_path, row.staff_no, row.id))
    else:
        rows = list((await db.execute(statement.order_by(*IN_TREE_ORDER.columns))).all())
    to_come = await coming(db, reach, _narrowed(query, rows), exactly=True)
    return Below(reach, rows, to_come, *await _counts(db, reach, query), token)


def below_report(found: Below) -> BelowReport:
    return BelowReport(
        year=found.reach.year.year,
        label=found.reach.region.year.label,
        as_of=found.reach.as_of,
        total=found.total,
        members=found.members,
        exempt=found.exempt,
        items=[_item(row, found.to_come.get(row.id)) for row in found.rows],
        next_page_token=found.next_page_token,
    )


def _people(reach: Reach, query: BelowQuery) -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(Teacher.id),
            col(Teacher.name),
            col(Teacher.staff_no),
            col(YearFigure.org_path),
            col(YearFigure.school_id),
            col(Organisation.name).label("school_name"),
            col(YearFigure.requirement_id),
            col(YearFigure.unit),
            col(YearFigure.required_centi),
            col(YearFigure.counted_centi),
        )
        .join(
            YearFigure,
            and_(
                col(YearFigure.city_id) == col(Teacher.city_id), col(YearFigure.teacher_id) == col(Teacher.id)
            ),
        )
        .join(
            Organisation,
            and_(
                col(Organisation.city_id) == col(YearFigure.city_id),
                col(Organisation.id) == col(YearFigure.school_id),
            ),
        )
        .where(reach.figures, is_below(), *_of_requirement(query))
    )


def _of_requirement(query: BelowQuery) -> list[ColumnElement[bool]]:
    return [] if query.requirement is None else [col(YearFigure.requirement_id) == query.requirement]


def _narrowed(query: BelowQuery, rows: Sequence[Any]) -> ColumnElement[bool] | None:
    """A page asks for the people on it alone; a file for all, whom no list of ids could name."""
    if query.format is not Format.json:
        return None
    return col(YearFigure.teacher_id).in_([row.id for row in rows])


async def _counts(db: AsyncSession, reach: Reach, query: BelowQuery) -> tuple[int, int, int]:
    """People below, people whom the line binds, and exempt people."""
    row = (
        await db.execute(
            select(
                func.count().filter(is_below()),
                func.count().filter(col(YearFigure.required_centi).is_not(None)),
                func.count().filter(col(YearFigure.exempt)),
            ).where(reach.figures, *_of_requirement(query))
        )
    ).one()
    return row[0], row[1], row[2]


def _item(row: Any, to_come: Coming | None) -> PersonBelow:
    missing = row.required_centi - row.counted_centi
    return PersonBelow(
        teacher_id=row.id,
        name=row.name,
        staff_no=row.staff_no,
        school=UnitHead(id=row.school_id, name=row.school_name),
        requirement_id=row.requirement_id,
        unit=row.unit,
        required=row.required_centi,
        counted=row.counted_centi,
        missing=missing,
        pending=to_come.sum_of(to_come.in_review) if to_come else 0,
        enrolled=to_come.sum_of(to_come.enrolled) if to_come else 0,
        missing_after=max(0, missing - to_come.adds_centi) if to_come else missing,
    )


HEADER = ("学校", "工号", "姓名", "要求", "已计", "还差", "在审", "已报名", "全部认定后还差", "单位")


def below_table(report: BelowReport) -> Table:
    return Table(f"{report.label}未达标教师", HEADER, [_cells(item) for item in report.items])


def _cells(item: PersonBelow) -> list[str]:
    amounts = (item.required, item.counted, item.missing, item.pending, item.enrolled, item.missing_after)
    texts = [decimal_text(amount) for amount in amounts]
    return [item.school.name, item.staff_no, item.name, *texts, UNIT_NAMES[item.unit]]
