"""What every page must keep: no accessibility violation, no sideways scroll, targets of a thumb's size, in every
state, theme and width."""

import json
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESK, PHONE, Size, Visit

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
WIDTHS = (320, 360, 390, 768, 1024, 1440, 1920)
LOOKS = list(product(("light", "dark"), (PHONE, DESK)))
OPPOSITE = [("light", PHONE), ("dark", DESK)]
TARGET = 44

RUN_AXE = """rules => axe.run({ runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] })
  .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)))"""
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, summary, select, textarea, .tick, .choice")]
  .filter((one) => one.checkVisibility() && !one.closest(".sr, .skip"))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.width < least || box.height < least; })
  .map((one) => one.outerHTML.slice(0, 120))"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def wear(page: Page, theme: str, size: Size) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # the two themes are words of Playwright's
    page.set_viewport_size({"width": size[0], "height": size[1]})


def violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN_AXE, RULES)
    return found


def assert_sound(page: Page, looks: list[tuple[str, Size]] = LOOKS) -> None:
    """Whatever is open now, in each theme and width."""
    for theme, size in looks:
        wear(page, theme, size)
        assert violations(page) == [], (page.url, theme, size)
        assert page.evaluate(SMALL_TARGETS, TARGET) == [], (page.url, theme, size)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SIDEWAYS) <= 0, (page.url, width)
    wear(page, *LOOKS[0])


def unfold(page: Page) -> None:
    """Open what opens, three at most."""
    page.evaluate(
        """() => [...document.querySelectorAll("main details")].slice(0, 3).forEach((one) => { one.open = true; })"""
    )


def test_the_sign_in_page_is_sound(visit: Visit) -> None:
    page = visit.go()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.get_by_role("button", name="登录", exact=True).click()
    assert_sound(page)


def test_the_pages_of_a_teacher_are_sound(visit: Visit) -> None:
    page = visit.enter("T0001", "/me")
    for address in (
        "/home",
        "/plan",
        "/menu?all=1&q=没有这门课",
        "/courses",
        "/menu?all=1",
        "/credits",
        "/me",
        "/password",
        "/nowhere",
    ):
        visit.turn(address)
        unfold(page)
        assert_sound(page)
    page.locator(".account summary").click()
    assert_sound(page)


def test_the_dialog_of_enrolment_is_sound(visit: Visit) -> None:
    page = visit.enter("T0002", "/menu")
    page.get_by_role("button", name=re.compile("^报名：")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_sound(page)


def test_the_reports_are_sound(visit: Visit) -> None:
    page = visit.enter("A0001", "/reports")
    for tab in ("学校", "未达标教师", "县区"):
        page.get_by_role("button", name=tab, exact=True).click()
        visit.settle()
        assert_sound(page, OPPOSITE)
    with page.expect_download() as file:
        page.get_by_role("button", name="下载 CSV").click()
    assert Path(file.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_queue_is_sound(visit: Visit) -> None:
    page = visit.enter("C0001", "/review")
    page.locator("tbody tr", has_text="教师岗位培训").first.get_by_role("checkbox").check()
    expect(page.get_by_role("button", name="退回 1 条")).to_have_count(0)  # the county registers these
    page.locator("tbody tr", has_text="教师岗位培训").first.get_by_role("checkbox").uncheck()
    page.locator("tbody tr", has_text="校本培训").first.get_by_role("checkbox").check()
    assert_sound(page)
    page.get_by_role("button", name="退回 1 条").click()
    page.get_by_role("dialog").get_by_role("button", name="退回 1 条").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_sound(page, OPPOSITE)
    page.keyboard.press("Escape")
    page.locator("tbody tr a").first.click()
    expect(page.locator("#claim-title")).to_be_focused()
    assert_sound(page, OPPOSITE)


def fail(route: Route) -> None:
    problem = {"title": "系统出错", "status": 500, "code": "server_error"}
    route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(problem))


def never(_route: Route) -> None:
    """No answer: the page goes on waiting."""


def empty(route: Route) -> None:
    nothing: dict[str, object] = {
        "items": [],
        "next_page_token": None,
        "total": 0,
        "clean": 0,
        "flagged": 0,
        "balance": "0.00",
        "gaps": [],
    }
    route.fulfill(json=nothing)


LISTS = re.compile(r"/api/v1/(menu|enrollments|me/ledger|me/plan|claims)(\?|$)")
EVERYTHING = re.compile(r"/api/v1/(menu|enrollments|me/ledger|me/standing|me/plan|claims)(\?|$)")


@pytest.mark.parametrize(
    ("state", "pattern", "answer"),
    [(".empty", LISTS, empty), (".alert.bad", EVERYTHING, fail), (".skeleton", EVERYTHING, never)],
    ids=["empty", "error", "loading"],
)
def test_every_page_is_sound_empty_failed_and_loading(
    visit: Visit, state: str, pattern: re.Pattern[str], answer: Callable[[Route], None]
) -> None:
    page = visit.page
    page.route(pattern, answer)
    visit.enter("T0001", "/me")
    for address in ("/home", "/plan", "/courses", "/credits"):
        visit.turn(address, settled=False)
        expect(page.locator(state).first).to_be_visible()
        assert_sound(page, OPPOSITE)
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出登录").click()
    visit.sign_in("C0001")
    visit.turn("/review", settled=False)
    expect(page.locator(state).first).to_be_visible()
    assert_sound(page, OPPOSITE)


def test_the_proof_of_credits_prints_on_one_page(visit: Visit) -> None:
    page = visit.enter("T0001", "/credits")
    page.locator(".entries").first.wait_for()
    visit.settle()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_large_type_fits_and_stays(visits: Callable[..., Visit]) -> None:
    page = visits(size=PHONE).enter("T0001")
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    assert_sound(page, [("light", PHONE)])
    assert page.evaluate(SMALL_TARGETS, 59) == []
    page.reload()
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")


def test_the_theme_follows_the_device_until_it_is_chosen(visits: Callable[..., Visit]) -> None:
    page = visits(theme="dark").go()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="换成浅色").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_the_other_language_has_every_word(visit: Visit) -> None:
    page = visit.go()
    missing = page.evaluate("""async () => {
      const [{ default: zh }, { default: en }] = await Promise.all([import("/i18n/zh-CN.js"), import("/i18n/en.js")]);
      return [Object.keys(zh).filter((key) => !(key in en)), Object.keys(en).filter((key) => !(key in zh))];
    }""")
    assert missing == [[], []]
    page.get_by_role("button", name="EN").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
