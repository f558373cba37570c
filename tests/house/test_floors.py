"""The floors of the house hold, and each contract in pyproject.toml turns red when it is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.repository import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
# What the contracts name must exist in the small house as well.
SOUND = {
    "core/clock.py": "",
    "core/db.py": "",
    "core/errors.py": "",
    "core/settings.py": "",
    "core/tokens.py": "import jose",
    "policy/units.py": "",
    "policy/pack.py": "import pydantic",
    "people/models.py": "import sqlmodel",
    "people/rules.py": "from xuefen.core import errors\nfrom xuefen.policy import units",
    "people/service.py": "from xuefen.people import models, rules",
    "people/router.py": "import fastapi\nfrom xuefen.people import service",
}
FLOORS = "Rooms import downwards only"
INSIDE = "Inside a room: router, then service, then queries, rules, models and schemas"
PURE = "Policy and rules know no table, no request and no clock"
PACKS = "In the policy only packs validate"
TOKENS = "Only core.tokens imports jose"
BREACHES = {
    "a room that imports a higher one": (FLOORS, "core/db.py", "import xuefen.people.models"),
    "a room on no floor": (FLOORS, "attic.py", ""),
    "a service that imports its router": (INSIDE, "people/service.py", "from xuefen.people import router"),
    "a rule that imports a table": (PURE, "people/rules.py", "from xuefen.people import models"),
    "a rule that reads the clock": (PURE, "people/rules.py", "from xuefen.core import clock"),
    "a policy that imports SQL": (PURE, "policy/units.py", "import sqlalchemy"),
    "a policy that validates outside its packs": (PACKS, "policy/units.py", "import pydantic"),
    "a second reader of tokens": (TOKENS, "people/service.py", "from jose import jwt"),
}


def lint(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [LINT, "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def lint_house(house: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, source in house.items():
        file = folder / "xuefen" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source + "\n")
        for package in (file.parent, folder / "xuefen"):
            (package / "__init__.py").touch()
    return lint(folder, PYTHONPATH=str(folder))


def test_the_floors_hold() -> None:
    checked = lint(ROOT)
    assert checked.returncode == 0, checked.stdout


def test_a_sound_house_passes(tmp_path: Path) -> None:
    checked = lint_house(SOUND, tmp_path)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_seen(breach: str, tmp_path: Path) -> None:
    contract, file, source = BREACHES[breach]
    checked = lint_house(SOUND | {file: f"{SOUND.get(file, '')}\n{source}"}, tmp_path)
    assert checked.returncode == 1
    assert f"{contract} BROKEN" in checked.stdout
