"""Counts passwords tried with a sign-in name, known or not, and on an account.

A try is counted before its password is looked at and in a transaction of its own: a thousand guesses at
once are a thousand different counts, and what refuses a guess never takes its count back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.privacy import blind_index
from xuefen.people import rules
from xuefen.people.models import SignInThrottle


def name_key(purpose: str, name: str) -> str:
    """The counter of `name` for `purpose`; the name itself is not stored."""
    return blind_index(f"throttle {purpose}", name)


async def count_try(db: AsyncSession, key: str, now: datetime) -> timedelta | None:
    """Count one more try; returns how long to wait when it is one too many.

    A counter is forgotten a quarter of an hour after the last try that was let through, not after the
    first, so that no quarter of an hour whatever sees more than ten. Refused tries do not prolong the wait.
    """
    build = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    tried, attempts = col(SignInThrottle.last_tried_at), col(SignInThrottle.attempts)
    forgotten = tried <= now - rules.WINDOW
    may_try = or_(forgotten, attempts < rules.ATTEMPTS)
    counted = (
        build(SignInThrottle)
        .values(key_hash=key, last_tried_at=now, attempts=1)
        .on_conflict_do_update(
            index_elements=["key_hash"],
            set_={
                "attempts": case((forgotten, 1), else_=attempts + 1),
                "last_tried_at": case((may_try, now), else_=tried),
            },
        )
        .returning(attempts, tried)
    )
    attempts_now, last_tried_at = (await db.execute(counted)).one()
    return rules.wait_after(attempts_now, last_tried_at, now)


async def forget(db: AsyncSession, keys: Iterable[str]) -> None:
    """Start anew: whoever signs in has guessed nothing."""
    await db.execute(delete(SignInThrottle).where(col(SignInThrottle.key_hash).in_(list(keys))))


async def sweep(db: AsyncSession, now: datetime) -> None:
    """Delete counters that are forgotten; names that nobody has would pile up otherwise."""
    await db.execute(delete(SignInThrottle).where(col(SignInThrottle.last_tried_at) < now - rules.WINDOW))
