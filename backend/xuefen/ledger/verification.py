"""Verification of the ledger: contents, running totals, chains. It reads everything and changes nothing."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.rowsets import table_of
from xuefen.ledger.models import Account, AccountKind, EntryKind, LedgerEntry, Seal
from xuefen.ledger.posting import content_hash
from xuefen.ledger.sealing import GENESIS, seal_hash

BATCH = 5000
ENTRIES = table_of(LedgerEntry)
COLUMNS = ENTRIES.c
# Columns, not objects: of three and a half million seals each object would cost more than its check.
SEAL = (
    col(Seal.chain_id),
    col(Seal.position),
    col(Seal.entry_id),
    col(Seal.entry_hash),
    col(Seal.previous_hash),
    col(Seal.seal_hash),
    col(LedgerEntry.content_hash),
)


@dataclass(frozen=True)
class Fault:
    """One thing that does not agree: `code`, the row it was found at, and what in words."""

    code: str
    where: str
    message: str


@dataclass
class Report:
    """`heads` is the checkpoint to keep elsewhere: chain id -> (position, seal hash)."""

    entries: int = 0
    sealed: int = 0
    unsealed: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


async def verify(
    db: AsyncSession, city_id: UUID, checkpoint: Mapping[str, tuple[int, str]] | None = None
) -> Report:
    """Check every entry, total and chain of a city; with a `checkpoint` also that no tail was cut."""
    report = Report()
    await _check_entries(db, city_id, report)
    await _check_chains(db, city_id, report, checkpoint or {})
    report.unsealed = report.entries - report.sealed
    return report


async def verify_teacher(db: AsyncSession, city_id: UUID, teacher_id: UUID) -> Report:
    """Check one teacher's entries, total and seals."""
    report = Report()
    await _check_entries(db, city_id, report, teacher_id)
    mine = (
        select(*SEAL)
        .join(
            LedgerEntry,
            (col(LedgerEntry.city_id) == col(Seal.city_id)) & (col(LedgerEntry.id) == col(Seal.entry_id)),
        )
        .where(col(Seal.city_id) == city_id, col(LedgerEntry.teacher_id) == teacher_id)
    )
    for seal in (await db.execute(mine)).mappings():
        report.sealed += 1
        _check_seal(report, seal, seal["previous_hash"])
    report.unsealed = report.entries - report.sealed
    return report


async def chain_heads(db: AsyncSession, city_id: UUID) -> list[tuple[UUID, int, str]]:
    """(chain, position, hash) of the last seal of every chain."""
    last = (
        select(col(Seal.chain_id), func.max(Seal.position).label("position"))
        .where(col(Seal.city_id) == city_id)
        .group_by(col(Seal.chain_id))
        .subquery()
    )
    rows = await db.execute(
        select(col(Seal.chain_id), col(Seal.position), col(Seal.seal_hash))
        .join(
            last,
            (col(Seal.chain_id) == last.c.chain_id) & (col(Seal.position) == last.c.position),
        )
        .where(col(Seal.city_id) == city_id)
    )
    return [(row.chain_id, row.position, row.seal_hash) for row in rows]


async def _check_entries(
    db: AsyncSession, city_id: UUID, report: Report, teacher_id: UUID | None = None
) -> None:
    conditions = [COLUMNS.city_id == city_id]
    totals = select(col(Account.owner_id), col(Account.balance_centi), col(Account.entries)).where(
        col(Account.city_id) == city_id, col(Account.kind) == AccountKind.teacher
    )
    if teacher_id is not None:
        conditions.append(COLUMNS.teacher_id == teacher_id)
        totals = totals.where(col(Account.owner_id) == teacher_id)
    ordered = select(ENTRIES).where(*conditions).order_by(COLUMNS.teacher_id, COLUMNS.sequence)
    sums: dict[UUID, tuple[int, int]] = {}
    async for row in _walk(db, ordered, (COLUMNS.teacher_id, COLUMNS.sequence)):
        report.entries += 1
        sums[row["teacher_id"]] = _check_entry(report, row, *sums.get(row["teacher_id"], (0, 0)))
    for owner, balance, count in await db.execute(totals):
        if sums.pop(owner, (0, 0)) != (count, balance):
            report.faults.append(Fault("total", str(owner), "账户合计与学分明细之和不一致"))
    report.faults.extend(Fault("account_missing", str(owner), "有明细而没有账户") for owner in sums)


def _check_entry(report: Report, row: RowMapping, count: int, balance: int) -> tuple[int, int]:
    where = str(row["id"])
    amount = row["credits_centi"]
    balance += -amount if row["kind"] == EntryKind.reversal else amount
    if content_hash(row) != row["content_hash"]:
        report.faults.append(Fault("content", where, "内容与写入时的摘要不一致"))
    if row["sequence"] != count + 1:
        report.faults.append(Fault("sequence", where, f"序号应为 {count + 1}，实为 {row['sequence']}"))
    if row["balance_after_centi"] != balance:
        report.faults.append(Fault("balance", where, "累计数与明细之和不一致"))
    return row["sequence"], balance


async def _check_chains(
    db: AsyncSession, city_id: UUID, report: Report, kept: Mapping[str, tuple[int, str]]
) -> None:
    ordered = (
        select(*SEAL)
        .outerjoin(
            LedgerEntry,
            (col(LedgerEntry.city_id) == col(Seal.city_id)) & (col(LedgerEntry.id) == col(Seal.entry_id)),
        )
        .where(col(Seal.city_id) == city_id)
        .order_by(col(Seal.chain_id), col(Seal.position))
    )
    async for seal in _walk(db, ordered, (col(Seal.chain_id), col(Seal.position))):
        chain = str(seal["chain_id"])
        position, previous = report.heads.get(chain, (0, GENESIS))
        if seal["position"] != position + 1:
            report.faults.append(Fault("chain_gap", _place(seal), f"链上缺第 {position + 1} 节"))
        _check_seal(report, seal, previous)
        if kept.get(chain, (0, ""))[0] == seal["position"] and kept[chain][1] != seal["seal_hash"]:
            report.faults.append(Fault("chain_rewritten", _place(seal), "与检查点记下的不是同一条链"))
        report.sealed += 1
        report.heads[chain] = (seal["position"], seal["seal_hash"])
    for chain, (position, _) in kept.items():
        if report.heads.get(chain, (0, GENESIS))[0] < position:
            report.faults.append(Fault("tail_cut", f"{chain}#{position}", "链尾比检查点短，末尾的明细被删"))


def _check_seal(report: Report, seal: RowMapping, previous: str) -> None:
    now_hash = seal["content_hash"]
    if now_hash is None:
        report.faults.append(Fault("entry_missing", _place(seal), "链上的明细已不存在"))
    elif now_hash != seal["entry_hash"]:
        report.faults.append(Fault("entry_changed", _place(seal), "明细在封存后被改动"))
    if seal["previous_hash"] != previous or seal["seal_hash"] != seal_hash(previous, seal["entry_hash"]):
        report.faults.append(Fault("chain_broken", _place(seal), "与前一节接不上"))


def _place(seal: RowMapping) -> str:
    return f"{seal['chain_id']}#{seal['position']} ({seal['entry_id']})"


async def _walk(
    db: AsyncSession, ordered: Select[*tuple[Any, ...]], key: tuple[Any, Any]
) -> AsyncIterator[RowMapping]:
    """Rows of `ordered` in batches by keyset, so that 3.5 million of them need no memory."""
    last: tuple[Any, Any] | None = None
    while True:
        page = ordered if last is None else ordered.where(tuple_(*key) > last)
        rows = (await db.execute(page.limit(BATCH))).mappings().all()
        for row in rows:
            yield row
        if len(rows) < BATCH:
            return
        last = (rows[-1][key[0].key], rows[-1][key[1].key])
