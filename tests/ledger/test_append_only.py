"""Entries, seals, decisions and the trail are only ever added to: every way of changing them is tried."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.make.approvals import act, adopt_policy, make_claim
from tests.make.city import make_city
from xuefen.core import audit
from xuefen.core.db import Database
from xuefen.tables import APPEND_ONLY
from xuefen.worker import deliver_waiting

FILLED = ("ledger_entries", "ledger_seals", "decisions", "audit_events")


@pytest.fixture
async def posted(database: Database) -> Database:
    """A city with one credit posted and sealed."""
    city = await make_city(database)
    await adopt_policy(database, city.city)
    claim = await make_claim(database, city.teacher)
    for who in (city.clerk, city.north_reviewer, city.auditor):
        await act(database, who, claim.id)
    await deliver_waiting(database)
    async with database.write() as db:
        audit.record(db, city.id, "tested", "claim", claim.id)
    return database


async def rows_of(database: Database, table: str) -> list[tuple[object, ...]]:
    async with database.read() as db:
        return sorted(map(tuple, await db.execute(text(f"SELECT * FROM {table}"))), key=str)


def attempts(table: str, dialect: str) -> list[str]:
    """Statements that would change or remove a row. Each sets a column to another value."""
    common = [f"UPDATE {table} SET city_id = city_id", f"DELETE FROM {table}"]
    if dialect == "sqlite":
        return [
            *common,
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            f"UPDATE OR REPLACE {table} SET city_id = city_id",
            f"REPLACE INTO {table} SELECT * FROM {table}",
        ]
    return [*common, f"TRUNCATE {table} CASCADE"]


@pytest.mark.parametrize("table", FILLED)
async def test_no_statement_changes_a_record(posted: Database, table: str):
    before = await rows_of(posted, table)
    assert before
    for statement in attempts(table, posted.dialect):
        with pytest.raises(DBAPIError, match="append-only"):
            async with posted.write() as db:
                await db.execute(text(statement))
        assert await rows_of(posted, table) == before, statement


async def test_without_its_triggers_a_record_could_be_changed(posted: Database):
    """The control: the same statements go through when the guard is off."""
    off = {
        "sqlite": [f"DROP TRIGGER ledger_seals_no_{act}" for act in ("update", "delete")],
        "postgresql": ["ALTER TABLE ledger_seals DISABLE TRIGGER USER"],
    }[posted.dialect]
    async with posted.write() as db:
        for statement in off:
            await db.execute(text(statement))
        await db.execute(text("DELETE FROM ledger_seals"))
    assert await rows_of(posted, "ledger_seals") == []


async def test_every_append_only_table_has_its_triggers(database: Database):
    catalogue = {
        "sqlite": "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name",
        "postgresql": "SELECT relname, count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal GROUP BY relname",
    }[database.dialect]
    async with database.read() as db:
        found = dict((await db.execute(text(catalogue))).all())
    frozen = {"policy_versions": 2}  # only what was adopted; tests/organisations/test_policies.py
    assert found == dict.fromkeys(APPEND_ONLY, 2) | frozen
