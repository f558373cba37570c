"""Builders of what a standing is computed from: an entry says only what its test is about."""

from collections.abc import Iterable
from datetime import date
from itertools import count

from hypothesis import settings

from xuefen.policy.calendar import Calendar
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import Pack, load_pack
from xuefen.policy.requirements import Entry, Line, Standing
from xuefen.policy.units import Credits, Hours

_numbers = count(1)

BRIEFLY = settings(max_examples=60, derandomize=True, deadline=None)
"""The same examples on every run, and no complaint of a slow machine."""


def zhuzhou() -> Pack:
    return load_pack("zhuzhou-2014")


def three_tier() -> Pack:
    return load_pack("three-tier")


def entry(
    category: str = "post_training",
    credits: str = "10",
    on: str = "2014-03-15",
    *,
    id: str | None = None,
    hours: str | None = None,
    exam_passed: bool = False,
    mode: DeliveryMode | None = None,
    level: Level = Level.county,
) -> Entry:
    """An entry in force; hours are as many as credits unless said otherwise."""
    return Entry(
        id=id or f"entry-{next(_numbers):05d}",
        category=category,
        credits_centi=Credits.parse(credits).centi,
        hours_centi=Hours.parse(hours or credits).centi,
        event_on=date.fromisoformat(on),
        level=level,
        mode=mode,
        exam_passed=exam_passed,
    )


def edtech(on: str = "2014-05-10", *, exam_passed: bool = True, credits: str = "80") -> Entry:
    return entry("edtech", credits, on, exam_passed=exam_passed, mode=DeliveryMode.blended)


def school_based_terms(*amounts: str) -> list[Entry]:
    """One school-based entry a term, from the spring of 2009 on."""
    days = [f"{year}-{month}" for year in range(2009, 2016) for month in ("04-15", "10-15")]
    return [entry("school_based", amount, day) for amount, day in zip(amounts, days, strict=False)]


def one_line(standing: Standing, line_id: str) -> Line:
    line = standing.line(line_id)
    assert line is not None, f"no line {line_id}"
    return line


def posted_by_term(pack: Pack, entries: Iterable[Entry], category: str) -> dict[str, int]:
    """What was posted per term, counted independently of the rules under test."""
    calendar = Calendar(pack)
    sums: dict[str, int] = {}
    for one in entries:
        if one.category == category:
            term = calendar.term_of(one.event_on).key
            sums[term] = sums.get(term, 0) + one.credits_centi
    return sums
