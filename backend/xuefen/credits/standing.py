"""The standing of one teacher, from the ledger and the policies in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    String,
    and_,
    bindparam,
    cast,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.db import connection_of
from xuefen.core.errors import NotFound
from xuefen.exemptions.models import EthicsVeto, Exemption, ExemptionState
from xuefen.exemptions.reading import Cases, in_force_days
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies, PolicyInForce, policies_of, policy_stamp
from xuefen.organisations.scope import sees
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Stage, Teacher, TeacherPost
from xuefen.policy.counting import InForce, Tally, count
from xuefen.policy.entries import Entry, Person
from xuefen.policy.requirements import Standing, standing


class TeacherFacts(NamedTuple):
    """What a record tells of the teacher. Plain values: an object of the session costs every standing more."""

    id: UUID
    city_id: UUID
    staff_no: str
    name: str
    school_id: UUID
    org_path: str
    stage: Stage
    subject: str
    hired_on: date
    left_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class TeacherRecord:
    """A teacher with all that a standing rests on. `entries` are the credits in force."""

    teacher: TeacherFacts
    school_name: str
    person: Person
    entries: tuple[Entry, ...]
    policies: Policies

    def policy_on(self, on: date) -> PolicyInForce:
        return self.policies.at(self.teacher.org_path, on)

    @property
    def caps(self) -> InForce:
        """Caps follow the version of the event's day, of the unit the teacher belongs to now."""
        versions = self.policies.of_unit(self.teacher.org_path)
        if len(versions) == 1:
            return lambda _: versions[0].pack
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
    record = await teacher_head(db, viewer, teacher_id)
    rows = await (await connection_of(db)).execute(_ENTRIES, key_of(record.teacher))
    return replace(record, entries=tuple(Entry(*row) for row in rows))


async def teacher_head(db: AsyncSession, viewer: Viewer, teacher_id: UUID) -> TeacherRecord:
    """The same without the entries, for who reads them together with something else."""
    asked = {"city": viewer.city_id, "teacher": teacher_id}
    rows = (await (await connection_of(db)).execute(_TEACHER, asked)).all()
    if not rows:
        raise NotFound
    facts, (school_name, stamp) = rows[0][:_FACTS], rows[0][_FACTS : _FACTS + 2]
    teacher = TeacherFacts(*facts)
    if not sees(viewer, Teacher.scope_columns, teacher):
        raise NotFound
    person = _person(teacher, (row[_FACTS + 2 :] for row in rows))
    return TeacherRecord(teacher, school_name, person, (), await policies_of(db, teacher.city_id, stamp))


def key_of(teacher: TeacherFacts) -> dict[str, UUID]:
    """The parameters `:city` and `:teacher` of the statements that are built once."""
    return {"city": teacher.city_id, "teacher": teacher.id}


def _person(teacher: TeacherFacts, cases: Iterable[Any]) -> Person:
    found: dict[str, list[Any]] = {"post": [], "exemption": [], "veto": []}
    for table, code, from_on, until_on, lifted_at in cases:
        if table == "veto":
            found[table] += in_force_days(from_on, until_on, lifted_at)
        elif table is not None:
            found[table].append((code, from_on, until_on))
    return person_of(teacher, found["post"], Cases(tuple(found["exemption"]), tuple(found["veto"])))


def person_of(teacher: TeacherFacts, posts: Iterable[tuple[str, date, date | None]], cases: Cases) -> Person:
    return Person(
        hired_on=teacher.hired_on,
        stage=teacher.stage,
        subject=teacher.subject,
        positions=tuple(posts),
        leaves_on=teacher.left_on,
        exemptions=cases.exemptions,
        vetoes=cases.vetoes,
    )


def _of(model: Any) -> ColumnElement[bool]:
    return and_(model.city_id == bindparam("city"), model.teacher_id == bindparam("teacher"))


FACTS_COLUMNS = tuple(col(getattr(Teacher, name)) for name in TeacherFacts._fields)
"""What `TeacherFacts` is made of, in its order."""
_FACTS = len(FACTS_COLUMNS)

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
_ENTRIES = select(*ENTRY_COLUMNS).where(_of(LedgerEntry), in_force())
_CASES = union_all(
    select(
        literal("post").label("kind"),
        cast(col(TeacherPost.post), String).label("code"),
        col(TeacherPost.from_on).label("from_on"),
        col(TeacherPost.until_on).label("until_on"),
        cast(null(), DateTime(timezone=True)).label("lifted_at"),
    ).where(_of(TeacherPost)),
    select(
        literal("exemption"),
        cast(col(Exemption.kind), String),
        col(Exemption.from_on),
        col(Exemption.until_on),
        cast(null(), DateTime(timezone=True)),
    ).where(_of(Exemption), col(Exemption.state) == ExemptionState.approved),
    select(
        literal("veto"),
        literal(""),
        col(EthicsVeto.from_on),
        col(EthicsVeto.until_on),
        col(EthicsVeto.lifted_at),
    ).where(_of(EthicsVeto)),
).subquery("cases")
_TEACHER = (
    select(*FACTS_COLUMNS, col(Organisation.name), policy_stamp(), *_CASES.c)
    .join(
        Organisation,
        (col(Organisation.city_id) == col(Teacher.city_id))
        & (col(Organisation.id) == col(Teacher.school_id)),
    )
    .outerjoin(_CASES, true())
    .where(col(Teacher.city_id) == bindparam("city"), col(Teacher.id) == bindparam("teacher"))
)
