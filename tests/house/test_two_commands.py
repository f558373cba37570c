"""What the README promises of a first try: the demo city, its accounts, and the six lines."""

import subprocess
import sys
from pathlib import Path

from tests.demonstration import PASSWORD, xuefen
from tests.house.repository import ROOT, read
from tests.house.test_documents import BLOCK, COMMAND
from tests.serving import serving

ADDRESS = "http://127.0.0.1:8000"
README = read(ROOT / "README.md")


def six_lines() -> str:
    return next(block for language, block in BLOCK.findall(README) if language == "python")


def test_the_six_lines_work(demo: dict[str, str], tmp_path: Path) -> None:
    with serving(demo, tmp_path / "server.log") as server:
        program = six_lines().replace(ADDRESS, server.url).replace("…", PASSWORD)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[('")


def test_a_city_that_is_there_is_not_loaded_again(demo: dict[str, str]) -> None:
    """`make run` loads the city when there is none; the second time it must only serve."""
    file = Path(demo["XUEFEN_DATABASE_URL"].removeprefix("sqlite:///"))
    size = file.stat().st_size
    xuefen("demo", "--if-empty", variables=demo)
    assert file.stat().st_size == size


def test_the_ledger_of_the_demo_city_verifies(demo: dict[str, str]) -> None:
    xuefen("verify-ledger", variables=demo)


def test_the_commands_of_the_readme_exist() -> None:
    known = xuefen("--help", variables={})
    assert [command for command in set(COMMAND.findall(README)) if command not in known] == []
