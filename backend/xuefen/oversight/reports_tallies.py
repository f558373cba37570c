"""One aggregate over the figures of a year: how many people of each unit are bound, met, exempt, complete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.credits.models import YearFigure
from xuefen.credits.regions import Region
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.oversight.reports_coming import is_below
from xuefen.oversight.reports_scope import Reach
from xuefen.policy.calendar import whole_months


@dataclass(frozen=True, slots=True)
class Place:
    """A unit where people are employed."""

    id: UUID
    name: str
    path: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True)
class YearTally:
    """The people of one school whom one yearly line concerns. `attained`: met, and no veto bars the year."""

    school_id: UUID
    requirement_id: str | None
    people: int
    members: int
    below: int
    attained: int
    exempt: int


@dataclass(frozen=True, slots=True)
class CycleTally:
    """The people of one unit in the cycle. `on_course`: complete by each day asked about, at today's pace."""

    school_id: UUID
    members: int
    complete: int
    exempt: int
    on_course: tuple[int, ...]


async def year_tallies(db: AsyncSession, reach: Reach) -> list[YearTally]:
    binds = col(YearFigure.required_centi).is_not(None)
    rows = await db.execute(
        select(
            col(YearFigure.school_id),
            col(YearFigure.requirement_id),
            func.count(),
            func.count().filter(binds),
            func.count().filter(is_below()),
            func.count().filter(binds, col(YearFigure.met), ~col(YearFigure.barred)),
            func.count().filter(col(YearFigure.exempt)),
        )
        .where(reach.figures)
        .group_by(col(YearFigure.school_id), col(YearFigure.requirement_id))
    )
    return [YearTally(*row) for row in rows]


async def cycle_tallies(db: AsyncSession, reach: Reach, until: Sequence[date]) -> list[CycleTally]:
    """Of each unit; `until` are the days for which the pace is carried on."""
    binds = col(YearFigure.cycle_required_centi).is_not(None)
    rows = await db.execute(
        select(
            col(YearFigure.school_id),
            func.count().filter(binds),
            func.count().filter(binds, col(YearFigure.complete)),
            func.count().filter(col(YearFigure.cycle_exempt)),
            *(func.count().filter(binds, _on_course(reach.year.regions, day)) for day in until),
        )
        .where(reach.figures)
        .group_by(col(YearFigure.school_id))
    )
    return [CycleTally(*row[:4], tuple(row[4:])) for row in rows]


def _on_course(regions: Iterable[Region], day: date) -> ColumnElement[bool]:
    """Complete now, or with as many credits by `day` as the total asks for, if they come as fast as so far.

    The pace is that of the months of the cycle that are over. In integers: counted × months until then >=
    required × months so far.
    """
    of_region = [
        and_(
            region.covers(col(YearFigure.org_path)),
            col(YearFigure.cycle_counted_centi) * _months(region, day)
            >= col(YearFigure.cycle_required_centi) * _months(region, region.on),
        )
        for region in regions
    ]
    return or_(col(YearFigure.complete), *of_region)


def _months(region: Region, day: date) -> int:
    return max(1, whole_months(region.cycle.starts_on, min(day, region.cycle.ends_on)))


async def places(db: AsyncSession, reach: Reach) -> dict[UUID, Place]:
    """Every unit in reach, by id."""
    rows = await db.execute(
        select(
            col(Organisation.id), col(Organisation.name), col(Organisation.path), col(Organisation.kind)
        ).where(reach.covers(Organisation))
    )
    return {row.id: Place(*row) for row in rows}


def sum_of(tallies: Iterable[Any], name: str) -> int:
    return sum(getattr(one, name) for one in tallies)
