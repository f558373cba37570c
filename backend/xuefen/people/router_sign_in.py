"""Sign-in, renewal, sign-out, activation, and the keys that verify our tokens."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from xuefen.core import clock
from xuefen.core.db import CurrentDatabase
from xuefen.core.errors import DomainError, FieldError, Invalid
from xuefen.core.passwords import WeakPassword
from xuefen.core.problems import problems
from xuefen.core.tokens import Audience
from xuefen.people import activation, grants, refresh_cookie, sessions, sign_in
from xuefen.people.refresh_cookie import RefreshCookie
from xuefen.people.rules import (
    ActivationRefused,
    ClientRefused,
    GrantNotOffered,
    ScopeRefused,
    SessionEnded,
    SignInRefused,
    TooManyAttempts,
)
from xuefen.people.sessions import Session
from xuefen.people.sign_in_schemas import Activate, ClientToken, JwkSet, TokenForm, UserToken

router = APIRouter(prefix="/auth", tags=["auth"])
root_router = APIRouter(tags=["auth"])

BEARER: Final = "bearer"
BasicClient = Annotated[
    HTTPBasicCredentials | None, Depends(HTTPBasic(scheme_name="Client", auto_error=False))
]


@router.post(
    "/token",
    operation_id="create_token",
    responses=problems(SignInRefused, ClientRefused, TooManyAttempts, GrantNotOffered, ScopeRefused),
)
async def create_token(
    request: Request,
    response: Response,
    database: CurrentDatabase,
    form: Annotated[TokenForm, Form()],
    client: BasicClient,
) -> UserToken | ClientToken:
    """Sign in. A person gets a refresh cookie beside the token, a platform the token alone."""
    if form.grant_type == "client_credentials":
        access = await grants.grant_client(request.app, client, form.scope)
        return _client_token(request, access)
    name, password = _required(form)
    session = await sign_in.sign_in(database, name, password)
    return _user_token(request, response, session)


@router.post("/refresh", operation_id="refresh_token", responses=problems(SessionEnded))
async def refresh_token(
    request: Request, response: Response, database: CurrentDatabase, cookie: RefreshCookie = None
) -> UserToken:
    """A new access token for the refresh cookie, which is replaced as well."""
    if cookie is None:
        raise SessionEnded
    now = clock.now()
    outcome = await database.transact(lambda db: sessions.renew(db, cookie, now))
    if isinstance(outcome, DomainError):
        raise outcome
    return _user_token(request, response, outcome)


@router.post("/logout", operation_id="sign_out", status_code=204)
async def sign_out(
    request: Request, response: Response, database: CurrentDatabase, cookie: RefreshCookie = None
) -> None:
    """End the session of the refresh cookie, and remove the cookie. Always succeeds."""
    if cookie is not None:
        now = clock.now()
        await database.transact(lambda db: sessions.end(db, cookie, now))
    refresh_cookie.remove(request, response)


@router.post(
    "/activate",
    operation_id="activate_account",
    status_code=204,
    responses=problems(ActivationRefused, WeakPassword, TooManyAttempts),
)
async def activate_account(database: CurrentDatabase, body: Activate) -> None:
    """Set a password with the one-time secret; sign in with it afterwards."""
    await activation.activate(database, body.staff_no, body.secret, body.new_password)


@root_router.get("/.well-known/jwks.json", operation_id="get_key_set")
async def get_key_set(request: Request) -> JwkSet:
    """The public keys that verify our access tokens (RFC 7517)."""
    return JwkSet.model_validate(request.app.state.tokens.keys.jwks())


def _required(form: TokenForm) -> tuple[str, str]:
    missing = [
        FieldError(f"/{field}", "missing", "请填写")
        for field in ("username", "password")
        if getattr(form, field) is None
    ]
    if form.username is None or form.password is None:
        raise Invalid(errors=missing)
    return form.username, form.password


def _user_token(request: Request, response: Response, session: Session) -> UserToken:
    refresh_cookie.put(request, response, session)
    tokens = request.app.state.tokens
    return UserToken(
        access_token=tokens.issue(session.user_id, session.city_id, Audience.user),
        token_type=BEARER,
        expires_in=_lifetime(request),
    )


def _client_token(request: Request, access: grants.ClientAccess) -> ClientToken:
    return ClientToken(
        access_token=access.access_token,
        token_type=BEARER,
        expires_in=_lifetime(request),
        scope=" ".join(access.scopes),
    )


def _lifetime(request: Request) -> int:
    return int(request.app.state.tokens.lifetime.total_seconds())
