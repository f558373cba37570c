"""The closed years of schools and people that bulletins have named: what an interview is proposed from."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.interviews_rules import ClosedYear
from xuefen.oversight.models import (
    AccountabilityInterview,
    Bulletin,
    BulletinItem,
    BulletinState,
    Closing,
    ClosingFigure,
    ClosingKind,
    ClosingState,
    InterviewState,
    SchoolVerdict,
    VerdictState,
)

NEVER = datetime.min.replace(tzinfo=UTC)


class Subject(NamedTuple):
    """A school, or a person of it (the school is that of the latest bulletin)."""

    school_id: UUID
    teacher_id: UUID | None


async def named_often(
    db: AsyncSession, viewer: Viewer, at_least: int, school_id: UUID | None = None
) -> dict[Subject, str]:
    """Whom published bulletins named in at least so many closed years -> the school's path; within scope."""
    statement = (
        select(
            col(BulletinItem.school_id),
            col(BulletinItem.teacher_id),
            func.max(col(BulletinItem.org_path)),
        )
        .join(Bulletin, _bulletin_of_item())
        .where(col(Bulletin.state) == BulletinState.published)
        .group_by(col(BulletinItem.school_id), col(BulletinItem.teacher_id))
        .having(func.count(distinct(col(Bulletin.closing_id))) >= at_least)
    )
    if school_id is not None:
        statement = statement.where(col(BulletinItem.school_id) == school_id)
    rows = await db.execute(within(statement, viewer, BulletinItem))
    return {Subject(school, teacher): path for school, teacher, path in rows}


async def histories(
    db: AsyncSession, city_id: UUID, subjects: Collection[Subject]
) -> dict[Subject, list[ClosedYear]]:
    """The closed training years of each of them."""
    named = await _named(db, city_id, subjects)
    schools = await _school_years(db, city_id, {one.school_id for one in subjects if not one.teacher_id})
    people = await _person_years(db, city_id, {one.teacher_id for one in subjects if one.teacher_id})
    years: dict[Subject, list[ClosedYear]] = {}
    for subject in subjects:
        rows = people[subject.teacher_id] if subject.teacher_id else schools[subject.school_id]
        years[subject] = [
            ClosedYear(
                row.ends_on, row.label, row.failed, row.short, row.of, row.closing_id in named[subject]
            )
            for row in rows
        ]
    return years


class _Year(NamedTuple):
    closing_id: UUID
    ends_on: Any
    label: str
    failed: bool
    short: int
    of: int


async def _named(
    db: AsyncSession, city_id: UUID, subjects: Collection[Subject]
) -> defaultdict[Subject, set[UUID]]:
    """Subject -> the closings whose bulletins named it since its last interview."""
    answered = await _answered(db, city_id, subjects)
    rows = await db.execute(
        select(
            col(BulletinItem.school_id),
            col(BulletinItem.teacher_id),
            col(Bulletin.closing_id),
            col(Bulletin.published_at),
        )
        .join(Bulletin, _bulletin_of_item())
        .where(
            col(BulletinItem.city_id) == city_id,
            col(Bulletin.state) == BulletinState.published,
            col(BulletinItem.school_id).in_({one.school_id for one in subjects}),
        )
    )
    named: defaultdict[Subject, set[UUID]] = defaultdict(set)
    for school_id, teacher_id, closing_id, published_at in rows:
        subject = Subject(school_id, teacher_id)
        if published_at and published_at > answered.get(subject, NEVER):
            named[subject].add(closing_id)
    return named


async def _answered(
    db: AsyncSession, city_id: UUID, subjects: Collection[Subject]
) -> dict[Subject, datetime]:
    """Subject -> when its latest interview was arranged; one that was called off answers nothing."""
    rows = await db.execute(
        select(
            col(AccountabilityInterview.school_id),
            col(AccountabilityInterview.teacher_id),
            func.max(col(AccountabilityInterview.made_at)),
        )
        .where(
            col(AccountabilityInterview.city_id) == city_id,
            col(AccountabilityInterview.school_id).in_({one.school_id for one in subjects}),
            col(AccountabilityInterview.state) != InterviewState.cancelled,
        )
        .group_by(col(AccountabilityInterview.school_id), col(AccountabilityInterview.teacher_id))
    )
    return {Subject(school_id, teacher_id): made_at for school_id, teacher_id, made_at in rows}


async def _school_years(
    db: AsyncSession, city_id: UUID, school_ids: Collection[UUID]
) -> defaultdict[UUID, list[_Year]]:
    """A year in which the school had people; failed where a verdict stands that was not dismissed."""
    in_closing = (
        select(col(ClosingFigure.closing_id), col(ClosingFigure.school_id))
        .where(col(ClosingFigure.city_id) == city_id, col(ClosingFigure.school_id).in_(school_ids))
        .distinct()
        .subquery()
    )
    rows = await db.execute(
        select(in_closing.c.school_id, Closing, SchoolVerdict)
        .join(Closing, and_(col(Closing.city_id) == city_id, col(Closing.id) == in_closing.c.closing_id))
        .outerjoin(
            SchoolVerdict,
            and_(
                col(SchoolVerdict.city_id) == city_id,
                col(SchoolVerdict.closing_id) == col(Closing.id),
                col(SchoolVerdict.school_id) == in_closing.c.school_id,
                col(SchoolVerdict.state) != VerdictState.dismissed,
            ),
        )
        .where(_closed_year())
    )
    years: defaultdict[UUID, list[_Year]] = defaultdict(list)
    for school_id, closing, verdict in rows:
        short, of = (verdict.below, verdict.members) if verdict else (0, 1)
        years[school_id].append(
            _Year(closing.id, closing.ends_on, closing.label, verdict is not None, short, of)
        )
    return years


async def _person_years(
    db: AsyncSession, city_id: UUID, teacher_ids: Collection[UUID]
) -> defaultdict[UUID, list[_Year]]:
    """A year whose line bound the person."""
    rows = await db.execute(
        select(ClosingFigure, Closing)
        .join(
            Closing,
            and_(
                col(Closing.city_id) == col(ClosingFigure.city_id),
                col(Closing.id) == col(ClosingFigure.closing_id),
            ),
        )
        .where(
            col(ClosingFigure.city_id) == city_id,
            col(ClosingFigure.teacher_id).in_(teacher_ids),
            col(ClosingFigure.required_centi).is_not(None),
            _closed_year(),
        )
    )
    years: defaultdict[UUID, list[_Year]] = defaultdict(list)
    for figure, closing in rows:
        of = figure.required_centi or 0
        short = max(0, of - figure.counted_centi)
        years[figure.teacher_id].append(
            _Year(closing.id, closing.ends_on, closing.label, not figure.met, short, of)
        )
    return years


def _closed_year() -> ColumnElement[bool]:
    return and_(col(Closing.state) == ClosingState.closed, col(Closing.kind) == ClosingKind.year)


def _bulletin_of_item() -> ColumnElement[bool]:
    return and_(
        col(Bulletin.city_id) == col(BulletinItem.city_id), col(Bulletin.id) == col(BulletinItem.bulletin_id)
    )
