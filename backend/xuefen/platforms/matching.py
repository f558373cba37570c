"""Whose completion it is: teachers found by staff number, id number or phone, three queries for a batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.privacy import blind_index
from xuefen.people.models import Employment, Teacher, User
from xuefen.platforms import rules
from xuefen.platforms.rules import Person
from xuefen.platforms.schemas import TeacherRef

Key = tuple[str, str]
"""The kind of number, and the number or its blind index."""


async def match(db: AsyncSession, city_id: UUID, refs: Iterable[TeacherRef]) -> dict[TeacherRef, Person]:
    """The teachers whom `refs` point at without doubt; the others are left out."""
    keys = {ref: _key(ref) for ref in refs}
    wanted: dict[str, list[str]] = defaultdict(list)
    for kind, number in sorted(set(keys.values())):
        wanted[kind].append(number)
    people: dict[Key, list[Person]] = defaultdict(list)
    for kind, numbers in wanted.items():
        for number, *person in await db.execute(_teachers_by(kind, city_id, numbers)):
            people[kind, number].append(Person(*person))
    found = {
        ref: rules.matched(people[key], ref.name, by_phone=ref.phone is not None) for ref, key in keys.items()
    }
    return {ref: person for ref, person in found.items() if person is not None}


async def lock(db: AsyncSession, city_id: UUID, people: Iterable[Person]) -> None:
    """Hold the teachers' rows, in the order of their ids: two batches that overlap wait and never deadlock.

    The row stands for all that is reported of the teacher, by whichever platform: who comes second sees what
    the first one wrote, and the same program on another day is noticed.
    """
    teachers = sorted({person.teacher_id for person in people})
    if not teachers:
        return
    await db.execute(
        select(col(Teacher.id))
        .where(col(Teacher.city_id) == city_id, col(Teacher.id).in_(teachers))
        .order_by(col(Teacher.id))
        .with_for_update(key_share=True)
    )


def _key(ref: TeacherRef) -> Key:
    if ref.staff_no is not None:
        return "staff_no", ref.staff_no
    if ref.id_number is not None:
        return "id_number", blind_index("id_number", ref.id_number)
    return "phone", blind_index("phone", ref.phone or "")


def _teachers_by(kind: str, city_id: UUID, numbers: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Number, teacher, name and present unit. Who was never employed can be credited nowhere."""
    account = and_(col(User.city_id) == col(Teacher.city_id), col(User.id) == col(Teacher.user_id))
    employed = exists().where(
        col(Employment.city_id) == col(Teacher.city_id), col(Employment.teacher_id) == col(Teacher.id)
    )
    column = {
        "staff_no": col(Teacher.staff_no),
        "id_number": col(Teacher.id_number_index),
        "phone": col(User.phone_index),
    }[kind]
    people = select(column, col(Teacher.id), col(Teacher.name), col(Teacher.org_path))
    if kind == "phone":
        people = people.join(User, account)
    return people.where(col(Teacher.city_id) == city_id, column.in_(numbers), employed)
