"""HTTP of the roster import."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Response

from xuefen.core.db import ReadSession
from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound, PreconditionFailed, PreconditionRequired
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.core.spreadsheets import (
    HeaderNotFound,
    SpreadsheetTooLarge,
    SpreadsheetUnreadable,
    WrongFileType,
)
from xuefen.organisations.access import Bulk, bulk, reading
from xuefen.organisations.viewer import Viewer
from xuefen.people.roster import service
from xuefen.people.roster.checking import RosterEmpty
from xuefen.people.roster.committing import ImportOutdated
from xuefen.people.roster.importer import IMPORTERS, OrganisationNeeded
from xuefen.people.roster.schemas import ImportForm, ImportOut
from xuefen.people.roster.service import ImportExpired, ImportHasErrors
from xuefen.people.roster.template import FILENAME, template
from xuefen.people.rules import IdNumberTaken, PhoneTaken, StaffNoTaken

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
router = APIRouter(prefix="/imports", tags=["imports"])
Reader = Annotated[Viewer, reading(*IMPORTERS)]
Importing = Annotated[Bulk, bulk(*IMPORTERS)]
SEEN = (NotAuthenticated, Forbidden, NotFound)


@router.get(
    "/template.xlsx",
    operation_id="get_import_template",
    summary="教师名册模板",
    response_class=Response,
    responses=problems(NotAuthenticated, Forbidden)
    | {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_import_template(viewer: Reader) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(FILENAME)}"
    return Response(await template(), media_type=XLSX, headers={"Content-Disposition": disposition})


@router.post(
    "",
    operation_id="create_import",
    summary="上传教师名册并逐行检查（不写入教师）",
    status_code=201,
    responses=problems(
        *SEEN,
        DifferentBody,
        SpreadsheetTooLarge,
        WrongFileType,
        SpreadsheetUnreadable,
        HeaderNotFound,
        RosterEmpty,
        OrganisationNeeded,
    )
    | {200: {"model": ImportOut}},
)
async def create_import(
    caller: Importing,
    form: Annotated[ImportForm, Form(media_type="multipart/form-data")],
    response: Response,
) -> ImportOut:
    """Check an .xlsx or .csv (UTF-8 or GB18030) row by row. Nothing is imported until it is committed."""
    made, is_new = await service.create_import(
        caller, form.id, form.organisation_id, form.file.filename or "", await form.file.read()
    )
    response.status_code = 201 if is_new else 200
    set_etag(response, made.version)
    return made


@router.get(
    "/{import_id}",
    operation_id="get_import",
    summary="检查结果：计数、逐行的错误和预览",
    responses=problems(*SEEN),
)
async def get_import(viewer: Reader, db: ReadSession, import_id: UUID, response: Response) -> ImportOut:
    found = await service.read_import(db, viewer, import_id)
    set_etag(response, found.version)
    return found


@router.post(
    "/{import_id}/commit",
    operation_id="commit_import",
    summary="导入检查过的名册：全部成功，或什么也不导入",
    responses=problems(
        *SEEN,
        MalformedIfMatch,
        PreconditionRequired,
        PreconditionFailed,
        ImportHasErrors,
        ImportExpired,
        ImportOutdated,
        StaffNoTaken,
        PhoneTaken,
        IdNumberTaken,
    ),
)
async def commit_import(
    caller: Importing, import_id: UUID, expected: IfMatch, response: Response
) -> ImportOut:
    """Add the new teachers, without passwords, and change the others, in one transaction."""
    committed = await service.commit_import(caller, import_id, expected)
    set_etag(response, committed.version)
    return committed
