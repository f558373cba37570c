"""Bad requests, made from the contract: each is refused with a problem that tells nothing, and writes nothing.

`make test` sends a part of them, chosen by a fixed seed; `make torture` sends all.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping

import pytest

from tests.hostile.attacks import Attack, attacks, strange_requests
from tests.hostile.conftest import Stage
from tests.hostile.contract import Place
from tests.hostile.judging import complaint, contents
from tests.hostile.values import CANARY
from tests.hostile.wire import PROBLEM, Answer, ask
from tests.make.organisations import make_school

EACH = {"sqlite": 40, "postgresql": 12}
"""How many attacks on one operation `make test` sends."""
FULL = 10_000


async def send(stage: Stage, method: str, attack: Attack, caller: Mapping[str, str]) -> Answer:
    """The attack in the name of `caller`, whose token it may replace."""
    headers = {**caller, **attack.headers}
    return await ask(stage.app, method, attack.path, query=attack.query, headers=headers, body=attack.body)


class Siege:
    """Sends attacks, and keeps what was wrong with the answers."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    async def on(self, place: Place, chosen: Iterable[Attack]) -> Counter[int]:
        """Every caller takes a turn. What is refused must leave the tables as they were."""
        callers = self.stage.callers(place)
        statuses: Counter[int] = Counter()
        held = await contents(self.stage.database)
        for number, attack in enumerate(chosen):
            caller = self.stage.headers(callers[number % len(callers)])
            answer = await self._send(place, attack, caller)
            statuses[answer.status] += 1
            if place.method == "GET":
                continue
            now = await contents(self.stage.database)
            if answer.status >= 400 and now != held:
                self.wrong.append(
                    f"{place.id}: {attack.name}: refused, and yet it wrote {set(now.items()) ^ set(held.items())}"
                )
            held = now
        self.statuses += statuses
        return statuses

    async def _send(self, place: Place, attack: Attack, caller: Mapping[str, str]) -> Answer:
        answer = await send(self.stage, place.method, attack, caller)
        if said := complaint(place, answer, never=attack.never):
            self.wrong.append(f"{place.id}: {attack.name}: {said}")
        return answer

    def report(self) -> None:
        print(
            f"{self.statuses.total()} bad requests: {dict(sorted(self.statuses.items()))}, {len(self.wrong)} wrong"
        )
        assert not self.wrong, "\n".join(self.wrong)


async def test_bad_input_is_refused_and_writes_nothing(
    stage: Stage, chance: random.Random, caplog: pytest.LogCaptureFixture
) -> None:
    siege = Siege(stage)
    for place in stage.places().values():
        every = list(attacks(stage.aim(place)))
        statuses = await siege.on(place, chance.sample(every, min(EACH[stage.database.dialect], len(every))))
        if place.is_protected:
            assert set(statuses) - {401, 403}, f"{place.id}: no attack got past the door"
    siege.report()
    assert CANARY not in caplog.text


@pytest.mark.torture
async def test_every_bad_input_is_refused_and_writes_nothing(stage: Stage) -> None:
    siege = Siege(stage)
    for place in stage.places().values():
        await siege.on(place, attacks(stage.aim(place)))
    siege.report()
    assert siege.statuses.total() >= FULL


async def test_a_stranger_learns_nothing_but_that_he_is_one(stage: Stage, chance: random.Random) -> None:
    """A body that cannot be read is refused before the caller is known; that answer is always the same."""
    told: set[tuple[int, str]] = set()
    for place in stage.places().values():
        if not place.is_protected:
            continue
        every = [one for one in attacks(stage.aim(place)) if "authorization" not in one.headers]
        for attack in chance.sample(every, 6):
            answer = await send(stage, place.method, attack, {})
            assert complaint(None, answer, never=True) is None, (place.id, attack.name)
            document = answer.json()
            assert document["errors"] == [], (place.id, attack.name)
            told.add((answer.status, document["code"]))
    assert told <= {
        (401, "not_authenticated"),
        (400, "malformed_body"),
        (404, "no_such_address"),
        (405, "method_not_allowed"),
        (413, "too_large"),
    }


async def test_where_no_operation_stands_there_is_a_problem_too(stage: Stage) -> None:
    for method, attack in strange_requests():
        answer = await send(stage, method, attack, {})
        assert complaint(None, answer, never=True) is None, (method, attack.name, attack.path, answer)
        assert answer.status in (400, 401, 404, 405)


PLACE = Place("edit_thing", "PATCH", "/things/{thing_id}", {"responses": {"200": {}, "422": {}}})
PROBLEM_DOCUMENT = {
    "title": "有内容填写不正确",
    "status": 422,
    "detail": "有内容填写不正确",
    "instance": "/things/:thing_id",
    "code": "invalid",
    "errors": [{"pointer": "/name", "code": "text_control", "message": "含有不能使用的字符"}],
    "type": "urn:xuefen:problem:invalid",
}


def problem(status: int = 422, media_type: str = PROBLEM, **changes: object) -> Answer:
    document = PROBLEM_DOCUMENT | {"status": status} | changes
    return Answer(status, {"content-type": media_type}, json.dumps(document).encode())


def test_a_good_refusal_raises_no_complaint() -> None:
    assert complaint(PLACE, problem(), never=True) is None
    assert complaint(PLACE, problem(400, instance="/"), never=True) is None
    assert complaint(PLACE, Answer(200, {}, b"{}"), never=False) is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (problem(500, code="internal_error"), "a server error"),
        (problem(503, code="unavailable"), "a server error"),
        (problem(title=f"{CANARY} 不正确"), "repeats"),
        (Answer(422, {"content-type": PROBLEM, "x-name": CANARY}, b"{}"), "repeats"),
        (problem(media_type="application/json"), "no problem document"),
        (problem(code=None), "lacks"),
        (problem(errors="none"), "lacks"),
        (problem(errors=[]), "which field"),
        (Answer(422, {"content-type": PROBLEM}, b"<html>"), "no JSON"),
        (Answer(422, {"content-type": PROBLEM}, problem(409).body), "another status"),
        (problem(409, code="conflict"), "the contract does not say 409"),
        (Answer(200, {}, b"{}"), "accepted"),
        (Answer(201, {}, b"{}"), "the contract does not say 201"),
    ],
)
def test_a_bad_answer_would_be_seen(answer: Answer, said: str) -> None:
    """The control: what the siege looks for, it finds."""
    found = complaint(PLACE, answer, never=True)
    assert found is not None
    assert said in found


async def test_a_row_written_by_a_refusal_would_be_seen(stage: Stage) -> None:
    before = await contents(stage.database)
    await make_school(stage.database, stage.scene.city.north, "S99")
    after = await contents(stage.database)
    assert {name for name in after if after[name] != before[name]} == {"organisations"}
