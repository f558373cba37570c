"""Fixtures: a real, migrated, empty database for each test, on SQLite and on PostgreSQL.

Migrating costs seconds, so it happens once a session and kind; each test gets a copy.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.machine import need
from tests.postgres import Cluster, find_binaries, run_apart
from xuefen.core.db import Database
from xuefen.core.settings import Settings
from xuefen.migrate import upgrade

TEMPLATE = "xuefen_template"
KINDS = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running PostgreSQL of our own; skips (or fails, when required) where there is none."""
    need("postgres")
    binaries = find_binaries()
    assert binaries is not None
    with Cluster(binaries) as running:
        yield running


@pytest.fixture(scope="session")
def migrated_cluster(cluster: Cluster) -> Cluster:
    run_apart(upgrade, cluster.create(TEMPLATE))
    return cluster


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "xuefen.db"
    run_apart(upgrade, f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    file = tmp_path / "xuefen.db"
    shutil.copyfile(migrated_file, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(migrated_cluster: Cluster) -> Iterator[str]:
    """A migrated, empty PostgreSQL database, dropped after the test."""
    name = f"xuefen_{next(_numbers)}"
    yield migrated_cluster.create(name, template=TEMPLATE)
    migrated_cluster.drop(name)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database; the test runs once for each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=KINDS)
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database before its first migration, for the tests of the migrations."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"blank_{next(_numbers)}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the test, opened as the product opens it."""
    opened = Database(settings)
    yield opened
    await opened.close()
