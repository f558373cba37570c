"""What people below the yearly line have coming: claims in review, and courses they are enrolled in.

A sum of claims says too much, because caps hold for them too. So whoever is carried over the line by credits
that a rule may refuse is judged by the engine; for all others the sum decides, in one query.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.models import Claim
from xuefen.approvals.queries import OPEN
from xuefen.credits.figure import judged
from xuefen.credits.figures import CHUNK, YearOfCity
from xuefen.credits.models import YearFigure
from xuefen.credits.records import teacher_records
from xuefen.credits.regions import region_of
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.oversight.reports_scope import Reach
from xuefen.policy.entries import Entry
from xuefen.policy.pack import Pack
from xuefen.policy.pack_rows import AppliedYearly, PerProgram
from xuefen.policy.vocabulary import Unit
from xuefen.programs.models import ClassRun, Program
from xuefen.programs.states import RunState


@dataclass(slots=True)
class Coming:
    """What one person has coming in the year. `adds_centi`: as much of it as would count."""

    school_id: UUID
    org_path: str
    requirement_id: str | None
    unit: Unit
    missing_centi: int
    in_review: list[Entry] = field(default_factory=list)
    enrolled: list[Entry] = field(default_factory=list)
    adds_centi: int = 0

    @property
    def entries(self) -> list[Entry]:
        return [*self.in_review, *self.enrolled]

    @property
    def carries(self) -> bool:
        """Whether it carries the person over the line."""
        return self.adds_centi >= self.missing_centi

    def sum_of(self, entries: Iterable[Entry]) -> int:
        hours = self.unit is Unit.hours
        return sum(entry.hours_centi if hours else entry.credits_centi for entry in entries)


async def coming(
    db: AsyncSession, reach: Reach, people: ColumnElement[bool] | None = None, *, exactly: bool = False
) -> dict[UUID, Coming]:
    """Everyone in reach below the line with anything coming; with `people` only the figures that match.

    Without `exactly`, `adds_centi` may be the plain sum where both come to the same verdict.
    """
    found: dict[UUID, Coming] = {}
    wanted = true() if people is None else people
    for row in await db.execute(_claims(reach, wanted)):
        _of(found, row).in_review.append(_entry(row))
    for row in await db.execute(_courses(reach, wanted)):
        _of(found, row).enrolled.append(_entry(row))
    doubtful = [person for person, one in found.items() if not _settle(reach.year, one, exactly)]
    for start in range(0, len(doubtful), CHUNK):
        part = {person: found[person] for person in doubtful[start : start + CHUNK]}
        await _ask_the_engine(db, reach.year, part)
    return found


def _settle(year: YearOfCity, one: Coming, exactly: bool) -> bool:
    """Take the plain sum where it decides; False: the engine has to be asked."""
    pack = _region(year, one.org_path).pack
    free = [entry for entry in one.entries if _counts_in_full(pack, entry)]
    one.adds_centi = one.sum_of(one.entries)
    if len(free) == len(one.entries):
        return True
    return not exactly and (not one.carries or one.sum_of(free) >= one.missing_centi)


def _counts_in_full(pack: Pack, entry: Entry) -> bool:
    """Whether no cap and no fixed award can take anything of the entry away."""
    category = pack.find_category(entry.category)
    return category is None or isinstance(category.worth, PerProgram | AppliedYearly)


async def _ask_the_engine(db: AsyncSession, year: YearOfCity, people: Mapping[UUID, Coming]) -> None:
    records = await teacher_records(db, year.city_id, list(people), year.policies)
    known = [(people[record.teacher.id], record.person, record.entries) for record in records]

    def judge() -> None:
        for one, person, entries in known:
            line = judged(_region(year, one.org_path), person, entries, one.entries).year_line
            one.adds_centi = line.pending_centi if line else 0

    await asyncio.to_thread(judge)


def _region(year: YearOfCity, org_path: str) -> Any:
    return region_of(year.regions, org_path)


def _of(found: dict[UUID, Coming], row: Any) -> Coming:
    if row.teacher_id not in found:
        missing = row.required_centi - row.counted_centi
        found[row.teacher_id] = Coming(row.school_id, row.org_path, row.requirement_id, row.unit, missing)
    return found[row.teacher_id]


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        category=row.category,
        credits_centi=row.credits_centi,
        hours_centi=row.hours_centi,
        event_on=row.event_on,
        level=row.level,
        mode=row.mode,
        exam_passed=row.exam_passed,
        award_key=row.award_key,
    )


_FIGURE = (
    col(YearFigure.teacher_id),
    col(YearFigure.school_id),
    col(YearFigure.org_path),
    col(YearFigure.requirement_id),
    col(YearFigure.unit),
    col(YearFigure.required_centi),
    col(YearFigure.counted_centi),
)


def is_below() -> ColumnElement[bool]:
    """The yearly line binds and is not met."""
    return and_(col(YearFigure.required_centi).is_not(None), ~col(YearFigure.met))


def _claims(reach: Reach, people: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """At what was granted so far, or else claimed. Open claims lie on a desk: a partial index finds them."""
    return (
        select(
            *_FIGURE,
            col(Claim.id),
            col(Claim.category),
            func.coalesce(col(Claim.credits_granted_centi), col(Claim.credits_claimed_centi)).label(
                "credits_centi"
            ),
            col(Claim.hours_centi),
            col(Claim.event_on),
            col(Claim.level),
            col(Claim.mode),
            col(Claim.exam_passed),
            col(Claim.award_key),
        )
        .join(
            YearFigure,
            and_(
                col(YearFigure.city_id) == col(Claim.city_id),
                col(YearFigure.teacher_id) == col(Claim.teacher_id),
            ),
        )
        .where(
            col(Claim.city_id) == reach.year.city_id,
            col(Claim.desk_path).is_not(None),
            col(Claim.state).in_(OPEN),
            col(Claim.event_on).between(col(YearFigure.year_starts_on), col(YearFigure.year_ends_on)),
            reach.figures,
            is_below(),
            people,
        )
    )


def _courses(reach: Reach, people: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Courses under way, as if completed on their last day, the exam passed where there is one."""
    return (
        select(
            *_FIGURE,
            col(Enrollment.id),
            col(Program.category),
            col(Program.credits_centi),
            col(Program.hours_centi),
            col(ClassRun.ends_on).label("event_on"),
            col(Program.level),
            col(Program.mode),
            col(Program.has_exam).label("exam_passed"),
            literal(None).label("award_key"),
        )
        .join(
            YearFigure,
            and_(
                col(YearFigure.city_id) == col(Enrollment.city_id),
                col(YearFigure.teacher_id) == col(Enrollment.teacher_id),
            ),
        )
        .join(
            ClassRun,
            and_(
                col(ClassRun.city_id) == col(Enrollment.city_id), col(ClassRun.id) == col(Enrollment.run_id)
            ),
        )
        .join(
            Program,
            and_(
                col(Program.city_id) == col(Enrollment.city_id),
                col(Program.id) == col(Enrollment.program_id),
            ),
        )
        .where(
            col(Enrollment.city_id) == reach.year.city_id,
            col(Enrollment.state) == EnrollmentState.enrolled,
            col(ClassRun.state) == RunState.open,
            col(ClassRun.ends_on).between(col(YearFigure.year_starts_on), col(YearFigure.year_ends_on)),
            reach.figures,
            is_below(),
            people,
        )
    )
