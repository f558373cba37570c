"""Use cases of class runs and class sessions: when a program is taught, and how many seats it has."""

from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.errors import FieldError, Invalid, NotFound
from xuefen.core.page import Page, PageQuery
from xuefen.core.repeats import DifferentBody, request_hash, require_same
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.programs import queries, rules
from xuefen.programs.describing import describe_session, described_runs
from xuefen.programs.models import ClassRun, ClassSession, Program, Seat
from xuefen.programs.rules import OutsideRun, SessionsOverlap
from xuefen.programs.schemas import ClassRunIn, ClassRunOut, ClassSessionIn, ClassSessionOut

HOLDER_KINDS = (OrganisationKind.county, OrganisationKind.union, OrganisationKind.school)


async def list_runs(
    db: AsyncSession, viewer: Viewer, program_id: UUID, query: PageQuery
) -> Page[ClassRunOut]:
    """The runs of a program that the viewer may see, earliest first."""
    await queries.program_row(db, viewer, program_id)
    runs = within(select(ClassRun).where(col(ClassRun.program_id) == program_id), viewer, ClassRun)
    found = (await db.scalars(queries.RUNS_BY_START.select(runs, query))).all()
    shown, token = queries.RUNS_BY_START.cut(found, query, lambda run: (run.starts_on, run.id))
    return Page(items=await described_runs(db, shown), next_page_token=token)


async def read_run(db: AsyncSession, viewer: Viewer, run_id: UUID) -> ClassRunOut:
    return await _describe(db, await queries.run_within(db, viewer, run_id))


async def create_run(
    db: AsyncSession, viewer: Viewer, program_id: UUID, body: ClassRunIn
) -> tuple[ClassRunOut, bool]:
    """The run with its seats, and whether it is new. Of a published program it is on the menu at once."""
    program, capacity = await _program_to_schedule(db, viewer, program_id)
    known = await db.get(ClassRun, (viewer.city_id, body.id))
    if known is not None:
        _require_same(known.program_id == program_id, known.request_hash, body)
        return await _describe(db, known), False
    rules.refuse_unschedulable(program.state)
    seats = await _seats(db, viewer.city_id, body)
    run = ClassRun(
        city_id=viewer.city_id,
        **body.model_dump(exclude={"quota", "allocation", "withdraw_until"}),
        withdraw_until=body.withdraw_until or body.enroll_closes_at,
        program_id=program.id,
        provider_id=program.provider_id,
        org_path=program.org_path,
        published_at=program.published_at and clock.now(),
        request_hash=request_hash(body),
    )
    db.add(run)
    await db.flush()
    await db.execute(insert(Seat), seats)
    _note(db, viewer, capacity, "class_run.created", "class_run", run)
    await db.flush()
    return await _describe(db, run), True


async def list_sessions(
    db: AsyncSession, viewer: Viewer, run_id: UUID, query: PageQuery
) -> Page[ClassSessionOut]:
    """The meetings of a run; who may see the run may see when it meets."""
    run = await queries.run_within(db, viewer, run_id)
    sessions = select(ClassSession).where(
        col(ClassSession.city_id) == run.city_id, col(ClassSession.run_id) == run.id
    )
    found = (await db.scalars(queries.SESSIONS_BY_START.select(sessions, query))).all()
    shown, token = queries.SESSIONS_BY_START.cut(
        found, query, lambda session: (session.starts_at, session.id)
    )
    return Page(items=[describe_session(session) for session in shown], next_page_token=token)


async def create_session(
    db: AsyncSession, viewer: Viewer, run_id: UUID, body: ClassSessionIn
) -> tuple[ClassSessionOut, bool]:
    """One more meeting of a run, and whether it is new."""
    run = await queries.run_within(db, viewer, run_id, lock=True)
    program, capacity = await _program_to_schedule(db, viewer, run.program_id)
    known = await db.get(ClassSession, (viewer.city_id, body.id))
    if known is not None:
        _require_same(known.run_id == run_id, known.request_hash, body)
        return describe_session(known), False
    rules.refuse_unschedulable(program.state)
    rules.refuse_closed_run(run.state)
    _refuse_misplaced(run, body, await queries.sessions_of(db, viewer.city_id, run_id))
    session = ClassSession(
        city_id=viewer.city_id,
        **body.model_dump(),
        run_id=run.id,
        provider_id=run.provider_id,
        org_path=run.org_path,
        request_hash=request_hash(body),
    )
    db.add(session)
    _note(db, viewer, capacity, "class_session.created", "class_session", session)
    await db.flush()
    return describe_session(session), True


async def _program_to_schedule(db: AsyncSession, viewer: Viewer, program_id: UUID) -> tuple[Program, Binding]:
    """The program, locked, when `viewer` is among its makers; to everybody else it is foreign."""
    program = (await queries.program_row(db, viewer, program_id, lock=True)).program
    capacity = rules.maker_binding(viewer, program.org_path, program.provider_id)
    if capacity is None:
        raise NotFound
    return program, capacity


def _require_same(same_parent: bool, stored_hash: str, body: ClassRunIn | ClassSessionIn) -> None:
    if not same_parent:
        raise DifferentBody
    require_same(stored_hash, body)


async def _seats(db: AsyncSession, city_id: UUID, body: ClassRunIn) -> list[dict[str, object]]:
    """One row per holder (名额分配); what is not allotted is the city's, open to every other unit."""
    holders = await queries.organisations_of(db, city_id, [part.organisation_id for part in body.allocation])
    faults = [
        FieldError(
            f"/allocation/{index}/organisation_id", "not_a_holder", "名额只能分配给本市的县区、联校或学校"
        )
        for index, part in enumerate(body.allocation)
        if part.organisation_id not in holders or holders[part.organisation_id].kind not in HOLDER_KINDS
    ]
    if faults:
        raise Invalid(errors=faults)
    quotas = {part.organisation_id: part.quota for part in body.allocation}
    quotas[city_id] = body.quota - sum(quotas.values())
    return [
        {"city_id": city_id, "run_id": body.id, "holder_id": holder, "quota": quota, "taken": 0}
        for holder, quota in quotas.items()
    ]


def _refuse_misplaced(run: ClassRun, body: ClassSessionIn, others: list[ClassSession]) -> None:
    first, last = clock.office_date(body.starts_at), clock.office_date(body.ends_at)
    if first < run.starts_on or last > run.ends_on:
        raise OutsideRun
    if any(other.starts_at < body.ends_at and body.starts_at < other.ends_at for other in others):
        raise SessionsOverlap


async def _describe(db: AsyncSession, run: ClassRun) -> ClassRunOut:
    return (await described_runs(db, [run]))[0]


def _note(
    db: AsyncSession,
    viewer: Viewer,
    capacity: Binding,
    action: str,
    kind: str,
    row: ClassRun | ClassSession,
) -> None:
    audit.record(
        db,
        viewer.city_id,
        action,
        kind,
        row.id,
        actor_id=viewer.user_id,
        capacity=capacity.role,
        org_path=row.org_path,
    )
