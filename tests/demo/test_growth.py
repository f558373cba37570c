"""The parts of the loader that need no database: the fast hash, the rounds of a year, the bar."""

from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console

from tests.demo.conftest import TODAY
from xuefen.core.clock import office_time
from xuefen.demo.growth.canonical import Canonical
from xuefen.demo.growth.entries import COLUMNS
from xuefen.demo.growth.rounds import ACTIVITIES, COURSES, rounds_until
from xuefen.demo.growth.seals import SEAL_COLUMNS
from xuefen.demo.growth.size import CITY
from xuefen.demo.progress import Loading
from xuefen.ledger.models import EntryKind, LedgerEntry, Seal
from xuefen.ledger.posting import content_hash


def test_the_bar_on_a_terminal_counts_to_the_end() -> None:
    printed = StringIO()
    with Loading(Console(file=printed, force_terminal=True, width=120), grows=True) as loading:
        loading.part("全市学分历史")
        loading.entries(1, 2, 40_000)
        loading.entries(2, 2, 80_000)
    assert "80,000 笔" in printed.getvalue()
    assert "100%" in printed.getvalue()


def random_entry(random: Random) -> dict[str, Any]:
    """Content that nobody would invent: quotes, percent signs, rare characters, empty and filled columns."""
    alphabet = "课程%s\"\\'/{}\u2028\u0001é𠮷 \t%(id)s"
    text = "".join(random.choice(alphabet) for _ in range(random.randint(1, 40)))
    some_id = UUID(int=random.getrandbits(128))
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    return row | {
        "city_id": some_id,
        "id": str(UUID(int=random.getrandbits(128))),
        "kind": random.choice(list(EntryKind)),
        "credit_id": str(UUID(int=random.getrandbits(128))),
        "teacher_id": str(UUID(int=random.getrandbits(128))),
        "debit_id": some_id,
        "sequence": random.randint(1, 10**6),
        "balance_after_centi": random.randint(0, 10**9),
        "credits_centi": random.randint(0, 10**5),
        "exam_passed": random.random() < 0.5,
        "event_on": date.fromordinal(random.randint(700_000, 750_000)),
        "posted_at": office_time(TODAY, datetime.min.time())
        + timedelta(microseconds=random.randint(0, 10**9) * random.choice((1, 1_000_000))),
        "title": text,
        "program_id": random.choice((None, some_id)),
        "award_key": random.choice((None, text)),
        "reason_code": random.choice((None, "duplicate")),
        "content_hash": "is no part of itself",
    }


def test_the_fast_hash_is_the_hash_of_posting() -> None:
    random = Random(2014)
    varying = {
        "id": str,
        "credit_id": str,
        "teacher_id": str,
        "sequence": int,
        "balance_after_centi": int,
    }
    for _ in range(5000):
        row = random_entry(random)
        shared = {name: value for name, value in row.items() if name not in varying}
        own = {name: row[name] for name in varying}
        assert Canonical(shared, varying).hash(own) == content_hash(row)


def test_the_rows_have_the_columns_of_their_tables() -> None:
    assert set(COLUMNS) == set(LedgerEntry.model_fields)
    assert set(SEAL_COLUMNS) == set(Seal.model_fields)


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 1, 1), TODAY])
def test_rounds_reach_back_as_far_as_they_must(day: date) -> None:
    rounds = rounds_until(day, CITY.rounds)
    days = [one.day for one in rounds]
    assert len(rounds) == CITY.rounds
    assert days == sorted(set(days))
    assert days[-1] <= day
    whole = Counter(one.year for one in rounds)[day.year - 2]
    assert whole == len(ACTIVITIES) + len(COURSES)
