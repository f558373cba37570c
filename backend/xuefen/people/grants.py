"""The OAuth2 client credentials grant, as far as the token endpoint knows it.

Platforms are kept by a higher room, which this one cannot import: `create_app` passes their grant in
through the application's state.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.security import HTTPBasicCredentials

from xuefen.core.db import Database
from xuefen.core.tokens import Tokens
from xuefen.people.rules import ClientRefused, GrantNotOffered


@dataclass(frozen=True)
class ClientCredentials:
    """What a client presents by HTTP Basic, and the scopes it asks for (none: all that it may have)."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class ClientAccess:
    """A token for a client, and the scopes that it carries."""

    access_token: str
    scopes: tuple[str, ...]


ClientGrant = Callable[[Database, Tokens, ClientCredentials], Awaitable[ClientAccess]]
"""Raises `rules.ClientRefused` (401) and `rules.ScopeRefused` (400)."""


async def grant_client(app: FastAPI, basic: HTTPBasicCredentials | None, scope: str) -> ClientAccess:
    """Access for the client behind `basic`; `ClientRefused` without one."""
    grant: ClientGrant | None = getattr(app.state, "grant_client_credentials", None)
    if grant is None:
        raise GrantNotOffered
    if basic is None:
        raise ClientRefused
    asked = ClientCredentials(basic.username, basic.password, tuple(scope.split()))
    return await grant(app.state.database, app.state.tokens, asked)
