"""The stored import: what its check found, and its rows, encrypted until they are committed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.privacy import cipher, mask_id_number, mask_phone
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Import, ImportState
from xuefen.people.roster.checking import Checked
from xuefen.people.roster.entries import Entry
from xuefen.people.roster.facts import School
from xuefen.people.roster.findings import Findings
from xuefen.people.roster.importer import IMPORTERS, Importer
from xuefen.people.roster.planning import Planned, Seen

KEPT_FOR = timedelta(days=7)
"""How long a check waits to be committed; then it is deleted (个人信息保护法 19: no longer than needed)."""

PREVIEWED = 20


class KeptRow(NamedTuple):
    """A row as it was checked: what it says, its school, and the teacher whom it met."""

    entry: Entry
    school_id: UUID
    seen: Seen | None


@dataclass(frozen=True)
class Kept:
    """What an import will do: its rows, and the schools that they name."""

    schools: dict[UUID, School]
    rows: list[KeptRow]


_kept = TypeAdapter(Kept)
_PLACE = {"table": "imports", "column": "rows"}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def seal_rows(import_id: UUID, checked: Checked) -> bytes | None:
    """The rows, encrypted for their place; None where anything stands against committing them."""
    if checked.errors.total:
        return None
    return cipher().encrypt(_kept.dump_json(kept(checked)).decode(), row_id=import_id, **_PLACE)


def kept(checked: Checked) -> Kept:
    schools = {row.school.id: row.school for row in checked.plan.rows}
    return Kept(schools, [KeptRow(row.entry, row.school.id, row.seen) for row in checked.plan.rows])


def open_rows(import_id: UUID, sealed: bytes) -> Kept:
    return _kept.validate_json(cipher().decrypt(sealed, row_id=import_id, **_PLACE))


async def keep(
    db: AsyncSession,
    importer: Importer,
    import_id: UUID,
    sha256: str,
    checked: Checked,
    sealed: bytes | None,
    now: datetime,
) -> Import:
    """Store what the check found, and the sealed rows."""
    stored = Import(
        city_id=importer.city_id,
        id=import_id,
        organisation_id=importer.organisation_id,
        org_path=importer.path,
        sha256=sha256,
        rows_total=checked.total,
        rows_wrong=len(checked.errors.rows),
        rows_new=len(checked.plan.new),
        rows_changed=len(checked.plan.changes),
        errors_total=checked.errors.total,
        errors=_stored(checked.errors),
        warnings_total=checked.plan.warnings.total,
        warnings=_stored(checked.plan.warnings),
        preview=previewed(checked.plan.rows[:PREVIEWED]),
        rows_cipher=sealed,
        made_by=importer.actor_id,
        made_at=now,
    )
    db.add(stored)
    importer.note(db, "import.checked", import_id)
    await db.flush()
    return stored


async def import_within(db: AsyncSession, viewer: Viewer, import_id: UUID) -> Import:
    """The import without its rows, where `viewer` imports for its unit; else `NotFound`."""
    statement: Select[Import] = select(Import).options(defer(cast(Any, Import.rows_cipher)))
    statement = within(statement, viewer.acting_as(*IMPORTERS), Import)
    found = (await db.scalars(statement.where(col(Import.id) == import_id))).one_or_none()
    if found is None:
        raise NotFound
    return found


async def sealed_rows(db: AsyncSession, city_id: UUID, import_id: UUID) -> bytes | None:
    return await db.scalar(
        select(col(Import.rows_cipher)).where(col(Import.city_id) == city_id, col(Import.id) == import_id)
    )


async def mark_committed(db: AsyncSession, city_id: UUID, import_id: UUID, now: datetime) -> bool:
    """Claim the import for this transaction and erase its rows; False when it is committed already."""
    claimed = await db.scalar(
        update(Import)
        .where(
            col(Import.city_id) == city_id,
            col(Import.id) == import_id,
            col(Import.state) == ImportState.checked,
        )
        .values(
            state=ImportState.committed,
            committed_at=now,
            version=col(Import.version) + 1,
            rows_cipher=None,
            preview=[],
        )
        .returning(col(Import.id))
    )
    return claimed is not None


def previewed(rows: Sequence[Planned]) -> list[dict[str, Any]]:
    """Rows to look at before committing: names as they were read, numbers masked."""
    return [
        {
            "row": row.entry.row,
            "change": _change(row),
            "changed": list(row.changed),
            "staff_no": row.entry.staff_no,
            "name": row.entry.name,
            "school_name": row.school.name,
            "stage": row.entry.stage,
            "subject": row.entry.subject,
            "hired_on": row.entry.hired_on.isoformat(),
            "degree": row.entry.degree,
            "phone_masked": mask_phone(row.entry.phone) if row.entry.phone else None,
            "id_number_masked": mask_id_number(row.entry.id_number) if row.entry.id_number else None,
            "posts": [post.post for post in row.entry.posts or ()],
        }
        for row in rows
    ]


def _change(row: Planned) -> str:
    if row.known is None:
        return "new"
    return "changed" if row.changed else "same"


def _stored(findings: Findings) -> list[dict[str, Any]]:
    return [
        {"row": found.row, "column": found.column, "code": found.code, "message": found.sentence}
        for found in findings
    ]


def is_expired(stored: Import, now: datetime) -> bool:
    return stored.made_at + KEPT_FOR < now


async def sweep(db: AsyncSession, now: datetime) -> None:
    """Delete what nobody has committed in time; the trail still tells that it was checked."""
    await db.execute(
        delete(Import).where(col(Import.state) == ImportState.checked, col(Import.made_at) < now - KEPT_FOR)
    )
