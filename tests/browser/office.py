"""What happens in other offices while somebody looks at a page."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
from uuid_utils import uuid7

if TYPE_CHECKING:
    from tests.browser.conftest import Demo

MAKER, APPROVER = "A0001", "A0002"


def course_with_one_seat(demo: "Demo") -> str:
    """A published course open to every teacher, with a single seat; its title."""
    title = f"只有一个名额的课 {uuid7().hex[-6:]}"
    with demo.office(MAKER) as maker, demo.office(APPROVER) as approver:
        city = maker.get("/me").json()["bindings"][0]["organisation"]["id"]
        program = made(maker, "/programs", program_of(city, title))
        program = acted(maker, program, "submit")
        program = acted(approver, program, "approve")
        program = acted(approver, program, "publish")
        made(maker, f"/programs/{program['id']}/class-runs", run_of_one())
    return title


def program_of(city: str, title: str) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "title": title,
        "sponsor_id": city,
        "provider_id": city,
        "category": "post_training",
        "level": "city",
        "mode": "onsite",
        "hours": "8.00",
    }


def run_of_one() -> dict[str, Any]:
    now = datetime.now(UTC)
    begins = (now + timedelta(days=40)).date().isoformat()
    return {
        "id": str(uuid7()),
        "name": "第一期",
        "place": "培训楼 101",
        "starts_on": begins,
        "ends_on": begins,
        "enroll_opens_at": stamp(now - timedelta(days=1)),
        "enroll_closes_at": stamp(now + timedelta(days=20)),
        "quota": 1,
    }


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def made(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    return answer_of(client.post(path, json=body))


def acted(client: httpx.Client, program: dict[str, Any], act: str) -> dict[str, Any]:
    version = {"If-Match": f'"{program["version"]}"'}
    return answer_of(client.post(f"/programs/{program['id']}/{act}", headers=version))


def answer_of(response: httpx.Response) -> dict[str, Any]:
    assert response.is_success, response.text
    answer: dict[str, Any] = response.json()
    return answer
