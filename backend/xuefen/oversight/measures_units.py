"""Whose figures a report shows: the units in the viewer's scope, each with the rules it lives under."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies, policies_of
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.policy.calendar import Year
from xuefen.policy.pack import Pack

AUTHORITIES = (OrganisationKind.city, OrganisationKind.county)


@dataclass(frozen=True, slots=True)
class Unit:
    """A city, county or school in its training `year`; `pack` is in force on `on`: the year's last day, or today."""

    id: UUID
    kind: OrganisationKind
    name: str
    path: str
    year: Year
    on: date
    pack: Pack


async def schools_of(db: AsyncSession, viewer: Viewer, year: int | None) -> list[Unit]:
    """The schools in scope that were open in the year (None: the present one), in the order of the tree."""
    return await _units(db, viewer, [OrganisationKind.school], year)


async def compared_units(db: AsyncSession, viewer: Viewer, year: int | None) -> list[Unit]:
    """City and counties in scope; for whoever sees none of them, the schools in scope."""
    return await _units(db, viewer, AUTHORITIES, year) or await schools_of(db, viewer, year)


async def _units(
    db: AsyncSession, viewer: Viewer, kinds: Sequence[OrganisationKind], year: int | None
) -> list[Unit]:
    statement = select(Organisation).where(col(Organisation.kind).in_(kinds)).order_by(col(Organisation.path))
    found = await db.scalars(within(statement, viewer.acting_as(*UNIT_READERS), Organisation))
    policies, today = await policies_of(db, viewer.city_id), clock.today()
    units = [(row.closed_on, _unit(row, policies, year, today)) for row in found]
    return [unit for closed_on, unit in units if closed_on is None or closed_on >= unit.year.starts_on]


def _unit(row: Organisation, policies: Policies, asked: int | None, today: date) -> Unit:
    """The training year that begins in the asked one contains its last day, whatever month it begins in."""
    day = today if asked is None else date(asked, 12, 31)
    year = policies.at(row.path, min(day, today)).calendar.year_of(day)
    on = min(year.ends_on, today)
    return Unit(row.id, row.kind, row.name, row.path, year, on, policies.at(row.path, on).pack)


async def year_of_city(db: AsyncSession, viewer: Viewer, asked: int | None) -> Year:
    """The training year by the calendar of the city itself."""
    of_city = (col(Organisation.city_id) == viewer.city_id) & (col(Organisation.id) == viewer.city_id)
    city = (await db.scalars(select(Organisation).where(of_city))).one()
    return _unit(city, await policies_of(db, viewer.city_id), asked, clock.today()).year


def days_of(years: Sequence[Year]) -> tuple[date, date]:
    """From the first to the last day of any of the years."""
    return min(year.starts_on for year in years), max(year.ends_on for year in years)
