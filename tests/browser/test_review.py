"""The queue: batches, single decisions, returns, and what happens when two people decide."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit


def count(page: Page, tab: str) -> int:
    text = page.locator(".tabs button").filter(has_text=tab).inner_text()
    return int(re.findall(r"\d+", text)[-1])


def school_claims(page: Page) -> Locator:
    """Rows of school-based training, which the county reviews; others it registers."""
    return page.locator("tbody tr").filter(has_text="校本培训")


def opened(page: Page, row: Locator) -> str:
    """Open a row; its claim's number."""
    row.locator("a").click()
    expect(page.locator("#claim-title")).to_be_focused()
    return page.locator(".number").inner_text()


def test_tabs_badge_and_list_speak_with_one_voice(visit: Visit) -> None:
    page = visit.enter("C0001")
    expect(page.locator("tbody tr").first).to_be_visible()
    everything, clean, flagged = (count(page, tab) for tab in ("全部", "检查无异常", "需要细看"))
    assert everything == clean + flagged > 0
    expect(page.locator(".nav .count")).to_contain_text(str(everything))
    page.locator(".tabs button").filter(has_text="需要细看").click()
    expect(page.locator("tbody tr")).to_have_count(min(flagged, 50))


def test_clean_claims_pass_together_and_come_back_while_no_later_step_has_acted(visit: Visit) -> None:
    page = visit.enter("C0001", "/review?flag=clean")
    rows = school_claims(page)
    expect(rows.first).to_be_visible()
    before = count(page, "检查无异常")
    for index in range(2):
        rows.nth(index).get_by_role("checkbox").check()
    page.get_by_role("button", name="通过 2 条").click()
    done = page.get_by_role("status").filter(has_text="已通过 2 条")
    expect(done).to_be_visible()
    expect(page.locator(".tabs button").nth(1)).to_contain_text(str(before - 2))
    page.wait_for_timeout(650)
    done.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("status").filter(has_text="已撤回 2 条")).to_be_visible()
    expect(page.locator(".tabs button").nth(1)).to_contain_text(str(before))


def test_a_flagged_claim_joins_a_batch_only_once_it_was_opened(visit: Visit) -> None:
    page = visit.enter("C0001", "/review?flag=flagged")
    row = school_claims(page).first
    row.get_by_role("checkbox").check()
    expect(page.get_by_text("1 条需要细看")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("通过 1 条"))).to_have_count(0)
    opened(page, row)
    expect(page.get_by_role("button", name="通过 1 条")).to_be_visible()
    page.get_by_role("button", name="取消选择").click()


def test_a_flagged_claim_is_granted_less_and_the_next_one_takes_its_place(visit: Visit) -> None:
    page = visit.enter("C0001", "/review?flag=flagged")
    number = opened(page, school_claims(page).first)
    field = page.get_by_label("核定学分")
    field.fill("9999")
    page.get_by_role("button", name=re.compile("^通过")).first.click()
    expect(page.get_by_text("最多两位小数")).to_be_visible()
    field.fill("0.5")
    page.get_by_role("button", name=re.compile("^通过")).first.click()
    expect(page.get_by_role("status").filter(has_text="已通过 1 条")).to_be_visible()
    expect(page.locator("#claim-title")).to_be_focused()
    expect(page.locator(".number")).not_to_have_text(number)


def test_a_held_key_and_a_double_click_decide_one_claim_only(visit: Visit) -> None:
    page = visit.enter("C0001", "/review?flag=clean")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/decisions" in request.url else None)
    opened(page, school_claims(page).first)
    page.keyboard.down("a")
    for _ in range(5):
        page.keyboard.down("a")
    page.keyboard.up("a")
    expect(page.get_by_role("status").filter(has_text="已通过 1 条")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert len(sent) == 1


def test_a_return_needs_a_reason(visit: Visit) -> None:
    page = visit.enter("C0001", "/review?flag=flagged")
    number = opened(page, school_claims(page).first)
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="退回 1 条")
    dialog.get_by_role("button", name="退回 1 条").click()
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_role("alert")).to_contain_text("请选一个原因")
    dialog.get_by_role("alert").get_by_role("button").click()
    expect(dialog.get_by_role("radio").first).to_be_focused()
    dialog.get_by_role("radio").first.check()
    dialog.get_by_label("补充说明").fill("签到表第 2 页看不清 <b>请重拍</b>")
    dialog.get_by_role("button", name="退回 1 条").click()
    expect(page.get_by_role("status").filter(has_text="已退回 1 条")).to_be_visible()
    expect(page.locator(".number")).not_to_have_text(number)


def test_the_second_reviewer_is_told_that_somebody_was_quicker(visit: Visit) -> None:
    page = visit.enter("C0001", "/review?flag=clean")
    opened(page, school_claims(page).first)
    claim_id = page.url.split("open=")[1]
    with visit.demo.office("C0002") as other:
        etag = other.get(f"/claims/{claim_id}").headers["etag"]
        body = {"verdict": "approve"}
        answer = other.post(f"/claims/{claim_id}/decisions", json=body, headers={"If-Match": etag})
        assert answer.status_code == 200
    page.get_by_role("button", name=re.compile("^通过")).first.click()
    expect(page.get_by_role("alert")).to_contain_text("刚有人办理过这一条")
    page.get_by_role("button", name="重新加载").click()
    expect(page.get_by_role("button", name=re.compile("^通过"))).to_have_count(0)


def test_the_back_button_closes_a_claim(visit: Visit) -> None:
    page = visit.enter("C0001", "/review")
    opened(page, school_claims(page).first)
    page.go_back()
    expect(page.get_by_text("选一条看详情")).to_be_visible()
    page.go_forward()
    expect(page.locator("#claim-title")).to_be_visible()


def test_the_keys_walk_and_can_be_switched_off(visit: Visit) -> None:
    page = visit.enter("C0001", "/review")
    expect(page.locator("tbody tr").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("tbody tr.open")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("tbody tr.open")).to_have_count(0)
    page.keyboard.press("?")
    page.get_by_label("使用单键操作").uncheck()
    page.get_by_role("button", name="关闭").click()
    page.keyboard.press("j")
    expect(page.locator("tbody tr.open")).to_have_count(0)


def test_clerk_and_auditor_share_the_queue(visit: Visit) -> None:
    for staff_no in ("S0001", "A0001"):
        page = visit.enter(staff_no)
        expect(page.get_by_role("heading", level=1, name="学分审核")).to_be_visible()
        expect(page.locator(".tabs")).to_be_visible()
        page.locator(".account summary").click()
        page.get_by_role("button", name="退出登录").click()
