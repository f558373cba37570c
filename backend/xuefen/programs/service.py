"""Use cases of programs: draft, edit, submit, approve, return, publish, close.

Class runs and class sessions have their own in `schedule`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock, outbox
from xuefen.core.errors import Conflict, NotFound
from xuefen.core.etag import Expected
from xuefen.core.page import Page
from xuefen.core.repeats import DifferentBody, request_hash, require_same
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import policy_for
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.programs import eligibility, queries, rules
from xuefen.programs.describing import describe, described
from xuefen.programs.models import ClassRun, Program
from xuefen.programs.queries import ProgramRow
from xuefen.programs.rules import NotTheAuthority, ProgramAct, RunsStillOpen
from xuefen.programs.schemas import Audience, ProgramIn, ProgramOut, ProgramPatch, ProgramQuery
from xuefen.programs.states import RunState


class CodeTaken(Conflict):
    code, title = "program_code_taken", "项目编号已被使用，请换一个"


async def list_programs(db: AsyncSession, viewer: Viewer, query: ProgramQuery) -> Page[ProgramOut]:
    statement = queries.filtered(queries.select_programs(viewer), query)
    found = (await db.execute(queries.NEWEST_FIRST.select(statement, query))).all()
    rows, token = queries.NEWEST_FIRST.cut(
        [ProgramRow(*row) for row in found], query, lambda row: (row.program.id,)
    )
    return Page(items=await described(db, viewer, rows), next_page_token=token)


async def read_program(db: AsyncSession, viewer: Viewer, program_id: UUID) -> ProgramOut:
    return await describe(db, viewer, await queries.program_row(db, viewer, program_id))


async def create_program(db: AsyncSession, viewer: Viewer, body: ProgramIn) -> tuple[ProgramOut, bool]:
    """The program, and whether it is new. A retry gives the program as it stands."""
    if await _is_made(db, viewer, body):
        return await read_program(db, viewer, body.id), False
    sponsor, provider, capacity = await _units_of(db, viewer, body)
    policy = await policy_for(db, viewer.city_id, sponsor.path, clock.today())
    draft = _draft(body.model_dump(), sponsor.kind, body.credits)
    row = eligibility.require_fit(policy.pack, draft)
    program = Program(
        city_id=viewer.city_id,
        **body.model_dump(
            include={"id", "title", "summary", "category", "level", "mode"}
            | {"attendance_percent", "has_exam", "has_assignment"}
        ),
        code=body.code or _code_from(body.id),
        sponsor_id=sponsor.id,
        provider_id=provider.id,
        org_path=sponsor.path,
        hours_centi=body.hours,
        credits_centi=eligibility.credits_of(policy.pack, draft),
        audience=_stored(eligibility.audience_of(row, body.audience.model_dump(mode="json"))),
        request_hash=request_hash(body),
    )
    await _refuse_taken_code(db, viewer.city_id, program.code)
    db.add(program)
    _note(db, viewer, capacity, "program.created", program)
    await db.flush()
    made = ProgramRow(program, sponsor.name, sponsor.kind, provider.name)
    return await describe(db, viewer, made), True


async def edit_program(
    db: AsyncSession, viewer: Viewer, program_id: UUID, body: ProgramPatch, expected: Expected
) -> ProgramOut:
    row, capacity = await _at_act(db, viewer, program_id, ProgramAct.edit, expected)
    program = row.program
    changes = body.model_dump(exclude_none=True)
    if not changes:
        return await describe(db, viewer, row)
    await _apply(db, row, changes, body.audience)
    program.version += 1
    _note(db, viewer, capacity, "program.edited", program, sorted(changes))
    await db.flush()
    return await describe(db, viewer, row)


async def move_program(
    db: AsyncSession,
    viewer: Viewer,
    program_id: UUID,
    act: ProgramAct,
    expected: Expected,
    note: str | None = None,
) -> ProgramOut:
    """Submit, approve, return (with a note), publish or close the program."""
    row, capacity = await _at_act(db, viewer, program_id, act, expected)
    program = row.program
    rules.refuse_own_submission(act, program.submitted_by, viewer)
    program.state = rules.advance(program.state, act)
    program.return_note = note
    match act:
        case ProgramAct.submit:
            program.submitted_by = viewer.user_id
        case ProgramAct.approve:
            program.approved_by = viewer.user_id
        case ProgramAct.publish:
            await _publish(db, program)
        case ProgramAct.close:
            await _refuse_open_runs(db, program)
    program.version += 1
    _note(db, viewer, capacity, f"program.{program.state}", program)
    await db.flush()
    return await describe(db, viewer, row)


async def _at_act(
    db: AsyncSession, viewer: Viewer, program_id: UUID, act: ProgramAct, expected: Expected
) -> tuple[ProgramRow, Binding]:
    """The program, locked, and the capacity in which `viewer` may do `act` in its present state.

    What is merely public to the city (a published program) is foreign to who cannot work on it: 404.
    """
    row = await queries.program_row(db, viewer, program_id, lock=True)
    program = row.program
    capacity = rules.capacity_for(viewer, act, program.org_path, row.sponsor_kind, program.provider_id)
    if capacity is None and not rules.maker_binding(viewer, program.org_path, program.provider_id):
        raise NotFound
    expected.check(program.version)
    if capacity is None:
        raise NotTheAuthority
    rules.advance(program.state, act)
    return row, capacity


async def _is_made(db: AsyncSession, viewer: Viewer, body: ProgramIn) -> bool:
    """Whether this very request made a program before; `DifferentBody` when its id is another's."""
    known = await db.get(Program, (viewer.city_id, body.id))
    if known is None:
        return False
    if not rules.maker_binding(viewer, known.org_path, known.provider_id):
        raise DifferentBody
    require_same(known.request_hash, body)
    return True


async def _units_of(
    db: AsyncSession, viewer: Viewer, body: ProgramIn
) -> tuple[Organisation, Organisation, Binding]:
    """Sponsor, provider and the capacity of the maker; absent and foreign units are both `NotFound`."""
    units = await queries.organisations_of(db, viewer.city_id, [body.sponsor_id, body.provider_id])
    sponsor, provider = units.get(body.sponsor_id), units.get(body.provider_id)
    if sponsor is None or provider is None:
        raise NotFound
    capacity = rules.maker_binding(viewer, sponsor.path, provider.id)
    if capacity is None:
        raise NotFound
    return sponsor, provider, capacity


async def _apply(
    db: AsyncSession, row: ProgramRow, changes: dict[str, Any], audience: Audience | None
) -> None:
    """Lay `changes` over the draft and judge it again by the policy in force."""
    program = row.program
    written = _written(program) | changes
    recount = changes.keys() & {"hours", "category"}
    credits_centi = changes.get("credits", None if recount else program.credits_centi)
    policy = await policy_for(db, program.city_id, program.org_path, clock.today())
    draft = _draft(written, row.sponsor_kind, credits_centi)
    category = eligibility.require_fit(policy.pack, draft)
    asked = program.audience if audience is None else audience.model_dump(mode="json")
    for name in changes.keys() - {"hours", "credits", "audience"}:
        setattr(program, name, changes[name])
    program.hours_centi = draft.hours_centi
    program.credits_centi = eligibility.credits_of(policy.pack, draft)
    program.audience = _stored(eligibility.audience_of(category, asked))


def _written(program: Program) -> dict[str, Any]:
    names = ("category", "level", "mode", "has_exam")
    return {name: getattr(program, name) for name in names} | {"hours": program.hours_centi}


def _draft(values: dict[str, Any], sponsor_kind: str, credits_centi: int | None) -> eligibility.Draft:
    return eligibility.Draft(
        category=values["category"],
        level=values["level"],
        sponsor_kind=sponsor_kind,
        mode=values["mode"],
        hours_centi=values["hours"],
        credits_centi=credits_centi,
        has_exam=values["has_exam"],
    )


def _stored(audience: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in audience.items() if value}


def _code_from(program_id: UUID) -> str:
    """A code for a program that was given none: the random end of its id."""
    return f"P{program_id.hex[-10:].upper()}"


async def _refuse_taken_code(db: AsyncSession, city_id: UUID, code: str) -> None:
    """A plain word before the unique constraint speaks."""
    same = select(col(Program.id)).where(col(Program.city_id) == city_id, col(Program.code) == code)
    if (await db.scalar(same)) is not None:
        raise CodeTaken


async def _publish(db: AsyncSession, program: Program) -> None:
    """Put the program and its runs on the menu (003-19: the city publishes the menu)."""
    program.published_at = clock.now()
    await db.execute(
        update(ClassRun)
        .where(col(ClassRun.city_id) == program.city_id, col(ClassRun.program_id) == program.id)
        .values(published_at=program.published_at)
    )
    outbox.publish(db, program.city_id, "program.published", {"program_id": str(program.id)})


async def _refuse_open_runs(db: AsyncSession, program: Program) -> None:
    open_run = select(col(ClassRun.id)).where(
        col(ClassRun.city_id) == program.city_id,
        col(ClassRun.program_id) == program.id,
        col(ClassRun.state) == RunState.open,
    )
    if (await db.scalar(open_run.limit(1))) is not None:
        raise RunsStillOpen


def _note(
    db: AsyncSession,
    viewer: Viewer,
    capacity: Binding,
    action: str,
    program: Program,
    fields: Sequence[str] = (),
) -> None:
    audit.record(
        db,
        viewer.city_id,
        action,
        "program",
        program.id,
        actor_id=viewer.user_id,
        capacity=capacity.role,
        org_path=program.org_path,
        fields=fields,
    )
