"""What this machine can test, and the plain word about what it cannot.

`XUEFEN_TEST_REQUIRE=postgres,browser` turns an absence into a failure of the run.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable

import pytest

from tests.postgres import find_binaries

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


PARTS: dict[str, tuple[Callable[[], object], str]] = {
    "postgres": (find_binaries, "no PostgreSQL server on this machine (Debian: apt-get install postgresql)"),
    "browser": (find_chromium, "no Chromium on this machine (Debian: apt-get install chromium)"),
}


def lacks(part: str) -> str | None:
    """Why `part` cannot be tested here, or None."""
    find, reason = PARTS[part]
    return None if find() else reason


def need(part: str) -> None:
    """Skip the test when this machine lacks `part`; the end of the run says so."""
    if reason := lacks(part):
        pytest.skip(reason)


def required() -> list[str]:
    return [part.strip() for part in os.environ.get("XUEFEN_TEST_REQUIRE", "").split(",") if part.strip()]


def pytest_configure(config: pytest.Config) -> None:
    for part in required():
        if part not in PARTS:
            raise pytest.UsageError(f"XUEFEN_TEST_REQUIRE names {part!r}; known are {', '.join(PARTS)}")
        if reason := lacks(part):
            raise pytest.UsageError(f"XUEFEN_TEST_REQUIRE names {part!r}, but there is {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each reason for which tests were left out."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"NOT TESTED ({tests} tests): {reason}", yellow=True)
