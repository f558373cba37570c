"""Committing a checked roster: all of it or nothing, in one transaction.

The rows are checked again inside it. A row must still meet what it met at the check: a teacher who was
added or edited meanwhile is a conflict, not something to overwrite.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.clock import office_date
from xuefen.core.errors import Conflict, FieldError
from xuefen.core.ids import new_id
from xuefen.core.privacy import blind_index
from xuefen.people.adding import add_people
from xuefen.people.directory import STAFF_NO
from xuefen.people.newcomers import Newcomer, PostHeld, sealed_teacher
from xuefen.people.roster import changing, facts, storing
from xuefen.people.roster.checking import Progress, plan_now, silent
from xuefen.people.roster.columns import Column
from xuefen.people.roster.entries import Entry
from xuefen.people.roster.facts import Keys, School, key_of
from xuefen.people.roster.findings import Finding
from xuefen.people.roster.importer import Importer
from xuefen.people.roster.planning import Plan, Planned, begins_on
from xuefen.people.roster.storing import Kept

_LISTED = 100


class ImportOutdated(Conflict):
    code, title = "import_outdated", "检查之后数据有变动，什么也没有导入；请重新上传检查"


@dataclass(frozen=True)
class Prepared:
    """What was kept, with the new people's values sealed before the transaction begins."""

    kept: Kept
    keys: list[Keys]
    newcomers: list[Newcomer]


def prepare(kept: Kept, today: date) -> Prepared:
    prepared = Prepared(kept, [], [])
    for row in kept.rows:
        if row.seen is not None:
            prepared.keys.append(key_of(row.entry))
            continue
        newcomer = _newcomer(row.entry, kept.schools[row.school_id], today)
        prepared.newcomers.append(newcomer)
        prepared.keys.append(_key_of_newcomer(newcomer))
    return prepared


async def commit(
    db: AsyncSession,
    importer: Importer,
    import_id: UUID,
    prepared: Prepared,
    now: datetime,
    tell: Progress = silent,
) -> bool:
    """Import the rows; False when somebody has committed them already. `ImportOutdated` changes nothing."""
    if not await storing.mark_committed(db, importer.city_id, import_id, now):
        return False
    changes = await _check_again(db, importer, prepared, office_date(now))
    await _add(db, importer, prepared.newcomers, tell)
    await changing.change(db, importer, changes, now, tell)
    importer.note(db, "import.committed", import_id)
    return True


async def _check_again(
    db: AsyncSession, importer: Importer, prepared: Prepared, today: date
) -> list[Planned]:
    """The rows that change a teacher; `ImportOutdated` when anything is not as it was at the check."""
    rows = prepared.kept.rows
    await facts.lock(db, importer.city_id, [row.seen.teacher_id for row in rows if row.seen])
    planned = await plan_now(db, importer, [row.entry for row in rows], prepared.keys, today)
    found = [*planned.errors, *_changed_meanwhile(prepared.kept, planned)]
    if found:
        raise ImportOutdated(errors=_fields(found[:_LISTED]))
    return planned.changes


def _changed_meanwhile(kept: Kept, planned: Plan) -> Iterator[Finding]:
    now = {row.entry.row: row for row in planned.rows}
    for row in kept.rows:
        found = now.get(row.entry.row)
        if found is None:
            continue
        if found.seen != row.seen:
            message = "检查之后，这位教师的资料有变动，请重新上传检查"
            yield Finding(row.entry.row, Column.staff_no, "changed_meanwhile", message)
        elif found.school.id != row.school_id:
            message = "检查之后，学校的名称有变动，请重新上传检查"
            yield Finding(row.entry.row, Column.school_name, "changed_meanwhile", message)


def _fields(found: Iterable[Finding]) -> list[FieldError]:
    return [FieldError(f"/rows/{finding.row}", finding.code, finding.sentence) for finding in found]


async def _add(db: AsyncSession, importer: Importer, newcomers: Sequence[Newcomer], tell: Progress) -> None:
    added = 0
    for chunk in facts.chunks(newcomers):
        await add_people(db, importer.city_id, chunk, actor_id=importer.actor_id, capacity=importer.capacity)
        added += len(chunk)
        if added == len(chunk) < len(newcomers):
            await _learn_sizes(db)
        tell("新增", added, len(newcomers))


async def _learn_sizes(db: AsyncSession) -> None:
    """Tell PostgreSQL what the first thousand rows look like.

    Knowing nothing of a new table it looks for the parent of each row by the index on the city alone, and
    every further thousand takes longer than the last: fifty thousand took minutes.
    """
    if db.get_bind().dialect.name == "postgresql":
        await db.execute(text("ANALYZE (SKIP_LOCKED) users, directory, teachers, teacher_posts"))


def _newcomer(entry: Entry, school: School, today: date) -> Newcomer:
    return sealed_teacher(
        id=new_id(),
        staff_no=entry.staff_no,
        name=entry.name,
        school_id=school.id,
        org_path=school.path,
        stage=entry.stage,
        subject=entry.subject,
        hired_on=entry.hired_on,
        phone=entry.phone,
        id_number=entry.id_number,
        degree=entry.degree,
        posts=[PostHeld(post.post, begins_on(post, entry.hired_on, today)) for post in entry.posts or ()],
    )


def _key_of_newcomer(newcomer: Newcomer) -> Keys:
    """The indexes that sealing has computed already, and the staff number's."""
    id_number = newcomer.teacher.id_number.index if newcomer.teacher else None
    return Keys(blind_index(STAFF_NO, newcomer.staff_no), newcomer.phone.index, id_number)
