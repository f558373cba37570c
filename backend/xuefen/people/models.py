"""Users and their role bindings; teachers, employments and posts; sign-in state.

ID numbers and phones are stored encrypted with a blind index beside them (core.privacy). `request_hash` is
the keyed hash of the body that made a row, so that a retry is told from another request.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, json_field, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.organisations.roles import Role
from xuefen.people.degrees import Degree as Degree


class UserStatus(StrEnum):
    active = "active"
    disabled = "disabled"


class Stage(StrEnum):
    """学段: kindergarten, primary, junior, senior, vocational, special education."""

    kindergarten = "kindergarten"
    primary = "primary"
    junior = "junior"
    senior = "senior"
    vocational = "vocational"
    special = "special"


class Post(StrEnum):
    """Dated posts a teacher may hold beside teaching (岗位)."""

    principal = "principal"
    principal_designate = "principal_designate"
    cadre = "cadre"
    homeroom = "homeroom"
    backbone = "backbone"
    master_candidate = "master_candidate"
    counsellor = "counsellor"
    off_subject = "off_subject"
    trainer = "trainer"
    registration_deferred = "registration_deferred"
    """暂缓注册: no post, but a state with dates that asks for make-up training like one."""


class DirectoryEntry(SQLModel, table=True):
    """Where what arrives without a city is found: the hash of a sign-in name -> its city."""

    __tablename__ = "directory"
    __table_args__ = (one_of("kind", ("staff_no", "phone", "client_id")),)
    scope_columns: ClassVar[Scope] = Scope()

    kind: str = Field(primary_key=True, max_length=20)
    key_hash: str = Field(primary_key=True, max_length=64)
    city_id: UUID
    owner_id: UUID
    """The user or platform that the name belongs to."""


class User(CityRow, table=True):
    """An account. `org_path` is where it is kept (the unit that may manage it)."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("city_id", "staff_no"), one_of("status", UserStatus))
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path")

    name: str = Field(max_length=50)
    staff_no: str = Field(max_length=32)
    org_path: str = path_field()
    phone_cipher: bytes | None = None
    phone_index: str | None = Field(default=None, max_length=64)
    phone_masked: str | None = Field(default=None, max_length=20)
    password_hash: str | None = Field(default=None, max_length=200)
    must_change_password: bool = False
    activation_hash: str | None = Field(default=None, max_length=64)
    """Hash of the one-time secret with which the person sets a password; gone once used."""
    activation_expires_at: datetime | None = None
    status: UserStatus = Field(default=UserStatus.active, sa_type=text_enum(UserStatus))
    created_at: datetime = Field(default_factory=clock.now)
    version: int = 1
    request_hash: str = Field(default="", max_length=64)


class RoleBinding(CityRow, table=True):
    """A role at an organisation, dated. One person may hold several."""

    __tablename__ = "role_bindings"
    __table_args__ = (
        city_fk("user_id", "users"),
        city_fk("organisation_id", "organisations"),
        Index("ix_role_bindings_user_id", "city_id", "user_id"),
        Index("ix_role_bindings_organisation_id", "city_id", "organisation_id", "role"),
        one_of("role", Role),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path")

    user_id: UUID
    role: Role = Field(sa_type=text_enum(Role))
    organisation_id: UUID
    org_path: str = path_field()
    from_on: date
    until_on: date | None = None
    """Last day on which the binding holds; None: open."""


class Teacher(CityRow, table=True):
    """A teacher (教师). `org_path` and `school_id` are those of the current employment."""

    __tablename__ = "teachers"
    __table_args__ = (
        UniqueConstraint("city_id", "staff_no"),
        Index("ix_teachers_org_path", "city_id", "org_path"),
        UniqueConstraint("city_id", "user_id"),
        Index(
            "uq_teachers_id_number_index",
            "city_id",
            "id_number_index",
            unique=True,
            sqlite_where=text("id_number_index IS NOT NULL"),
            postgresql_where=text("id_number_index IS NOT NULL"),
        ),
        city_fk("school_id", "organisations"),
        city_fk("user_id", "users"),
        one_of("stage", Stage),
        one_of("degree", Degree),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="id")

    user_id: UUID | None = None
    staff_no: str = Field(max_length=32)
    name: str = Field(max_length=50)
    school_id: UUID
    org_path: str = path_field()
    stage: Stage = Field(sa_type=text_enum(Stage))
    subject: str = Field(max_length=20)
    hired_on: date
    left_on: date | None = None
    degree: Degree | None = Field(default=None, sa_type=text_enum(Degree))
    """The highest held, where it is known."""
    id_number_cipher: bytes | None = None
    id_number_index: str | None = Field(default=None, max_length=64)
    id_number_masked: str | None = Field(default=None, max_length=20)
    version: int = 1
    request_hash: str = Field(default="", max_length=64)


class Employment(CityRow, table=True):
    """Personnel relation of a teacher with a school, dated; at most one open at a time."""

    __tablename__ = "employments"
    __table_args__ = (
        city_fk("teacher_id", "teachers"),
        city_fk("school_id", "organisations"),
        Index("ix_employments_teacher_id", "city_id", "teacher_id", "starts_on"),
        Index(
            "uq_employments_open",
            "city_id",
            "teacher_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    teacher_id: UUID
    school_id: UUID
    org_path: str = path_field()
    starts_on: date
    ends_on: date | None = None


class TeacherPost(CityRow, table=True):
    """A post held for a time (homeroom teachers change yearly)."""

    __tablename__ = "teacher_posts"
    __table_args__ = (
        city_fk("teacher_id", "teachers"),
        Index("ix_teacher_posts_teacher_id", "city_id", "teacher_id"),
        one_of("post", Post),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    teacher_id: UUID
    org_path: str = path_field()
    post: Post = Field(sa_type=text_enum(Post))
    from_on: date
    until_on: date | None = None


class RefreshToken(CityRow, table=True):
    """One link of a sign-in's chain. Using a link twice ends the whole family."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        UniqueConstraint("city_id", "secret_hash"),
        city_fk("user_id", "users"),
        Index("ix_refresh_tokens_family_id", "city_id", "family_id"),
    )
    scope_columns: ClassVar[Scope] = Scope()

    user_id: UUID
    family_id: UUID
    secret_hash: str = Field(max_length=64)
    issued_at: datetime = Field(default_factory=clock.now)
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class SignInThrottle(SQLModel, table=True):
    """Passwords tried with one sign-in name (known or not) or on one account, none long after another."""

    __tablename__ = "sign_in_throttles"
    __table_args__ = (Index("ix_sign_in_throttles_last_tried_at", "last_tried_at"),)
    scope_columns: ClassVar[Scope] = Scope()

    key_hash: str = Field(primary_key=True, max_length=64)
    last_tried_at: datetime
    attempts: int


class ImportState(StrEnum):
    """已检查, 已导入."""

    checked = "checked"
    committed = "committed"


class Import(CityRow, table=True):
    """A roster that was checked for a unit and may be committed.

    Its rows are encrypted, kept only while they can be committed, and erased with the preview on commit.
    """

    __tablename__ = "imports"
    __table_args__ = (one_of("state", ImportState), city_fk("organisation_id", "organisations"))
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path")

    organisation_id: UUID
    org_path: str = path_field()
    sha256: str = Field(max_length=64)
    """Of the file, so that a retry is told from another file."""
    state: ImportState = Field(default=ImportState.checked, sa_type=text_enum(ImportState))
    rows_total: int
    rows_wrong: int
    rows_new: int
    rows_changed: int
    errors_total: int
    errors: list[dict[str, Any]] = json_field(default_factory=list)
    """The first ones; row, column, code and message, never what was in the cell."""
    warnings_total: int
    warnings: list[dict[str, Any]] = json_field(default_factory=list)
    preview: list[dict[str, Any]] = json_field(default_factory=list)
    """The first rows, phones and id numbers masked."""
    rows_cipher: bytes | None = None
    made_by: UUID | None = None
    """None: from the command line."""
    made_at: datetime = Field(default_factory=clock.now)
    committed_at: datetime | None = None
    version: int = 1
