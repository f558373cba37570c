"""Use cases of verdicts: list, read, confirm or dismiss; one or a thousand go the same way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit
from xuefen.core.errors import DomainError, NotFound, PreconditionFailed
from xuefen.core.page import Keyset, Page
from xuefen.core.rowsets import RowSet, table_of, update_guarded
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import county_paths
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.oversight import verdicts_rules
from xuefen.oversight.authorities import authority_binding
from xuefen.oversight.closing_schemas import PersonHead, UnitHead
from xuefen.oversight.models import Closing, ClosingFigure, SchoolVerdict, VerdictState
from xuefen.oversight.verdicts_schemas import (
    ClosingHead,
    ConsequenceOut,
    RulingIn,
    VerdictDetail,
    VerdictOut,
    VerdictQuery,
)
from xuefen.people.models import Employment, Teacher

VERDICTS = table_of(SchoolVerdict)
LATEST_FIRST = Keyset("verdicts", (col(SchoolVerdict.id),), descending=True)


class VerdictRow(NamedTuple):
    """A verdict with the label of the closing and the name of the school."""

    verdict: SchoolVerdict
    closing_label: str
    school_name: str


@dataclass(frozen=True, slots=True)
class Move:
    """A decision on one verdict; `version` is what it comes to."""

    verdict: SchoolVerdict
    state: VerdictState
    version: int
    binding: Binding


@dataclass
class Outcome:
    """What became of each verdict of a batch."""

    done: list[Move] = field(default_factory=list)
    conflicts: list[UUID] = field(default_factory=list)
    refused: list[tuple[UUID, DomainError]] = field(default_factory=list)


async def list_verdicts(db: AsyncSession, viewer: Viewer, query: VerdictQuery) -> Page[VerdictOut]:
    statement = _select(viewer)
    if query.closing_id is not None:
        statement = statement.where(col(SchoolVerdict.closing_id) == query.closing_id)
    if query.state is not None:
        statement = statement.where(col(SchoolVerdict.state) == query.state)
    found = (await db.execute(LATEST_FIRST.select(statement, query))).all()
    shown = [VerdictRow(*row) for row in found]
    rows, token = LATEST_FIRST.cut(shown, query, lambda row: (row.verdict.id,))
    decidable = await _decidable(db, viewer, [row.verdict for row in rows])
    return Page(items=[_out(row, decidable) for row in rows], next_page_token=token)


async def read_verdict(db: AsyncSession, viewer: Viewer, verdict_id: UUID) -> VerdictDetail:
    statement = _select(viewer).where(col(SchoolVerdict.id) == verdict_id)
    found = (await db.execute(statement.execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise NotFound
    row = VerdictRow(*found)
    decidable = await _decidable(db, viewer, [row.verdict])
    people = await _people(db, viewer, row.verdict)
    return VerdictDetail(**vars(_out(row, decidable)), people=people)


async def decide(
    db: AsyncSession, viewer: Viewer, versions: Mapping[UUID, int], ruling: RulingIn, now: datetime
) -> Outcome:
    """Rule on the verdicts of `versions` (id -> version seen). Moved meanwhile: a conflict; the others go on."""
    verdicts = await _load(db, viewer, versions)
    counties = (await county_paths(db, viewer.city_id)).keys()
    own = await _own_schools(db, viewer, {verdict.closing_id for verdict in verdicts.values()})
    outcome = Outcome()
    for verdict_id, version in versions.items():
        verdict = verdicts.get(verdict_id)
        if verdict is None:
            outcome.refused.append((verdict_id, NotFound()))
        elif verdict.version != version:
            outcome.conflicts.append(verdict_id)
        else:
            _weigh(outcome, viewer, verdict, ruling, counties, own)
    await _write(db, viewer, outcome.done, ruling, now)
    return outcome


async def decide_one(
    db: AsyncSession, viewer: Viewer, verdict_id: UUID, version: int, ruling: RulingIn, now: datetime
) -> None:
    """The same for one; its refusal is raised."""
    outcome = await decide(db, viewer, {verdict_id: version}, ruling, now)
    if outcome.refused:
        raise outcome.refused[0][1]
    if outcome.conflicts:
        raise PreconditionFailed


def _weigh(
    outcome: Outcome,
    viewer: Viewer,
    verdict: SchoolVerdict,
    ruling: RulingIn,
    counties: Collection[str],
    own: Collection[UUID],
) -> None:
    try:
        binding = verdicts_rules.capacity(viewer, verdict, counties, own)
        state = verdicts_rules.state_after(verdict.state, ruling.verdict, ruling.note)
        outcome.done.append(Move(verdict, state, verdict.version + 1, binding))
    except DomainError as refusal:
        outcome.refused.append((verdict.id, refusal))


async def _write(
    db: AsyncSession, viewer: Viewer, moves: Sequence[Move], ruling: RulingIn, now: datetime
) -> None:
    if not moves:
        return
    shared = {
        "city_id": viewer.city_id,
        "new_state": moves[0].state,
        "new_decided_by": viewer.user_id,
        "new_decided_at": now,
        "new_note": ruling.note,
    }
    rows = [
        {"id": move.verdict.id, "version": move.verdict.version, "new_version": move.version}
        for move in moves
    ]
    await update_guarded(db, RowSet(VERDICTS, shared, rows))
    for move in moves:
        audit.record(
            db,
            viewer.city_id,
            f"verdict.{move.state}",
            "school_verdict",
            move.verdict.id,
            actor_id=viewer.user_id,
            capacity=move.binding.role,
            org_path=move.binding.path,
        )
    await db.flush()


async def _load(db: AsyncSession, viewer: Viewer, versions: Mapping[UUID, int]) -> dict[UUID, SchoolVerdict]:
    """The verdicts within scope, locked in the order of their ids."""
    found = await db.scalars(
        within(select(SchoolVerdict), viewer, SchoolVerdict)
        .where(col(SchoolVerdict.id).in_(list(versions)))
        .order_by(col(SchoolVerdict.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {verdict.id: verdict for verdict in found}


async def _own_schools(db: AsyncSession, viewer: Viewer, closing_ids: Collection[UUID]) -> set[UUID]:
    """Schools where the viewer is employed as a teacher now, or was on the last day of these years."""
    if viewer.teacher_id is None:
        return set()
    now = select(col(Employment.school_id)).where(
        col(Employment.city_id) == viewer.city_id,
        col(Employment.teacher_id) == viewer.teacher_id,
        col(Employment.ends_on).is_(None),
    )
    then = select(col(ClosingFigure.school_id)).where(
        col(ClosingFigure.city_id) == viewer.city_id,
        col(ClosingFigure.teacher_id) == viewer.teacher_id,
        col(ClosingFigure.closing_id).in_(closing_ids),
    )
    return set(await db.scalars(now.union(then)))


async def _decidable(db: AsyncSession, viewer: Viewer, verdicts: Sequence[SchoolVerdict]) -> set[UUID]:
    counties = (await county_paths(db, viewer.city_id)).keys()
    own = await _own_schools(db, viewer, {verdict.closing_id for verdict in verdicts})
    return {
        verdict.id
        for verdict in verdicts
        if verdict.state is VerdictState.proposed
        and verdict.school_id not in own
        and authority_binding(viewer, verdict.org_path, counties)
    }


def _select(viewer: Viewer) -> Select[SchoolVerdict, str, str]:
    statement = (
        select(SchoolVerdict, col(Closing.label), col(Organisation.name))
        .join(
            Closing,
            (col(Closing.city_id) == col(SchoolVerdict.city_id))
            & (col(Closing.id) == col(SchoolVerdict.closing_id)),
        )
        .join(
            Organisation,
            (col(Organisation.city_id) == col(SchoolVerdict.city_id))
            & (col(Organisation.id) == col(SchoolVerdict.school_id)),
        )
    )
    return within(statement, viewer, SchoolVerdict)


async def _people(db: AsyncSession, viewer: Viewer, verdict: SchoolVerdict) -> list[PersonHead]:
    ids = [UUID(one) for one in verdict.below_ids]
    found = await db.scalars(
        select(Teacher)
        .where(col(Teacher.city_id) == viewer.city_id, col(Teacher.id).in_(ids))
        .order_by(col(Teacher.staff_no))
    )
    return [PersonHead(id=one.id, name=one.name, staff_no=one.staff_no) for one in found]


def _out(row: VerdictRow, decidable: Collection[UUID]) -> VerdictOut:
    verdict = row.verdict
    return VerdictOut(
        id=verdict.id,
        closing=ClosingHead(id=verdict.closing_id, label=row.closing_label),
        school=UnitHead(id=verdict.school_id, name=row.school_name),
        members=verdict.members,
        below=verdict.below,
        exempt=verdict.exempt,
        clause=verdict.clause,
        consequences=[ConsequenceOut.model_validate(one) for one in verdict.consequences],
        in_principle=verdict.in_principle,
        state=verdict.state,
        decided_at=verdict.decided_at,
        note=verdict.note,
        version=verdict.version,
        can_decide=verdict.id in decidable,
    )
