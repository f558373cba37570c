"""What a jurisdiction changes in a pack: a tree laid over the pack's own, before both are checked again."""

from collections.abc import Mapping
from typing import Any

# Lists of rows are addressed by the name of the row, so that an override survives a row being added above it.
ROW_NAME = {
    "categories": "code",
    "requirements": "id",
    "terms": "key",
    "return_reasons": "code",
    "exemptions": "kind",
    "thresholds": "id",
    "targets": "id",
    "funding": "id",
    "duties": "id",
}
"""The key that names a row in each list of rows."""


def laid_over(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` on top. Tables merge, other values replace, None takes a key away.

    `{"requirements": {"total": {"credits": 400}, "edtech": None}}` changes one row and drops another.
    """
    merged = dict(base)
    for key, change in changes.items():
        merged[key] = _one(key, base.get(key), change)
    return {key: value for key, value in merged.items() if value is not None}


def _one(key: str, old: Any, change: Any) -> Any:
    if not isinstance(change, Mapping):
        return change
    if key in ROW_NAME:
        return _rows(old or (), change, ROW_NAME[key])
    if not isinstance(old, Mapping) or _is_another_kind(old, change):
        return laid_over({}, change)
    return laid_over(old, change)


def _is_another_kind(old: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """A worth that becomes another kind keeps nothing of the old one."""
    return "kind" in change and change["kind"] != old.get("kind")


def _rows(old: Any, changes: Mapping[str, Any], name: str) -> list[Any]:
    rows = {row[name]: row for row in old}
    for row_name, change in changes.items():
        named = {name: row_name, **change} if isinstance(change, Mapping) else change
        rows[row_name] = _one("", rows.get(row_name), named)
    return [row for row in rows.values() if row is not None]
