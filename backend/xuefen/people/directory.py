"""The directory: which city a sign-in name belongs to. Names are unique over all cities.

A staff number and a phone are kept as keyed hashes; staff numbers are found in either case.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.privacy import blind_index
from xuefen.core.text import phone_number
from xuefen.people.models import DirectoryEntry

STAFF_NO, PHONE = "staff_no", "phone"


@dataclass(frozen=True)
class Found:
    city_id: UUID
    owner_id: UUID


def plain_name(typed: str) -> str:
    """A sign-in name as it is looked up: full-width characters made plain, blanks cut off."""
    return unicodedata.normalize("NFKC", typed).strip()


async def find(db: AsyncSession, typed: str) -> Found | None:
    """Whose sign-in name `typed` is: a staff number or a phone."""
    name = plain_name(typed)
    keys = [(STAFF_NO, blind_index(STAFF_NO, name)), (PHONE, blind_index(PHONE, _phone(name)))]
    row = (
        await db.execute(
            select(col(DirectoryEntry.city_id), col(DirectoryEntry.owner_id))
            .where(tuple_(col(DirectoryEntry.kind), col(DirectoryEntry.key_hash)).in_(keys))
            .limit(1)
        )
    ).first()
    return Found(*row) if row else None


async def taken(db: AsyncSession, kind: str, hashes: Iterable[str]) -> set[str]:
    """Those of `hashes` that somebody has, in whatever city."""
    wanted = list(hashes)
    if not wanted:
        return set()
    found = await db.scalars(
        select(col(DirectoryEntry.key_hash)).where(
            col(DirectoryEntry.kind) == kind, col(DirectoryEntry.key_hash).in_(wanted)
        )
    )
    return set(found)


async def forget(db: AsyncSession, kind: str, key_hash: str) -> None:
    await db.execute(
        delete(DirectoryEntry).where(
            col(DirectoryEntry.kind) == kind, col(DirectoryEntry.key_hash) == key_hash
        )
    )


def _phone(name: str) -> str:
    """The canonical phone, or the name as it is when it is none."""
    try:
        return phone_number(name)
    except ValueError:
        return name
