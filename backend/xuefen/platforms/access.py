"""What an operation for platforms demands of its caller: a token of the right audience and scope.

The platform's row is read in the request's own session, so that disabling it or taking a scope away acts at
once, whatever its tokens say.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import OAuth2
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.db import CurrentDatabase, Database, ReadSession
from xuefen.core.errors import Forbidden, NotAuthenticated, Unavailable
from xuefen.core.tokens import Audience
from xuefen.organisations.scope import of_platform
from xuefen.platforms.models import Platform
from xuefen.platforms.states import PlatformScope, PlatformStatus

T = TypeVar("T")
ATTEMPTS = 3
SCOPES = {
    PlatformScope.completions_write.value: "报送学习完成记录",
    PlatformScope.completions_read.value: "查询本平台报送的记录",
}
FLOWS = OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl="/api/v1/auth/token", scopes=SCOPES))
authorization = OAuth2(flows=FLOWS, scheme_name="Platform", auto_error=False)


class ScopeMissing(Forbidden):
    code, title = "scope_missing", "令牌没有这项权限范围"


@dataclass(frozen=True, slots=True)
class Caller:
    """What a platform's token says."""

    city_id: UUID
    platform_id: UUID
    scopes: tuple[str, ...]


def caller(request: Request, header: Annotated[str | None, Depends(authorization)]) -> Caller:
    """The platform behind the token; `NotAuthenticated` when there is none, or it is a person's."""
    scheme, token = get_authorization_scheme_param(header)
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated
    claims = request.app.state.tokens.verify(token, Audience.platform)
    return Caller(claims.city_id, claims.subject, claims.scopes)


CurrentCaller = Annotated[Caller, Depends(caller)]


def platform_reading(scope: PlatformScope) -> Any:
    """Dependency: the active platform with `scope`, read in the request's read session."""

    async def permitted_reader(db: ReadSession, who: CurrentCaller) -> Platform:
        return await permitted(db, who, scope)

    return _declared(permitted_reader, scope)


class LostRace(Exception):
    """Another transaction wrote the same id first: what was read is out of date, begin again."""


@dataclass(frozen=True, slots=True)
class PlatformBulk:
    """A permitted platform in a bulk use case; `run` reads its row anew inside each attempt."""

    database: Database
    who: Caller
    scope: PlatformScope

    async def run(self, work: Callable[[AsyncSession, Platform], Awaitable[T]]) -> T:
        """Run `work`, anew after a deadlock and after `LostRace`; in the end `Unavailable` (503)."""

        async def attempt(db: AsyncSession) -> T:
            return await work(db, await permitted(db, self.who, self.scope))

        for _ in range(ATTEMPTS):
            try:
                return await self.database.transact(attempt)
            except LostRace:
                continue
        raise Unavailable(retry_after=1)


def platform_writing(scope: PlatformScope) -> Any:
    """Dependency: a `PlatformBulk`. Refuses in a short read of its own that is over by then."""

    async def permitted_bulk(database: CurrentDatabase, who: CurrentCaller) -> PlatformBulk:
        async with database.read() as db:
            await permitted(db, who, scope)
        return PlatformBulk(database, who, scope)

    return _declared(permitted_bulk, scope)


async def permitted(db: AsyncSession, who: Caller, scope: PlatformScope) -> Platform:
    """The platform, which is active and has `scope` both in its token and now."""
    statement = of_platform(select(Platform), who.city_id, who.platform_id, Platform)
    platform = (await db.scalars(statement)).one_or_none()
    if platform is None or platform.status != PlatformStatus.active:
        raise NotAuthenticated
    if scope not in who.scopes or scope not in platform.scopes:
        raise ScopeMissing
    return platform


def _declared(dependency: Callable[..., Any], scope: PlatformScope) -> Any:
    """`dependency` with the scope it demands written on it, for the contract and its tests."""
    dependency.permitted_scope = scope  # type: ignore[attr-defined]
    return Depends(dependency)
