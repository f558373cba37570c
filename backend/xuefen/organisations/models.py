"""Organisations (机构) and the policies they have adopted."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, json_field, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.organisations.kinds import OrganisationKind as OrganisationKind
from xuefen.organisations.policy_states import PolicyState as PolicyState


class Organisation(CityRow, table=True):
    """A node of the city's tree. The city's own row has `id == city_id`."""

    __tablename__ = "organisations"
    __table_args__ = (
        UniqueConstraint("city_id", "code"),
        UniqueConstraint("city_id", "path"),
        city_fk("parent_id", "organisations"),
        one_of("kind", OrganisationKind),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="path", provider="id")

    kind: OrganisationKind = Field(sa_type=text_enum(OrganisationKind))
    parent_id: UUID | None = None
    code: str = Field(max_length=20)
    name: str = Field(max_length=80)
    path: str = path_field()
    has_training_centre: bool = True
    """False: a county whose bureau acts where the notice names its training centre (003-18)."""
    closed_on: date | None = None
    version: int = 1
    request_hash: str = Field(default="", max_length=64)
    """Hash of the body that made the row, so that a retry is told from another request."""


class PolicyVersion(CityRow, table=True):
    """A pack for a city or county from a date on: text, hash and the jurisdiction's overrides.

    A draft binds nobody, and only those who read the unit see it. Once adopted everyone in the city may read
    it, and its content never changes (a trigger keeps it so on both databases); it may only be withdrawn, and
    only before the day it comes into force.
    """

    __tablename__ = "policy_versions"
    __table_args__ = (
        Index(
            "uq_policy_versions_from_on",
            "city_id",
            "organisation_id",
            "from_on",
            unique=True,
            sqlite_where=text("state = 'adopted'"),
            postgresql_where=text("state = 'adopted'"),
        ),
        one_of("state", PolicyState),
        Index("ix_policy_versions_org_path", "city_id", "org_path", "from_on"),
        city_fk("organisation_id", "organisations"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", public="adopted_at")

    organisation_id: UUID
    org_path: str = path_field()
    pack_key: str = Field(max_length=40)
    from_on: date
    text: str
    sha256: str = Field(max_length=64)
    overrides: dict[str, Any] = json_field(default_factory=dict)
    state: PolicyState = Field(default=PolicyState.adopted, sa_type=text_enum(PolicyState))
    made_at: datetime = Field(default_factory=clock.now)
    adopted_at: datetime | None = None
    adopted_by: UUID | None = None
    version: int = 1
    request_hash: str = Field(default="", max_length=64)
