"""Changing teachers whom a roster describes otherwise than they stand; set-based, chunk by chunk."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.audit import AuditEvent
from xuefen.core.clock import office_date
from xuefen.core.ids import new_id
from xuefen.core.rowsets import RowSet, insert_rows, table_of
from xuefen.people.directory import PHONE
from xuefen.people.models import DirectoryEntry, Teacher, TeacherPost, User
from xuefen.people.personal import sealed_id_number, sealed_phone
from xuefen.people.roster.checking import Progress
from xuefen.people.roster.facts import HeldPost, Known, chunks
from xuefen.people.roster.importer import Importer
from xuefen.people.roster.planning import Planned, begins_on, post_changes

Pair = tuple[Planned, Known]
TEACHERS = table_of(Teacher)
USERS = table_of(User)
POSTS = table_of(TeacherPost)
DIRECTORY = table_of(DirectoryEntry)
EVENTS = table_of(AuditEvent)


async def change(
    db: AsyncSession, importer: Importer, changes: Sequence[Planned], now: datetime, tell: Progress
) -> None:
    """Write the changed fields of `changes`, with an audit row for each teacher."""
    pairs = [(row, row.known) for row in changes if row.known is not None]
    await _forget_phones(db, [known for row, known in pairs if "phone" in row.changed])
    changed = 0
    for chunk in chunks(pairs):
        await _change_teachers(db, importer, chunk)
        await _change_accounts(db, importer, chunk)
        await _change_posts(db, importer, chunk, office_date(now))
        await _note(db, importer, chunk, now)
        changed += len(chunk)
        tell("更改", changed, len(pairs))


async def _change_teachers(db: AsyncSession, importer: Importer, pairs: Sequence[Pair]) -> None:
    plain = [
        {
            "of_id": known.teacher_id,
            "name": row.entry.name,
            "stage": row.entry.stage,
            "subject": row.entry.subject,
            "degree": row.entry.degree or known.degree,
            "version": known.version + 1,
        }
        for row, known in pairs
    ]
    await _update(db, importer, TEACHERS, plain)
    sealed = [
        (known.teacher_id, sealed_id_number(known.teacher_id, row.entry.id_number))
        for row, known in pairs
        if "id_number" in row.changed
    ]
    numbers = [
        {
            "of_id": teacher_id,
            "id_number_cipher": number.cipher,
            "id_number_index": number.index,
            "id_number_masked": number.masked,
        }
        for teacher_id, number in sealed
    ]
    await _update(db, importer, TEACHERS, numbers)


async def _change_accounts(db: AsyncSession, importer: Importer, pairs: Sequence[Pair]) -> None:
    names = [
        {"of_id": known.user_id, "name": row.entry.name} for row, known in pairs if "name" in row.changed
    ]
    await _update(db, importer, USERS, names)
    phones = [
        (known.user_id, sealed_phone(known.user_id, row.entry.phone))
        for row, known in pairs
        if "phone" in row.changed
    ]
    stored = [
        {
            "of_id": user_id,
            "phone_cipher": phone.cipher,
            "phone_index": phone.index,
            "phone_masked": phone.masked,
        }
        for user_id, phone in phones
    ]
    await _update(db, importer, USERS, stored)
    entries = [{"key_hash": phone.index, "owner_id": user_id} for user_id, phone in phones]
    await insert_rows(db, RowSet(DIRECTORY, {"kind": PHONE, "city_id": importer.city_id}, entries))


async def _forget_phones(db: AsyncSession, known: Iterable[Known]) -> None:
    """Give up the sign-in by the old phones first: nobody's new one may wait for it."""
    for chunk in chunks([teacher.phone_index for teacher in known if teacher.phone_index]):
        await db.execute(
            delete(DirectoryEntry).where(
                col(DirectoryEntry.kind) == PHONE, col(DirectoryEntry.key_hash).in_(chunk)
            )
        )


async def _change_posts(db: AsyncSession, importer: Importer, pairs: Sequence[Pair], today: date) -> None:
    ended: list[dict[str, Any]] = []
    begun: list[dict[str, Any]] = []
    for row, known in pairs:
        ending, beginning = post_changes(row.entry.posts, known, today)
        ended += [{"of_id": held.id, "until_on": _last_day(held, today)} for held in ending]
        begun += [
            {
                "id": new_id(),
                "teacher_id": known.teacher_id,
                "org_path": row.school.path,
                "post": post.post,
                "from_on": begins_on(post, known.hired_on, today),
                "until_on": None,
            }
            for post in beginning
        ]
    await _update(db, importer, POSTS, ended)
    await insert_rows(db, RowSet(POSTS, {"city_id": importer.city_id}, begun))


def _last_day(held: HeldPost, today: date) -> date:
    """Yesterday, but never before the first day."""
    return max(held.from_on, today - timedelta(days=1))


async def _note(db: AsyncSession, importer: Importer, pairs: Sequence[Pair], now: datetime) -> None:
    events: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row, known in pairs:
        event = {"id": new_id(), "object_id": known.teacher_id, "org_path": row.school.path}
        events[row.changed].append(event)
    shared = {
        "city_id": importer.city_id,
        "happened_at": now,
        "actor_id": importer.actor_id,
        "capacity": importer.capacity,
        "action": "teacher.edited",
        "object_kind": "teacher",
        "outcome": "done",
    }
    for fields, rows in events.items():
        await insert_rows(db, RowSet(EVENTS, shared | {"fields": list(fields)}, rows))


async def _update(db: AsyncSession, importer: Importer, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write each row of values to the row of `table` that its `of_id` names."""
    if not rows:
        return
    written: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "of_id"}
    statement = (
        update(table)
        .where(table.c.city_id == importer.city_id, table.c.id == bindparam("of_id"))
        .values(written)
    )
    await (await db.connection()).execute(statement, rows)
