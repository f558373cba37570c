"""Signing in with a name and a password, and choosing a password.

Every attempt is counted and committed first, then the password is verified with no transaction open, then
the session begins. The first transaction does the same work for an unknown name as for a known one, and an
unknown name's password is verified against a hash that nobody knows, so that neither the answer nor its
time tells whether a name exists.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import record
from xuefen.core.db import Database
from xuefen.core.errors import FieldError
from xuefen.core.passwords import check_strength, hash_password, needs_rehash, verify_password
from xuefen.organisations.access import Principal
from xuefen.people import directory, sessions, throttle
from xuefen.people.models import User, UserStatus
from xuefen.people.rules import SamePassword, SignInRefused, TooManyAttempts, WrongPassword
from xuefen.people.sessions import Session


@dataclass(frozen=True)
class Account:
    """What must be known of an account to check its password."""

    city_id: UUID
    id: UUID
    org_path: str
    staff_no: str
    password_hash: str | None

    @property
    def throttle_key(self) -> str:
        """Guesses by staff number and by phone count together, so that two names are not twice the tries."""
        return throttle.name_key("account", str(self.id))


@dataclass(frozen=True)
class Attempt:
    """A counted attempt: how long to wait when it was one too many, else whose password may be tried."""

    wait: timedelta | None
    account: Account | None


async def sign_in(database: Database, name: str, password: str) -> Session:
    """The session of whoever has this sign-in name and password; `SignInRefused` or `TooManyAttempts`."""
    now = clock.now()
    key = throttle.name_key("sign-in", directory.plain_name(name))
    attempt = await database.transact(lambda db: _attempt(db, key, name, now))
    if attempt.wait is not None:
        raise TooManyAttempts(retry_after=_seconds(attempt.wait))
    account = attempt.account
    matches = await verify_password(account.password_hash if account else None, password)
    if account is None or account.password_hash is None or not matches:
        raise SignInRefused
    rehashed = await hash_password(password) if needs_rehash(account.password_hash) else None
    session = await database.transact(lambda db: _begin(db, account, key, rehashed, now))
    if session is None:
        raise SignInRefused
    return session


async def change_password(database: Database, who: Principal, current: str, new: str) -> Session:
    """Replace the password of `who`. Every session ends, and the one that is returned begins."""
    now = clock.now()
    account, wait = await database.transact(lambda db: _own_attempt(db, who, now))
    if wait is not None:
        raise TooManyAttempts(retry_after=_seconds(wait))
    check_strength(new, staff_no=account.staff_no)
    if not await verify_password(account.password_hash, current):
        raise WrongPassword(errors=[FieldError("/current_password", WrongPassword.code, WrongPassword.title)])
    if current == new:
        raise SamePassword(errors=[FieldError("/new_password", SamePassword.code, SamePassword.title)])
    hashed = await hash_password(new)
    session = await database.transact(lambda db: _replace_password(db, account, hashed, now))
    if session is None:
        raise SignInRefused
    return session


async def _attempt(db: AsyncSession, key: str, name: str, now: datetime) -> Attempt:
    wait = await throttle.count_try(db, key, now)
    account = await account_of_name(db, name)
    if wait is not None or account is None:
        return Attempt(wait, None)
    guessed_at = await throttle.count_try(db, account.throttle_key, now) is not None
    outcome = TooManyAttempts.code if guessed_at else "done"
    _note(db, account, "session.attempted", actor_id=None, outcome=outcome)
    return Attempt(None, None if guessed_at else account)


async def _own_attempt(db: AsyncSession, who: Principal, now: datetime) -> tuple[Account, timedelta | None]:
    account = await _account(db, who.city_id, who.user_id)
    if account is None:
        raise SignInRefused
    return account, await throttle.count_try(db, account.throttle_key, now)


async def account_of_name(db: AsyncSession, name: str) -> Account | None:
    """The active account with this sign-in name."""
    found = await directory.find(db, name)
    return await _account(db, found.city_id, found.owner_id) if found else None


async def _account(db: AsyncSession, city_id: UUID, user_id: UUID) -> Account | None:
    row = (
        await db.execute(
            select(
                col(User.city_id),
                col(User.id),
                col(User.org_path),
                col(User.staff_no),
                col(User.password_hash),
            ).where(
                col(User.city_id) == city_id, col(User.id) == user_id, col(User.status) == UserStatus.active
            )
        )
    ).first()
    return Account(*row) if row else None


async def _begin(
    db: AsyncSession, account: Account, key: str, rehashed: str | None, now: datetime
) -> Session | None:
    """A session, unless the account was disabled or its password changed while we verified."""
    if await _account(db, account.city_id, account.id) != account:
        return None
    if rehashed is not None:
        await _store_password(db, account, rehashed)
    await throttle.forget(db, [key, account.throttle_key])
    _note(db, account, "session.began", actor_id=account.id)
    return sessions.begin(db, account.city_id, account.id, now)


async def _replace_password(db: AsyncSession, account: Account, hashed: str, now: datetime) -> Session | None:
    if not await _store_password(db, account, hashed, must_change_password=False):
        return None
    await throttle.forget(db, [account.throttle_key])
    await sessions.end_all(db, account.city_id, account.id, now)
    _note(db, account, "user.password_changed", actor_id=account.id)
    return sessions.begin(db, account.city_id, account.id, now)


async def _store_password(db: AsyncSession, account: Account, hashed: str, **also: bool) -> bool:
    """Write the hash where the one that was verified still stands; whether it did."""
    stored = await db.scalar(
        update(User)
        .where(
            col(User.city_id) == account.city_id,
            col(User.id) == account.id,
            col(User.status) == UserStatus.active,
            col(User.password_hash) == account.password_hash,
        )
        .values(password_hash=hashed, **also)
        .returning(col(User.id))
    )
    return stored is not None


def _note(
    db: AsyncSession, account: Account, action: str, *, actor_id: UUID | None, outcome: str = "done"
) -> None:
    record(
        db,
        account.city_id,
        action,
        "user",
        account.id,
        actor_id=actor_id,
        org_path=account.org_path,
        outcome=outcome,
    )


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds()))
