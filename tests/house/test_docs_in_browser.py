"""The drawn contract in a real browser: every operation, found and opened, in each look, without a complaint."""

from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.serving import Server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LOOKS = [(theme, size) for theme in ("light", "dark") for size in ((390, 844), (1440, 900))]
WIDTHS = (320, 360, 390, 768, 1024, 1440, 1920)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPENED = (
    "create_token",
    "create_enrollment",
    "decide_claim",
    "create_import",
    "list_menu",
    "sync_completions",
)
TARGET = 44
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, summary, input")]
  .filter((one) => one.checkVisibility() && !one.closest(".skip, .content p"))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.width < least || box.height < least; })
  .map((one) => one.outerHTML.slice(0, 120))"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Reader:
    """One browser on the page; keeps where it asked and what it complained of."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server = server
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.asked: set[str] = set()
        self.complaints: list[str] = []

    def open(self, theme: str = "light", size: tuple[int, int] = (1440, 900), at: str = "") -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,  # type: ignore[arg-type] # the two themes are words of Playwright's
            locale="zh-CN",
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.asked.add(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        page.goto(f"{self.server.url}/docs{at}")
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
def reader(server: Server, browser: Browser) -> Iterator[Reader]:
    reader = Reader(server, browser)
    yield reader
    for context in reader.contexts:
        context.close()


@pytest.fixture
def operations(server: Server) -> dict[str, set[str]]:
    """operation_id -> the statuses it declares."""
    paths = httpx.get(f"{server.url}/api/v1/openapi.json").json()["paths"]
    return {one["operationId"]: set(one["responses"]) for item in paths.values() for one in item.values()}


def test_it_is_sound_in_every_look(reader: Reader) -> None:
    for theme, size in LOOKS:
        page = reader.open(theme, size)
        expect(page.locator(".operation").first).to_be_visible()
        for opened in OPENED:
            page.locator(f"#{opened} > summary").click()
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        found = Axe().run(page, options=options).response["violations"]
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate(SMALL_TARGETS, TARGET) == []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(SIDEWAYS) <= 0, width
    assert reader.complaints == []
    assert {url for url in reader.asked if not url.startswith((f"{reader.server.url}/", "data:"))} == set()


def test_every_operation_is_drawn_with_every_answer(reader: Reader, operations: dict[str, set[str]]) -> None:
    page = reader.open()
    expect(page.locator(".operation")).to_have_count(len(operations))
    page.evaluate("document.querySelectorAll('.operation').forEach((one) => { one.open = true; })")
    for operation, statuses in operations.items():
        expect(page.locator(f"#{operation} .answer .badge")).to_have_count(len(statuses))
        assert set(page.locator(f"#{operation} .answer .badge").all_inner_texts()) == statuses
    assert reader.complaints == []


def test_an_operation_is_found_by_what_it_refuses(reader: Reader) -> None:
    page = reader.open()
    search = page.get_by_label("查找操作、地址或错误码")
    search.fill("run_full")
    expect(page.get_by_text("1 个操作", exact=True)).to_be_visible()
    expect(page.locator(".operation:visible")).to_have_attribute("id", "create_enrollment")
    search.fill("post SETTLE claims decisions nothing")
    expect(page.get_by_text("没有符合的操作")).to_be_visible()
    search.fill("")
    expect(page.locator(".operation:visible").nth(40)).to_be_attached()


def test_an_address_names_an_operation(reader: Reader) -> None:
    page = reader.open(at="#decide_claim")
    expect(page.locator("#decide_claim .content")).to_be_in_viewport()
    expect(page.locator("#decide_claim")).to_contain_text("If-Match")
    expect(page.locator("#decide_claim pre")).to_contain_text('"verdict"')


def test_it_says_so_when_the_contract_cannot_be_read(reader: Reader) -> None:
    page = reader.open()
    page.route("**/openapi.json", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("读取失败")
    expect(page.get_by_role("link", name="重新加载")).to_be_visible()
