"""The yearly closing on a teacher's home: figures to confirm, or to object to."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_pages import OPPOSITE, assert_sound
from xuefen.core import clock
from xuefen.core.ids import new_id


def open_last_year(visit: Visit) -> None:
    """The city opens the closing of last year, whose registration has long ended."""
    with visit.demo.office("A0001") as office:
        me = office.get("/me").raise_for_status().json()
        last_year = clock.today().replace(year=clock.today().year - 1, month=6, day=1)
        body = {
            "id": str(new_id()),
            "organisation_id": me["city"]["id"],
            "kind": "year",
            "on": str(last_year),
        }
        opened = office.post("/closings", json=body)
        if opened.status_code == 409:
            return
        closing = opened.raise_for_status()
        moved = office.post(f"/closings/{body['id']}/advance", headers={"If-Match": closing.headers["ETag"]})
        moved.raise_for_status()


def test_a_teacher_confirms_one_year_and_objects_with_words(visit: Visit) -> None:
    open_last_year(visit)
    page = visit.enter("T0003", "/home")
    card = page.locator("section.card", has=page.get_by_role("heading", name="审验"))
    expect(card).to_contain_text("本期已计")
    assert_sound(page, OPPOSITE)
    card.get_by_role("button", name="有异议").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="提交异议").click()
    expect(dialog).to_contain_text("请写明哪里不对")
    dialog.get_by_label("哪里不对").fill("十月的县培没有计入")
    dialog.get_by_role("button", name="提交异议").click()
    expect(card).to_contain_text("十月的县培没有计入")
    card.get_by_role("button", name="确认无误").click()
    page.get_by_role("dialog").get_by_role("button", name="确认无误").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card).to_have_count(0)
