"""Platforms and their keys: registered, disabled and renewed by the city."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit
from xuefen.core.errors import Forbidden, NotFound
from xuefen.core.etag import Expected
from xuefen.core.page import Keyset, PageQuery
from xuefen.core.repeats import DifferentBody
from xuefen.core.tokens import new_secret, secret_hash
from xuefen.organisations.models import Organisation
from xuefen.organisations.roles import Role
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.platforms.granting import directory_entry
from xuefen.platforms.models import Platform
from xuefen.platforms.schemas import PlatformIn
from xuefen.platforms.states import PlatformStatus

KEEPERS = (Role.administrator, Role.city_auditor)
BY_AGE = Keyset("platforms", (col(Platform.id),))


@dataclass(frozen=True, slots=True)
class Registered:
    """A platform and its new secret; no secret where the platform stood already."""

    platform: Platform
    secret: str | None


async def register(db: AsyncSession, viewer: Viewer, body: PlatformIn) -> Registered:
    """Register a platform for the viewer's city. A retry finds it, without its secret."""
    city = await _city(db, viewer.city_id)
    keeper = _keeper(viewer, city.path)
    standing = await db.get(Platform, (viewer.city_id, body.id))
    if standing is not None:
        if (standing.name, standing.scopes) != (body.name, body.scopes):
            raise DifferentBody
        return Registered(standing, None)
    secret = new_secret()
    platform = Platform(
        city_id=viewer.city_id,
        id=body.id,
        org_path=city.path,
        name=body.name,
        client_id=f"xf-{secrets.token_hex(10)}",
        secret_hash=secret_hash(secret),
        scopes=list(body.scopes),
    )
    db.add(platform)
    db.add(directory_entry(platform.city_id, platform.id, platform.client_id))
    _record(db, viewer, keeper, "platform.register", platform, ["name", "scopes"])
    await db.flush()
    return Registered(platform, secret)


async def platforms(db: AsyncSession, viewer: Viewer, page: PageQuery) -> tuple[list[Platform], str | None]:
    statement = within(select(Platform), viewer, Platform)
    rows = (await db.scalars(BY_AGE.select(statement, page))).all()
    return BY_AGE.cut(rows, page, lambda row: (row.id,))


async def disable(db: AsyncSession, viewer: Viewer, platform_id: UUID) -> Platform:
    """Shut a platform out at once, tokens it still holds included. Disabling it again changes nothing."""
    platform, keeper = await _kept(db, viewer, platform_id)
    if platform.status != PlatformStatus.disabled:
        platform.status = PlatformStatus.disabled
        platform.version += 1
        _record(db, viewer, keeper, "platform.disable", platform, ["status"])
        await db.flush()
    return platform


async def renew_secret(db: AsyncSession, viewer: Viewer, platform_id: UUID, expected: Expected) -> Registered:
    """A new secret; the old one ends with this act."""
    platform, keeper = await _kept(db, viewer, platform_id)
    expected.check(platform.version)
    secret = new_secret()
    platform.secret_hash = secret_hash(secret)
    platform.version += 1
    _record(db, viewer, keeper, "platform.secret", platform, ["secret"])
    await db.flush()
    return Registered(platform, secret)


async def _kept(db: AsyncSession, viewer: Viewer, platform_id: UUID) -> tuple[Platform, Binding]:
    statement = within(select(Platform), viewer, Platform).where(col(Platform.id) == platform_id)
    platform = (await db.scalars(statement.with_for_update())).one_or_none()
    if platform is None:
        raise NotFound
    return platform, _keeper(viewer, platform.org_path)


def _keeper(viewer: Viewer, city_path: str) -> Binding:
    """Platforms serve the whole city, so only who is bound at the city itself keeps them."""
    for binding in viewer.having(KEEPERS):
        if binding.path == city_path:
            return binding
    raise Forbidden


async def _city(db: AsyncSession, city_id: UUID) -> Organisation:
    return (
        await db.scalars(
            select(Organisation).where(col(Organisation.city_id) == city_id, col(Organisation.id) == city_id)
        )
    ).one()


def _record(
    db: AsyncSession, viewer: Viewer, keeper: Binding, action: str, platform: Platform, fields: list[str]
) -> None:
    audit.record(
        db,
        platform.city_id,
        action,
        "platform",
        platform.id,
        actor_id=viewer.user_id,
        capacity=keeper.role,
        org_path=platform.org_path,
        fields=fields,
    )
