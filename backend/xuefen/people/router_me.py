"""The signed-in person's own account."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from xuefen.core.db import ReadSession
from xuefen.core.errors import NotAuthenticated
from xuefen.core.passwords import WeakPassword
from xuefen.core.problems import problems
from xuefen.organisations.access import Bulk, bulk, reading
from xuefen.organisations.viewer import Viewer
from xuefen.people import me, refresh_cookie, sign_in
from xuefen.people.rules import SamePassword, TooManyAttempts, WrongPassword
from xuefen.people.sign_in_schemas import ChangePassword, Me

router = APIRouter(prefix="/me", tags=["me"])


@router.get("", operation_id="get_me", responses=problems(NotAuthenticated))
async def get_me(db: ReadSession, viewer: Annotated[Viewer, reading()]) -> Me:
    """Who is signed in, and with which roles."""
    return await me.me(db, viewer)


@router.post(
    "/password",
    operation_id="change_password",
    status_code=204,
    responses=problems(NotAuthenticated, WrongPassword, SamePassword, WeakPassword, TooManyAttempts),
)
async def change_password(
    request: Request, response: Response, caller: Annotated[Bulk, bulk()], body: ChangePassword
) -> None:
    """Change the password. Every other session ends; this one goes on with a new refresh cookie."""
    # The passwords are computed between two transactions, so none is open yet.
    session = await sign_in.change_password(
        caller.database, caller.who, body.current_password, body.new_password
    )
    refresh_cookie.put(request, response, session)
