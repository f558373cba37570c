"""A figure: what was measured, and how it compares with its reference in the same rounds."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

Measure = Callable[[], Awaitable[float]]
"""One round; returns how many per second."""


@dataclass(frozen=True)
class Figure:
    """`value` is the median of `runs` rounds; `ratio` the median of each round's ratio to `reference`."""

    name: str
    value: float
    unit: str
    ratio: float | None
    reference: str | None
    runs: int

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True)
class Plan:
    """What to measure under `name`, and the name of the measure it is held against."""

    name: str
    unit: str
    measure: Measure
    reference: str | None = None


async def interleaved(plans: Sequence[Plan], runs: int) -> list[Figure]:
    """Measure all plans in turn, `runs` times over, so that a slow moment of the machine hits them alike."""
    rounds: list[Mapping[str, float]] = []
    for _ in range(runs):
        rounds.append({plan.name: await plan.measure() for plan in plans})
    return [_figure(plan, rounds) for plan in plans]


def _figure(plan: Plan, rounds: Sequence[Mapping[str, float]]) -> Figure:
    ratio = None
    if plan.reference is not None:
        ratio = round(median(one[plan.name] / one[plan.reference] for one in rounds), 3)
    value = round(median(one[plan.name] for one in rounds), 1)
    return Figure(plan.name, value, plan.unit, ratio, plan.reference, len(rounds))
