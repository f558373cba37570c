"""What every pack says alike: where a source is silent, the line says how it is read."""

import tomllib
from typing import Any

import pytest

from xuefen.policy.pack import load_pack, pack_keys, pack_text

SOURCES = tuple(key for key in pack_keys() if key != "three-tier")
"""The packs of a notice; three-tier has no source but the product."""


@pytest.mark.parametrize("key", SOURCES)
def test_what_no_source_lays_down_is_marked_as_a_reading(key: str) -> None:
    pack = load_pack(key)
    assert pack.closing
    assert all([pack.closing.reading, pack.joining.reading, pack.deadlines.reading])
    assert all(row.reading for row in pack.exemptions)
    assert pack.warnings is None or pack.warnings.reading
    assert all(row.reading for row in pack.terms)


@pytest.mark.parametrize("key", SOURCES)
def test_every_average_level_and_window_says_how_it_is_read(key: str) -> None:
    left_open = {"average_in_post", "trainings", "trainings_in_post", "credits_in_post", "hours_in_post"}
    rows = [row for row in load_pack(key).requirements if row.kind in left_open]
    assert all(row.reading for row in rows)


@pytest.mark.parametrize("key", pack_keys())
def test_the_five_cases_of_exemption_are_known_to_every_pack(key: str) -> None:
    assert {row.kind for row in load_pack(key).exemptions} == {
        "sick_leave",
        "maternity_leave",
        "transfer",
        "near_retirement",
        "in_study",
    }


@pytest.mark.parametrize("key", pack_keys())
def test_the_year_closes_on_the_31st_day_after_its_end(key: str) -> None:
    closing = load_pack(key).closing
    assert closing
    assert closing.closing_days == 31


# 不少于、以上、及以上 include the number itself (DOMAIN section 8).
@pytest.mark.parametrize("key", pack_keys())
def test_every_share_of_a_school_that_fails_it_includes_the_number_itself(key: str) -> None:
    assert all(row.inclusive for row in load_pack(key).thresholds)


@pytest.mark.parametrize("key", pack_keys())
def test_a_pack_says_nothing_twice(key: str) -> None:
    def rows(value: Any) -> list[str]:
        return [str(row) for row in value] if isinstance(value, list) else []

    for table, value in tomllib.loads(pack_text(key)).items():
        assert len(set(rows(value))) == len(rows(value)), table
