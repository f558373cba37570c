"""The standing of one teacher, from the ledger and the policies in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.exemptions.reading import Cases, cases_of
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies, PolicyInForce, policies_of
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher, TeacherPost
from xuefen.policy.counting import InForce, Tally, count
from xuefen.policy.entries import Entry, Person
from xuefen.policy.requirements import Standing, standing


@dataclass(frozen=True, slots=True)
class TeacherRecord:
    """A teacher with all that a standing rests on. `entries` are the credits in force."""

    teacher: Teacher
    school_name: str
    person: Person
    entries: tuple[Entry, ...]
    policies: Policies

    def policy_on(self, on: date) -> PolicyInForce:
        return self.policies.at(self.teacher.org_path, on)

    @property
    def caps(self) -> InForce:
        """Caps follow the version of the event's day, of the unit the teacher belongs to now."""
        return lambda day: self.policy_on(day).pack

    def tally(self) -> Tally:
        """Which credits count, over all cycles."""
        return count(self.entries, self.caps)

    def standing(self, on: date, pending: Sequence[Entry] = ()) -> Standing:
        """Requirements are those in force on `on`."""
        pack = self.policy_on(on).pack
        return standing(pack, self.person, self.entries, on, pending, in_force=self.caps)


async def teacher_record(db: AsyncSession, viewer: Viewer, teacher_id: UUID) -> TeacherRecord:
    """The record of a teacher within the viewer's scope; else `NotFound`."""
    found = within(
        select(Teacher, col(Organisation.name))
        .join(
            Organisation,
            (col(Organisation.city_id) == col(Teacher.city_id))
            & (col(Organisation.id) == col(Teacher.school_id)),
        )
        .where(col(Teacher.id) == teacher_id),
        viewer,
        Teacher,
    )
    row = (await db.execute(found)).first()
    if row is None:
        raise NotFound
    teacher, school_name = row
    return TeacherRecord(
        teacher,
        school_name,
        await _person(db, teacher),
        await _entries(db, teacher),
        await policies_of(db, teacher.city_id),
    )


def person_of(teacher: Teacher, posts: Iterable[tuple[str, date, date | None]], cases: Cases) -> Person:
    return Person(
        hired_on=teacher.hired_on,
        stage=teacher.stage,
        subject=teacher.subject,
        positions=tuple(posts),
        leaves_on=teacher.left_on,
        exemptions=cases.exemptions,
        vetoes=cases.vetoes,
    )


async def _person(db: AsyncSession, teacher: Teacher) -> Person:
    posts = await (await db.connection()).execute(_POSTS, _of(teacher))
    cases = await cases_of(db, teacher.city_id, [teacher.id])
    held = [(post, from_on, until_on) for post, from_on, until_on in posts]
    return person_of(teacher, held, cases.get(teacher.id, Cases()))


async def _entries(db: AsyncSession, teacher: Teacher) -> tuple[Entry, ...]:
    rows = await (await db.connection()).execute(_ENTRIES, _of(teacher))
    return tuple(Entry(*row) for row in rows)


def _of(teacher: Teacher) -> dict[str, UUID]:
    return {"city": teacher.city_id, "teacher": teacher.id}


ENTRY_COLUMNS = (
    col(LedgerEntry.id),
    col(LedgerEntry.category),
    col(LedgerEntry.credits_centi),
    col(LedgerEntry.hours_centi),
    col(LedgerEntry.event_on),
    col(LedgerEntry.level),
    col(LedgerEntry.mode),
    col(LedgerEntry.exam_passed),
    col(LedgerEntry.award_key),
)
"""What an `Entry` is made of, in its order."""

# Built once: every page of a teacher asks them, and building costs more than asking.
_POSTS = select(col(TeacherPost.post), col(TeacherPost.from_on), col(TeacherPost.until_on)).where(
    col(TeacherPost.city_id) == bindparam("city"), col(TeacherPost.teacher_id) == bindparam("teacher")
)
_ENTRIES = select(*ENTRY_COLUMNS).where(
    col(LedgerEntry.city_id) == bindparam("city"),
    col(LedgerEntry.teacher_id) == bindparam("teacher"),
    in_force(),
)
