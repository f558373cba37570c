"""HTTP of accounts and their roles."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound
from xuefen.core.etag import set_etag
from xuefen.core.page import Page, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.access import reading, writing
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.people import accounts
from xuefen.people.account_schemas import ActivationOut, BindingIn, UserIn, UserOut, UserQuery
from xuefen.people.rules import (
    AccountDisabled,
    BeyondReach,
    BindingExists,
    OwnAccount,
    PhoneTaken,
    RoleMisplaced,
    StaffNoLikePhone,
    StaffNoTaken,
    WrongDates,
)
from xuefen.people.teacher_schemas import EndIn

router = APIRouter(prefix="/users", tags=["users"])
Reader = Annotated[Viewer, reading(Role.administrator)]
Administrator = Annotated[Viewer, writing(Role.administrator)]
Manager = Annotated[Viewer, writing(*accounts.MANAGERS)]
SEEN = (NotAuthenticated, Forbidden, NotFound)
MANAGED = (*SEEN, OwnAccount, BeyondReach)


@router.get("", operation_id="list_users", responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid))
async def list_users(viewer: Reader, db: ReadSession, query: Annotated[UserQuery, Query()]) -> Page[UserOut]:
    """The accounts kept at or below the administrator's units, by staff number."""
    return await accounts.list_users(db, viewer, query)


@router.post(
    "",
    operation_id="create_user",
    status_code=201,
    responses=problems(*SEEN, DifferentBody, StaffNoTaken, StaffNoLikePhone, PhoneTaken, RoleMisplaced)
    | {200: {"model": UserOut}},
)
async def create_user(viewer: Administrator, db: WriteSession, body: UserIn, response: Response) -> UserOut:
    """Open an account without a password; hand out an activation secret next."""
    return _made(response, *await accounts.create_user(db, viewer, body))


@router.get("/{user_id}", operation_id="get_user", responses=problems(*SEEN))
async def get_user(viewer: Reader, db: ReadSession, user_id: UUID, response: Response) -> UserOut:
    found = await accounts.read_user(db, viewer, user_id)
    set_etag(response, found.version)
    return found


@router.post(
    "/{user_id}/bindings",
    operation_id="grant_role",
    status_code=201,
    responses=problems(*MANAGED, DifferentBody, BindingExists, RoleMisplaced) | {200: {"model": UserOut}},
)
async def grant_role(
    viewer: Administrator, db: WriteSession, user_id: UUID, body: BindingIn, response: Response
) -> UserOut:
    """Grant a role at or below one's own unit."""
    return _made(response, *await accounts.grant_role(db, viewer, user_id, body))


@router.post(
    "/{user_id}/bindings/{binding_id}/end",
    operation_id="end_role",
    responses=problems(*MANAGED, WrongDates),
)
async def end_role(
    viewer: Administrator, db: WriteSession, user_id: UUID, binding_id: UUID, body: EndIn
) -> UserOut:
    """End a role, at once or with a last day."""
    return await accounts.end_role(db, viewer, user_id, binding_id, body)


@router.post("/{user_id}/disable", operation_id="disable_user", responses=problems(*MANAGED))
async def disable_user(viewer: Administrator, db: WriteSession, user_id: UUID) -> UserOut:
    """Keep a person out, from the next request on."""
    return await accounts.disable(db, viewer, user_id)


@router.post("/{user_id}/enable", operation_id="enable_user", responses=problems(*MANAGED))
async def enable_user(viewer: Administrator, db: WriteSession, user_id: UUID) -> UserOut:
    return await accounts.enable(db, viewer, user_id)


@router.post(
    "/{user_id}/activation",
    operation_id="issue_activation",
    status_code=201,
    responses=problems(*MANAGED, AccountDisabled),
)
async def issue_activation(viewer: Manager, db: WriteSession, user_id: UUID) -> ActivationOut:
    """A one-time secret with which the person sets a password. An earlier secret no longer counts."""
    return await accounts.issue_activation(db, viewer, user_id)


def _made(response: Response, user: UserOut, is_new: bool) -> UserOut:
    response.status_code = 201 if is_new else 200
    set_etag(response, user.version)
    return user
