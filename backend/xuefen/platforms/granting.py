"""The client credentials grant: a platform's id and secret become an access token.

Wrong secrets are counted like wrong passwords. The right one always opens: it is 256 random bits that nobody
guesses, so a lock would only give anyone who knows the client id a way to keep the platform out.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.db import Database
from xuefen.core.privacy import blind_index
from xuefen.core.tokens import Audience, Tokens, secret_hash
from xuefen.people import throttle
from xuefen.people.grants import ClientAccess, ClientCredentials
from xuefen.people.models import DirectoryEntry
from xuefen.people.rules import ClientRefused, ScopeRefused, TooManyAttempts
from xuefen.platforms.models import Platform
from xuefen.platforms.states import PlatformStatus

CLIENT_ID = "client_id"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an attempt ended: a platform, or a wait, or neither."""

    platform: Platform | None = None
    wait: timedelta | None = None


async def grant(database: Database, tokens: Tokens, asked: ClientCredentials) -> ClientAccess:
    """A token for the platform; `ClientRefused`, `TooManyAttempts` or `ScopeRefused`."""
    now = clock.now()
    verdict = await database.transact(lambda db: _attempt(db, asked, now))
    if verdict.wait is not None:
        raise TooManyAttempts(retry_after=max(1, int(verdict.wait.total_seconds())))
    platform = verdict.platform
    if platform is None:
        raise ClientRefused
    scopes = asked.scopes or tuple(platform.scopes)
    if not set(scopes) <= set(platform.scopes):
        raise ScopeRefused
    token = tokens.issue(platform.id, platform.city_id, Audience.platform, scopes)
    return ClientAccess(token, scopes)


def directory_entry(city_id: UUID, platform_id: UUID, client_id: str) -> DirectoryEntry:
    """Where a client id is found before its city is known."""
    return DirectoryEntry(
        kind=CLIENT_ID, key_hash=blind_index(CLIENT_ID, client_id), city_id=city_id, owner_id=platform_id
    )


async def _attempt(db: AsyncSession, asked: ClientCredentials, now: datetime) -> Verdict:
    key = throttle.name_key("client", asked.client_id)
    wait = await throttle.count_try(db, key, now)
    platform = await _platform_of(db, asked.client_id)
    # Compared even where there is no such client, so that the time tells nothing.
    matches = hmac.compare_digest(
        secret_hash(asked.client_secret), platform.secret_hash if platform else secret_hash("")
    )
    if platform is None:
        return Verdict(wait=wait)
    opens = matches and platform.status == PlatformStatus.active
    _record(db, platform, "done" if opens else ClientRefused.code)
    if not opens:
        return Verdict(wait=wait)
    await throttle.forget(db, [key])
    return Verdict(platform)


async def _platform_of(db: AsyncSession, client_id: str) -> Platform | None:
    owns = and_(
        col(Platform.city_id) == col(DirectoryEntry.city_id), col(Platform.id) == col(DirectoryEntry.owner_id)
    )
    return (
        await db.scalars(
            select(Platform)
            .join(DirectoryEntry, owns)
            .where(
                col(DirectoryEntry.kind) == CLIENT_ID,
                col(DirectoryEntry.key_hash) == blind_index(CLIENT_ID, client_id),
            )
        )
    ).one_or_none()


def _record(db: AsyncSession, platform: Platform, outcome: str) -> None:
    audit.record(
        db,
        platform.city_id,
        "platform.token",
        "platform",
        platform.id,
        capacity="platform",
        org_path=platform.org_path,
        outcome=outcome,
    )
