"""Imports every table once, for Alembic and the tests."""

from sqlmodel import SQLModel

import xuefen.approvals.models
import xuefen.attendance.models
import xuefen.core.audit
import xuefen.core.outbox
import xuefen.credits.models
import xuefen.enrollments.models
import xuefen.exemptions.models
import xuefen.ledger.models
import xuefen.organisations.models
import xuefen.oversight.models
import xuefen.people.models
import xuefen.platforms.models
import xuefen.programs.models  # noqa: F401 - imported for their tables

metadata = SQLModel.metadata
APPEND_ONLY = (
    "audit_events",
    "decisions",
    "attendance_corrections",
    "ledger_entries",
    "ledger_seals",
)
"""Tables that no statement may change; kept so by triggers on both databases."""
