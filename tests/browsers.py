"""Fixtures of the browser tests: pytest-playwright's, on this machine's own Chromium.

Playwright's synchronous interface keeps an event loop running in the thread, and no asynchronous test
can run beside it. So these fixtures live as long as a module, not a session: a module holds browser
tests or asynchronous tests, never both.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Playwright, sync_playwright

from tests.machine import find_chromium, need

# Nothing may leave the machine: without these Chromium calls home at every start.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    need("browser")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser_type(playwright: Playwright) -> BrowserType:
    return playwright.chromium


@pytest.fixture(scope="module")
def launch_browser(browser_type: BrowserType) -> Callable[..., Browser]:
    def launch(**options: Any) -> Browser:
        return browser_type.launch(executable_path=find_chromium(), args=list(FLAGS), **options)

    return launch


@pytest.fixture(scope="module")
def browser(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    running = launch_browser()
    yield running
    running.close()


@pytest.fixture(scope="module")
def browser_context_args() -> dict[str, Any]:
    """Pages as a person in the office sees them."""
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1280, "height": 800}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    driving = [item for item in items if "playwright" in getattr(item, "fixturenames", ())]
    for item in driving:
        item.add_marker("browser")
    modules = {item.path for item in driving}
    for item in items:
        if item.path in modules and item.get_closest_marker("asyncio"):
            raise pytest.UsageError(f"{item.nodeid}: browser tests and asynchronous tests in one module")
