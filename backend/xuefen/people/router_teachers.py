"""HTTP of teachers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import (
    Forbidden,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import Page, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.access import reading, writing
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.viewer import Viewer
from xuefen.people import teachers
from xuefen.people.rules import IdNumberTaken, PhoneTaken, StaffNoLikePhone, StaffNoTaken, WrongDates
from xuefen.people.teacher_schemas import (
    EndIn,
    PostIn,
    TeacherIn,
    TeacherItem,
    TeacherOut,
    TeacherPatch,
    TeacherQuery,
)
from xuefen.people.teachers import KEEPERS

router = APIRouter(prefix="/teachers", tags=["teachers"])
UnitReader = Annotated[Viewer, reading(*sorted(UNIT_READERS))]
Reader = Annotated[Viewer, reading(*sorted(UNIT_READERS), Role.teacher)]
Keeper = Annotated[Viewer, writing(*KEEPERS)]
SEEN = (NotAuthenticated, Forbidden, NotFound)
NAMES = (StaffNoTaken, StaffNoLikePhone, PhoneTaken, IdNumberTaken)


@router.get(
    "", operation_id="list_teachers", responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid)
)
async def list_teachers(
    viewer: UnitReader, db: ReadSession, query: Annotated[TeacherQuery, Query()]
) -> Page[TeacherItem]:
    """The teachers of the viewer's units, by staff number."""
    return await teachers.list_teachers(db, viewer, query)


@router.post(
    "",
    operation_id="create_teacher",
    status_code=201,
    responses=problems(*SEEN, DifferentBody, *NAMES) | {200: {"model": TeacherOut}},
)
async def create_teacher(viewer: Keeper, db: WriteSession, body: TeacherIn, response: Response) -> TeacherOut:
    """Add a teacher to a school: an account without a password, an employment, the role `teacher`."""
    return _made(response, *await teachers.create_teacher(db, viewer, body))


@router.get("/{teacher_id}", operation_id="get_teacher", responses=problems(*SEEN))
async def get_teacher(viewer: Reader, db: ReadSession, teacher_id: UUID, response: Response) -> TeacherOut:
    found = await teachers.read_teacher(db, viewer, teacher_id)
    set_etag(response, found.version)
    return found


@router.patch(
    "/{teacher_id}",
    operation_id="edit_teacher",
    responses=problems(*SEEN, *NAMES, MalformedIfMatch, PreconditionRequired, PreconditionFailed),
)
async def edit_teacher(
    viewer: Keeper,
    db: WriteSession,
    teacher_id: UUID,
    body: TeacherPatch,
    expected: IfMatch,
    response: Response,
) -> TeacherOut:
    """Correct what is known of a teacher. A change of school is a transfer, not an edit."""
    edited = await teachers.edit_teacher(db, viewer, teacher_id, body, expected)
    set_etag(response, edited.version)
    return edited


@router.post(
    "/{teacher_id}/posts",
    operation_id="give_post",
    status_code=201,
    responses=problems(*SEEN, DifferentBody) | {200: {"model": TeacherOut}},
)
async def give_post(
    viewer: Keeper, db: WriteSession, teacher_id: UUID, body: PostIn, response: Response
) -> TeacherOut:
    """Record a dated post, such as homeroom for a school year."""
    return _made(response, *await teachers.give_post(db, viewer, teacher_id, body))


@router.post(
    "/{teacher_id}/posts/{post_id}/end",
    operation_id="end_post",
    responses=problems(*SEEN, WrongDates),
)
async def end_post(
    viewer: Keeper, db: WriteSession, teacher_id: UUID, post_id: UUID, body: EndIn, response: Response
) -> TeacherOut:
    ended = await teachers.end_post(db, viewer, teacher_id, post_id, body)
    set_etag(response, ended.version)
    return ended


def _made(response: Response, teacher: TeacherOut, is_new: bool) -> TeacherOut:
    response.status_code = 201 if is_new else 200
    set_etag(response, teacher.version)
    return teacher
