"""The people room's door: what rooms above it use."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.people import throttle
from xuefen.people.adding import Clash, add_people, find_clashes
from xuefen.people.grants import ClientAccess, ClientCredentials, ClientGrant
from xuefen.people.models import RefreshToken
from xuefen.people.newcomers import Duty, Newcomer, PostHeld, sealed_teacher
from xuefen.people.roster import storing
from xuefen.people.rules import ClientRefused, ScopeRefused
from xuefen.people.teacher_queries import teacher_within

__all__ = [
    "Clash",
    "ClientAccess",
    "ClientCredentials",
    "ClientGrant",
    "ClientRefused",
    "Duty",
    "Newcomer",
    "PostHeld",
    "ScopeRefused",
    "add_people",
    "find_clashes",
    "sealed_teacher",
    "sweep",
    "teacher_within",
]


async def sweep(db: AsyncSession, now: datetime) -> None:
    """Delete what no longer matters: counters of past windows, tokens past their end, rosters left lying."""
    await throttle.sweep(db, now)
    await storing.sweep(db, now)
    await db.execute(delete(RefreshToken).where(col(RefreshToken.expires_at) < now))
