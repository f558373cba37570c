"""What a teacher has done and holds, as it bears on one run: one read, of parts that share their columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Date,
    Row,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.db import connection_of
from xuefen.enrollments.joins import Wanted, overlapping, run_of_enrollment
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.rules import TAKING, Past
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.people.models import TeacherPost
from xuefen.programs.models import ClassRun, Program

CITY = bindparam("city_id", type_=Uuid())
TEACHER = bindparam("teacher_id", type_=Uuid())
RUN = bindparam("run_id", type_=Uuid())
PROGRAM = bindparam("program_id", type_=Uuid())
ENROLLMENT = bindparam("enrollment_id", type_=Uuid())
TODAY = bindparam("today", type_=Date())


class Question(NamedTuple):
    """Who asks for a place in which run, under which id, on which day."""

    city_id: UUID
    teacher_id: UUID
    run_id: UUID
    program_id: UUID
    enrollment_id: UUID
    today: date


@dataclass(frozen=True, slots=True)
class Facts:
    """`used_for`: teacher and run of the enrolment that bears the asked id already, whosesoever it is."""

    past: Past
    posts: tuple[str, ...]
    used_for: tuple[UUID, UUID] | None


async def facts_of(db: AsyncSession, question: Question) -> Facts:
    rows = (await (await connection_of(db)).execute(_facts(), question._asdict())).all()
    enrollments = _of("enrollment", rows)
    same_id = next((row for row in enrollments if row.id == question.enrollment_id), None)
    taken = [row for row in enrollments if row.teacher_id == question.teacher_id and row.text in TAKING]
    past = Past(
        enrolled_here=any(row.run_id == question.run_id for row in taken),
        taken_on=tuple(row.day for row in [*taken, *_of("entry", rows)]),
        clash=_of("clash", rows)[0].text,
    )
    posts = tuple(row.text for row in _of("post", rows))
    return Facts(past, posts, (same_id.teacher_id, same_id.run_id) if same_id else None)


def _of(kind: str, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    return [row for row in rows if row.kind == kind]


@cache
def _facts() -> CompoundSelect[Any]:
    return union_all(_enrollments(), _entries(), _posts(), _clash())


def _columns(
    kind: str, *, day: Any = None, text: Any = None, of: type[Enrollment] | None = None
) -> list[Any]:
    """The columns that all parts share; what a part has no use for is null."""
    ids = ("id", "teacher_id", "run_id")
    return [
        literal(kind, String).label("kind"),
        *((getattr(of, name) if of else cast(null(), Uuid())).label(name) for name in ids),
        (cast(null(), Date()) if day is None else day).label("day"),
        (cast(null(), String()) if text is None else type_coerce(text, String())).label("text"),
    ]


def _enrollments() -> Select[Any]:
    """Enrolments in the program, and the one that bears the asked id."""
    same_program = and_(col(Enrollment.teacher_id) == TEACHER, col(Enrollment.program_id) == PROGRAM)
    return (
        select(*_columns("enrollment", day=col(ClassRun.ends_on), text=col(Enrollment.state), of=Enrollment))
        .select_from(Enrollment)
        .join(ClassRun, run_of_enrollment())
        .where(col(Enrollment.city_id) == CITY, or_(same_program, col(Enrollment.id) == ENROLLMENT))
    )


def _entries() -> Select[Any]:
    """Credits of the program that stand in the ledger, from whatever source."""
    return select(*_columns("entry", day=col(LedgerEntry.event_on))).where(
        col(LedgerEntry.city_id) == CITY,
        col(LedgerEntry.teacher_id) == TEACHER,
        col(LedgerEntry.program_id) == PROGRAM,
        in_force(),
    )


def _posts() -> Select[Any]:
    return select(*_columns("post", text=col(TeacherPost.post))).where(
        col(TeacherPost.city_id) == CITY,
        col(TeacherPost.teacher_id) == TEACHER,
        col(TeacherPost.from_on) <= TODAY,
        or_(col(TeacherPost.until_on).is_(None), col(TeacherPost.until_on) >= TODAY),
    )


def _clash() -> Select[Any]:
    """Title of a course, enrolled in, that meets when the wanted run does; always one row."""
    clashing = overlapping(CITY, TEACHER).where(col(Wanted.run_id) == RUN)
    return clashing.with_only_columns(
        *_columns("clash", text=func.min(col(Program.title))), maintain_column_froms=True
    )
