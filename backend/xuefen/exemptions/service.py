"""Use cases of exemptions: the unit proposes, the tier above decides, everyone else learns the dates alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.etag import Expected
from xuefen.core.page import Page, PageQuery
from xuefen.core.repeats import DifferentBody
from xuefen.exemptions import queries, rules
from xuefen.exemptions.models import Exemption
from xuefen.exemptions.queries import CaseRow
from xuefen.exemptions.schemas import (
    ExemptionDecisionIn,
    ExemptionIn,
    ExemptionOut,
    ExemptionQuery,
    ExemptionReason,
    ExemptTeacher,
)
from xuefen.exemptions.states import ExemptionState
from xuefen.organisations.policies import policy_for
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.people import personal
from xuefen.people.models import Teacher
from xuefen.people.teacher_queries import teacher_within
from xuefen.people.versions import lock_teacher, raise_versions


async def list_of_teacher(
    db: AsyncSession, viewer: Viewer, teacher_id: UUID, query: PageQuery
) -> Page[ExemptionOut]:
    """Every case of one teacher within scope, wherever they worked at the time."""
    teacher = (await teacher_within(db, viewer, teacher_id)).teacher
    cases = queries.select_cases().where(
        col(Exemption.city_id) == teacher.city_id, col(Exemption.teacher_id) == teacher.id
    )
    return await _page(db, viewer, cases, query)


async def list_of_units(db: AsyncSession, viewer: Viewer, query: ExemptionQuery) -> Page[ExemptionOut]:
    """The cases of the viewer's units, oldest first."""
    cases = within(queries.select_cases(), viewer, Exemption)
    if query.state is not None:
        cases = cases.where(col(Exemption.state) == query.state)
    return await _page(db, viewer, cases, query)


async def propose(
    db: AsyncSession, viewer: Viewer, teacher_id: UUID, body: ExemptionIn
) -> tuple[ExemptionOut, bool]:
    """The case, and whether it is new. A retry gives it as it stands."""
    known = await db.get(Exemption, (viewer.city_id, body.id))
    if known is not None:
        _require_same(known, teacher_id, body)
        return await _read(db, viewer, body.id), False
    teacher = (await teacher_within(db, viewer.acting_as(*rules.OFFICES), teacher_id)).teacher
    ladder = await queries.ladder_above(db, viewer.city_id, teacher.org_path, teacher.user_id)
    binding = rules.proposer(viewer, teacher_id, ladder)
    policy = await policy_for(db, viewer.city_id, teacher.org_path, clock.today())
    rules.require_foreseen(body.kind, policy.pack)
    await lock_teacher(db, viewer.city_id, teacher_id)
    if await queries.has_overlap(db, viewer.city_id, teacher_id, body):
        raise rules.CasesOverlap
    case = _proposed(viewer, teacher, body, ladder.desk_above(binding.role))
    db.add(case)
    _note(db, viewer, "exemption.proposed", case, binding)
    await db.flush()
    return await _read(db, viewer, case.id), True


async def decide(
    db: AsyncSession, viewer: Viewer, exemption_id: UUID, body: ExemptionDecisionIn, expected: Expected
) -> ExemptionOut:
    """Approve, refuse or revoke. What comes into force or out of it raises the teacher's version."""
    row = await queries.case_within(db, viewer.acting_as(*rules.AUTHORITIES), exemption_id)
    case = row.case
    await db.refresh(case, with_for_update=True)
    expected.check(case.version)
    ladder = await queries.ladder_above(db, viewer.city_id, case.org_path, row.teacher.user_id)
    binding = rules.decider(viewer, case, ladder)
    before, case.state = case.state, rules.decided(case.state, body.verdict)
    case.decided_by, case.decided_at, case.note = viewer.user_id, clock.now(), body.note
    case.version += 1
    if ExemptionState.approved in (before, case.state):
        await raise_versions(db, viewer.city_id, [case.teacher_id])
    _note(db, viewer, f"exemption.{case.state}", case, binding)
    await db.flush()
    return await _read(db, viewer, case.id)


def _require_same(known: Exemption, teacher_id: UUID, body: ExemptionIn) -> None:
    if known.teacher_id != teacher_id:
        raise DifferentBody
    personal.require_same(known.request_hash, body)


def _proposed(viewer: Viewer, teacher: Teacher, body: ExemptionIn, desk_path: str) -> Exemption:
    return Exemption(
        city_id=viewer.city_id,
        id=body.id,
        teacher_id=teacher.id,
        org_path=teacher.org_path,
        kind=body.kind,
        from_on=body.from_on,
        until_on=body.until_on,
        evidence=body.evidence,
        desk_path=desk_path,
        proposed_by=viewer.user_id,
        request_hash=personal.keyed_request_hash(body),
    )


def _note(db: AsyncSession, viewer: Viewer, action: str, case: Exemption, binding: Binding) -> None:
    """The trail tells that something was decided, never on what ground."""
    audit.record(
        db,
        viewer.city_id,
        action,
        "exemption",
        case.id,
        actor_id=viewer.user_id,
        capacity=binding.role,
        org_path=case.org_path,
    )


async def _read(db: AsyncSession, viewer: Viewer, exemption_id: UUID) -> ExemptionOut:
    row = await queries.case_within(db, viewer, exemption_id)
    return (await _described(db, viewer, [row]))[0]


async def _page(
    db: AsyncSession, viewer: Viewer, cases: Select[*tuple[Any, ...]], query: PageQuery
) -> Page[ExemptionOut]:
    found = await db.execute(queries.OLDEST_FIRST.select(queries.shown(cases, viewer), query))
    rows, token = queries.OLDEST_FIRST.cut(
        [CaseRow(*row) for row in found], query, lambda row: (row.case.proposed_at, row.case.id)
    )
    return Page(items=await _described(db, viewer, rows), next_page_token=token)


async def _described(db: AsyncSession, viewer: Viewer, rows: list[CaseRow]) -> list[ExemptionOut]:
    known = [row for row in rows if rules.sees_reason(viewer, row.case)]
    actors = [user for row in known for user in (row.case.proposed_by, row.case.decided_by)]
    names = await queries.names_of(db, viewer.city_id, actors) if known else {}
    return [
        ExemptionOut(
            id=row.case.id,
            teacher=ExemptTeacher(
                id=row.teacher.id,
                name=row.teacher.name,
                staff_no=row.teacher.staff_no,
                school_name=row.school_name,
            ),
            label=rules.LABEL,
            from_on=row.case.from_on,
            until_on=row.case.until_on,
            state=row.case.state,
            reason=_reason(row, names) if row in known else None,
            version=row.case.version,
        )
        for row in rows
    ]


def _reason(row: CaseRow, names: dict[UUID, str]) -> ExemptionReason:
    case = row.case
    return ExemptionReason(
        kind=case.kind,
        kind_name=rules.KIND_NAMES[case.kind],
        evidence=case.evidence,
        proposed_by=names.get(case.proposed_by, ""),
        proposed_at=case.proposed_at,
        desk_name=row.desk_name,
        decided_by=names.get(case.decided_by) if case.decided_by else None,
        decided_at=case.decided_at,
        note=case.note,
    )
