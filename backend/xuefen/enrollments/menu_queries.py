"""Reads of the menu: the published runs, and what each of them is to one teacher."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from xuefen.core.page import Keyset
from xuefen.enrollments.joins import (
    Wanted,
    holder_of_seat,
    overlapping,
    program_of_run,
    run_of_enrollment,
    same_row,
)
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.schemas import MenuQuery
from xuefen.enrollments.states import EnrollmentState
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.programs.models import ClassRun, ClassSession, Program, Seat
from xuefen.programs.states import ProgramState, RunState

BY_START = Keyset("menu", (col(ClassRun.starts_on), col(ClassRun.id)))
Sponsor = aliased(Organisation, name="sponsor")
Provider = aliased(Organisation, name="provider")


class OnMenu(NamedTuple):
    """A run on the menu with its program."""

    run: ClassRun
    program: Program
    sponsor_name: str
    provider_name: str


class Seats(NamedTuple):
    quota: int
    taken: int


class Meetings(NamedTuple):
    """The first meeting of a run, and how many it has."""

    starts_at: datetime
    ends_at: datetime
    place: str
    number: int


def select_menu(viewer: Viewer, query: MenuQuery, today: date) -> Select[Any]:
    """Published runs that have not begun, as far as the filters go that the database can apply."""
    columns: Sequence[Any] = (ClassRun, Program, col(Sponsor.name), col(Provider.name))
    statement: Select[Any] = (
        select(*columns)
        .select_from(ClassRun)
        .join(Program, program_of_run())
        .join(Sponsor, same_row(Sponsor, "id", Program, "sponsor_id"))
        .join(Provider, same_row(Provider, "id", Program, "provider_id"))
        .where(
            col(ClassRun.state) == RunState.open,
            col(ClassRun.starts_on) >= today,
            col(ClassRun.published_at).is_not(None),
            col(Program.state) == ProgramState.published,
        )
    )
    filters = {
        "category": col(Program.category),
        "mode": col(Program.mode),
        "level": col(Program.level),
    }
    for name, column in filters.items():
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.q is not None:
        statement = statement.where(col(Program.title).icontains(query.q, autoescape=True))
    return within(statement, viewer, ClassRun)


async def city_path(db: AsyncSession, city_id: UUID) -> str:
    of_city = (col(Organisation.city_id) == city_id) & (col(Organisation.id) == city_id)
    return (await db.scalars(select(col(Organisation.path)).where(of_city))).one()


async def count_of(db: AsyncSession, menu: Select[Any]) -> int:
    return await db.scalar(menu.with_only_columns(func.count(), maintain_column_froms=True)) or 0


async def seats_for(
    db: AsyncSession, city_id: UUID, run_ids: Sequence[UUID], org_path: str | None
) -> dict[UUID, Seats]:
    """Run id -> the seats open to the unit at `org_path`: its own, else its union's, county's or the city's.

    Without a unit: all seats together.
    """
    statement = (
        select(col(Seat.run_id), col(Seat.quota), col(Seat.taken), col(Organisation.path))
        .join(Organisation, holder_of_seat())
        .where(col(Seat.city_id) == city_id, col(Seat.run_id).in_(run_ids))
        .order_by(func.length(col(Organisation.path)))
    )
    seats: dict[UUID, Seats] = {}
    for run_id, quota, taken, path in await db.execute(statement):
        if org_path is None:
            before = seats.get(run_id, Seats(0, 0))
            seats[run_id] = Seats(before.quota + quota, before.taken + taken)
        elif org_path.startswith(path):
            seats[run_id] = Seats(quota, taken)
    return seats


async def meetings_of(db: AsyncSession, city_id: UUID, run_ids: Sequence[UUID]) -> dict[UUID, Meetings]:
    """Run id -> its first meeting and their number; runs without a timetable are left out."""
    run = col(ClassSession.run_id)
    numbered = (
        select(
            run,
            col(ClassSession.starts_at),
            col(ClassSession.ends_at),
            col(ClassSession.place),
            func.row_number().over(partition_by=run, order_by=col(ClassSession.starts_at)).label("position"),
            func.count().over(partition_by=run).label("number"),
        )
        .where(col(ClassSession.city_id) == city_id, run.in_(run_ids))
        .subquery()
    )
    found = numbered.c
    rows = await db.execute(
        select(found.run_id, found.starts_at, found.ends_at, found.place, found.number).where(
            found.position == 1
        )
    )
    return {row[0]: Meetings(*row[1:]) for row in rows}


async def enrollments_of(db: AsyncSession, city_id: UUID, teacher_id: UUID) -> list[tuple[Enrollment, date]]:
    """Every live enrolment of the teacher, with the last day of its run."""
    rows = await db.execute(
        select(Enrollment, col(ClassRun.ends_on))
        .join(ClassRun, run_of_enrollment())
        .where(
            col(Enrollment.city_id) == city_id,
            col(Enrollment.teacher_id) == teacher_id,
            col(Enrollment.state) != EnrollmentState.withdrawn,
        )
    )
    return [(enrollment, ends_on) for enrollment, ends_on in rows]


async def credited_on(db: AsyncSession, city_id: UUID, teacher_id: UUID) -> dict[UUID, list[date]]:
    """Program id -> the days of the teacher's credits for it that stand in the ledger."""
    rows = await db.execute(
        select(col(LedgerEntry.program_id), col(LedgerEntry.event_on)).where(
            col(LedgerEntry.city_id) == city_id,
            col(LedgerEntry.teacher_id) == teacher_id,
            in_force(),
        )
    )
    days: dict[UUID, list[date]] = defaultdict(list)
    for program_id, event_on in rows:
        if program_id is not None:
            days[program_id].append(event_on)
    return days


async def clashes_of(
    db: AsyncSession, city_id: UUID, teacher_id: UUID, run_ids: Sequence[UUID]
) -> dict[UUID, str]:
    """Run id -> title of a course, enrolled in, that meets at the same time."""
    rows = await db.execute(
        overlapping(city_id, teacher_id)
        .add_columns(col(Wanted.run_id))
        .where(col(Wanted.run_id).in_(run_ids))
        .group_by(col(Wanted.run_id))
    )
    return {run_id: title for title, run_id in rows}
