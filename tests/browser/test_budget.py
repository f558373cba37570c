"""The first view is small: what a newcomer loads, and what the teacher's home loads."""

import gzip

import httpx
from playwright.sync_api import Page

from tests.browser.conftest import Visit

KILOBYTES = 60
REQUESTS = 14

LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(({ name }) => name.split("#")[0]).filter((name) => !name.startsWith("data:"))"""


def loaded(page: Page) -> list[str]:
    addresses: list[str] = page.evaluate(LOADED)
    return addresses


def weigh(files: list[str]) -> float:
    """Kilobytes when compressed, as a web server in front sends them."""
    return sum(len(gzip.compress(httpx.get(address).content)) for address in files) / 1024


def test_the_first_view_of_a_newcomer_is_small(visit: Visit) -> None:
    page = visit.go()
    page.get_by_role("heading", name="登录").wait_for()
    addresses = loaded(page)
    assert len(addresses) <= REQUESTS
    assert weigh(addresses) <= KILOBYTES


def test_the_home_of_a_teacher_is_small(visit: Visit) -> None:
    page = visit.enter("T0001")
    page.reload()
    page.locator(".gap").wait_for()
    files = [address for address in loaded(page) if "/api/" not in address]
    assert len(files) <= REQUESTS
    assert weigh(files) <= KILOBYTES
