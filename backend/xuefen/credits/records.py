"""The records of many teachers at once: a fixed number of queries, whatever their number."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.credits.standing import (
    ENTRY_COLUMNS,
    FACTS_COLUMNS,
    TeacherFacts,
    TeacherRecord,
    person_of,
)
from xuefen.exemptions.reading import Cases, cases_of
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies
from xuefen.people.models import Teacher, TeacherPost
from xuefen.policy.entries import Entry, Position


async def teacher_records(
    db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID], policies: Policies
) -> list[TeacherRecord]:
    """The records of these teachers (at most a few thousand), by staff number; nobody's scope is asked.

    Whoever calls has chosen the ids within a viewer's scope, or works for nobody (the worker).
    """
    posts = await _posts(db, city_id, teacher_ids)
    entries = await _entries(db, city_id, teacher_ids)
    cases = await cases_of(db, city_id, teacher_ids)
    found = await db.execute(
        select(*FACTS_COLUMNS, col(Organisation.name))
        .join(
            Organisation,
            (col(Organisation.city_id) == col(Teacher.city_id))
            & (col(Organisation.id) == col(Teacher.school_id)),
        )
        .where(col(Teacher.city_id) == city_id, col(Teacher.id).in_(teacher_ids))
        .order_by(col(Teacher.staff_no))
    )
    return [
        TeacherRecord(
            teacher,
            school_name,
            person_of(teacher, posts[teacher.id], cases.get(teacher.id, Cases())),
            tuple(entries[teacher.id]),
            policies,
        )
        for teacher, school_name in ((TeacherFacts(*facts), name) for *facts, name in found)
    ]


async def _posts(
    db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID]
) -> defaultdict[UUID, list[Position]]:
    rows = await db.execute(
        select(
            col(TeacherPost.teacher_id),
            col(TeacherPost.post),
            col(TeacherPost.from_on),
            col(TeacherPost.until_on),
        ).where(col(TeacherPost.city_id) == city_id, col(TeacherPost.teacher_id).in_(teacher_ids))
    )
    posts: defaultdict[UUID, list[Position]] = defaultdict(list)
    for teacher_id, post, from_on, until_on in rows:
        posts[teacher_id].append(Position(post, from_on, until_on))
    return posts


async def _entries(
    db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID]
) -> defaultdict[UUID, list[Entry]]:
    rows = await db.execute(
        select(col(LedgerEntry.teacher_id), *ENTRY_COLUMNS).where(
            col(LedgerEntry.city_id) == city_id, col(LedgerEntry.teacher_id).in_(teacher_ids), in_force()
        )
    )
    entries: defaultdict[UUID, list[Entry]] = defaultdict(list)
    for teacher_id, *entry in rows:
        entries[teacher_id].append(Entry(*entry))
    return entries
