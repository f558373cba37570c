"""What teachers say of their figures, and what the county answers: confirm, object, settle."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.errors import Forbidden, NotFound
from xuefen.core.etag import Expected
from xuefen.credits import figures
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import county_paths, policies_of
from xuefen.organisations.roles import Role
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import closing_figures, closing_rules
from xuefen.oversight.authorities import require_authority
from xuefen.oversight.closing_queries import closing_within, reach_of
from xuefen.oversight.closing_rules import OwnObjection
from xuefen.oversight.closing_schemas import (
    AnswerIn,
    ClosingFigureOut,
    MyClosing,
    MyClosings,
    SettlementIn,
    UnitHead,
)
from xuefen.oversight.closing_views import figure_out, my_closing
from xuefen.oversight.models import Answer, Closing, ClosingFigure, ClosingState
from xuefen.people.models import Teacher

SHOWN_AT_MOST = 20


async def my_closings(db: AsyncSession, viewer: Viewer, today: date) -> MyClosings:
    """The latest closings that cover the viewer as a teacher, with the own figures once they are shown."""
    teacher = await db.get(Teacher, (viewer.city_id, _own(viewer)))
    if teacher is None:
        raise NotFound
    rows = await db.execute(
        select(Closing, ClosingFigure, col(Organisation.name))
        .outerjoin(
            ClosingFigure,
            (col(ClosingFigure.city_id) == col(Closing.city_id))
            & (col(ClosingFigure.closing_id) == col(Closing.id))
            & (col(ClosingFigure.teacher_id) == teacher.id),
        )
        .outerjoin(
            Organisation,
            (col(Organisation.city_id) == col(ClosingFigure.city_id))
            & (col(Organisation.id) == col(ClosingFigure.school_id)),
        )
        .where(
            col(Closing.city_id) == viewer.city_id,
            col(ClosingFigure.teacher_id).is_not(None) | (col(Closing.state) == ClosingState.registering),
        )
        .order_by(col(Closing.starts_on).desc(), col(Closing.id).desc())
        .limit(SHOWN_AT_MOST)
    )
    versions = (await policies_of(db, viewer.city_id)).versions
    items = [
        my_closing(closing, figure, UnitHead(id=figure.school_id, name=name) if figure else None, today)
        for closing, figure, name in rows
        if figure or closing_rules.decider(versions, teacher.org_path, closing.ends_on) == closing.org_path
    ]
    return MyClosings(items=items)


async def answer(
    db: AsyncSession, viewer: Viewer, closing_id: UUID, body: AnswerIn, expected: Expected, now: datetime
) -> MyClosing:
    """The viewer's own answer. The same again changes nothing; the version says which figures were seen."""
    closing = await closing_within(db, viewer, closing_id, "share")
    figure = await _figure(db, viewer, closing, _own(viewer))
    if figure is None:
        closing_rules.require_step(closing.state, ClosingState.confirming)
        raise NotFound
    if (figure.answer, figure.objection) == (body.answer, body.objection):
        return await _own_view(db, closing, figure)
    closing_rules.require_answerable(
        closing.state, figure.answer, closing.objection_until, clock.office_date(now)
    )
    expected.check(figure.version)
    figure.answer, figure.objection = Answer(body.answer), body.objection
    figure.answered_at = now
    figure.version += 1
    audit.record(
        db,
        viewer.city_id,
        f"closing.{body.answer}",
        "closing",
        closing.id,
        actor_id=viewer.user_id,
        capacity=Role.teacher,
        org_path=figure.org_path,
    )
    await db.flush()
    return await _own_view(db, closing, figure)


async def settle(
    db: AsyncSession, viewer: Viewer, closing_id: UUID, body: SettlementIn, expected: Expected, now: datetime
) -> ClosingFigureOut:
    """The authority answers an objection; the person's figures are computed anew with it."""
    closing = await closing_within(db, viewer, closing_id, "share")
    closing_rules.require_step(closing.state, ClosingState.confirming, ClosingState.verifying)
    figure = await _figure(db, viewer, closing, body.teacher_id)
    if figure is None:
        raise NotFound
    if figure.answer is Answer.settled and figure.resolution == body.resolution:
        return await _office_view(db, figure)
    binding = require_authority(viewer, figure.org_path, (await county_paths(db, viewer.city_id)).keys())
    if viewer.teacher_id == figure.teacher_id:
        raise OwnObjection
    closing_rules.require_settleable(closing.state, figure.answer)
    expected.check(figure.version)
    await figures.refresh(db, viewer.city_id, [figure.teacher_id], closing.ends_on)
    await closing_figures.refresh(db, await reach_of(db, closing, teacher_id=figure.teacher_id))
    figure = await _figure(db, viewer, closing, body.teacher_id)
    if figure is None:
        raise NotFound
    figure.answer, figure.resolution = Answer.settled, body.resolution
    figure.settled_by, figure.settled_at = viewer.user_id, now
    figure.version += 1
    audit.record(
        db,
        viewer.city_id,
        "closing.settled",
        "closing",
        closing.id,
        actor_id=viewer.user_id,
        capacity=binding.role,
        org_path=binding.path,
    )
    await db.flush()
    return await _office_view(db, figure)


async def _own_view(db: AsyncSession, closing: Closing, figure: ClosingFigure) -> MyClosing:
    return my_closing(closing, figure, await _school(db, figure), clock.today())


async def _office_view(db: AsyncSession, figure: ClosingFigure) -> ClosingFigureOut:
    teacher = await db.get_one(Teacher, (figure.city_id, figure.teacher_id))
    return figure_out(figure, teacher, (await _school(db, figure)).name)


async def _school(db: AsyncSession, figure: ClosingFigure) -> UnitHead:
    school = await db.get_one(Organisation, (figure.city_id, figure.school_id))
    return UnitHead(id=school.id, name=school.name)


def _own(viewer: Viewer) -> UUID:
    if viewer.teacher_id is None:
        raise Forbidden
    return viewer.teacher_id


async def _figure(
    db: AsyncSession, viewer: Viewer, closing: Closing, teacher_id: UUID
) -> ClosingFigure | None:
    """One person's figure within the viewer's scope, locked."""
    statement = within(select(ClosingFigure), viewer, ClosingFigure).where(
        col(ClosingFigure.closing_id) == closing.id, col(ClosingFigure.teacher_id) == teacher_id
    )
    found = await db.scalars(statement.with_for_update().execution_options(populate_existing=True))
    return found.one_or_none()
