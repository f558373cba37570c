"""The audit trail: who did what to which object, written in the transaction of the act itself.

Rows hold ids, codes and names of changed fields, never personal values; they are append-only by
trigger. A refusal that must be remembered is returned by its service as a value, so that its row is
committed before the router turns it into a problem.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from xuefen.core import clock
from xuefen.core.columns import CityRow, json_field, path_field
from xuefen.core.scope_columns import Scope


class AuditEvent(CityRow, table=True):
    """One act. `outcome` is `done` or the stable code of the refusal."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_city_id_happened_at", "city_id", "happened_at"),
        Index("ix_audit_events_city_id_object", "city_id", "object_id"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path")

    happened_at: datetime = Field(default_factory=clock.now)
    actor_id: UUID | None = None
    capacity: str | None = Field(default=None, max_length=40)
    action: str = Field(max_length=60)
    object_kind: str = Field(max_length=40)
    object_id: UUID | None = None
    org_path: str = path_field(default="")
    outcome: str = Field(default="done", max_length=60)
    fields: list[str] = json_field(default_factory=list)


def record(
    db: AsyncSession,
    city_id: UUID,
    action: str,
    object_kind: str,
    object_id: UUID | None,
    *,
    actor_id: UUID | None = None,
    capacity: str | None = None,
    org_path: str = "",
    outcome: str = "done",
    fields: Sequence[str] = (),
) -> None:
    """Add one row to the trail in the caller's transaction."""
    db.add(
        AuditEvent(
            city_id=city_id,
            actor_id=actor_id,
            capacity=capacity,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            org_path=org_path,
            outcome=outcome,
            fields=list(fields),
        )
    )
