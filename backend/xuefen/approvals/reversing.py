"""更正: a posted credit is taken back by another entry, never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.degrees import lower_degree
from xuefen.approvals.intake import IdUsed
from xuefen.approvals.models import Claim
from xuefen.approvals.rules import DESK_ROLES, OwnClaim
from xuefen.approvals.states import ClaimState
from xuefen.core import audit
from xuefen.core.errors import Conflict, Invalid, NotFound
from xuefen.ledger.models import Account, EntryKind, LedgerEntry
from xuefen.ledger.posting import Posting, post
from xuefen.organisations.policies import policies_of
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Binding, Viewer


class AlreadyReversed(Conflict):
    code, title = "already_reversed", "这一笔已经更正过"


class NotReversible(Conflict):
    code, title = "not_reversible", "更正记录本身不能再更正，请重新登记"


class NotIssuer(Conflict):
    code, title = "not_issuer", "只有审定这笔学分的单位可以更正"


class ReasonUnknown(Invalid):
    code, title = "reason_unknown", "请从列出的原因中选一个"


@dataclass(frozen=True, slots=True)
class Correction:
    """`id` becomes the reversal entry's; made by the client, so that a retry cannot double it."""

    id: UUID
    entry_id: UUID
    reason_code: str


async def reverse(db: AsyncSession, viewer: Viewer, wanted: Correction, now: datetime) -> LedgerEntry:
    """Take a credit back. Its claim becomes `reversed`, so that a corrected one can be registered."""
    entry = await _entry(db, viewer, wanted.entry_id)
    done = await _reversal_of(db, entry)
    if done is not None:
        return _same(done, wanted)
    binding = await _issuer(db, viewer, entry)
    policy = (await policies_of(db, viewer.city_id)).at(entry.org_path, entry.event_on)
    if wanted.reason_code not in {reason.code for reason in policy.pack.return_reasons}:
        raise ReasonUnknown
    await post(db, viewer.city_id, [_posting(entry, wanted, binding, viewer, now)])
    await _release_claim(db, entry)
    audit.record(
        db,
        viewer.city_id,
        "ledger.reversed",
        "ledger_entry",
        entry.id,
        actor_id=viewer.user_id,
        capacity=binding.role,
        org_path=binding.path,
    )
    await db.flush()
    return await db.get_one(LedgerEntry, (viewer.city_id, wanted.id))


async def _entry(db: AsyncSession, viewer: Viewer, entry_id: UUID) -> LedgerEntry:
    entry = (
        await db.scalars(
            within(select(LedgerEntry), viewer, LedgerEntry).where(col(LedgerEntry.id) == entry_id)
        )
    ).first()
    if entry is None:
        raise NotFound
    if entry.kind is EntryKind.reversal:
        raise NotReversible
    return entry


async def _reversal_of(db: AsyncSession, entry: LedgerEntry) -> LedgerEntry | None:
    found = await db.scalars(
        select(LedgerEntry).where(
            col(LedgerEntry.city_id) == entry.city_id, col(LedgerEntry.reverses_id) == entry.id
        )
    )
    return found.first()


def _same(done: LedgerEntry, wanted: Correction) -> LedgerEntry:
    if done.id != wanted.id:
        raise AlreadyReversed
    if done.reason_code != wanted.reason_code:
        raise IdUsed
    return done


async def _issuer(db: AsyncSession, viewer: Viewer, entry: LedgerEntry) -> Binding:
    """The viewer's binding at the organisation that granted the credit; never for one's own."""
    issuer = await db.scalar(
        select(col(Account.owner_id)).where(
            col(Account.city_id) == entry.city_id, col(Account.id) == entry.debit_id
        )
    )
    for binding in viewer.having(DESK_ROLES.values()):
        if binding.organisation_id == issuer:
            if viewer.teacher_id == entry.teacher_id:
                raise OwnClaim
            return binding
    raise NotIssuer


def _posting(
    entry: LedgerEntry, wanted: Correction, binding: Binding, viewer: Viewer, now: datetime
) -> Posting:
    return Posting(
        id=wanted.id,
        teacher_id=entry.teacher_id,
        issuer_id=binding.organisation_id,
        org_path=entry.org_path,
        credits_centi=entry.credits_centi,
        hours_centi=entry.hours_centi,
        category=entry.category,
        level=entry.level,
        mode=entry.mode,
        exam_passed=entry.exam_passed,
        event_on=entry.event_on,
        title=entry.title,
        policy_sha256=entry.policy_sha256,
        posted_by=viewer.user_id,
        posted_at=now,
        claim_id=entry.claim_id,
        program_id=entry.program_id,
        award_key=entry.award_key,
        reverses_id=entry.id,
        reason_code=wanted.reason_code,
    )


async def _release_claim(db: AsyncSession, entry: LedgerEntry) -> None:
    """The claim may be made anew, its diploma used again; the degree that it had raised falls."""
    released = await db.scalars(
        update(Claim)
        .where(col(Claim.city_id) == entry.city_id, col(Claim.id) == entry.claim_id)
        .values(state=ClaimState.reversed, version=col(Claim.version) + 1)
        .returning(Claim)
    )
    for claim in released:
        await lower_degree(db, claim)
