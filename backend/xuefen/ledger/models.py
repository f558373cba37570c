"""The credit ledger (学分明细): accounts, entries, seals.

An entry moves an amount from one account to another, so debits equal credits by construction; it is
never changed, and corrected only by a reversal. Accounts of teachers keep a running total and a
gap-free entry count; issuers keep none (it is a sum), so that nobody waits for a shared row.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.policy.levels import DeliveryMode, Level


class AccountKind(StrEnum):
    issuer = "issuer"
    teacher = "teacher"


class EntryKind(StrEnum):
    """登载 / 更正."""

    credit = "credit"
    reversal = "reversal"


class Account(CityRow, table=True):
    """`owner_id` is a teacher, or for an issuer the organisation that grants."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("city_id", "kind", "owner_id"),
        one_of("kind", AccountKind),
        CheckConstraint("balance_centi >= 0", name="balance"),
    )
    scope_columns: ClassVar[Scope] = Scope()

    kind: AccountKind = Field(sa_type=text_enum(AccountKind))
    owner_id: UUID
    balance_centi: int = 0
    entries: int = 0
    """How many entries touch this account; the newest entry carries this number as its `sequence`."""


class LedgerEntry(CityRow, table=True):
    """One posting about one teacher. Append-only by trigger on both databases.

    A credit debits the issuer and credits the teacher; a reversal goes the other way and names the
    entry it takes back, which can be taken back once.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        city_fk("debit_id", "ledger_accounts"),
        city_fk("credit_id", "ledger_accounts"),
        city_fk("reverses_id", "ledger_entries"),
        one_of("kind", EntryKind),
        one_of("level", Level),
        one_of("mode", DeliveryMode),
        CheckConstraint("credits_centi >= 0 AND debit_id <> credit_id", name="amount"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal"),
        UniqueConstraint("city_id", "reverses_id"),
        UniqueConstraint("city_id", "teacher_id", "sequence"),
        Index(
            "uq_ledger_entries_claim_id",
            "city_id",
            "claim_id",
            unique=True,
            sqlite_where=text("kind = 'credit'"),
            postgresql_where=text("kind = 'credit'"),
        ),
        Index("ix_ledger_entries_teacher_id", "city_id", "teacher_id", "event_on", "category"),
        Index(
            "ix_ledger_entries_reversals",
            "city_id",
            "teacher_id",
            "reverses_id",
            sqlite_where=text("kind = 'reversal'"),
            postgresql_where=text("kind = 'reversal'"),
        ),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    kind: EntryKind = Field(sa_type=text_enum(EntryKind))
    debit_id: UUID
    credit_id: UUID
    teacher_id: UUID
    org_path: str = path_field()
    sequence: int
    balance_after_centi: int
    credits_centi: int
    hours_centi: int
    category: str = Field(max_length=40)
    level: Level = Field(sa_type=text_enum(Level))
    mode: DeliveryMode = Field(sa_type=text_enum(DeliveryMode))
    exam_passed: bool = False
    event_on: date
    claim_id: UUID | None = None
    program_id: UUID | None = None
    award_key: str | None = Field(default=None, max_length=64)
    """Keyed hash of the diploma's number, where the award comes once per diploma."""
    title: str = Field(max_length=100)
    """What was done (a course, an activity): never a person."""
    reverses_id: UUID | None = None
    reason_code: str | None = Field(default=None, max_length=40)
    policy_sha256: str = Field(max_length=64)
    """The version of the rules under which it was recognised."""
    posted_by: UUID
    posted_at: datetime = Field(default_factory=clock.now)
    content_hash: str = Field(max_length=64)


class Seal(SQLModel, table=True):
    """An entry's place in the hash chain of its county (direct schools and the city: the city's chain)."""

    __tablename__ = "ledger_seals"
    __table_args__ = (
        UniqueConstraint("city_id", "entry_id"),
        city_fk("entry_id", "ledger_entries"),
        city_fk("chain_id", "organisations"),
    )
    scope_columns: ClassVar[Scope] = Scope()

    city_id: UUID = Field(primary_key=True)
    chain_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    entry_id: UUID
    entry_hash: str = Field(max_length=64)
    previous_hash: str = Field(max_length=64)
    seal_hash: str = Field(max_length=64)
    sealed_at: datetime = Field(default_factory=clock.now)
