"""Adding people, any number at once: all or none, a handful of statements for each thousand."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.errors import Conflict, FieldError
from xuefen.core.ids import new_id
from xuefen.core.privacy import blind_index
from xuefen.core.rowsets import RowSet, insert_rows
from xuefen.organisations.roles import Role
from xuefen.people import directory
from xuefen.people.models import (
    DirectoryEntry,
    Employment,
    RoleBinding,
    Teacher,
    TeacherPost,
    User,
    UserStatus,
)
from xuefen.people.newcomers import Duty, Newcomer, PostHeld, TeacherDetails
from xuefen.people.rules import IdNumberTaken, PhoneTaken, StaffNoTaken

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Clash:
    """The `place`-th newcomer has a name that is somebody's already. `field`: staff_no, phone, id_number."""

    place: int
    field: str


TAKEN: Mapping[str, type[Conflict]] = {
    "staff_no": StaffNoTaken,
    "phone": PhoneTaken,
    "id_number": IdNumberTaken,
}
_NAMES: Mapping[str, Callable[[Newcomer], str | None]] = {
    "staff_no": lambda person: blind_index("staff_no", person.staff_no),
    "phone": lambda person: person.phone.index,
    "id_number": lambda person: person.teacher.id_number.index if person.teacher else None,
}


async def find_clashes(db: AsyncSession, city_id: UUID, newcomers: Sequence[Newcomer]) -> list[Clash]:
    """Names that belong to somebody, or come twice among `newcomers`, in their order.

    Sign-in names are unique over all cities, id numbers within the city.
    """
    clashes: list[Clash] = []
    for field, read in _NAMES.items():
        values = [read(newcomer) for newcomer in newcomers]
        counts = Counter(value for value in values if value is not None)
        used = await _used(db, city_id, field, counts)
        clashes += [
            Clash(place, field)
            for place, value in enumerate(values)
            if value is not None and (value in used or counts[value] > 1)
        ]
    return sorted(clashes, key=lambda clash: clash.place)


async def add_people(
    db: AsyncSession,
    city_id: UUID,
    newcomers: Sequence[Newcomer],
    *,
    actor_id: UUID | None,
    capacity: Role | None,
) -> None:
    """Add all of `newcomers` or, where a name is taken, none: `StaffNoTaken`, `PhoneTaken`, `IdNumberTaken`."""
    clashes = await find_clashes(db, city_id, newcomers)
    if clashes:
        raise _refusal(clashes[0].field)
    for start in range(0, len(newcomers), CHUNK):
        chunk = newcomers[start : start + CHUNK]
        for rows in [*_rowsets(city_id, chunk), _trail(city_id, chunk, actor_id, capacity)]:
            await insert_rows(db, rows)


async def refuse_known_id_number(db: AsyncSession, city_id: UUID, index: str) -> None:
    if await _known_id_numbers(db, city_id, [index]):
        raise _refusal("id_number")


async def _used(db: AsyncSession, city_id: UUID, field: str, values: Iterable[str]) -> set[str]:
    wanted, used = list(values), set[str]()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        if field == "id_number":
            used |= await _known_id_numbers(db, city_id, chunk)
        else:
            used |= await directory.taken(db, field, chunk)
    return used


async def _known_id_numbers(db: AsyncSession, city_id: UUID, indexes: Iterable[str]) -> set[str]:
    known = await db.scalars(
        select(col(Teacher.id_number_index)).where(
            col(Teacher.city_id) == city_id, col(Teacher.id_number_index).in_(list(indexes))
        )
    )
    return {index for index in known if index is not None}


def _refusal(field: str) -> Conflict:
    error = TAKEN[field]
    return error(errors=[FieldError(f"/{field}", error.code, error.title)])


def _rowsets(city_id: UUID, people: Sequence[Newcomer]) -> list[RowSet]:
    """Parents before children."""
    city = {"city_id": city_id}
    teachers = [(person, person.teacher) for person in people if person.teacher is not None]
    new = {
        "must_change_password": False,
        "status": UserStatus.active,
        "created_at": clock.now(),
        "version": 1,
    }
    return [
        _rows(User, city | new, map(_user, people)),
        _rows(DirectoryEntry, city, (entry for person in people for entry in _directory(person))),
        _rows(RoleBinding, city, (_binding(person, duty) for person in people for duty in person.duties)),
        _rows(Teacher, city | {"version": 1}, (_teacher(*pair) for pair in teachers)),
        _rows(Employment, city, (_employment(*pair) for pair in teachers)),
        _rows(
            TeacherPost,
            city,
            (_post(person, details, held) for person, details in teachers for held in details.posts),
        ),
    ]


def _rows(model: Any, shared: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> RowSet:
    return RowSet(model.__table__, shared, list(rows))


def _user(person: Newcomer) -> dict[str, Any]:
    return {
        "id": person.user_id,
        "name": person.name,
        "staff_no": person.staff_no,
        "org_path": person.org_path,
        "phone_cipher": person.phone.cipher,
        "phone_index": person.phone.index,
        "phone_masked": person.phone.masked,
        "request_hash": "" if person.teacher else person.request_hash,
    }


def _directory(person: Newcomer) -> list[dict[str, Any]]:
    hashes = {
        directory.STAFF_NO: blind_index(directory.STAFF_NO, person.staff_no),
        directory.PHONE: person.phone.index,
    }
    return [
        {"kind": kind, "key_hash": key_hash, "owner_id": person.user_id}
        for kind, key_hash in hashes.items()
        if key_hash is not None
    ]


def _binding(person: Newcomer, duty: Duty) -> dict[str, Any]:
    return {
        "id": duty.id or new_id(),
        "user_id": person.user_id,
        "role": duty.role,
        "organisation_id": duty.organisation_id,
        "org_path": duty.org_path,
        "from_on": duty.from_on,
        "until_on": duty.until_on,
    }


def _teacher(person: Newcomer, details: TeacherDetails) -> dict[str, Any]:
    return {
        "id": details.id,
        "user_id": person.user_id,
        "staff_no": person.staff_no,
        "name": person.name,
        "school_id": details.school_id,
        "org_path": person.org_path,
        "stage": details.stage,
        "subject": details.subject,
        "hired_on": details.hired_on,
        "degree": details.degree,
        "id_number_cipher": details.id_number.cipher,
        "id_number_index": details.id_number.index,
        "id_number_masked": details.id_number.masked,
        "request_hash": person.request_hash,
    }


def _employment(person: Newcomer, details: TeacherDetails) -> dict[str, Any]:
    return {
        "id": new_id(),
        "teacher_id": details.id,
        "school_id": details.school_id,
        "org_path": person.org_path,
        "starts_on": details.hired_on,
    }


def _post(person: Newcomer, details: TeacherDetails, held: PostHeld) -> dict[str, Any]:
    return {
        "id": held.id or new_id(),
        "teacher_id": details.id,
        "org_path": person.org_path,
        "post": held.post,
        "from_on": held.from_on,
        "until_on": held.until_on,
    }


def _trail(city_id: UUID, people: Sequence[Newcomer], actor_id: UUID | None, capacity: Role | None) -> RowSet:
    shared = {
        "city_id": city_id,
        "happened_at": clock.now(),
        "actor_id": actor_id,
        "capacity": capacity,
        "outcome": "done",
        "fields": [],
    }
    return _rows(AuditEvent, shared, (_event(person) for person in people))


def _event(person: Newcomer) -> dict[str, Any]:
    kind, object_id = ("teacher", person.teacher.id) if person.teacher else ("user", person.user_id)
    return {
        "id": new_id(),
        "action": f"{kind}.created",
        "object_kind": kind,
        "object_id": object_id,
        "org_path": person.org_path,
    }
