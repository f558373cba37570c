"""Activation: a one-time secret with which a person sets a password. There are no default passwords."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import record
from xuefen.core.db import Database
from xuefen.core.passwords import check_strength, hash_password
from xuefen.core.tokens import new_secret, secret_hash
from xuefen.people import directory, sessions, throttle
from xuefen.people.models import User, UserStatus
from xuefen.people.rules import ActivationRefused, TooManyAttempts

LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Activation:
    """A secret to hand over; it is shown once and kept as a hash."""

    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class _Attempt:
    wait: timedelta | None
    city_id: UUID | None = None
    user_id: UUID | None = None
    secret_hash: str = ""


def issue(user: User, now: datetime) -> Activation:
    """A new secret for `user`; an earlier one no longer counts."""
    activation = Activation(new_secret(), now + LIFETIME)
    user.activation_hash = secret_hash(activation.secret)
    user.activation_expires_at = activation.expires_at
    return activation


def withdraw(user: User) -> None:
    """A secret that was handed out no longer counts."""
    user.activation_hash = user.activation_expires_at = None


async def activate(database: Database, name: str, secret: str, password: str) -> None:
    """Set the password of the account with this sign-in name; `ActivationRefused` for every wrong pair."""
    now = clock.now()
    check_strength(password, staff_no=directory.plain_name(name))
    attempt = await database.transact(lambda db: _attempt(db, name, now))
    if attempt.wait is not None:
        raise TooManyAttempts(retry_after=max(1, int(attempt.wait.total_seconds())))
    if not hmac.compare_digest(attempt.secret_hash, secret_hash(secret)):
        raise ActivationRefused
    hashed = await hash_password(password)
    if not await database.transact(lambda db: _set_password(db, attempt, hashed, now)):
        raise ActivationRefused


async def _attempt(db: AsyncSession, name: str, now: datetime) -> _Attempt:
    key = throttle.name_key("activation", directory.plain_name(name))
    wait = await throttle.count_try(db, key, now)
    found = await directory.find(db, name)
    if wait is not None or found is None:
        return _Attempt(wait)
    stored = await db.scalar(
        select(col(User.activation_hash)).where(
            col(User.city_id) == found.city_id, col(User.id) == found.owner_id
        )
    )
    return _Attempt(None, found.city_id, found.owner_id, stored or "")


async def _set_password(db: AsyncSession, attempt: _Attempt, hashed: str, now: datetime) -> bool:
    """Use the secret up: of two that come at once, one finds it gone."""
    if attempt.city_id is None or attempt.user_id is None:
        return False
    used = await db.scalar(
        update(User)
        .where(
            col(User.city_id) == attempt.city_id,
            col(User.id) == attempt.user_id,
            col(User.status) == UserStatus.active,
            col(User.activation_hash) == attempt.secret_hash,
            col(User.activation_expires_at) > now,
        )
        .values(
            password_hash=hashed,
            must_change_password=False,
            activation_hash=None,
            activation_expires_at=None,
        )
        .returning(col(User.org_path))
    )
    if used is None:
        return False
    await sessions.end_all(db, attempt.city_id, attempt.user_id, now)
    record(
        db,
        attempt.city_id,
        "user.activated",
        "user",
        attempt.user_id,
        actor_id=attempt.user_id,
        org_path=used,
    )
    return True
