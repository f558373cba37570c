"""Fixtures: the demo city, loaded by the command that `make run` uses."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import COMMAND, inherited

PASSWORD = "one-password-for-the-demo"


def xuefen(*arguments: str, variables: dict[str, str]) -> str:
    """Run the command in a process of its own; returns what it printed."""
    command = [COMMAND, *arguments]
    done = subprocess.run(command, env=inherited() | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def demo_variables(file: Path) -> dict[str, str]:
    return {
        "XUEFEN_ENVIRONMENT": "development",
        "XUEFEN_DATABASE_URL": f"sqlite:///{file}",
        "XUEFEN_DATA_DIRECTORY": str(file.parent),
        "XUEFEN_DEMO_PASSWORD": PASSWORD,
    }


@pytest.fixture(scope="session")
def demo_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo city, only to be copied; made once a run for all its processes."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    file = shared / "demo.db"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            unfinished = shared / "unfinished.db"
            shutil.copyfile(migrated_file, unfinished)
            xuefen("demo", variables=demo_variables(unfinished))
            unfinished.rename(file)
    return file


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> dict[str, str]:
    """The XUEFEN_… variables of a copy of the demo city, in which every account has `PASSWORD`."""
    file = tmp_path / "demo.db"
    shutil.copyfile(demo_file, file)
    return demo_variables(file)
