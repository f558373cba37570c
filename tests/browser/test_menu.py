"""The teacher's pages: home, menu, courses, credits."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.office import course_with_one_seat


def test_the_home_says_gap_ring_lines_and_what_is_not_counted(visit: Visit) -> None:
    page = visit.enter("T0001")
    expect(page.get_by_role("img", name=re.compile("已计入 328 学分，共需 450"))).to_be_visible()
    expect(page.locator(".gap")).to_contain_text("122")
    line = page.locator("details.line").filter(has_text="校本").first
    line.locator("summary").click()
    expect(line.get_by_text("依据：")).to_be_visible()
    page.get_by_text("学分没有计入").click()
    expect(page.locator(".surplus li").first).to_be_visible()
    expect(page.get_by_role("heading", name="要做的事")).to_be_visible()


def test_a_teacher_enrolls_in_two_taps_and_withdraws(visits: Callable[..., Visit]) -> None:
    page = visits(size=PHONE).enter("T0002", "/menu")
    enroll = page.get_by_role("button", name=re.compile("^报名：")).first
    title = str(enroll.get_attribute("aria-label")).split("：", 1)[1]
    course = page.locator(".course").filter(has_text=title).first
    enroll.click()
    dialog = page.get_by_role("dialog", name="确认报名")
    expect(dialog).to_contain_text(title)
    dialog.get_by_role("button", name="报名这门课").click()
    expect(page.get_by_role("status").filter(has_text="报名成功")).to_be_visible()
    expect(course.get_by_text("已报名")).to_be_visible()
    page.get_by_role("button", name="看我的课").click()
    mine = page.locator(".course").filter(has_text=title)
    mine.get_by_role("button", name="取消报名").click()
    page.get_by_role("dialog").get_by_role("button", name="取消报名").click()
    expect(page.get_by_role("status").filter(has_text="已取消报名")).to_be_visible()
    expect(mine.get_by_text("已取消")).to_be_visible()


def test_who_loses_the_last_seat_is_told_why(visit: Visit) -> None:
    title = course_with_one_seat(visit.demo)
    page = visit.enter("T0002", "/menu")
    page.get_by_label("搜课程、主办单位").fill(title)
    page.get_by_role("button", name=f"报名：{title}").click()
    with visit.demo.office("T0004") as other:
        run = other.get("/menu", params={"q": title}).json()["items"][0]
        enrollment = {"id": "01936f00-0000-7000-8000-000000000001", "run_id": run["run_id"]}
        assert other.post("/enrollments", json=enrollment).status_code == 201
    page.get_by_role("button", name="报名这门课").click()
    alert = page.get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("没有报上")
    expect(alert).to_contain_text("名额已满")
    expect(alert).to_be_focused()


def test_a_course_one_cannot_join_says_why_in_words(visit: Visit) -> None:
    page = visit.enter("T0002", "/menu?all=1")
    refused = page.locator(".course").filter(has_not=page.get_by_role("button")).first
    expect(refused.locator(".do")).to_have_text(re.compile("[一-龥]{4,}"))


def test_filters_stand_in_the_address_and_the_back_button_undoes_them(visit: Visit) -> None:
    page = visit.enter("T0002", "/menu")
    chip = page.locator(".chip").nth(1)
    chip.click()
    expect(page).to_have_url(re.compile("category="))
    expect(chip).to_have_attribute("aria-pressed", "true")
    page.get_by_label("搜课程、主办单位").fill("没有这门课")
    expect(page.get_by_text("没有符合条件的课")).to_be_visible()
    page.reload()
    expect(page.get_by_label("搜课程、主办单位")).to_have_value("没有这门课")
    page.get_by_role("button", name="清除筛选").click()
    expect(page.locator(".course").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("没有符合条件的课")).to_be_visible()
    page.go_forward()
    expect(page.locator(".course").first).to_be_visible()


def test_back_and_forward_walk_the_pages(visit: Visit) -> None:
    page = visit.enter("T0001")
    for name, heading in (("选课", "培训菜单"), ("我的课", "我的课"), ("学分", "学分明细")):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="我的课")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", level=1, name="学分明细")).to_be_visible()


def test_a_credit_opens_to_its_rule_and_its_decisions(visit: Visit) -> None:
    page = visit.enter("T0001", "/credits")
    entry = page.locator(".entries details").first
    entry.locator("summary").click()
    expect(entry.locator("dt").filter(has_text="依据")).to_be_visible()
    expect(entry.locator(".timeline li").first).to_be_visible()
    entry.get_by_role("link", name="看这张申报单").click()
    expect(page.get_by_role("heading", level=1, name="学分登记单")).to_be_visible()
    expect(page.locator(".timeline").first).to_be_visible()


def test_a_page_of_another_role_is_refused_in_words(visit: Visit) -> None:
    page = visit.enter("T0001", "/review")
    expect(page.get_by_role("heading", name="您没有这个权限")).to_be_visible()
    visit.go("/nowhere")
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    page.get_by_role("link", name="回首页").click()
    expect(page.get_by_text("离结业还差")).to_be_visible()


def test_a_role_without_pages_is_told_so(visit: Visit) -> None:
    page = visit.enter("P0001")
    expect(page.get_by_text("您的身份还没有专门的页面")).to_be_visible()
    expect(page.get_by_text("申报培训项目")).to_be_visible()


def test_a_failed_renewal_keeps_what_was_there_and_says_so(visit: Visit) -> None:
    page = visit.enter("T0001")
    expect(page.locator(".gap")).to_be_visible()
    page.get_by_role("link", name="我的课", exact=True).click()
    page.route("**/api/v1/me/standing", lambda route: route.abort())
    page.get_by_role("link", name="首页", exact=True).click()
    expect(page.get_by_text("没有更新成功")).to_be_visible()
    expect(page.locator(".gap")).to_be_visible()
    page.unroute("**/api/v1/me/standing")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text("没有更新成功")).to_have_count(0)
