"""Sessions: chains of refresh tokens, one family for each sign-in.

Each link is used once and replaced by its successor. The successor's secret follows from the link's own by
a keyed hash, so that asking twice gives the same answer: two pages of one browser that renew at once, or a
phone whose answer got lost, come out with one and the same token, and the chain never forks. A link that is
shown later, or after its successor was used, is a copy in other hands: the whole family ends.

A token is `<city id>.<secret>`; the database keeps the hash of the secret alone.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.audit import record
from xuefen.core.ids import new_id
from xuefen.core.keys import derived_key
from xuefen.core.settings import settings
from xuefen.core.tokens import new_secret, secret_hash
from xuefen.people import rules
from xuefen.people.models import RefreshToken, User, UserStatus
from xuefen.people.rules import Renewal, SessionEnded


@dataclass(frozen=True)
class Session:
    """What a sign-in or a renewal gives: whose it is, and the refresh token with its end."""

    city_id: UUID
    user_id: UUID
    refresh_token: str
    expires_at: datetime


def begin(db: AsyncSession, city_id: UUID, user_id: UUID, now: datetime) -> Session:
    """The first link of a new family."""
    secret, expires_at = new_secret(), now + timedelta(days=settings().refresh_days)
    db.add(_link(city_id, user_id, new_id(), secret, now, expires_at))
    return Session(city_id, user_id, _token(city_id, secret), expires_at)


async def renew(db: AsyncSession, token: str, now: datetime) -> Session | SessionEnded:
    """The session one link on. A refusal is returned, not raised: ending a family must be committed."""
    city_id, secret = _parts(token)
    link = await _locked(db, city_id, secret)
    if link is None:
        return SessionEnded()
    user = await _owner(db, link)
    if user.status != UserStatus.active:
        return SessionEnded()
    successor = successor_of(secret)
    match rules.renewal(await _as_it_stands(db, link, successor), now):
        case Renewal.advance:
            link.used_at = now
            db.add(_link(link.city_id, link.user_id, link.family_id, successor, now, link.expires_at))
        case Renewal.repeat:
            pass
        case Renewal.reuse:
            await _end_family(db, link, now)
            _note(db, user, "session.reused", actor_id=None, outcome=SessionEnded.code)
            return SessionEnded()
        case Renewal.ended:
            return SessionEnded()
    return Session(link.city_id, link.user_id, _token(link.city_id, successor), link.expires_at)


async def end(db: AsyncSession, token: str, now: datetime) -> None:
    """Sign out: end the family of `token`, if it is one of ours."""
    city_id, secret = _parts(token)
    link = await _locked(db, city_id, secret)
    if link is not None:
        await _end_family(db, link, now)
        _note(db, await _owner(db, link), "session.ended", actor_id=link.user_id)


async def end_all(db: AsyncSession, city_id: UUID, user_id: UUID, now: datetime) -> None:
    """End every session of an account: its password changed, or it was disabled."""
    await db.execute(
        update(RefreshToken)
        .where(
            col(RefreshToken.city_id) == city_id,
            col(RefreshToken.user_id) == user_id,
            col(RefreshToken.revoked_at).is_(None),
        )
        .values(revoked_at=now)
    )


def successor_of(secret: str) -> str:
    digest = hmac.new(derived_key("refresh successor"), secret.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


async def _locked(db: AsyncSession, city_id: UUID, secret: str) -> RefreshToken | None:
    """The link, held until the transaction ends, so that of two at once one comes second."""
    return (
        await db.scalars(
            select(RefreshToken)
            .where(col(RefreshToken.city_id) == city_id, col(RefreshToken.secret_hash) == secret_hash(secret))
            .with_for_update()
        )
    ).one_or_none()


async def _owner(db: AsyncSession, link: RefreshToken) -> User:
    return await db.get_one(User, (link.city_id, link.user_id))


async def _as_it_stands(db: AsyncSession, link: RefreshToken, successor: str) -> rules.Link:
    next_used_at = await db.scalar(
        select(col(RefreshToken.used_at)).where(
            col(RefreshToken.city_id) == link.city_id,
            col(RefreshToken.secret_hash) == secret_hash(successor),
        )
    )
    return rules.Link(link.expires_at, link.revoked_at, link.used_at, next_used_at is not None)


async def _end_family(db: AsyncSession, link: RefreshToken, now: datetime) -> None:
    await db.execute(
        update(RefreshToken)
        .where(
            col(RefreshToken.city_id) == link.city_id,
            col(RefreshToken.family_id) == link.family_id,
            col(RefreshToken.revoked_at).is_(None),
        )
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def _note(db: AsyncSession, user: User, action: str, *, actor_id: UUID | None, outcome: str = "done") -> None:
    record(
        db,
        user.city_id,
        action,
        "user",
        user.id,
        actor_id=actor_id,
        org_path=user.org_path,
        outcome=outcome,
    )


def _link(
    city_id: UUID, user_id: UUID, family_id: UUID, secret: str, now: datetime, expires_at: datetime
) -> RefreshToken:
    return RefreshToken(
        city_id=city_id,
        user_id=user_id,
        family_id=family_id,
        secret_hash=secret_hash(secret),
        issued_at=now,
        expires_at=expires_at,
    )


def _token(city_id: UUID, secret: str) -> str:
    return f"{city_id.hex}.{secret}"


def _parts(token: str) -> tuple[UUID, str]:
    """City and secret; for what is no token of ours a pair that finds nothing."""
    city, _, secret = token.partition(".")
    try:
        return UUID(hex=city), secret
    except ValueError:
        return UUID(int=0), ""
