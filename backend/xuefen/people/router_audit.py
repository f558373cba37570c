"""HTTP of the audit trail."""

from typing import Annotated

from fastapi import APIRouter, Query

from xuefen.core.db import ReadSession
from xuefen.core.errors import Forbidden, NotAuthenticated
from xuefen.core.page import Page, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.organisations.access import reading
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.people import audit_trail
from xuefen.people.audit_trail import AuditEventOut, AuditQuery

router = APIRouter(prefix="/audit-events", tags=["audit"])


@router.get(
    "",
    operation_id="list_audit_events",
    responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid),
)
async def list_audit_events(
    viewer: Annotated[Viewer, reading(Role.administrator)],
    db: ReadSession,
    query: Annotated[AuditQuery, Query()],
) -> Page[AuditEventOut]:
    """Who did what in the administrator's units, the latest first."""
    return await audit_trail.list_audit_events(db, viewer, query)
