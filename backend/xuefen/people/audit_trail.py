"""Reading the audit trail: what happened in the administrator's units, the latest first."""

from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.audit import AuditEvent
from xuefen.core.page import Keyset, Page, PageQuery
from xuefen.core.text import Instant, Output
from xuefen.organisations.roles import Role
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import User

LATEST_FIRST = Keyset("audit_events", (col(AuditEvent.happened_at), col(AuditEvent.id)), descending=True)


class AuditQuery(PageQuery):
    """`since` is the first instant, `until` the first that is out."""

    object_id: UUID | None = None
    actor_id: UUID | None = None
    action: str | None = Field(default=None, pattern=r"^[a-z_.]{1,60}$")
    since: Instant | None = None
    until: Instant | None = None


class Actor(Output):
    id: UUID
    name: str | None


class AuditEventOut(Output):
    id: UUID
    happened_at: Instant
    actor: Actor | None
    capacity: str | None
    action: str
    object_kind: str
    object_id: UUID | None
    org_path: str
    outcome: str
    fields: list[str]


async def list_audit_events(db: AsyncSession, viewer: Viewer, query: AuditQuery) -> Page[AuditEventOut]:
    by = and_(col(User.city_id) == col(AuditEvent.city_id), col(User.id) == col(AuditEvent.actor_id))
    statement = select(AuditEvent, col(User.name)).outerjoin(User, by)
    statement = within(statement, viewer.acting_as(Role.administrator), AuditEvent)
    for condition in _conditions(query):
        statement = statement.where(condition)
    found = (await db.execute(LATEST_FIRST.select(statement, query))).all()
    rows, token = LATEST_FIRST.cut(
        [(event, name) for event, name in found], query, lambda row: (row[0].happened_at, row[0].id)
    )
    return Page(items=[_described(event, name) for event, name in rows], next_page_token=token)


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    equal = {
        col(AuditEvent.object_id): query.object_id,
        col(AuditEvent.actor_id): query.actor_id,
        col(AuditEvent.action): query.action,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if query.since is not None:
        conditions.append(col(AuditEvent.happened_at) >= query.since)
    if query.until is not None:
        conditions.append(col(AuditEvent.happened_at) < query.until)
    return conditions


def _described(event: AuditEvent, actor_name: str | None) -> AuditEventOut:
    actor = Actor(id=event.actor_id, name=actor_name) if event.actor_id else None
    plain = event.model_dump(exclude={"city_id", "actor_id"})
    return AuditEventOut(**plain, actor=actor)
