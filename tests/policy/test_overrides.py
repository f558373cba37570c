"""What a jurisdiction's changes do to the tree they are laid over."""

from typing import Any

import pytest

from xuefen.policy.overrides import laid_over

BASE: dict[str, Any] = {
    "name": "a",
    "year": {"starts_month": 1, "clause": "c"},
    "categories": [
        {"code": "one", "worth": {"kind": "fixed", "credits": 80, "exam": True}},
        {"code": "two", "worth": {"kind": "per_program"}},
    ],
    "offsets": [{"by": "one"}],
}


@pytest.mark.parametrize(
    ("changes", "key", "found"),
    [
        ({"name": "b"}, "name", "b"),
        ({"year": {"starts_month": 3}}, "year", {"starts_month": 3, "clause": "c"}),
        ({"year": {"clause": None}}, "year", {"starts_month": 1}),
        ({"year": 5}, "year", 5),
        ({"name": {"x": 1, "y": None}}, "name", {"x": 1}),
        ({"offsets": [{"by": "two"}]}, "offsets", [{"by": "two"}]),
        ({"categories": {"one": None}}, "categories", [BASE["categories"][1]]),
        ({"categories": [{"code": "x"}]}, "categories", [{"code": "x"}]),
        ({"terms": {"spring": {"name": "s"}}}, "terms", [{"key": "spring", "name": "s"}]),
        ({"terms": {"spring": None}}, "terms", []),
    ],
)
def test_tables_merge_and_other_values_replace(changes: dict[str, Any], key: str, found: Any) -> None:
    before = repr(BASE)
    assert laid_over(BASE, changes) == BASE | {key: found}
    assert repr(BASE) == before


def test_none_takes_a_key_away() -> None:
    assert laid_over({"a": 1, "b": 2}, {"a": None, "c": None}) == {"b": 2}


def test_a_worth_of_the_same_kind_keeps_what_is_not_changed() -> None:
    changed = laid_over(BASE, {"categories": {"one": {"worth": {"kind": "fixed", "credits": 60}}}})
    assert changed["categories"][0]["worth"] == {"kind": "fixed", "credits": 60, "exam": True}
    without_kind = laid_over(BASE, {"categories": {"one": {"worth": {"credits": 60}}}})
    assert without_kind == changed


def test_a_worth_of_another_kind_keeps_nothing() -> None:
    changed = laid_over(BASE, {"categories": {"one": {"worth": {"kind": "cap_per_term", "cap": 12}}}})
    assert changed["categories"][0] == {"code": "one", "worth": {"kind": "cap_per_term", "cap": 12}}
    assert changed["categories"][1] == BASE["categories"][1]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("categories", "code"),
        ("requirements", "id"),
        ("terms", "key"),
        ("return_reasons", "code"),
        ("exemptions", "kind"),
        ("thresholds", "id"),
        ("targets", "id"),
        ("funding", "id"),
        ("duties", "id"),
    ],
)
def test_rows_are_addressed_by_their_name(table: str, name: str) -> None:
    old = [{name: "a", "x": 1}, {name: "b", "x": 1}]
    changed = laid_over({table: old}, {table: {"b": {"x": 2}, "c": {"x": 3}}})
    assert changed == {table: [old[0], {name: "b", "x": 2}, {name: "c", "x": 3}]}
