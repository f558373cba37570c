"""Ledger rows of one training at one school, as tuples in the order of the table's columns.

They are the rows that `ledger.posting` would write: the same accounts, sequences, totals and hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from xuefen.core.rowsets import table_of
from xuefen.demo.growth.canonical import Canonical
from xuefen.demo.growth.rounds import Habits
from xuefen.ledger.models import EntryKind, LedgerEntry
from xuefen.ledger.posting import content_hash

Row = tuple[Any, ...]
COLUMNS = tuple(column.name for column in table_of(LedgerEntry).columns)
TAKEN_BACK_AFTER = timedelta(days=1)
_VARYING: dict[str, type] = {
    "id": str,
    "credit_id": str,
    "teacher_id": str,
    "sequence": int,
    "balance_after_centi": int,
}


@dataclass(slots=True)
class Learner:
    """A teacher as the ledger knows one: ids as text, what the account holds, and the habits behind it."""

    id: str
    account_id: str
    habits: Habits
    entries: int = 0
    balance_centi: int = 0


class Identities:
    """UUIDv7 of an instant with a random part from the demo's seed, as text."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def at(self, instant: datetime) -> str:
        millis = f"{int(instant.timestamp() * 1000):012x}"
        drawn = f"{self._random.getrandbits(72):018x}"
        return f"{millis[:8]}-{millis[8:]}-7{drawn[:3]}-8{drawn[3:6]}-{drawn[6:]}"


class Credits:
    """Entries that share all but the person: `shared` holds every other column."""

    def __init__(self, shared: Mapping[str, Any], identities: Identities) -> None:
        self._shared = {**dict.fromkeys(COLUMNS), **shared, "kind": EntryKind.credit}
        self._canonical = Canonical(
            {name: value for name, value in self._shared.items() if name not in _VARYING}, _VARYING
        )
        self._identities = identities

    def credit(self, learner: Learner) -> Row:
        learner.entries += 1
        learner.balance_centi += self._shared["credits_centi"]
        own = {
            "id": self._identities.at(self._shared["posted_at"]),
            "credit_id": learner.account_id,
            "teacher_id": learner.id,
            "sequence": learner.entries,
            "balance_after_centi": learner.balance_centi,
        }
        row = {**self._shared, **own, "content_hash": self._canonical.hash(own)}
        return tuple(row.values())

    def reversal(self, learner: Learner, credit: Row, reason_code: str) -> Row:
        """What takes `credit` back the next day."""
        learner.entries += 1
        learner.balance_centi -= self._shared["credits_centi"]
        posted_at = self._shared["posted_at"] + TAKEN_BACK_AFTER
        taken = dict(zip(COLUMNS, credit, strict=True))
        row = taken | {
            "id": self._identities.at(posted_at),
            "kind": EntryKind.reversal,
            "debit_id": taken["credit_id"],
            "credit_id": taken["debit_id"],
            "sequence": learner.entries,
            "balance_after_centi": learner.balance_centi,
            "reverses_id": taken["id"],
            "reason_code": reason_code,
            "posted_at": posted_at,
        }
        return tuple((row | {"content_hash": content_hash(row)}).values())
