"""What relieves a person of requirements (免修), and what bars an evaluation (师德一票否决).

Reasons stand only here, where the few who decide may read them; everyone else is told "exempt" and no more.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.exemptions.states import ExemptionKind as ExemptionKind
from xuefen.exemptions.states import ExemptionState as ExemptionState


class Exemption(CityRow, table=True):
    """A case, proposed by the school and approved one tier up. Only approved ones are in force.

    `from_on` to `until_on`, both included.
    """

    __tablename__ = "exemptions"
    __table_args__ = (
        city_fk("teacher_id", "teachers"),
        one_of("kind", ExemptionKind),
        one_of("state", ExemptionState),
        CheckConstraint("until_on >= from_on", name="dates"),
        Index("ix_exemptions_teacher_id", "city_id", "teacher_id"),
        Index("ix_exemptions_org_path", "city_id", "org_path", "state"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    teacher_id: UUID
    org_path: str = path_field()
    kind: ExemptionKind = Field(sa_type=text_enum(ExemptionKind))
    from_on: date
    until_on: date
    evidence: str = Field(max_length=200)
    desk_path: str = path_field()
    """The office that decides: one tier above the one that proposed."""
    state: ExemptionState = Field(default=ExemptionState.proposed, sa_type=text_enum(ExemptionState))
    proposed_by: UUID
    proposed_at: datetime = Field(default_factory=clock.now)
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    note: str | None = Field(default=None, max_length=200)
    version: int = 1
    request_hash: str = Field(default="", max_length=64)


class EthicsVeto(CityRow, table=True):
    """师德一票否决: by a document, until a day, with what the person replied."""

    __tablename__ = "ethics_vetoes"
    __table_args__ = (
        city_fk("teacher_id", "teachers"),
        CheckConstraint("until_on >= from_on", name="dates"),
        UniqueConstraint("city_id", "teacher_id", "document_no"),
        Index("ix_ethics_vetoes_org_path", "city_id", "org_path"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    teacher_id: UUID
    org_path: str = path_field()
    document_no: str = Field(max_length=60)
    authority_path: str = path_field()
    """The office that recorded it; it or one above may lift it."""
    from_on: date
    until_on: date
    recorded_by: UUID
    recorded_at: datetime = Field(default_factory=clock.now)
    reply: str | None = Field(default=None, max_length=1000)
    replied_at: datetime | None = None
    lifted_by: UUID | None = None
    lifted_at: datetime | None = None
    version: int = 1
    request_hash: str = Field(default="", max_length=64)
