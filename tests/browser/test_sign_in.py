"""Signing in, staying in, and being asked to sign in again."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.demonstration import PASSWORD

GAP = "离结业还差"


def refuse_once(page: Page, pattern: str) -> None:
    """The next call is answered as if the access token had ended."""
    problem = '{"title": "请登录", "status": 401, "code": "not_authenticated"}'
    page.route(
        pattern,
        lambda route: route.fulfill(status=401, content_type="application/problem+json", body=problem),
        times=1,
    )


def test_a_teacher_signs_in_and_reads_the_gap_first(visit: Visit) -> None:
    page = visit.enter("T0001")
    expect(page.get_by_text(GAP)).to_be_visible()
    expect(page).to_have_url(f"{visit.demo.url}/#/home")
    expect(page).to_have_title("首页 · 研训学分")


def test_a_wrong_password_is_said_at_the_summary_and_at_the_field(visit: Visit) -> None:
    visit.go()
    page = visit.sign_in("T0001", "wrong-password")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("账号或密码不正确")
    expect(summary).to_be_focused()
    summary.get_by_role("button").click()
    expect(page.get_by_role("textbox", name="密码")).to_be_focused()
    expect(page.get_by_label("工号或手机号")).to_have_value("T0001")


def test_empty_fields_are_named_without_asking_the_server(visit: Visit) -> None:
    page = visit.go()
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请填写工号或手机号")
    expect(page.get_by_role("alert")).to_contain_text("请填写密码")


def test_too_many_tries_count_down(visit: Visit) -> None:
    page = visit.go()
    for _ in range(11):
        visit.sign_in("NOBODY", "wrong-password")
        expect(page.get_by_role("alert")).to_be_focused()
        if page.get_by_role("button", name="秒后可再登录").is_visible():
            break
    expect(page.get_by_role("alert")).to_contain_text("秒后再试")


def test_the_keyboard_alone_signs_in(visit: Visit) -> None:
    page = visit.go()
    expect(page.get_by_label("工号或手机号")).to_be_focused()
    page.keyboard.type("T0002")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text(GAP)).to_be_visible()


def test_an_ended_access_token_is_renewed_unseen(visit: Visit) -> None:
    page = visit.enter("T0001")
    refuse_once(page, "**/api/v1/me/ledger*")
    page.get_by_role("link", name="学分", exact=True).click()
    expect(page.get_by_role("heading", name="登记的学分")).to_be_visible()
    expect(page.locator(".entries").first).to_be_visible()


def test_after_an_ended_session_the_same_page_and_the_draft_are_there(visit: Visit) -> None:
    page = visit.enter("C0001", "/review")
    page.locator("tbody tr").filter(has_text="校本培训").first.locator("a").click()
    page.get_by_role("button", name="退回", exact=False).first.click()
    page.get_by_label("补充说明").fill("请补拍签到表第 2 页")
    page.locator("dialog input[type=radio]").first.check()
    address = page.url
    visit.context.clear_cookies()
    refuse_once(page, "**/decisions")
    page.locator("dialog").get_by_role("button", name="退回 1 条").click()
    expect(page.get_by_text("登录时间到了")).to_be_visible()
    visit.sign_in("C0001")
    expect(page).to_have_url(address)
    page.get_by_role("button", name="退回", exact=False).first.click()
    expect(page.get_by_label("补充说明")).to_have_value("请补拍签到表第 2 页")


def test_a_network_error_never_signs_out(visit: Visit) -> None:
    page = visit.enter("T0001")
    page.route("**/api/v1/**", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("heading", name="网络不通")).to_be_visible()
    page.unroute("**/api/v1/**")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text(GAP)).to_be_visible()


def test_two_tabs_renew_one_after_the_other_and_leave_together(visit: Visit) -> None:
    first = visit.enter("T0001")
    second = visit.open()
    second.goto(first.url)
    for _ in range(3):
        first.evaluate("() => { location.reload(); }")
        second.reload()
        expect(first.get_by_text(GAP)).to_be_visible()
        expect(second.get_by_text(GAP)).to_be_visible()
    first.locator(".account summary").click()
    first.get_by_role("button", name="退出登录").click()
    expect(first.get_by_role("heading", name="登录")).to_be_visible()
    expect(second.get_by_role("heading", name="登录")).to_be_visible()


def test_a_given_password_must_be_changed_first(visit: Visit) -> None:
    page = visit.page

    def given(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"must_change_password": True})

    page.route("**/api/v1/me", given, times=1)
    visit.go("/credits")
    visit.sign_in("T0003")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    page.get_by_role("textbox", name="现在的密码").fill("not the password")
    page.get_by_role("textbox", name="新密码", exact=True).fill("short")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("alert")).to_contain_text("新密码至少 8 个字符")
    for name in ("新密码", "再输一遍新密码"):
        page.get_by_role("textbox", name=name, exact=True).fill("quiet-mountain-lake")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("alert")).to_contain_text("当前密码不正确")
    expect(page.get_by_role("textbox", name="现在的密码")).to_have_value("not the password")
    expect(page.get_by_role("navigation", name="主导航")).to_have_count(0)


def test_a_new_account_is_opened_with_its_code(visit: Visit) -> None:
    page = visit.go()
    page.get_by_role("link", name="第一次使用").click()
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写激活码")
    page.get_by_label("工号或手机号").fill("T0003")
    page.get_by_label("激活码").fill("not-a-code-that-was-given-out")
    for name in ("新密码", "再输一遍新密码"):
        page.get_by_role("textbox", name=name, exact=True).fill("quiet-mountain-lake")
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_role("alert")).to_contain_text("激活码不正确")
    page.route("**/auth/activate", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_role("status").filter(has_text="密码已设好")).to_be_visible()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_signing_in_as_somebody_else_forgets_the_first(visits: Callable[..., Visit]) -> None:
    visit = visits()
    page = visit.enter("T0001", "/credits")
    expect(page.locator(".person")).to_contain_text("沈知禾")
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出登录").click()
    visit.sign_in("T0002")
    expect(page.locator(".person")).to_contain_text("江映雪")
    assert "沈知禾" not in page.content()
