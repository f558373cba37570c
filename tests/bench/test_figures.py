"""How a figure is made of its rounds."""

import json
from collections.abc import Iterable

from tests.bench.figures import Measure, Plan, interleaved


def scripted(log: list[str], name: str, values: Iterable[float]) -> Measure:
    given = iter(values)

    async def measure() -> float:
        log.append(name)
        return next(given)

    return measure


async def test_rounds_are_interleaved_and_ratios_are_taken_within_a_round():
    log: list[str] = []
    plans = [
        Plan("hello", "requests/s", scripted(log, "hello", [100, 10, 200])),
        Plan("enrol", "enrolments/s", scripted(log, "enrol", [50, 5, 20]), "hello"),
    ]
    hello, enrol = await interleaved(plans, 3)
    assert log == ["hello", "enrol"] * 3
    assert (hello.value, hello.ratio, hello.runs) == (100, None, 3)
    assert (enrol.value, enrol.ratio, enrol.reference) == (20, 0.5, "hello")
    assert set(json.loads(enrol.line())) == {"name", "value", "unit", "ratio", "reference", "runs"}
