"""Third-party platforms and the completions that they push."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, json_field, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.platforms.states import CompletionStatus, PlatformStatus


class Platform(CityRow, table=True):
    """A client registered by the city; `secret_hash` is of a random 256-bit secret."""

    __tablename__ = "platforms"
    __table_args__ = (UniqueConstraint("city_id", "client_id"), one_of("status", PlatformStatus))
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", platform="id")

    org_path: str = path_field()
    name: str = Field(max_length=60)
    client_id: str = Field(max_length=60)
    secret_hash: str = Field(max_length=64)
    scopes: list[str] = json_field(default_factory=list)
    status: PlatformStatus = Field(default=PlatformStatus.active, sa_type=text_enum(PlatformStatus))
    created_at: datetime = Field(default_factory=clock.now)
    version: int = 1


ACCEPTED = text("status = 'accepted'")


class Completion(CityRow, table=True):
    """Known for ever by (platform, external_id) and, once accepted, by (teacher, program, day)."""

    __tablename__ = "completions"
    __table_args__ = (
        UniqueConstraint("city_id", "platform_id", "external_id"),
        city_fk("platform_id", "platforms"),
        city_fk("program_id", "programs"),
        Index(
            "uq_completions_natural",
            "city_id",
            "teacher_id",
            "program_id",
            "completed_on",
            unique=True,
            sqlite_where=ACCEPTED,
            postgresql_where=ACCEPTED,
        ),
        one_of("status", CompletionStatus),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", platform="platform_id")

    platform_id: UUID
    org_path: str = path_field()
    external_id: str = Field(max_length=80)
    body_hash: str = Field(max_length=64)
    """HMAC of the item as sent: the same id with another body is refused."""
    teacher_id: UUID | None = None
    program_id: UUID
    completed_on: date
    hours_centi: int
    result: str = Field(max_length=20)
    score_centi: int | None = None
    status: CompletionStatus = Field(sa_type=text_enum(CompletionStatus))
    claim_id: UUID | None = None
    duplicate_of: UUID | None = None
    received_at: datetime = Field(default_factory=clock.now)
    updated_at: datetime = Field(default_factory=clock.now)
