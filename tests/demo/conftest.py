"""The demo city of these tests: a corner of it, loaded once for each kind of database and only looked at."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.conftest import TEST_ENCRYPTION_KEYS, TEST_SECRET
from tests.databases import KINDS, TEMPLATE
from tests.postgres import Cluster, run_apart
from xuefen.core.settings import Settings
from xuefen.core.settings import settings as current_settings
from xuefen.demo.city import DemoCity, imagine
from xuefen.demo.loading import load_demo
from xuefen.demo.tree import SMALL

PASSWORD = "one-password-for-the-demo"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def city() -> DemoCity:
    """The same corner, as it was thought out."""
    return imagine(TODAY, SMALL)


@pytest.fixture(scope="module", params=KINDS)
def loaded_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the demo city."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("demo") / "demo.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), file)
        run_apart(_load, f"sqlite:///{file}", file.parent)
        yield f"sqlite:///{file}"
        return
    cluster: Cluster = request.getfixturevalue("migrated_cluster")
    url = cluster.create("xuefen_demo", template=TEMPLATE)
    run_apart(_load, url, tmp_path_factory.mktemp("demo"))
    yield url
    cluster.drop("xuefen_demo")


@pytest.fixture
def database_url(loaded_url: str) -> str:
    """The tests of this folder read what is loaded, instead of an empty database."""
    return loaded_url


def _load(url: str, folder: Path) -> None:
    with settings_of(url, folder) as settings:
        load_demo(settings, Console(file=StringIO()), PASSWORD, TODAY, if_empty=False, scale=SMALL)


@contextmanager
def settings_of(url: str, folder: Path) -> Iterator[Settings]:
    """The settings of a database outside of a test's own; while inside, they are those of this process."""
    variables = {
        "XUEFEN_ENVIRONMENT": "test",
        "XUEFEN_DATABASE_URL": url,
        "XUEFEN_DATA_DIRECTORY": str(folder),
        "XUEFEN_SECRET_KEY": TEST_SECRET,
        "XUEFEN_ENCRYPTION_KEYS": TEST_ENCRYPTION_KEYS,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        current_settings.cache_clear()
        yield current_settings()
    current_settings.cache_clear()
