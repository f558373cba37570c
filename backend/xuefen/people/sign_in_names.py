"""Changing what a person signs in with; the directory changes in the same transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.errors import FieldError
from xuefen.core.privacy import blind_index
from xuefen.people import directory
from xuefen.people.directory import PHONE, STAFF_NO
from xuefen.people.models import DirectoryEntry, User
from xuefen.people.personal import sealed_phone
from xuefen.people.rules import PhoneTaken, StaffNoTaken, refuse_phone_like


async def apply(db: AsyncSession, user: User, changes: Mapping[str, Any]) -> None:
    """Write those of `name`, `staff_no` and `phone` that `changes` holds; `phone` may be cleared by None."""
    if changes.get("staff_no"):
        await _change_staff_no(db, user, changes["staff_no"])
    if "phone" in changes:
        await _change_phone(db, user, changes["phone"])
    if changes.get("name"):
        user.name = changes["name"]
    user.version += 1


async def _change_staff_no(db: AsyncSession, user: User, staff_no: str) -> None:
    refuse_phone_like(staff_no)
    before, after = blind_index(STAFF_NO, user.staff_no), blind_index(STAFF_NO, staff_no)
    await _move(db, user, STAFF_NO, before, after, StaffNoTaken)
    user.staff_no = staff_no


async def _change_phone(db: AsyncSession, user: User, phone: str | None) -> None:
    before, sealed = user.phone_index, sealed_phone(user.id, phone)
    await _move(db, user, PHONE, before, sealed.index, PhoneTaken)
    user.phone_cipher, user.phone_index, user.phone_masked = sealed.cipher, sealed.index, sealed.masked


async def _move(
    db: AsyncSession,
    user: User,
    kind: str,
    before: str | None,
    after: str | None,
    taken: type[StaffNoTaken | PhoneTaken],
) -> None:
    if before == after:
        return
    if after is not None and await directory.taken(db, kind, [after]):
        raise taken(errors=[FieldError(f"/{kind}", taken.code, taken.title)])
    if before is not None:
        await directory.forget(db, kind, before)
    if after is not None:
        db.add(DirectoryEntry(kind=kind, key_hash=after, city_id=user.city_id, owner_id=user.id))
