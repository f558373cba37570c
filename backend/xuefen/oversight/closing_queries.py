"""Reads of closings: the closings of a city, their figures within scope, and how far each county has come."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Row, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import policies_of
from xuefen.organisations.scope import below, within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.closing_figures import Reach
from xuefen.oversight.closing_rules import paths_apart
from xuefen.oversight.closing_schemas import ClosingQuery, FigureQuery
from xuefen.oversight.models import Answer, Closing, ClosingFigure, ClosingVerification
from xuefen.people.models import Teacher
from xuefen.policy.vocabulary import Unit

LATEST_FIRST = Keyset("closings", (col(Closing.starts_on), col(Closing.id)), descending=True)
BY_PERSON = Keyset("closing_figures", (col(ClosingFigure.teacher_id),))
Counts = Counter[Answer]


class FigureRow(NamedTuple):
    """A figure with the person and the name of the school."""

    figure: ClosingFigure
    teacher: Teacher
    school_name: str


async def closing_within(
    db: AsyncSession, viewer: Viewer, closing_id: UUID, lock: Literal["share", "update"] | None = None
) -> Closing:
    """The closing; `NotFound` in another city. Who writes under a step holds a share of it; who moves it, all."""
    statement = within(select(Closing), viewer, Closing).where(col(Closing.id) == closing_id)
    if lock is not None:
        statement = statement.with_for_update(read=lock == "share")
    found = (await db.scalars(statement.execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise NotFound
    return found


def closings(viewer: Viewer, query: ClosingQuery) -> Select[Closing]:
    statement = within(select(Closing), viewer, Closing)
    if query.kind is not None:
        statement = statement.where(col(Closing.kind) == query.kind)
    if query.state is not None:
        statement = statement.where(col(Closing.state) == query.state)
    return statement


async def names_of(db: AsyncSession, city_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of organisations, by id."""
    rows = await db.execute(
        select(col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.city_id) == city_id, col(Organisation.id).in_(set(ids))
        )
    )
    return {row.id: row.name for row in rows}


def figures(viewer: Viewer, closing_id: UUID) -> Select[ClosingFigure, Teacher, str]:
    """Figures of a closing within the viewer's scope, each with the person and the school's name."""
    statement: Select[ClosingFigure, Teacher, str] = (
        select(ClosingFigure, Teacher, col(Organisation.name))
        .join(
            Teacher,
            (col(Teacher.city_id) == col(ClosingFigure.city_id))
            & (col(Teacher.id) == col(ClosingFigure.teacher_id)),
        )
        .join(
            Organisation,
            (col(Organisation.city_id) == col(ClosingFigure.city_id))
            & (col(Organisation.id) == col(ClosingFigure.school_id)),
        )
        .where(col(ClosingFigure.closing_id) == closing_id)
    )
    return within(statement, viewer, ClosingFigure)


def filtered(statement: Select[Any, Any, Any], query: FigureQuery) -> Select[Any, Any, Any]:
    if query.answer is not None:
        statement = statement.where(col(ClosingFigure.answer) == query.answer)
    if query.school_id is not None:
        statement = statement.where(col(ClosingFigure.school_id) == query.school_id)
    if query.below:
        statement = statement.where(col(ClosingFigure.required_centi).is_not(None), ~col(ClosingFigure.met))
    return statement


async def answers_by_path(db: AsyncSession, viewer: Viewer, closing_id: UUID) -> dict[str, Counts]:
    """Path of a school -> how many of its people answered what, within the viewer's scope."""
    statement = (
        select(col(ClosingFigure.org_path), col(ClosingFigure.answer), func.count())
        .where(col(ClosingFigure.closing_id) == closing_id)
        .group_by(col(ClosingFigure.org_path), col(ClosingFigure.answer))
    )
    return _counted((await db.execute(within(statement, viewer, ClosingFigure))).all())


async def results_by_path(db: AsyncSession, viewer: Viewer, closing_id: UUID) -> dict[str, Counter[str]]:
    """Path of a school -> how many the line binds, who meet it, are exempt, are complete; within scope."""
    bound = col(ClosingFigure.required_centi).is_not(None)
    sums = {
        "bound": bound,
        "met": bound & col(ClosingFigure.met),
        "exempt": col(ClosingFigure.exempt),
        "complete": col(ClosingFigure.complete),
    }
    statement = (
        select(
            col(ClosingFigure.org_path),
            *(func.sum(cast(condition, Integer)).label(name) for name, condition in sums.items()),
        )
        .where(col(ClosingFigure.closing_id) == closing_id)
        .group_by(col(ClosingFigure.org_path))
    )
    rows = (await db.execute(within(statement, viewer, ClosingFigure))).mappings()
    return {row["org_path"]: Counter({name: int(row[name]) for name in sums}) for row in rows}


async def all_answers(db: AsyncSession, closing: Closing, path: str) -> dict[str, Counts]:
    """The same for everyone below `path`, whoever asks: for the rules of a step."""
    statement = (
        select(col(ClosingFigure.org_path), col(ClosingFigure.answer), func.count())
        .where(
            col(ClosingFigure.city_id) == closing.city_id,
            col(ClosingFigure.closing_id) == closing.id,
            below(col(ClosingFigure.org_path), path),
        )
        .group_by(col(ClosingFigure.org_path), col(ClosingFigure.answer))
    )
    return _counted((await db.execute(statement)).all())


def _counted(rows: Iterable[Row[str, Answer, int]]) -> dict[str, Counts]:
    counts: defaultdict[str, Counts] = defaultdict(Counter)
    for org_path, answer, number in rows:
        counts[org_path][answer] += number
    return counts


async def verifications(db: AsyncSession, closing: Closing) -> dict[str, ClosingVerification]:
    """By the path of the county."""
    rows = await db.scalars(
        select(ClosingVerification).where(
            col(ClosingVerification.city_id) == closing.city_id,
            col(ClosingVerification.closing_id) == closing.id,
        )
    )
    return {row.org_path: row for row in rows}


async def reach_of(
    db: AsyncSession, closing: Closing, path: str | None = None, teacher_id: UUID | None = None
) -> Reach:
    """The whole closing, what of it lies below `path`, or one person."""
    policies = await policies_of(db, closing.city_id)
    apart = paths_apart(policies.versions, closing.org_path, closing.ends_on)
    totals = policies.at(closing.org_path, closing.ends_on).pack.totals
    unit = totals[0].unit if totals else Unit.credits
    return Reach(closing, apart, unit, path or closing.org_path, teacher_id)
