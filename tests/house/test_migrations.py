"""The migrations: there and back on both databases, in step with the tables, all or nothing."""

import ast
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Integer, MetaData, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.house.repository import ROOT, read
from tests.postgres import run_apart
from xuefen import migrate
from xuefen.core.db import async_url
from xuefen.migrate import downgrade, upgrade
from xuefen.tables import metadata

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
BROKEN = '''
"""Makes a table, then fails."""

import sqlalchemy as sa
from alembic import op

revision = "broken"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("half_done", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO no_such_table VALUES (1)")


def downgrade() -> None:
    op.drop_table("half_done")
'''


async def look(url: str, at) -> object:
    engine = create_async_engine(async_url(url))
    async with engine.connect() as connection:
        seen = await connection.run_sync(at)
    await engine.dispose()
    return seen


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection, declared: MetaData = metadata) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, declared))


def undoes_nothing(source: str) -> bool:
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    downgrades = [function for function in functions if function.name == "downgrade"]
    return not any(isinstance(node, ast.Call) for function in downgrades for node in ast.walk(function))


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.stem)
def test_a_migration_can_be_undone(version: Path) -> None:
    assert not undoes_nothing(read(version))


def test_a_migration_without_a_way_back_would_be_seen() -> None:
    assert undoes_nothing("def upgrade(): op.f()\n\ndef downgrade():\n    pass\n")


async def test_the_migrations_go_there_and_back_and_there_again(blank_url: str) -> None:
    run_apart(upgrade, blank_url)
    made = await look(blank_url, tables)
    run_apart(downgrade, blank_url)
    assert await look(blank_url, tables) == set()
    run_apart(upgrade, blank_url)
    assert made == await look(blank_url, tables) == set(metadata.tables)


async def test_the_migrations_make_the_tables_that_the_code_declares(database_url: str) -> None:
    assert await look(database_url, differences) == []


async def test_a_column_without_a_migration_would_be_seen(database_url: str) -> None:
    declared = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(declared)
    declared.tables["organisations"].append_column(Column("forgotten", Integer))
    found = await look(database_url, lambda connection: differences(connection, declared))
    assert "forgotten" in str(found)


async def test_a_failing_migration_leaves_nothing_behind(
    database_url: str, tmp_path: Path, monkeypatch
) -> None:
    head = await look(database_url, revision)
    before = await look(database_url, tables)
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    (folder / "versions" / "broken.py").write_text(BROKEN.format(head=head))
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    with pytest.raises(DBAPIError):
        run_apart(upgrade, database_url)
    assert await look(database_url, tables) == before
    assert await look(database_url, revision) == head
