"""Posting: the one way into the ledger.

One `post` per request with all its postings. Accounts are locked in one sorted order, running totals
move by a guarded UPDATE, and `UNIQUE (teacher, sequence)` is the second guard. Nothing waits on a chain
head or an issuer's row: sealing happens afterwards (ledger.sealing).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import outbox
from xuefen.core.rowsets import RowSet, insert_rows, table_of, update_guarded
from xuefen.ledger.models import Account, AccountKind, EntryKind, LedgerEntry
from xuefen.policy.levels import DeliveryMode, Level

POSTED = "ledger.posted"
NOT_HASHED = frozenset({"content_hash"})
ADDED_LATER = frozenset({"award_key"})
"""Columns younger than the first entries, whose hashes know nothing of them: hashed only where filled."""
ACCOUNTS = table_of(Account)
ENTRIES = table_of(LedgerEntry)


@dataclass(frozen=True, slots=True)
class Posting:
    """A proposed entry. `id` is made by the caller, so that a retry cannot double it.

    `credits_centi` is positive; a reversal (`reverses_id` set) takes that amount back.
    """

    id: UUID
    teacher_id: UUID
    issuer_id: UUID
    org_path: str
    credits_centi: int
    hours_centi: int
    category: str
    level: Level
    mode: DeliveryMode
    exam_passed: bool
    event_on: date
    title: str
    policy_sha256: str
    posted_by: UUID
    posted_at: datetime
    claim_id: UUID | None = None
    program_id: UUID | None = None
    award_key: str | None = None
    reverses_id: UUID | None = None
    reason_code: str | None = None

    @property
    def change_centi(self) -> int:
        """What the teacher's balance moves by."""
        return -self.credits_centi if self.reverses_id else self.credits_centi


def account_id(kind: AccountKind, owner_id: UUID) -> UUID:
    """An owner's account has a fixed id, so that opening it twice is one row."""
    return uuid5(owner_id, f"account:{kind}")


async def post(db: AsyncSession, city_id: UUID, postings: Sequence[Posting]) -> None:
    """Write `postings` as entries, move the totals, and tell the sealer. All or nothing.

    Within one teacher the given order is kept. An entry id or claim that is posted already raises the
    database's unique violation (409).
    """
    if not postings:
        return
    await _open_accounts(db, city_id, postings)
    accounts = await _lock(db, city_id, {posting.teacher_id for posting in postings})
    rows = _entries(city_id, postings, accounts)
    await _move_totals(db, city_id, rows, accounts)
    await insert_rows(db, RowSet(ENTRIES, {}, rows))
    outbox.publish(db, city_id, POSTED, {"entry_ids": [str(row["id"]) for row in rows]})


async def _open_accounts(db: AsyncSession, city_id: UUID, postings: Sequence[Posting]) -> None:
    owners = {(AccountKind.issuer, posting.issuer_id) for posting in postings}
    owners |= {(AccountKind.teacher, posting.teacher_id) for posting in postings}
    rows = [
        {"city_id": city_id, "id": account_id(kind, owner), "kind": kind, "owner_id": owner}
        | {"balance_centi": 0, "entries": 0}
        for kind, owner in owners
    ]
    rows.sort(key=lambda row: str(row["id"]))
    dialect = db.get_bind().dialect.name
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    await db.execute(build(Account).on_conflict_do_nothing(), rows)


async def _lock(db: AsyncSession, city_id: UUID, teachers: set[UUID]) -> dict[UUID, Any]:
    """The teachers' accounts, locked in the order of their ids (every writer uses the same order)."""
    wanted = sorted(account_id(AccountKind.teacher, teacher) for teacher in teachers)
    rows = await db.execute(
        select(col(Account.id), col(Account.owner_id), col(Account.balance_centi), col(Account.entries))
        .where(col(Account.city_id) == city_id, col(Account.id).in_(wanted))
        .order_by(col(Account.id))
        .with_for_update()
    )
    return {row.owner_id: row for row in rows}


def _entries(
    city_id: UUID, postings: Sequence[Posting], accounts: Mapping[UUID, Any]
) -> list[dict[str, Any]]:
    balances = {teacher: row.balance_centi for teacher, row in accounts.items()}
    counts = {teacher: row.entries for teacher, row in accounts.items()}
    rows = []
    for posting in postings:
        balances[posting.teacher_id] += posting.change_centi
        counts[posting.teacher_id] += 1
        rows.append(_entry(city_id, posting, counts[posting.teacher_id], balances[posting.teacher_id]))
    return rows


def _entry(city_id: UUID, posting: Posting, sequence: int, balance: int) -> dict[str, Any]:
    issuer = account_id(AccountKind.issuer, posting.issuer_id)
    teacher = account_id(AccountKind.teacher, posting.teacher_id)
    debit, credit = (teacher, issuer) if posting.reverses_id else (issuer, teacher)
    row: dict[str, Any] = {
        "city_id": city_id,
        "id": posting.id,
        "kind": EntryKind.reversal if posting.reverses_id else EntryKind.credit,
        "debit_id": debit,
        "credit_id": credit,
        "teacher_id": posting.teacher_id,
        "org_path": posting.org_path,
        "sequence": sequence,
        "balance_after_centi": balance,
        "credits_centi": posting.credits_centi,
        "hours_centi": posting.hours_centi,
        "category": posting.category,
        "level": posting.level,
        "mode": posting.mode,
        "exam_passed": posting.exam_passed,
        "event_on": posting.event_on,
        "claim_id": posting.claim_id,
        "program_id": posting.program_id,
        "award_key": posting.award_key,
        "title": posting.title,
        "reverses_id": posting.reverses_id,
        "reason_code": posting.reason_code,
        "policy_sha256": posting.policy_sha256,
        "posted_by": posting.posted_by,
        "posted_at": posting.posted_at,
    }
    return row | {"content_hash": content_hash(row)}


def content_hash(row: Mapping[str, Any] | RowMapping) -> str:
    """SHA-256 of an entry's content in canonical JSON: sorted keys, text forms of every value."""
    content = {
        key: _plain(value)
        for key, value in row.items()
        if key not in NOT_HASHED and not (key in ADDED_LATER and value is None)
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return str(value)


async def _move_totals(
    db: AsyncSession, city_id: UUID, rows: Sequence[Mapping[str, Any]], accounts: Mapping[UUID, Any]
) -> None:
    last: dict[UUID, Mapping[str, Any]] = {row["teacher_id"]: row for row in rows}
    added: dict[UUID, int] = defaultdict(int)
    for row in rows:
        added[row["teacher_id"]] += 1
    changes = [
        {
            "id": accounts[teacher].id,
            "entries": accounts[teacher].entries,
            "new_entries": accounts[teacher].entries + added[teacher],
            "new_balance_centi": last[teacher]["balance_after_centi"],
        }
        for teacher in sorted(last, key=lambda owner: str(accounts[owner].id))
    ]
    await update_guarded(db, RowSet(ACCOUNTS, {"city_id": city_id}, changes))
