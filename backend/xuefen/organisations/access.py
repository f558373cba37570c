"""What an operation demands of its caller. A router names the roles, and gets the viewer.

`reading(...)` opens the read session, `writing(...)` the write session only; both read the viewer in
that same session, so that disabling an account or ending a binding acts at once, and refuse before
anything else is loaded (401, then 403). `bulk(...)` is for use cases that run through
`Database.transact` and may be rerun from the start.

Accounts are kept by the people room, which lies above this one: `create_app` passes its
`load_viewer` in through the application's state.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.db import CurrentDatabase, Database, ReadSession, SnapshotSession, WriteSession
from xuefen.core.errors import NotAuthenticated
from xuefen.core.tokens import Audience
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer

T = TypeVar("T")
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)


@dataclass(frozen=True, slots=True)
class Principal:
    """What a verified access token says: nothing but who; what one may do is read from the database."""

    city_id: UUID
    user_id: UUID


ViewerLoader = Callable[[AsyncSession, Principal], Awaitable[Viewer]]


async def principal(request: Request, token: Annotated[str | None, Depends(bearer)]) -> Principal:
    """The bearer of the access token; `NotAuthenticated` when there is none or it is not ours."""
    if not token:
        raise NotAuthenticated
    claims = request.app.state.tokens.verify(token, Audience.user)
    return Principal(city_id=claims.city_id, user_id=claims.subject)


CurrentPrincipal = Annotated[Principal, Depends(principal)]


async def loader_of(request: Request) -> ViewerLoader:
    loader: ViewerLoader = request.app.state.load_viewer
    return loader


CurrentLoader = Annotated[ViewerLoader, Depends(loader_of)]


def reading(*roles: Role) -> Any:
    """Dependency: the viewer, read in the request's read session. No roles: everyone signed in."""

    async def permitted_reader(db: ReadSession, who: CurrentPrincipal, load: CurrentLoader) -> Viewer:
        return await _permitted(db, who, load, roles)

    return _declared(permitted_reader, roles)


def reading_snapshot(*roles: Role) -> Any:
    """Like `reading`, in the request's snapshot session: for answers that compare several tables."""

    async def permitted_surveyor(db: SnapshotSession, who: CurrentPrincipal, load: CurrentLoader) -> Viewer:
        return await _permitted(db, who, load, roles)

    return _declared(permitted_surveyor, roles)


def writing(*roles: Role) -> Any:
    """Dependency: the viewer, read in the request's write session. No roles: everyone signed in."""

    async def permitted_writer(db: WriteSession, who: CurrentPrincipal, load: CurrentLoader) -> Viewer:
        return await _permitted(db, who, load, roles)

    return _declared(permitted_writer, roles)


@dataclass(frozen=True, slots=True)
class Bulk:
    """A permitted caller of a bulk use case; `run` reads the viewer anew inside each attempt."""

    database: Database
    who: Principal
    load: ViewerLoader
    roles: tuple[Role, ...]

    async def run(self, work: Callable[[AsyncSession, Viewer], Awaitable[T]]) -> T:
        async def attempt(db: AsyncSession) -> T:
            return await work(db, await _permitted(db, self.who, self.load, self.roles))

        return await self.database.transact(attempt)


def bulk(*roles: Role) -> Any:
    """Dependency: a `Bulk`. Refuses like `writing`, in a short read of its own that is over by then."""

    async def permitted_bulk(database: CurrentDatabase, who: CurrentPrincipal, load: CurrentLoader) -> Bulk:
        async with database.read() as db:
            await _permitted(db, who, load, roles)
        return Bulk(database, who, load, roles)

    return _declared(permitted_bulk, roles)


async def _permitted(db: AsyncSession, who: Principal, load: ViewerLoader, roles: tuple[Role, ...]) -> Viewer:
    viewer = await load(db, who)
    viewer.require(roles)
    return viewer


def _declared(dependency: Callable[..., Any], roles: tuple[Role, ...]) -> Any:
    """`dependency` with the roles it demands written on it, for the contract and its tests."""
    dependency.permitted_roles = roles  # type: ignore[attr-defined]
    return Depends(dependency)
