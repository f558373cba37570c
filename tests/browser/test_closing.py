"""The yearly closing on a teacher's home: figures to confirm, or to object to."""

from contextlib import closing as closing_connection
from datetime import timedelta
from sqlite3 import connect

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_pages import OPPOSITE, assert_sound
from xuefen.core import clock
from xuefen.core.ids import new_id


def open_last_year(visit: Visit) -> None:
    """The city opens the closing of last year, and its teachers still have a month to answer.

    By the policy they had until January; no office act moves that day, so the row is told another one.
    """
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
    with closing_connection(connect(visit.demo.file)) as database:
        month_hence = clock.today() + timedelta(days=30)
        database.execute("UPDATE closings SET objection_until = ?", [month_hence.isoformat()])
        database.commit()


def card_of(page: Page) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name="审验"))


def test_a_teacher_objects_with_words(visit: Visit) -> None:
    open_last_year(visit)
    page = visit.enter("T0003", "/home")
    card = card_of(page)
    expect(card).to_contain_text("本期已计")
    assert_sound(page, OPPOSITE)
    card.get_by_role("button", name="有异议").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="提交异议").click()
    expect(dialog).to_contain_text("请写明哪里不对")
    dialog.get_by_label("哪里不对").fill("十月的县培没有计入")
    dialog.get_by_role("button", name="提交异议").click()
    expect(card).to_contain_text("十月的县培没有计入")
    expect(card.get_by_role("button")).to_have_count(0)


def test_a_teacher_confirms_the_year(visit: Visit) -> None:
    open_last_year(visit)
    page = visit.enter("T0004", "/home")
    card_of(page).get_by_role("button", name="确认无误").click()
    page.get_by_role("dialog").get_by_role("button", name="确认无误").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card_of(page)).to_have_count(0)
