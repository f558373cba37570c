"""Reads of programs, class runs and class sessions, each within the viewer's scope."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.programs.models import ClassRun, ClassSession, Program, Seat
from xuefen.programs.schemas import ProgramQuery

Sponsor = aliased(Organisation, name="sponsor")
Provider = aliased(Organisation, name="provider")
_WITH_NAMES: tuple[Any, ...] = (Program, col(Sponsor.name), col(Sponsor.kind), col(Provider.name))
NEWEST_FIRST = Keyset("programs", (col(Program.id),), descending=True)
RUNS_BY_START = Keyset("class_runs", (col(ClassRun.starts_on), col(ClassRun.id)))
SESSIONS_BY_START = Keyset("class_sessions", (col(ClassSession.starts_at), col(ClassSession.id)))


class ProgramRow(NamedTuple):
    program: Program
    sponsor_name: str
    sponsor_kind: str
    provider_name: str


class Holding(NamedTuple):
    """Seats of one holder."""

    holder_id: UUID
    holder_name: str
    quota: int
    taken: int


def select_programs(viewer: Viewer) -> Select[Any]:
    sponsors = (col(Sponsor.city_id) == col(Program.city_id)) & (col(Sponsor.id) == col(Program.sponsor_id))
    providers = (col(Provider.city_id) == col(Program.city_id)) & (
        col(Provider.id) == col(Program.provider_id)
    )
    statement: Select[Any] = (
        select(*_WITH_NAMES).select_from(Program).join(Sponsor, sponsors).join(Provider, providers)
    )
    return within(statement, viewer, Program)


def filtered(statement: Select[Any], query: ProgramQuery) -> Select[Any]:
    """`statement` over programs with the filters of a list."""
    if query.state is not None:
        statement = statement.where(col(Program.state) == query.state)
    if query.category is not None:
        statement = statement.where(col(Program.category) == query.category)
    if query.provider_id is not None:
        statement = statement.where(col(Program.provider_id) == query.provider_id)
    if query.q is not None:
        statement = statement.where(col(Program.title).icontains(query.q, autoescape=True))
    return statement


async def program_row(
    db: AsyncSession, viewer: Viewer, program_id: UUID, *, lock: bool = False
) -> ProgramRow:
    """The program with the names of its units; `NotFound` when it is absent or foreign."""
    statement = select_programs(viewer).where(col(Program.id) == program_id)
    if lock:
        statement = statement.with_for_update(of=Program)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return ProgramRow(*row)


async def run_within(db: AsyncSession, viewer: Viewer, run_id: UUID, *, lock: bool = False) -> ClassRun:
    statement = within(select(ClassRun).where(col(ClassRun.id) == run_id), viewer, ClassRun)
    if lock:
        statement = statement.with_for_update()
    run = (await db.scalars(statement)).one_or_none()
    if run is None:
        raise NotFound
    return run


async def organisations_of(db: AsyncSession, city_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Organisation]:
    """The open organisations of the city among `ids`."""
    rows = await db.scalars(
        select(Organisation).where(
            col(Organisation.city_id) == city_id,
            col(Organisation.id).in_(ids),
            col(Organisation.closed_on).is_(None),
        )
    )
    return {organisation.id: organisation for organisation in rows}


async def holdings_of(db: AsyncSession, city_id: UUID, run_ids: Sequence[UUID]) -> dict[UUID, list[Holding]]:
    """Run id -> its seats by holder, from the city down."""
    rows = await db.execute(
        select(
            col(Seat.run_id), col(Seat.holder_id), col(Organisation.name), col(Seat.quota), col(Seat.taken)
        )
        .join(
            Organisation,
            (col(Organisation.city_id) == col(Seat.city_id)) & (col(Organisation.id) == col(Seat.holder_id)),
        )
        .where(col(Seat.city_id) == city_id, col(Seat.run_id).in_(run_ids))
        .order_by(col(Organisation.path))
    )
    holdings: dict[UUID, list[Holding]] = defaultdict(list)
    for run_id, holder_id, name, quota, taken in rows:
        holdings[run_id].append(Holding(holder_id, name, quota, taken))
    return holdings


async def session_counts(db: AsyncSession, city_id: UUID, run_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = await db.execute(
        select(col(ClassSession.run_id), func.count())
        .where(col(ClassSession.city_id) == city_id, col(ClassSession.run_id).in_(run_ids))
        .group_by(col(ClassSession.run_id))
    )
    return {row[0]: row[1] for row in rows}


async def sessions_of(db: AsyncSession, city_id: UUID, run_id: UUID) -> list[ClassSession]:
    """All meetings of a run, in time."""
    rows = await db.scalars(
        select(ClassSession)
        .where(col(ClassSession.city_id) == city_id, col(ClassSession.run_id) == run_id)
        .order_by(col(ClassSession.starts_at))
    )
    return list(rows)
