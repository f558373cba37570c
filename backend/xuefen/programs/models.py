"""Programs (培训项目) on the menu, their class runs (期次), class sessions (课次) and seats (名额)."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from xuefen.core.columns import CityRow, city_fk, json_field, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs.states import ProgramState, RunState


class Program(CityRow, table=True):
    """An offer: sponsored (主办) by `sponsor_id`, carried out (承办) by `provider_id`.

    `org_path` is the sponsor's path: its authority approves. `audience` holds lists `stages`,
    `subjects`, `posts` (empty: everyone) and `service_years` (complete years, `at_least` and `at_most`).
    `request_hash` is of the body that made the row, so that a retry is told from another request.
    """

    __tablename__ = "programs"
    __table_args__ = (
        UniqueConstraint("city_id", "code"),
        city_fk("sponsor_id", "organisations"),
        city_fk("provider_id", "organisations"),
        Index("ix_programs_org_path", "city_id", "org_path"),
        Index("ix_programs_provider_id", "city_id", "provider_id"),
        one_of("state", ProgramState),
        one_of("level", Level),
        one_of("mode", DeliveryMode),
        CheckConstraint("hours_centi >= 0 AND credits_centi >= 0", name="amounts"),
        CheckConstraint("attendance_percent BETWEEN 0 AND 100", name="attendance_percent"),
    )
    scope_columns: ClassVar[Scope] = Scope(
        organisation="org_path", provider="provider_id", public="published_at"
    )

    code: str = Field(max_length=40)
    title: str = Field(max_length=100)
    summary: str = Field(default="", max_length=2000)
    sponsor_id: UUID
    provider_id: UUID
    org_path: str = path_field()
    category: str = Field(max_length=40)
    level: Level = Field(sa_type=text_enum(Level))
    mode: DeliveryMode = Field(sa_type=text_enum(DeliveryMode))
    hours_centi: int
    credits_centi: int
    audience: dict[str, Any] = json_field(default_factory=dict)
    attendance_percent: int = 80
    has_exam: bool = False
    has_assignment: bool = False
    state: ProgramState = Field(default=ProgramState.draft, sa_type=text_enum(ProgramState))
    return_note: str | None = Field(default=None, max_length=500)
    submitted_by: UUID | None = None
    approved_by: UUID | None = None
    published_at: datetime | None = None
    request_hash: str = Field(default="", max_length=64)
    version: int = 1


class ClassRun(CityRow, table=True):
    """A run of a program: its dates, place and enrolment window. Days are office days, inclusive."""

    __tablename__ = "class_runs"
    __table_args__ = (
        city_fk("program_id", "programs"),
        Index("ix_class_runs_program_id", "city_id", "program_id"),
        Index("ix_class_runs_starts_on", "city_id", "state", "starts_on"),
        one_of("state", RunState),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("enroll_closes_at > enroll_opens_at", name="window"),
    )
    scope_columns: ClassVar[Scope] = Scope(
        organisation="org_path", provider="provider_id", public="published_at"
    )

    program_id: UUID
    provider_id: UUID
    org_path: str = path_field()
    name: str = Field(max_length=60)
    place: str = Field(default="", max_length=80)
    starts_on: date
    ends_on: date
    enroll_opens_at: datetime
    enroll_closes_at: datetime
    withdraw_until: datetime
    state: RunState = Field(default=RunState.open, sa_type=text_enum(RunState))
    published_at: datetime | None = None
    request_hash: str = Field(default="", max_length=64)
    version: int = 1


class ClassSession(CityRow, table=True):
    """One meeting of a class run."""

    __tablename__ = "class_sessions"
    __table_args__ = (
        city_fk("run_id", "class_runs"),
        Index("ix_class_sessions_run_id", "city_id", "run_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", provider="provider_id")

    run_id: UUID
    provider_id: UUID
    org_path: str = path_field()
    title: str = Field(default="", max_length=80)
    place: str = Field(default="", max_length=80)
    starts_at: datetime
    ends_at: datetime
    request_hash: str = Field(default="", max_length=64)
    version: int = 1


class Seat(SQLModel, table=True):
    """Seats of a run for one holder: the city (everyone) or, with an allocation, a county or school.

    Taken only by one guarded statement (`programs.seats.take_seat`); the CHECK is the second lock.
    """

    __tablename__ = "seats"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= quota", name="taken"),
        city_fk("run_id", "class_runs"),
        city_fk("holder_id", "organisations"),
    )
    scope_columns: ClassVar[Scope] = Scope()

    city_id: UUID = Field(primary_key=True)
    run_id: UUID = Field(primary_key=True)
    holder_id: UUID = Field(primary_key=True)
    quota: int
    taken: int = 0
