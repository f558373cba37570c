"""Fixtures of the pages' tests: the demo city served by a process of its own, and people signed in to it."""

import base64
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serving import COMMAND, inherited, serving

PASSWORD = "a-demo-password-of-the-tests"
KEYS = base64.b64encode(b"pages are tested with this key!!").decode()

Size = tuple[int, int]
PHONE: Size = (390, 844)
DESK: Size = (1440, 900)


@dataclass(frozen=True)
class Demo:
    """The demo city at `url`; every account in it has the same password."""

    url: str

    def token(self, staff_no: str) -> str:
        form = {"grant_type": "password", "username": staff_no, "password": PASSWORD}
        answer = httpx.post(f"{self.url}/api/v1/auth/token", data=form)
        return str(answer.raise_for_status().json()["access_token"])

    def office(self, staff_no: str) -> httpx.Client:
        """A client of the API in the name of this person, for what happens outside the browser."""
        headers = {"Authorization": f"Bearer {self.token(staff_no)}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo-city")
    environment = {
        "XUEFEN_ENVIRONMENT": "test",
        "XUEFEN_DATABASE_URL": f"sqlite:///{folder / 'xuefen.db'}",
        "XUEFEN_DATA_DIRECTORY": str(folder),
        "XUEFEN_SECRET_KEY": "a-secret-of-the-page-tests-and-of-nothing-else",
        "XUEFEN_ENCRYPTION_KEYS": f'{{"test": "{KEYS}"}}',
    }
    for command in (["migrate"], ["demo", "--password", PASSWORD]):
        run(command, environment, folder / "prepare.log")
    with serving(environment, folder / "server.log") as server:
        yield Demo(server.url)


def run(command: list[str], environment: dict[str, str], log: Path) -> None:
    with log.open("ab") as output:
        variables = inherited() | environment
        subprocess.run([COMMAND, *command], env=variables, stdout=output, stderr=output, check=True)


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
def visits(demo: Demo, browser: Browser) -> Iterator[Callable[..., Visit]]:
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
        begun.append(Visit(demo, context))
        return begun[-1]

    yield begin
    complaints = [complaint for visit in begun for complaint in visit.complaints]
    for visit in begun:
        visit.context.close()
    assert complaints == []


@pytest.fixture
def visit(visits: Callable[..., Visit]) -> Visit:
    return visits()
