"""Use cases of bulletins (通报): draft, edit, publish, read."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit
from xuefen.core.errors import NotFound
from xuefen.core.etag import Expected
from xuefen.core.page import Page
from xuefen.core.repeats import DifferentBody, request_hash, require_same
from xuefen.organisations.policies import county_paths
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.oversight import bulletins_queries as queries
from xuefen.oversight import bulletins_rules as rules
from xuefen.oversight.authorities import AUTHORITIES, NotTheAuthority, authority_path
from xuefen.oversight.bulletins_queries import LATEST_FIRST, BulletinRow
from xuefen.oversight.bulletins_schemas import (
    BulletinDetail,
    BulletinIn,
    BulletinOut,
    BulletinPatch,
    BulletinQuery,
)
from xuefen.oversight.closing_queries import closing_within
from xuefen.oversight.closing_rules import require_closed
from xuefen.oversight.closing_schemas import UnitHead
from xuefen.oversight.models import (
    Bulletin,
    BulletinItem,
    BulletinState,
    Closing,
    ClosingFigure,
    SchoolVerdict,
)
from xuefen.oversight.verdicts_schemas import ClosingHead


async def list_bulletins(db: AsyncSession, viewer: Viewer, query: BulletinQuery) -> Page[BulletinOut]:
    statement = queries.filtered(queries.bulletins(viewer), query)
    found = (await db.execute(LATEST_FIRST.select(statement, query))).all()
    rows, token = LATEST_FIRST.cut(
        [BulletinRow(*row) for row in found], query, lambda row: (row.bulletin.drafted_at, row.bulletin.id)
    )
    return Page(items=[_out(row) for row in rows], next_page_token=token)


async def read_bulletin(db: AsyncSession, viewer: Viewer, bulletin_id: UUID) -> BulletinDetail:
    return await _detail(db, viewer, await queries.bulletin_row(db, viewer, bulletin_id))


async def draft_bulletin(db: AsyncSession, viewer: Viewer, body: BulletinIn) -> tuple[BulletinDetail, bool]:
    """The bulletin, and whether it is new; only of a closed year, by the authority it is about."""
    if await _is_made(db, viewer, body):
        return await read_bulletin(db, viewer, body.id), False
    binding = _at(viewer, body.organisation_id)
    if binding is None:
        raise NotFound
    closing = await closing_within(db, viewer, body.closing_id)
    require_closed(closing.state)
    bulletin = Bulletin(
        city_id=viewer.city_id,
        id=body.id,
        organisation_id=binding.organisation_id,
        org_path=binding.path,
        closing_id=closing.id,
        title=body.title,
        body=body.body,
        drafted_by=viewer.user_id,
        request_hash=request_hash(body),
    )
    db.add(bulletin)
    await db.flush()
    await _name_schools(db, viewer, bulletin, closing, body.verdict_ids)
    await _name_people(db, viewer, bulletin, closing, body.teacher_ids)
    _note(db, viewer, "bulletin.drafted", bulletin, binding)
    await db.flush()
    return await read_bulletin(db, viewer, body.id), True


async def edit_bulletin(
    db: AsyncSession, viewer: Viewer, bulletin_id: UUID, body: BulletinPatch, expected: Expected
) -> BulletinDetail:
    bulletin, binding = await _at_work(db, viewer, bulletin_id, expected)
    closing = await closing_within(db, viewer, bulletin.closing_id)
    bulletin.title = body.title or bulletin.title
    bulletin.body = body.body or bulletin.body
    if body.verdict_ids is not None:
        await _name_schools(db, viewer, bulletin, closing, body.verdict_ids)
    if body.teacher_ids is not None:
        await _name_people(db, viewer, bulletin, closing, body.teacher_ids)
    bulletin.version += 1
    _note(db, viewer, "bulletin.edited", bulletin, binding)
    await db.flush()
    return await read_bulletin(db, viewer, bulletin_id)


async def publish_bulletin(
    db: AsyncSession, viewer: Viewer, bulletin_id: UUID, expected: Expected, now: datetime
) -> BulletinDetail:
    """From here on the whole city reads it, and nobody changes it."""
    bulletin, binding = await _at_work(db, viewer, bulletin_id, expected)
    items = await db.scalar(
        select(func.count())
        .select_from(BulletinItem)
        .where(col(BulletinItem.city_id) == bulletin.city_id, col(BulletinItem.bulletin_id) == bulletin.id)
    )
    if not items:
        raise rules.BulletinEmpty
    bulletin.state = BulletinState.published
    bulletin.published_by, bulletin.published_at = viewer.user_id, now
    bulletin.version += 1
    _note(db, viewer, "bulletin.published", bulletin, binding)
    await db.flush()
    return await read_bulletin(db, viewer, bulletin_id)


async def _is_made(db: AsyncSession, viewer: Viewer, body: BulletinIn) -> bool:
    """Whether this very request made a bulletin before; `DifferentBody` when its id is another's."""
    known = await db.get(Bulletin, (viewer.city_id, body.id))
    if known is None:
        return False
    if _at(viewer, known.organisation_id) is None:
        raise DifferentBody
    require_same(known.request_hash, body)
    return True


def _at(viewer: Viewer, organisation_id: UUID) -> Binding | None:
    """The binding as a county's or the city's authority at this organisation."""
    bindings = viewer.having(AUTHORITIES)
    return next((one for one in bindings if one.organisation_id == organisation_id), None)


async def _at_work(
    db: AsyncSession, viewer: Viewer, bulletin_id: UUID, expected: Expected
) -> tuple[Bulletin, Binding]:
    """The draft, locked, and the capacity in which `viewer` works on it."""
    bulletin = (await queries.bulletin_row(db, viewer, bulletin_id, lock=True)).bulletin
    expected.check(bulletin.version)
    binding = _at(viewer, bulletin.organisation_id)
    if binding is None:
        raise NotTheAuthority
    rules.require_draft(bulletin.state)
    return bulletin, binding


async def _name_schools(
    db: AsyncSession, viewer: Viewer, bulletin: Bulletin, closing: Closing, ids: Collection[UUID]
) -> None:
    """The schools named from now on: those of these verdicts."""
    verdicts = await queries.verdicts_of(db, viewer, closing, ids)
    await _require_own(db, bulletin, [verdict.org_path for verdict in verdicts])
    for verdict in verdicts:
        rules.require_confirmed(verdict)
    await _clear(db, bulletin, people=False)
    db.add_all(_school_item(bulletin, verdict) for verdict in verdicts)


async def _name_people(
    db: AsyncSession, viewer: Viewer, bulletin: Bulletin, closing: Closing, ids: Collection[UUID]
) -> None:
    """The people named from now on, with the figures that were frozen."""
    figures = await queries.figures_of(db, viewer, closing, ids)
    await _require_own(db, bulletin, [figure.org_path for figure in figures])
    for figure in figures:
        rules.require_below(figure)
    await _clear(db, bulletin, people=True)
    db.add_all(_person_item(bulletin, figure) for figure in figures)


async def _require_own(db: AsyncSession, bulletin: Bulletin, paths: Collection[str]) -> None:
    """A county names its own, the city those of its direct schools (株教函〔2014〕29号 六(四)2)."""
    counties = (await county_paths(db, bulletin.city_id)).keys()
    if any(authority_path(path, counties) != bulletin.org_path for path in paths):
        raise NotTheAuthority


async def _clear(db: AsyncSession, bulletin: Bulletin, *, people: bool) -> None:
    await db.execute(
        delete(BulletinItem).where(
            col(BulletinItem.city_id) == bulletin.city_id,
            col(BulletinItem.bulletin_id) == bulletin.id,
            col(BulletinItem.teacher_id).is_not(None) if people else col(BulletinItem.teacher_id).is_(None),
        )
    )


def _school_item(bulletin: Bulletin, verdict: SchoolVerdict) -> BulletinItem:
    return BulletinItem(
        city_id=bulletin.city_id,
        bulletin_id=bulletin.id,
        school_id=verdict.school_id,
        org_path=verdict.org_path,
        verdict_id=verdict.id,
        figures={
            "members": verdict.members,
            "below": verdict.below,
            "exempt": verdict.exempt,
            "clause": verdict.clause,
            "consequences": verdict.consequences,
        },
    )


def _person_item(bulletin: Bulletin, figure: ClosingFigure) -> BulletinItem:
    return BulletinItem(
        city_id=bulletin.city_id,
        bulletin_id=bulletin.id,
        school_id=figure.school_id,
        org_path=figure.org_path,
        teacher_id=figure.teacher_id,
        figures={
            "unit": figure.unit,
            "required_centi": figure.required_centi,
            "counted_centi": figure.counted_centi,
        },
    )


async def _detail(db: AsyncSession, viewer: Viewer, row: BulletinRow) -> BulletinDetail:
    bulletin = row.bulletin
    is_draft = bulletin.state is BulletinState.draft
    return BulletinDetail(
        **vars(_out(row)),
        schools=await queries.named_schools(db, bulletin),
        people=await queries.named_people(db, viewer, bulletin),
        can_edit=is_draft and _at(viewer, bulletin.organisation_id) is not None,
    )


def _out(row: BulletinRow) -> BulletinOut:
    bulletin = row.bulletin
    return BulletinOut(
        id=bulletin.id,
        organisation=UnitHead(id=bulletin.organisation_id, name=row.organisation_name),
        closing=ClosingHead(id=bulletin.closing_id, label=row.closing_label),
        title=bulletin.title,
        body=bulletin.body,
        state=bulletin.state,
        drafted_at=bulletin.drafted_at,
        published_at=bulletin.published_at,
        version=bulletin.version,
    )


def _note(db: AsyncSession, viewer: Viewer, action: str, bulletin: Bulletin, binding: Binding) -> None:
    audit.record(
        db,
        viewer.city_id,
        action,
        "bulletin",
        bulletin.id,
        actor_id=viewer.user_id,
        capacity=binding.role,
        org_path=binding.path,
    )
