"""What one may see is said twice, in SQL and of a row found by its key; both must say the same."""

from dataclasses import fields, replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.make.city import CityPeople, make_city
from xuefen.core.db import Database
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import sees, within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher


async def both_answers(database: Database, viewer: Viewer, model: Any) -> tuple[set[Any], set[Any], int]:
    """Ids seen by SQL, ids seen row by row, and how many rows there are in both cities."""
    async with database.read() as db:
        in_sql = set(await db.scalars(within(select(model.id), viewer, model)))
        rows = (await db.scalars(select(model))).all()
    return in_sql, {row.id for row in rows if sees(viewer, model.scope_columns, row)}, len(rows)


@pytest.mark.parametrize("model", [Teacher, Organisation])
async def test_a_row_found_by_its_key_is_seen_by_the_same_people(database: Database, model: Any) -> None:
    here, there = await make_city(database), await make_city(database, code="430300")
    seen = []
    for person in [getattr(city, one.name) for city in (here, there) for one in fields(CityPeople)]:
        in_sql, by_row, total = await both_answers(database, person.viewer, model)
        assert by_row == in_sql, (person.name, person.role)
        assert len(in_sql) < total
        seen.append(len(in_sql))
    assert min(seen) == 0
    assert max(seen) > 1


async def test_the_city_decides_even_where_paths_are_alike(database: Database) -> None:
    """Codes, and with them paths, are unique within a city only."""
    here, there = await make_city(database), await make_city(database, code="430300")
    stranger = replace(here.auditor.viewer, city_id=there.id)
    for model in (Teacher, Organisation):
        in_sql, by_row, _ = await both_answers(database, stranger, model)
        assert (in_sql, by_row) == (set(), set())
