"""What changed between two packs: by the name of a row and the key in it, never by its place in the file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xuefen.policy.overrides import ROW_NAME
from xuefen.policy.pack import Pack

_NAMED: Mapping[str, Sequence[str]] = {key: (name,) for key, name in ROW_NAME.items()} | {
    "consequences": ("code",),
    "parts": ("name",),
    "offsets": ("by", "category"),
}
"""The keys that name a row in each list of rows; every other list is one value."""


class ChangeKind(StrEnum):
    """新增, 删去, 更改."""

    added = "added"
    removed = "removed"
    changed = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `requirements.total.credits` from "450.00" to "400.00".

    A row that only one of the two packs has is one change, with the whole row. `before` and `after` are as a
    pack says them in JSON; None where there is nothing. `clause`: of the line as it is after the change, or
    was before it went.
    """

    path: str
    kind: ChangeKind
    before: Any
    after: Any
    clause: str | None


def differences(a: Pack, b: Pack) -> list[Change]:
    """From `a` to `b`, in the order of `b`; what only `a` has comes last in its table. Empty: the same rules."""
    one, other = (pack.model_dump(mode="json", exclude_none=True) for pack in (a, b))
    return list(_in_table((), one, other, None))


def _in_table(
    path: Sequence[str], a: Mapping[str, Any], b: Mapping[str, Any], clause: str | None
) -> Iterator[Change]:
    clause = b.get("clause") or a.get("clause") or clause
    for key in [*b, *(key for key in a if key not in b)]:
        yield from _in_value((*path, key), a.get(key), b.get(key), clause)


def _in_value(path: Sequence[str], a: Any, b: Any, clause: str | None) -> Iterator[Change]:
    if a == b:
        return
    if _is_rows(path[-1], a) and _is_rows(path[-1], b):
        yield from _in_table(path, _named(path[-1], a), _named(path[-1], b), clause)
    elif isinstance(a, Mapping) and isinstance(b, Mapping):
        yield from _in_table(path, a, b, clause)
    else:
        yield Change(".".join(path), _kind(a, b), a, b, _own_clause(b) or _own_clause(a) or clause)


def _kind(a: Any, b: Any) -> ChangeKind:
    if a is None:
        return ChangeKind.added
    return ChangeKind.removed if b is None else ChangeKind.changed


def _is_rows(key: str, value: Any) -> bool:
    return key in _NAMED and (value is None or isinstance(value, list))


def _named(key: str, rows: Any) -> dict[str, Any]:
    """The rows by name; where a name comes again, the second is `name#2`."""
    named: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    for row in rows or ():
        name = "→".join(row[part] for part in _NAMED[key])
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name}#{seen[name]}"] = row
    return named


def _own_clause(value: Any) -> str | None:
    return value.get("clause") if isinstance(value, Mapping) else None
