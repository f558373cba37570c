"""The content hash of many entries that differ in little: the canonical JSON is rendered once, with gaps.

Rendering each entry by itself costs four fifths of `ledger.posting.content_hash`; the hashes are the same.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xuefen.ledger.posting import ADDED_LATER, NOT_HASHED


class Canonical:
    """`Canonical(shared, {"id": str, "sequence": int}).hash({"id": …, "sequence": …})`.

    `varying` names the gaps with their types; text in a gap must need no escaping (ids).
    """

    def __init__(self, shared: Mapping[str, Any], varying: Mapping[str, type]) -> None:
        gaps = {name: _GAPS[kind] % name for name, kind in varying.items()}
        parts = gaps | {
            name: _rendered(value).replace("%", "%%")
            for name, value in shared.items()
            if name not in NOT_HASHED and not (name in ADDED_LATER and value is None)
        }
        self._text = "{" + ",".join(f'"{name}":{parts[name]}' for name in sorted(parts)) + "}"

    def hash(self, values: Mapping[str, Any]) -> str:
        return hashlib.sha256((self._text % values).encode()).hexdigest()


_GAPS: dict[type, str] = {int: "%%(%s)d", str: '"%%(%s)s"'}


def _rendered(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.isoformat(timespec="microseconds")
    elif value is not None and not isinstance(value, bool | int):
        value = str(value)
    return json.dumps(value, ensure_ascii=False)
