"""Figures of training years, kept: computed by the one engine, cached, and checked for freshness when read.

A report counts only figures that are current: those whose ledger account, teacher, versions of the rules and
day are still the ones they were computed from. `stale` tells of the others, `bring_up_to_date` computes them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, true, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.rowsets import RowSet, table_of, upsert_rows
from xuefen.credits.figure import Employed, Marks, figure
from xuefen.credits.models import YearFigure
from xuefen.credits.records import teacher_records
from xuefen.credits.regions import Region, regions_of, years_of
from xuefen.credits.standing import TeacherFacts
from xuefen.ledger.models import Account, AccountKind
from xuefen.organisations.policies import Policies, policies_of
from xuefen.organisations.scope import below
from xuefen.people.models import Employment, Teacher

CHUNK = 500
"""So many people are read and judged at once."""


@dataclass(frozen=True, slots=True)
class YearOfCity:
    """One training year of a city, as its rules cut it today."""

    city_id: UUID
    year: int
    policies: Policies
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Renewal:
    """Figures computed anew, and the people who have none in the year (any more)."""

    year: YearOfCity
    rows: tuple[dict[str, Any], ...]
    without: tuple[UUID, ...]


async def year_of_city(db: AsyncSession, city_id: UUID, year: int) -> YearOfCity:
    policies = await policies_of(db, city_id)
    return YearOfCity(city_id, year, policies, regions_of(policies, year, clock.today()))


async def bring_up_to_date(db: AsyncSession, city_id: UUID, path: str, on: date) -> int:
    """Compute every missing or stale figure of the year that contains `on`, for people at or below `path`.

    `db` is a write session. Returns how many were computed. A past year is judged on its last day.
    """
    computed = 0
    for number in years_of(await policies_of(db, city_id), on):
        year = await year_of_city(db, city_id, number)
        computed += await renew(db, year, await stale_ids(db, year, [path]))
    return computed


async def stale(db: AsyncSession, city_id: UUID, path: str, on: date) -> int:
    """How many figures of the year that contains `on` are missing or not current, at or below `path`."""
    numbers = years_of(await policies_of(db, city_id), on)
    return sum([await count_stale(db, await year_of_city(db, city_id, number), [path]) for number in numbers])


async def refresh(db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID], on: date) -> int:
    """Renew what is stale of these people: the year that contains `on`, and every year they have figures of."""
    kept = await db.scalars(
        select(col(YearFigure.year))
        .where(col(YearFigure.city_id) == city_id, col(YearFigure.teacher_id).in_(teacher_ids))
        .distinct()
    )
    numbers = {*kept, *years_of(await policies_of(db, city_id), on)}
    computed = 0
    for number in sorted(numbers):
        year = await year_of_city(db, city_id, number)
        found = await db.scalars(_stale(select(col(Teacher.id)), year, col(Teacher.id).in_(teacher_ids)))
        computed += await renew(db, year, found.all())
    return computed


async def stale_ids(
    db: AsyncSession, year: YearOfCity, paths: Sequence[str] | None, limit: int | None = None
) -> Sequence[UUID]:
    """The people at or below one of `paths` (None: of the whole city) whose figure is missing or not current."""
    statement = _stale(select(col(Teacher.id)), year, _belongs(year, paths))
    return (await db.scalars(statement.order_by(col(Teacher.id)).limit(limit))).all()


async def count_stale(db: AsyncSession, year: YearOfCity, paths: Sequence[str] | None) -> int:
    return await db.scalar(_stale(select(func.count()), year, _belongs(year, paths))) or 0


async def renew(db: AsyncSession, year: YearOfCity, teacher_ids: Sequence[UUID]) -> int:
    """Compute the figures of these people and keep them; `db` is a write session."""
    for start in range(0, len(teacher_ids), CHUNK):
        await keep(db, await compute(db, year, teacher_ids[start : start + CHUNK]))
    return len(teacher_ids)


async def compute(db: AsyncSession, year: YearOfCity, teacher_ids: Sequence[UUID]) -> Renewal:
    """Figures as they are now, not kept; reads only. The judging happens beside the event loop."""
    marks = await _marks(db, year.city_id, teacher_ids)
    records = await teacher_records(db, year.city_id, teacher_ids, year.policies)
    people = [(_as_old_as(marks, record.teacher), record.person, record.entries) for record in records]
    rows = await asyncio.to_thread(lambda: [figure(*one, year.regions) for one in people])
    without = [mark.teacher_id for (mark, _, _), row in zip(people, rows, strict=True) if row is None]
    return Renewal(year, tuple(row for row in rows if row is not None), tuple(without))


async def keep(db: AsyncSession, renewal: Renewal) -> None:
    """Write a renewal, in the order of the people, in which every writer locks them."""
    city_id, year = renewal.year.city_id, renewal.year.year
    shared = {"city_id": city_id, "year": year, "computed_at": clock.now()}
    rows = sorted(renewal.rows, key=lambda row: str(row["teacher_id"]))
    await upsert_rows(db, RowSet(table_of(YearFigure), shared, rows))
    if renewal.without:
        await db.execute(
            delete(YearFigure).where(
                col(YearFigure.city_id) == city_id,
                col(YearFigure.year) == year,
                col(YearFigure.teacher_id).in_(renewal.without),
            )
        )


def current(regions: Iterable[Region]) -> ColumnElement[bool]:
    """Whether a figure, beside its teacher and account, is still what the engine would say."""
    of_region = [
        and_(
            region.covers(col(YearFigure.org_path)),
            col(YearFigure.policies) == region.policies,
            col(YearFigure.current_until) >= region.on,
        )
        for region in regions
    ]
    return and_(
        col(YearFigure.teacher_version) == col(Teacher.version),
        col(YearFigure.entries) == func.coalesce(col(Account.entries), 0),
        or_(*of_region) if of_region else ~true(),
    )


def _stale(statement: Select[Any], year: YearOfCity, people: ColumnElement[bool]) -> Select[Any]:
    """`statement` over the teachers whose figure is missing or not current."""
    no_figure = col(YearFigure.teacher_id).is_(None)
    return (
        statement.select_from(Teacher)
        .outerjoin(
            YearFigure,
            and_(
                col(YearFigure.city_id) == col(Teacher.city_id),
                col(YearFigure.teacher_id) == col(Teacher.id),
                col(YearFigure.year) == year.year,
            ),
        )
        .outerjoin(Account, _account_of_teacher())
        .where(
            col(Teacher.city_id) == year.city_id,
            people,
            or_(and_(no_figure, in_service(year.regions)), and_(~no_figure, ~current(year.regions))),
        )
    )


def _account_of_teacher() -> ColumnElement[bool]:
    return and_(
        col(Account.city_id) == col(Teacher.city_id),
        col(Account.kind) == AccountKind.teacher,
        col(Account.owner_id) == col(Teacher.id),
    )


def in_service(regions: Iterable[Region]) -> ColumnElement[bool]:
    """`figure.in_service` as a condition on the teacher, by the region of the present school."""
    of_region = [
        and_(
            region.covers(col(Teacher.org_path)),
            col(Teacher.hired_on) <= region.on,
            or_(col(Teacher.left_on).is_(None), col(Teacher.left_on) >= region.year.starts_on),
        )
        for region in regions
    ]
    return or_(*of_region) if of_region else ~true()


def _belongs(year: YearOfCity, paths: Sequence[str] | None) -> ColumnElement[bool]:
    """Everyone whose figure lies, or may come to lie, at or below one of `paths`."""
    if paths is None:
        return true()

    def lies_below(column: Any) -> ColumnElement[bool]:
        return or_(*(below(column, path) for path in paths))

    here = aliased(Teacher)
    kept = aliased(YearFigure)
    people = union(
        select(col(here.id)).where(col(here.city_id) == year.city_id, lies_below(col(here.org_path))),
        select(col(kept.teacher_id)).where(
            col(kept.city_id) == year.city_id, col(kept.year) == year.year, lies_below(col(kept.org_path))
        ),
        select(col(Employment.teacher_id)).where(
            col(Employment.city_id) == year.city_id, lies_below(col(Employment.org_path))
        ),
    )
    return col(Teacher.id).in_(people)


async def _marks(db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID]) -> dict[UUID, Marks]:
    """Read first: see `Marks`."""
    rows = await db.execute(
        select(
            col(Teacher.id),
            col(Teacher.version),
            func.coalesce(col(Account.entries), 0).label("entries"),
            col(Teacher.hired_on),
            col(Teacher.left_on),
            col(Teacher.school_id),
            col(Teacher.org_path),
        )
        .outerjoin(Account, _account_of_teacher())
        .where(col(Teacher.city_id) == city_id, col(Teacher.id).in_(teacher_ids))
    )
    found = rows.all()
    schools = await _schools(db, city_id, teacher_ids)
    return {
        row.id: Marks(
            teacher_id=row.id,
            version=row.version,
            entries=row.entries,
            hired_on=row.hired_on,
            left_on=row.left_on,
            school=Employed(row.hired_on, row.school_id, row.org_path),
            schools=tuple(schools[row.id]),
        )
        for row in found
    }


def _as_old_as(marks: dict[UUID, Marks], teacher: TeacherFacts) -> Marks:
    """The person's marks; the session may have known the teacher since before they were read."""
    mark = marks[teacher.id]
    return mark if mark.version <= teacher.version else replace(mark, version=teacher.version)


async def _schools(
    db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID]
) -> defaultdict[UUID, list[Employed]]:
    rows = await db.execute(
        select(
            col(Employment.teacher_id),
            col(Employment.starts_on),
            col(Employment.school_id),
            col(Employment.org_path),
        )
        .where(col(Employment.city_id) == city_id, col(Employment.teacher_id).in_(teacher_ids))
        .order_by(col(Employment.starts_on), col(Employment.id))
    )
    schools: defaultdict[UUID, list[Employed]] = defaultdict(list)
    for teacher_id, starts_on, school_id, org_path in rows:
        schools[teacher_id].append(Employed(starts_on, school_id, org_path))
    return schools
