"""Use cases of the ethics veto (师德一票否决): recorded by a document, answered once, lifted by an authority.

It bars evaluations alone, where the policy says so: no enrolment and no posted credit knows of it.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.etag import Expected
from xuefen.core.page import Page, PageQuery
from xuefen.core.repeats import DifferentBody, request_hash, require_same
from xuefen.exemptions import queries, rules
from xuefen.exemptions.models import EthicsVeto
from xuefen.exemptions.queries import VetoRow
from xuefen.exemptions.schemas import EthicsVetoIn, EthicsVetoOut, VetoReplyIn
from xuefen.organisations.policies import policy_for
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher
from xuefen.people.teacher_queries import teacher_within
from xuefen.people.versions import raise_versions

READERS = (*rules.OFFICES, Role.teacher_office)
"""Beside the teacher concerned."""


async def list_vetoes(
    db: AsyncSession, viewer: Viewer, teacher_id: UUID, query: PageQuery
) -> Page[EthicsVetoOut]:
    """Every veto of a teacher within scope, ended ones too."""
    teacher = (await teacher_within(db, _reader(viewer), teacher_id)).teacher
    statement = queries.select_vetoes().where(
        col(EthicsVeto.city_id) == teacher.city_id, col(EthicsVeto.teacher_id) == teacher.id
    )
    found = await db.execute(queries.VETOES_OLDEST_FIRST.select(statement, query))
    rows, token = queries.VETOES_OLDEST_FIRST.cut(
        [VetoRow(*row) for row in found], query, lambda row: (row.veto.recorded_at, row.veto.id)
    )
    return Page(items=[_described(row) for row in rows], next_page_token=token)


async def record(
    db: AsyncSession, viewer: Viewer, teacher_id: UUID, body: EthicsVetoIn
) -> tuple[EthicsVetoOut, bool]:
    """The veto, and whether it is new. A retry gives it as it stands."""
    known = await db.get(EthicsVeto, (viewer.city_id, body.id))
    if known is not None:
        if known.teacher_id != teacher_id:
            raise DifferentBody
        require_same(known.request_hash, body)
        return _described(await queries.veto_within(db, _reader(viewer), body.id)), False
    teacher = (await teacher_within(db, viewer.acting_as(*rules.AUTHORITIES), teacher_id)).teacher
    rules.refuse_own(viewer, teacher_id)
    authority = rules.authority_over(viewer, teacher.org_path)
    policy = await policy_for(db, viewer.city_id, teacher.org_path, clock.today())
    if policy.pack.ethics_veto is None:
        raise rules.VetoNotForeseen
    if await queries.has_document(db, viewer.city_id, teacher_id, body.document_no):
        raise rules.DocumentUsed
    veto = _recorded(viewer, teacher, body, authority.path)
    db.add(veto)
    await _changed(db, viewer, "ethics_veto.recorded", veto, authority.role)
    return _described(VetoRow(veto, authority.organisation_name)), True


async def lift(db: AsyncSession, viewer: Viewer, veto_id: UUID, expected: Expected) -> EthicsVetoOut:
    """End the veto before its day: by the authority that recorded it, or one above."""
    row = await queries.veto_within(db, viewer.acting_as(*rules.AUTHORITIES), veto_id)
    veto = row.veto
    await db.refresh(veto, with_for_update=True)
    expected.check(veto.version)
    rules.refuse_own(viewer, veto.teacher_id)
    authority = rules.authority_over(viewer, veto.authority_path)
    _refuse_ended(veto)
    veto.lifted_by, veto.lifted_at = viewer.user_id, clock.now()
    veto.version += 1
    await _changed(db, viewer, "ethics_veto.lifted", veto, authority.role)
    return _described(row)


async def reply(db: AsyncSession, viewer: Viewer, veto_id: UUID, body: VetoReplyIn) -> EthicsVetoOut:
    """The teacher's own answer, once. The same words again are a retry."""
    row = await queries.veto_within(db, replace(viewer, bindings=()), veto_id)
    veto = row.veto
    await db.refresh(veto, with_for_update=True)
    if veto.reply is not None:
        if veto.reply != body.text:
            raise rules.AlreadyReplied
        return _described(row)
    _refuse_ended(veto)
    veto.reply, veto.replied_at = body.text, clock.now()
    veto.version += 1
    _note(db, viewer, "ethics_veto.replied", veto, Role.teacher)
    await db.flush()
    return _described(row)


def _reader(viewer: Viewer) -> Viewer:
    """The viewer in the roles that may read vetoes, and as the teacher they may be."""
    return replace(viewer, bindings=viewer.having(READERS))


def _recorded(viewer: Viewer, teacher: Teacher, body: EthicsVetoIn, authority_path: str) -> EthicsVeto:
    return EthicsVeto(
        city_id=viewer.city_id,
        id=body.id,
        teacher_id=teacher.id,
        org_path=teacher.org_path,
        document_no=body.document_no,
        authority_path=authority_path,
        from_on=body.from_on,
        until_on=body.until_on,
        recorded_by=viewer.user_id,
        request_hash=request_hash(body),
    )


def _refuse_ended(veto: EthicsVeto) -> None:
    if rules.is_over(veto.until_on, veto.lifted_at, clock.today()):
        raise rules.VetoEnded


async def _changed(db: AsyncSession, viewer: Viewer, action: str, veto: EthicsVeto, capacity: Role) -> None:
    """What is in force has changed: the teacher's figures are to be computed anew."""
    await raise_versions(db, viewer.city_id, [veto.teacher_id])
    _note(db, viewer, action, veto, capacity)
    await db.flush()


def _note(db: AsyncSession, viewer: Viewer, action: str, veto: EthicsVeto, capacity: Role) -> None:
    audit.record(
        db,
        viewer.city_id,
        action,
        "ethics_veto",
        veto.id,
        actor_id=viewer.user_id,
        capacity=capacity,
        org_path=veto.org_path,
    )


def _described(row: VetoRow) -> EthicsVetoOut:
    veto, today = row.veto, clock.today()
    return EthicsVetoOut(
        id=veto.id,
        teacher_id=veto.teacher_id,
        document_no=veto.document_no,
        authority_name=row.authority_name,
        from_on=veto.from_on,
        until_on=veto.until_on,
        in_force=veto.from_on <= today and not rules.is_over(veto.until_on, veto.lifted_at, today),
        recorded_at=veto.recorded_at,
        reply=veto.reply,
        replied_at=veto.replied_at,
        lifted_at=veto.lifted_at,
        version=veto.version,
    )
