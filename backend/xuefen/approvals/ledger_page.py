"""A teacher's 学分明细: every entry with its rule, its program, and who decided what."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from xuefen.approvals.models import Decision
from xuefen.core.page import Keyset
from xuefen.credits.schemas import (
    EntryDecision,
    EntryOut,
    LedgerPage,
    LedgerQuery,
    ProgramHead,
    RuleText,
    Surplus,
)
from xuefen.credits.standing import TeacherRecord, teacher_record
from xuefen.ledger.models import Account, AccountKind, EntryKind, LedgerEntry, Seal
from xuefen.organisations.models import Organisation
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import User
from xuefen.policy.counting import Tally
from xuefen.policy.worth import rule_of
from xuefen.programs.models import Program

NEWEST_FIRST = Keyset("ledger", (col(LedgerEntry.sequence),), descending=True)
_taken_back = aliased(LedgerEntry, name="taken_back")


async def ledger_page(db: AsyncSession, viewer: Viewer, teacher_id: UUID, query: LedgerQuery) -> LedgerPage:
    """Entries of a teacher within scope, newest first, reversals among them; `NotFound` otherwise."""
    record = await teacher_record(db, viewer, teacher_id)
    city_id = record.teacher.city_id
    rows = (await db.execute(NEWEST_FIRST.select(_entries(city_id, teacher_id), query))).all()
    shown, token = NEWEST_FIRST.cut(rows, query, lambda row: (row[0].sequence,))
    decisions = await _decisions(db, city_id, [row[0].claim_id for row in shown if row[0].claim_id])
    tally = record.tally()
    return LedgerPage(
        items=[_present(record, tally, row, decisions[row[0].claim_id]) for row in shown],
        next_page_token=token,
        balance=await _balance(db, city_id, teacher_id),
    )


def _entries(city_id: UUID, teacher_id: UUID) -> Any:
    return (
        select(LedgerEntry, Program, col(_taken_back.id), col(Seal.position))
        .outerjoin(
            Program,
            (col(Program.city_id) == col(LedgerEntry.city_id))
            & (col(Program.id) == col(LedgerEntry.program_id)),
        )
        .outerjoin(
            _taken_back,
            (col(_taken_back.city_id) == col(LedgerEntry.city_id))
            & (col(_taken_back.reverses_id) == col(LedgerEntry.id)),
        )
        .outerjoin(
            Seal,
            (col(Seal.city_id) == col(LedgerEntry.city_id)) & (col(Seal.entry_id) == col(LedgerEntry.id)),
        )
        .where(col(LedgerEntry.city_id) == city_id, col(LedgerEntry.teacher_id) == teacher_id)
    )


async def _balance(db: AsyncSession, city_id: UUID, teacher_id: UUID) -> int:
    found = await db.scalar(
        select(col(Account.balance_centi)).where(
            col(Account.city_id) == city_id,
            col(Account.kind) == AccountKind.teacher,
            col(Account.owner_id) == teacher_id,
        )
    )
    return found or 0


async def _decisions(
    db: AsyncSession, city_id: UUID, claim_ids: Sequence[UUID]
) -> defaultdict[UUID | None, list[EntryDecision]]:
    rows = await db.execute(
        select(Decision, col(User.name), col(Organisation.name))
        .join(User, (col(User.city_id) == col(Decision.city_id)) & (col(User.id) == col(Decision.actor_id)))
        .join(
            Organisation,
            (col(Organisation.city_id) == col(Decision.city_id))
            & (col(Organisation.id) == col(Decision.organisation_id)),
        )
        .where(col(Decision.city_id) == city_id, col(Decision.claim_id).in_(claim_ids))
        .order_by(col(Decision.decided_at), col(Decision.id))
    )
    found: defaultdict[UUID | None, list[EntryDecision]] = defaultdict(list)
    for decision, actor_name, organisation_name in rows:
        found[decision.claim_id].append(
            EntryDecision(
                act=decision.act,
                verdict=decision.verdict,
                capacity=decision.capacity,
                actor_name=actor_name,
                organisation_name=organisation_name,
                decided_at=decision.decided_at,
            )
        )
    return found


def _present(record: TeacherRecord, tally: Tally, row: Any, decisions: list[EntryDecision]) -> EntryOut:
    entry, program, taken_back, sealed = row
    policy = record.policies.at(entry.org_path, entry.event_on)
    category = policy.pack.find_category(entry.category)
    surplus = tally.uncounted.get(entry.id)
    reasons = {reason.code: reason.title for reason in policy.pack.return_reasons}
    sign = -1 if entry.kind is EntryKind.reversal else 1
    return EntryOut(
        id=entry.id,
        sequence=entry.sequence,
        kind=entry.kind,
        title=entry.title,
        category=entry.category,
        category_name=category.name if category else entry.category,
        group=category.group if category else "other",
        level=entry.level,
        event_on=entry.event_on,
        year_label=policy.calendar.year_of(entry.event_on).label,
        term_label=policy.calendar.term_of(entry.event_on).label,
        posted_at=entry.posted_at,
        credits=sign * entry.credits_centi,
        hours=sign * entry.hours_centi,
        counted=tally.counted.get(entry.id, 0),
        uncounted=Surplus(credits=surplus.credits_centi, reason=surplus.reason, clause=surplus.clause)
        if surplus
        else None,
        rule=RuleText.model_validate(rule_of(policy.pack, entry.category)),
        program=ProgramHead.model_validate(program) if program else None,
        claim_id=entry.claim_id,
        decisions=decisions,
        reversed=taken_back is not None,
        reverses_id=entry.reverses_id,
        reason=reasons.get(entry.reason_code or ""),
        balance_after=entry.balance_after_centi,
        sealed=sealed is not None,
    )
