"""Many rows in one statement: in order, all or nothing, and never over a newer version."""

from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError

from xuefen.attendance.models import AttendanceCorrection
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.errors import PreconditionFailed
from xuefen.core.ids import new_id
from xuefen.core.rowsets import RowSet, insert_rows, upsert_versions
from xuefen.organisations.models import Organisation

ORGANISATIONS: Table = Organisation.__table__  # type: ignore[attr-defined]
CORRECTIONS: Table = AttendanceCorrection.__table__  # type: ignore[attr-defined]
CITY = new_id()


def units(names: list[str], version: int, ids: list[Any]) -> RowSet:
    shared = {"city_id": CITY, "kind": "school", "parent_id": None, "has_training_centre": True}
    rows = [
        {"id": ids[number], "code": f"S{number}", "name": name, "path": f"c/S{number}/", "version": version}
        for number, name in enumerate(names)
    ]
    return RowSet(ORGANISATIONS, shared, rows)


async def names(database: Database) -> list[tuple[str, int]]:
    async with database.read() as db:
        rows = await db.execute(
            select(ORGANISATIONS.c.name, ORGANISATIONS.c.version).order_by(ORGANISATIONS.c.code)
        )
        return [(name, version) for name, version in rows]


async def test_rows_are_inserted_and_raised_version_by_version(database: Database) -> None:
    ids = [new_id() for _ in range(3)]
    async with database.write() as db:
        await upsert_versions(db, units(["一", "二", "三"], 1, ids))
    async with database.write() as db:
        await upsert_versions(db, units(["甲", "乙"], 2, ids))
    assert await names(database) == [("甲", 2), ("乙", 2), ("三", 1)]


async def test_a_row_that_has_moved_on_refuses_the_whole_set(database: Database) -> None:
    ids = [new_id() for _ in range(2)]
    async with database.write() as db:
        await upsert_versions(db, units(["一", "二"], 1, ids))
        await upsert_versions(db, units(["甲"], 2, ids))
    for version in (1, 2, 4):
        with pytest.raises(PreconditionFailed):
            async with database.write() as db:
                await upsert_versions(db, units(["丙", "丁"], version, ids))
    assert await names(database) == [("甲", 2), ("二", 1)]


async def test_a_broken_constraint_refuses_the_whole_set(database: Database) -> None:
    one = new_id()
    with pytest.raises(IntegrityError):
        async with database.write() as db:
            await insert_rows(db, units(["一", "二"], 1, [one, one]))
    assert await names(database) == []


async def test_instants_and_empty_sets_are_no_special_case(database: Database) -> None:
    now = clock.now()
    shared = {"city_id": CITY, "session_id": CITY, "enrollment_id": CITY, "provider_id": CITY, "org_path": ""}
    shared |= {"before": "absent", "after": "leave", "corrected_by": CITY, "corrected_at": now}
    rows = [{"id": new_id(), "reason": f"第 {n} 条"} for n in range(3)]
    async with database.write() as db:
        await insert_rows(db, RowSet(CORRECTIONS, shared, rows))
        await insert_rows(db, RowSet(CORRECTIONS, shared, []))
        await upsert_versions(db, units([], 1, []))
    async with database.read() as db:
        stored = list(await db.scalars(select(AttendanceCorrection).order_by(CORRECTIONS.c.reason)))
    assert [(row.reason, row.corrected_at) for row in stored] == [(row["reason"], now) for row in rows]
