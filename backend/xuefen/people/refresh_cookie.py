"""The cookie that carries the refresh token: out of reach of scripts and of other sites."""

from typing import Annotated

from fastapi import Cookie, Request, Response

from xuefen.core import clock
from xuefen.people.sessions import Session

NAME = "xuefen_refresh"
PATH = "/api/v1/auth"

RefreshCookie = Annotated[str | None, Cookie(alias=NAME)]


def put(request: Request, response: Response, session: Session) -> None:
    response.set_cookie(
        NAME,
        session.refresh_token,
        max_age=int((session.expires_at - clock.now()).total_seconds()),
        path=PATH,
        secure=_secure(request),
        httponly=True,
        samesite="strict",
    )


def remove(request: Request, response: Response) -> None:
    response.delete_cookie(NAME, path=PATH, secure=_secure(request), httponly=True, samesite="strict")


def _secure(request: Request) -> bool:
    """Development has no HTTPS; everything else must."""
    return not request.app.state.settings.relaxed
