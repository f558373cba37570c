"""Accountability (考核问责): closings with frozen figures, verdicts on schools, bulletins, interviews, budgets."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, json_field, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.policy.vocabulary import Unit


class ClosingKind(StrEnum):
    """年度审验, 周期结转."""

    year = "year"
    cycle = "cycle"


class ClosingState(StrEnum):
    """登记截止前, 教师核对, 县区核验, 已审定."""

    registering = "registering"
    confirming = "confirming"
    verifying = "verifying"
    closed = "closed"


class Closing(CityRow, table=True):
    """The closing of one training year or cycle for everyone below `organisation_id`.

    The four dates are the policy's, counted from the end of the period when the closing was opened.
    """

    __tablename__ = "closings"
    __table_args__ = (
        city_fk("organisation_id", "organisations"),
        one_of("kind", ClosingKind),
        one_of("state", ClosingState),
        UniqueConstraint("city_id", "organisation_id", "kind", "starts_on"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", public="opened_at")

    organisation_id: UUID
    org_path: str = path_field()
    kind: ClosingKind = Field(sa_type=text_enum(ClosingKind))
    label: str = Field(max_length=40)
    starts_on: date
    ends_on: date
    registration_until: date
    objection_until: date
    verification_until: date
    closing_on: date
    clause: str = Field(max_length=400)
    state: ClosingState = Field(default=ClosingState.registering, sa_type=text_enum(ClosingState))
    opened_by: UUID
    opened_at: datetime = Field(default_factory=clock.now)
    closed_by: UUID | None = None
    closed_at: datetime | None = None
    version: int = 1
    request_hash: str = Field(default="", max_length=64)


class Answer(StrEnum):
    """未答复, 已确认, 有异议, 异议已处理."""

    none = "none"
    confirmed = "confirmed"
    objected = "objected"
    settled = "settled"


class ClosingFigure(SQLModel, table=True):
    """One person's figures in a closing: shown to confirm, frozen when it closes."""

    __tablename__ = "closing_figures"
    __table_args__ = (
        city_fk("closing_id", "closings"),
        city_fk("teacher_id", "teachers"),
        city_fk("school_id", "organisations"),
        one_of("unit", Unit),
        one_of("answer", Answer),
        Index("ix_closing_figures_org_path", "city_id", "closing_id", "org_path"),
        Index("ix_closing_figures_teacher_id", "city_id", "teacher_id"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    city_id: UUID = Field(primary_key=True)
    closing_id: UUID = Field(primary_key=True)
    teacher_id: UUID = Field(primary_key=True)
    school_id: UUID
    org_path: str = path_field()
    requirement_id: str | None = Field(default=None, max_length=40)
    """The yearly line; None in the closing of a cycle, or where no line binds."""
    unit: Unit = Field(sa_type=text_enum(Unit))
    required_centi: int | None = None
    counted_centi: int
    met: bool
    exempt: bool
    barred: bool
    complete: bool
    entries: int
    """How many entries of the person's ledger the figures rest on."""
    answer: Answer = Field(default=Answer.none, sa_type=text_enum(Answer))
    answered_at: datetime | None = None
    objection: str | None = Field(default=None, max_length=500)
    resolution: str | None = Field(default=None, max_length=500)
    settled_by: UUID | None = None
    settled_at: datetime | None = None
    version: int = 1


class ClosingVerification(SQLModel, table=True):
    """县区核验: a county has verified its people's figures."""

    __tablename__ = "closing_verifications"
    __table_args__ = (city_fk("closing_id", "closings"), city_fk("organisation_id", "organisations"))
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path")

    city_id: UUID = Field(primary_key=True)
    closing_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    org_path: str = path_field()
    verified_by: UUID
    verified_at: datetime = Field(default_factory=clock.now)


class VerdictState(StrEnum):
    """系统提出, 已确认, 不予追究."""

    proposed = "proposed"
    confirmed = "confirmed"
    dismissed = "dismissed"


class SchoolVerdict(CityRow, table=True):
    """What a threshold says of one school in a closed year: a frozen snapshot, with proposed consequences.

    `below_ids` are the members below the line, for signed-in staff; `consequences` are `{code, text, clause}`.
    """

    __tablename__ = "school_verdicts"
    __table_args__ = (
        city_fk("closing_id", "closings"),
        city_fk("school_id", "organisations"),
        one_of("state", VerdictState),
        UniqueConstraint("city_id", "closing_id", "school_id", "threshold_id"),
        Index("ix_school_verdicts_org_path", "city_id", "org_path", "state"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path")

    closing_id: UUID
    school_id: UUID
    org_path: str = path_field()
    threshold_id: str = Field(max_length=40)
    members: int
    """Those whom the line binds; exempt people are not among them."""
    below: int
    exempt: int
    below_ids: list[str] = json_field(default_factory=list)
    clause: str = Field(max_length=400)
    consequences: list[dict[str, Any]] = json_field(default_factory=list)
    in_principle: bool = False
    """原则上: the notice leaves the consequences to the authority's judgement."""
    state: VerdictState = Field(default=VerdictState.proposed, sa_type=text_enum(VerdictState))
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    note: str | None = Field(default=None, max_length=500)
    version: int = 1


class BulletinState(StrEnum):
    """草稿, 已发布."""

    draft = "draft"
    published = "published"


class Bulletin(CityRow, table=True):
    """通报 of a county (of direct schools: the city) on a closed year. Names of persons: to signed-in staff only."""

    __tablename__ = "bulletins"
    __table_args__ = (
        city_fk("organisation_id", "organisations"),
        city_fk("closing_id", "closings"),
        one_of("state", BulletinState),
        Index("ix_bulletins_org_path", "city_id", "org_path"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", public="published_at")

    organisation_id: UUID
    org_path: str = path_field()
    closing_id: UUID
    title: str = Field(max_length=100)
    body: str = Field(max_length=4000)
    state: BulletinState = Field(default=BulletinState.draft, sa_type=text_enum(BulletinState))
    drafted_by: UUID
    drafted_at: datetime = Field(default_factory=clock.now)
    published_by: UUID | None = None
    published_at: datetime | None = None
    version: int = 1
    request_hash: str = Field(default="", max_length=64)


class BulletinItem(CityRow, table=True):
    """A school, or a person, that a bulletin names, with the figures it rests on."""

    __tablename__ = "bulletin_items"
    __table_args__ = (
        city_fk("bulletin_id", "bulletins"),
        city_fk("school_id", "organisations"),
        city_fk("teacher_id", "teachers"),
        city_fk("verdict_id", "school_verdicts"),
        Index("ix_bulletin_items_bulletin_id", "city_id", "bulletin_id"),
        Index("ix_bulletin_items_school_id", "city_id", "school_id"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    bulletin_id: UUID
    school_id: UUID
    org_path: str = path_field()
    teacher_id: UUID | None = None
    verdict_id: UUID | None = None
    figures: dict[str, Any] = json_field(default_factory=dict)


class InterviewState(StrEnum):
    """待约谈, 已约谈, 已取消."""

    due = "due"
    held = "held"
    cancelled = "cancelled"


class AccountabilityInterview(CityRow, table=True):
    """约谈 of a school's head, or of a person with the head, after repeated bulletins."""

    __tablename__ = "accountability_interviews"
    __table_args__ = (
        city_fk("organisation_id", "organisations"),
        city_fk("school_id", "organisations"),
        city_fk("teacher_id", "teachers"),
        one_of("state", InterviewState),
        Index("ix_accountability_interviews_org_path", "city_id", "org_path", "state"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    organisation_id: UUID
    """The authority that holds it."""
    school_id: UUID
    org_path: str = path_field()
    teacher_id: UUID | None = None
    bulletins: int
    clause: str = Field(max_length=400)
    due_on: date
    state: InterviewState = Field(default=InterviewState.due, sa_type=text_enum(InterviewState))
    held_on: date | None = None
    record: str | None = Field(default=None, max_length=2000)
    made_by: UUID
    made_at: datetime = Field(default_factory=clock.now)
    version: int = 1
    request_hash: str = Field(default="", max_length=64)


class Budget(CityRow, table=True):
    """What a unit reported of one calendar year, in fen."""

    __tablename__ = "budgets"
    __table_args__ = (
        city_fk("organisation_id", "organisations"),
        UniqueConstraint("city_id", "organisation_id", "year"),
        CheckConstraint("public_funds_fen >= 0 AND payroll_fen >= 0 AND training_fen >= 0", name="amounts"),
        Index("ix_budgets_org_path", "city_id", "year", "org_path"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path")

    organisation_id: UUID
    org_path: str = path_field()
    year: int
    public_funds_fen: int = Field(sa_type=BigInteger)
    payroll_fen: int = Field(sa_type=BigInteger)
    training_fen: int = Field(sa_type=BigInteger)
    """Spent on training."""
    reported_by: UUID
    reported_at: datetime = Field(default_factory=clock.now)
    version: int = 1
