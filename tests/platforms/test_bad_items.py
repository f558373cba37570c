"""What a platform may send amiss: the item is refused alone, with the reason, and nothing is half-written."""

from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from tests.make.attendance import make_program
from tests.make.city import CityFixture
from tests.make.platforms import Registered, item
from tests.platforms.reporting import claims_of, codes, report, states
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs.states import ProgramState

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"result": "fail"}, "not_passed"),
    ({"program_code": "NO-SUCH"}, "program_unknown"),
    ({"program_code": "XF-DRAFT"}, "program_unknown"),
    ({"program_code": "XF-ONSITE"}, "program_not_online"),
    ({"completed_at": (clock.now() + timedelta(days=2)).isoformat()}, "completed_in_future"),
    ({"program_code": "XF-LOW"}, "sponsor_too_low"),
    ({"program_code": "XF-STRANGE"}, "category_unknown"),
    ({"completed_at": "1999-05-01T00:00:00Z", "program_code": "XF-LOW"}, "sponsor_too_low"),
]


async def test_what_cannot_be_credited_is_refused_alone_and_may_be_corrected(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    online = DeliveryMode.online
    await make_program(database, city, "XF-DRAFT", mode=online, state=ProgramState.draft)
    await make_program(database, city, "XF-ONSITE", mode=DeliveryMode.onsite)
    await make_program(database, city, "XF-LOW", mode=online, level=Level.school)
    await make_program(database, city, "XF-STRANGE", mode=online, category="no_such_category")
    bad = [item(city.teacher, **changes) for changes, _ in REFUSED]
    first, *answered, last = await report(
        api, app, platform, item(city.colleague), *bad, item(city.neighbour)
    )
    assert states([first, last]) == ["accepted", "accepted"]
    assert codes(answered) == [code for _, code in REFUSED]
    assert {(one["status"], one["completion_id"], one["claim_id"]) for one in answered} == {
        ("refused", None, None)
    }
    corrected = item(city.teacher, external_id=bad[0]["external_id"])
    assert states(await report(api, app, platform, corrected)) == ["accepted"]
    assert len(await claims_of(database)) == 3


MALFORMED: list[dict[str, Any]] = [
    {"external_id": None},
    {"external_id": ""},
    {"external_id": "x" * 81},
    {"external_id": "a\x00b"},
    {"external_id": 7},
    {"teacher": {"staff_no": "\ud800"}},
    {"teacher": {"staff_no": "x\x00y"}},
    {"teacher": {}},
    {"teacher": {"staff_no": "T0001", "phone": "13800000000"}},
    {"teacher": {"id_number": "430200199001011234"}},
    {"teacher": {"phone": "123"}},
    {"teacher": None},
    {"program_code": None},
    {"activity_id": "not-a-uuid", "program_code": None},
    {"activity_id": "018f3b5e-0000-7000-8000-000000000000"},
    {"completed_at": "2026-03-01"},
    {"completed_at": "2026-03-01T10:00:00"},
    {"completed_at": "9999-12-31T23:59:59-23:59"},
    {"completed_at": 1e999},
    {"hours": 10},
    {"hours": float("nan")},
    {"hours": float("inf")},
    {"hours": "NaN"},
    {"hours": "-1"},
    {"hours": "10.001"},
    {"hours": "1" * 400},
    {"hours": 10**400},
    {"result": "ok"},
    {"score": "101"},
    {"score": 2**63},
    {"\ud800": 1},
    {"city_id": "x"},
    {"status": "accepted"},
]
NO_OBJECTS = [None, 7, "x", [], {}, [{}], True, {"external_id": {"a": 1}}]


async def test_malformed_items_are_refused_alone(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    bad = [item(city.teacher, **changes) for changes in MALFORMED] + NO_OBJECTS
    batch = [item(city.colleague), *bad, item(city.neighbour)]
    first, *answered, last = await report(api, app, platform, *batch)
    assert states([first, last]) == ["accepted", "accepted"]
    for number, (sent, one) in enumerate(zip(bad, answered, strict=True), start=1):
        assert (one["status"], codes([one])) == ("refused", ["invalid"]), sent
        assert one["problem"]["errors"], sent
        pointers = [error["pointer"] for error in one["problem"]["errors"]]
        assert all(pointer.split("/")[:3] == ["", "items", str(number)] for pointer in pointers), sent
    assert [one["external_id"] for one in answered[-len(NO_OBJECTS) :]] == [None] * len(NO_OBJECTS)
    assert len(await claims_of(database)) == 2


NO_BATCH = [
    b'{"items": []}',
    b'{"items": {}}',
    b'{"items": null}',
    b"{}",
    b"[]",
    b'{"items": [{}], "more": 1}',
    b'{"items": [' + b",".join([b"{}"] * 1001) + b"]}",
]
NO_JSON = [b"", b"{", b'{"items": [NaN]', b"\xff\xfe", b"[" * 100_000]


async def test_a_batch_that_is_none_is_refused_as_a_whole(
    api: httpx.AsyncClient, app: FastAPI, platform: Registered
) -> None:
    headers = platform.bearer(app) | {"Content-Type": "application/json"}
    for body in [*NO_BATCH, *NO_JSON]:
        answer = await api.post("/api/v1/sync/completions", content=body, headers=headers)
        assert answer.status_code in ((422,) if body in NO_BATCH else (400, 422)), body[:40]
        assert answer.headers["content-type"] == "application/problem+json"
