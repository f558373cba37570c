"""Builders of organisations: a node of the tree, written as it stands in the database."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert

from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.models import Organisation, OrganisationKind


@dataclass(frozen=True)
class Unit:
    """An organisation of a test."""

    id: UUID
    city_id: UUID
    parent_id: UUID | None
    kind: OrganisationKind
    code: str
    name: str
    path: str


def city_unit(code: str, name: str) -> Unit:
    city_id = new_id()
    return Unit(city_id, city_id, None, OrganisationKind.city, code, name, f"{code}/")


def unit_below(parent: Unit, kind: OrganisationKind, code: str, name: str) -> Unit:
    return Unit(new_id(), parent.city_id, parent.id, kind, code, name, f"{parent.path}{code}/")


async def add_units(database: Database, *units: Unit) -> None:
    """Write `units`, parents first."""
    async with database.write() as db:
        for unit in units:
            await db.execute(insert(Organisation).values(**vars(unit), has_training_centre=True, version=1))


async def make_school(database: Database, parent: Unit, code: str, name: str = "新苗学校") -> Unit:
    school = unit_below(parent, OrganisationKind.school, code, name)
    await add_units(database, school)
    return school
