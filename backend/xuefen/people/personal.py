"""Phones and id numbers on their way into a row: encrypted for their place, indexed, masked."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel

from xuefen.core.privacy import blind_index, cipher, mask_id_number, mask_phone
from xuefen.core.repeats import DifferentBody, request_hash


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored of a personal value; three times None when there is none."""

    cipher: bytes | None = None
    index: str | None = None
    masked: str | None = None


def sealed_phone(user_id: UUID, phone: str | None) -> Sealed:
    """`phone` for the account `user_id`. The index is also its key in the directory."""
    if phone is None:
        return Sealed()
    stored = cipher().encrypt(phone, table="users", column="phone", row_id=user_id)
    return Sealed(stored, blind_index("phone", phone), mask_phone(phone))


def sealed_id_number(teacher_id: UUID, number: str | None) -> Sealed:
    if number is None:
        return Sealed()
    stored = cipher().encrypt(number, table="teachers", column="id_number", row_id=teacher_id)
    return Sealed(stored, blind_index("id_number", number), mask_id_number(number))


def keyed_request_hash(body: BaseModel) -> str:
    """Like `core.repeats`, under a key: a plain hash of a phone or an id number could be searched."""
    return blind_index("request", request_hash(body))


def require_same(stored_hash: str, body: BaseModel) -> None:
    if stored_hash != keyed_request_hash(body):
        raise DifferentBody
