"""Use cases of the roster import: check a file, look at the outcome, commit it."""

import asyncio
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.errors import Conflict
from xuefen.core.etag import Expected
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.access import Bulk
from xuefen.organisations.models import Organisation
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Import, ImportState
from xuefen.people.roster import committing, storing
from xuefen.people.roster.checking import check
from xuefen.people.roster.committing import Prepared
from xuefen.people.roster.importer import Importer, importer_for
from xuefen.people.roster.schemas import FindingOut, ImportOut, PreviewRow, UnitName
from xuefen.people.roster.storing import import_within


class ImportHasErrors(Conflict):
    code, title = "import_has_errors", "表格里有错误，请改正后重新上传"


class ImportExpired(Conflict):
    code, title = "import_expired", "检查已超过 7 天，请重新上传"


async def create_import(
    caller: Bulk, import_id: UUID, organisation_id: UUID | None, filename: str, data: bytes
) -> tuple[ImportOut, bool]:
    """The checked roster, and whether it is new. A retry gives it as it stands."""
    sha256 = await asyncio.to_thread(storing.digest, data)
    async with caller.database.read() as db:
        viewer = await caller.load(db, caller.who)
        importer = await importer_for(db, viewer, organisation_id)
        known = await _known(db, viewer, importer, import_id, sha256)
    if known is not None:
        return known, False
    checked = await check(caller.database, importer, data, filename, clock.today())
    sealed = await asyncio.to_thread(storing.seal_rows, import_id, checked)

    async def keep(db: AsyncSession, viewer: Viewer) -> tuple[ImportOut, bool]:
        again = await importer_for(db, viewer, importer.organisation_id)
        known = await _known(db, viewer, again, import_id, sha256)
        if known is not None:
            return known, False
        kept = await storing.keep(db, again, import_id, sha256, checked, sealed, clock.now())
        return await described(db, kept), True

    return await caller.run(keep)


async def read_import(db: AsyncSession, viewer: Viewer, import_id: UUID) -> ImportOut:
    return await described(db, await import_within(db, viewer, import_id))


async def commit_import(caller: Bulk, import_id: UUID, expected: Expected) -> ImportOut:
    """The committed import; all of its rows are in, or none. Committing it again changes nothing."""
    async with caller.database.read() as db:
        viewer = await caller.load(db, caller.who)
        found = await import_within(db, viewer, import_id)
        expected.given()
        if found.state is ImportState.committed:
            return await described(db, found)
        expected.check(found.version)
        sealed = await storing.sealed_rows(db, found.city_id, import_id)
    if found.rows_wrong:
        raise ImportHasErrors
    if sealed is None or storing.is_expired(found, clock.now()):
        raise ImportExpired
    prepared = await asyncio.to_thread(_prepare, import_id, sealed)

    async def commit(db: AsyncSession, viewer: Viewer) -> ImportOut:
        found = await import_within(db, viewer, import_id)
        importer = await importer_for(db, viewer, found.organisation_id)
        await committing.commit(db, importer, import_id, prepared, clock.now())
        await db.refresh(found)
        return await described(db, found)

    return await caller.run(commit)


async def described(db: AsyncSession, found: Import) -> ImportOut:
    name = await db.scalar(
        select(col(Organisation.name)).where(
            col(Organisation.city_id) == found.city_id, col(Organisation.id) == found.organisation_id
        )
    )
    is_open = found.state is ImportState.checked and not storing.is_expired(found, clock.now())
    counted = found.rows_wrong + found.rows_new + found.rows_changed
    return ImportOut(
        id=found.id,
        organisation=UnitName(id=found.organisation_id, name=name or ""),
        state=found.state,
        can_commit=is_open and not found.rows_wrong,
        rows_total=found.rows_total,
        rows_wrong=found.rows_wrong,
        rows_new=found.rows_new,
        rows_changed=found.rows_changed,
        rows_same=found.rows_total - counted,
        errors_total=found.errors_total,
        errors=[FindingOut(**finding) for finding in found.errors],
        warnings_total=found.warnings_total,
        warnings=[FindingOut(**finding) for finding in found.warnings],
        # What was checked before degrees were read knows none.
        preview=[PreviewRow(**{"degree": None} | row) for row in found.preview],
        made_at=found.made_at,
        committed_at=found.committed_at,
        version=found.version,
    )


async def _known(
    db: AsyncSession, viewer: Viewer, importer: Importer, import_id: UUID, sha256: str
) -> ImportOut | None:
    """The import that has this id already, as it stands; `DifferentBody` when it is another one."""
    stored = await db.execute(
        select(col(Import.sha256), col(Import.organisation_id)).where(
            col(Import.city_id) == importer.city_id, col(Import.id) == import_id
        )
    )
    known = stored.one_or_none()
    if known is None:
        return None
    if tuple(known) != (sha256, importer.organisation_id):
        raise DifferentBody
    return await read_import(db, viewer, import_id)


def _prepare(import_id: UUID, sealed: bytes) -> Prepared:
    return committing.prepare(storing.open_rows(import_id, sealed), clock.today())
