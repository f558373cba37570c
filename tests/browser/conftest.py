"""Fixtures of the pages' tests: the demo city served by a process of its own, and people signed in to it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from rich.console import Console

from tests.demonstration import PASSWORD, demo_variables
from tests.postgres import run_apart
from tests.serving import serving
from xuefen.core.settings import Settings
from xuefen.demo.loading import load_demo
from xuefen.demo.tree import SMALL

Size = tuple[int, int]
PHONE: Size = (390, 844)
DESK: Size = (1440, 900)


@dataclass(frozen=True)
class Demo:
    """The demo city at `url`, on the database `file`; every account in it has the same password."""

    url: str
    file: Path

    def token(self, staff_no: str) -> str:
        form = {"grant_type": "password", "username": staff_no, "password": PASSWORD}
        answer = httpx.post(f"{self.url}/api/v1/auth/token", data=form)
        return str(answer.raise_for_status().json()["access_token"])

    def office(self, staff_no: str) -> httpx.Client:
        """A client of the API in the name of this person, for what happens outside the browser."""
        headers = {"Authorization": f"Bearer {self.token(staff_no)}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers)


@pytest.fixture(scope="session")
def demo_server(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A corner of the demo city, served for all tests of this folder: they find in it what they look for."""
    file = tmp_path_factory.mktemp("corner") / "demo.db"
    shutil.copyfile(migrated_file, file)
    variables = {**demo_variables(file), "XUEFEN_ENVIRONMENT": "test"}
    run_apart(load_corner, variables)
    with serving(variables, file.with_name("server.log")) as server:
        yield Demo(server.url, file)


def load_corner(variables: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        load_demo(Settings(), Console(file=StringIO()), PASSWORD, None, if_empty=False, scale=SMALL)


class Visit:
    """A browser of one person: a page, what its console said, and the ways of signing in and looking."""

    def __init__(self, demo: Demo, context: BrowserContext) -> None:
        self.demo = demo
        self.context = context
        self.complaints: list[str] = []
        self.page = self.open()

    def open(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        return page

    def _listen(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if "Content Security Policy" in text or "TrustedHTML" in text:
            self.complaints.append(text)

    def go(self, address: str = "/") -> Page:
        self.page.goto(f"{self.demo.url}/#{address}")
        return self.page

    def turn(self, address: str, *, settled: bool = True) -> None:
        """From a page that is open to another one, and until it stands."""
        self.page.locator("main > *").first.evaluate("one => one.setAttribute('data-left', '')")
        self.go(address)
        expect(self.page.locator("[data-left]")).to_have_count(0)
        if settled:
            self.settle()

    def settle(self) -> None:
        """Until every region has its answer."""
        expect(self.page.locator(".skeleton, main [aria-busy=true]")).to_have_count(0)

    def sign_in(self, staff_no: str, password: str = PASSWORD) -> Page:
        page = self.page
        if not page.url.startswith(self.demo.url):
            self.go()
        page.get_by_label("工号或手机号").fill(staff_no)
        page.get_by_role("textbox", name="密码").fill(password)
        page.get_by_role("button", name="登录", exact=True).click()
        return page

    def enter(self, staff_no: str, address: str = "/") -> Page:
        """Signed in, on the page of `address`."""
        self.go(address)
        page = self.sign_in(staff_no)
        page.get_by_role("navigation", name="主导航").wait_for()
        return page


@pytest.fixture
def visits(demo_server: Demo, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """visits(size=PHONE, theme="dark"): a new browser profile. At the end no page may have complained."""
    begun: list[Visit] = []

    def begin(size: Size = DESK, theme: str = "light", **options: object) -> Visit:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,  # type: ignore[arg-type] # the two themes are words of Playwright's
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type] # whatever else Playwright takes
        )
        context.set_default_timeout(8_000)
        begun.append(Visit(demo_server, context))
        return begun[-1]

    yield begin
    complaints = [complaint for visit in begun for complaint in visit.complaints]
    for visit in begun:
        visit.context.close()
    assert complaints == []


@pytest.fixture
def visit(visits: Callable[..., Visit]) -> Visit:
    return visits()
