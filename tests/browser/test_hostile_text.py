"""Text that would like to be markup stays text, in every field of every answer."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit

HOSTILE = " ".join(
    [
        '<img src=x onerror="window.struck=1">',
        "<script>window.struck=1</script>",
        '"><svg onload=window.struck=1>',
        "' onmouseover='window.struck=1",
        "javascript:window.struck=1",
        "${window.struck=1}{{window.struck=1}}",
        "</textarea></title><iframe srcdoc='<script>parent.struck=1</script>'></iframe>",
    ]
)
TEXTS = {
    *(
        "title",
        "name",
        "staff_no",
        "summary",
        "sponsor_name",
        "category_name",
        "run_name",
        "place",
        "detail",
        "clause",
    ),
    *(
        "text",
        "reason",
        "note",
        "number",
        "school_name",
        "term_label",
        "year_label",
        "period_label",
        "group",
        "label",
    ),
    *("organisation_name", "actor_name"),
}
ANSWERS = re.compile(r"/api/v1/(me|me/standing|me/ledger|menu|enrollments|claims)(\?|/|$)")


def poisoned(value: object) -> object:
    """The same answer with every text for people replaced."""
    if isinstance(value, list):
        return [poisoned(item) for item in value]
    if isinstance(value, dict):
        return {
            key: HOSTILE if key in TEXTS and isinstance(item, str) else poisoned(item)
            for key, item in value.items()
        }
    return value


def answer(route: Route) -> None:
    response = route.fetch()
    route.fulfill(response=response, json=poisoned(response.json()))


@pytest.mark.parametrize(
    ("staff_no", "addresses"),
    [
        ("T0001", ("/home", "/menu?all=1", "/courses", "/credits")),
        ("C0001", ("/review",)),
        ("P0001", ("/start",)),
    ],
)
def test_text_never_becomes_markup(visit: Visit, staff_no: str, addresses: tuple[str, ...]) -> None:
    page = visit.enter(staff_no, "/me")
    page.route(ANSWERS, answer)
    page.reload()
    for address in addresses:
        visit.turn(address)
        expect(page.get_by_text("window.struck=1").first).to_be_attached()
        for row in page.locator("tbody tr a").all()[:1]:
            row.click()
            expect(page.locator("#claim-title")).to_be_focused()
        assert page.evaluate("window.struck ?? null") is None
        assert page.locator("main img, main iframe, main script, [onmouseover], [onload]").count() == 0
