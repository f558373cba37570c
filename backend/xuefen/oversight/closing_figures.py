"""The figures of a closing, taken from the year figures in sets, never person by person.

No statement joins the two tables: just after thousands of rows were written a planner knows nothing of
them, and would compare each with each. An upsert finds its row by the key, whatever the planner believes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.rowsets import table_of
from xuefen.credits.models import YearFigure
from xuefen.organisations.scope import below
from xuefen.oversight.closing_rules import figure_year
from xuefen.oversight.models import Answer, Closing, ClosingFigure, ClosingKind
from xuefen.policy.vocabulary import Unit

AMOUNTS = ("required_centi", "counted_centi", "met", "exempt", "complete")
SHOWN = (*AMOUNTS, "school_id", "org_path", "requirement_id", "unit", "barred")
"""What a person is shown: a change of any of them asks for an answer again."""
VALUES = (*SHOWN, "entries")
FIGURES = table_of(ClosingFigure)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose figures: everyone of the closing, those below a unit, or one person.

    `apart`: units below with a policy of their own. `cycle_unit`: what the pack's total of a cycle is in.
    """

    closing: Closing
    apart: Sequence[str]
    cycle_unit: Unit
    path: str
    teacher_id: UUID | None = None

    def of(self, model: Any) -> ColumnElement[bool]:
        """The rows of `model` that lie within the reach."""
        if self.teacher_id is not None:
            return col(model.teacher_id) == self.teacher_id
        return below(col(model.org_path), self.path)


@dataclass(slots=True)
class Changed:
    """Whose figures a refresh changed, and the schools where that was, before and after."""

    people: set[UUID] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)

    def add(self, rows: Any) -> None:
        for teacher_id, org_path in rows:
            self.people.add(teacher_id)
            self.paths.add(org_path)


async def refresh(db: AsyncSession, reach: Reach) -> Changed:
    """Bring the closing's figures up to the year figures.

    A person whose figures changed after confirming them is asked again; an objection stays open.
    """
    connection = await db.connection()
    changed = Changed()
    changed.add(await connection.execute(_left(reach)))
    changed.add(await connection.execute(_take_over(db, reach)))
    await connection.execute(_count_entries(db, reach))
    await connection.execute(_remove(reach))
    return changed


def moved_since(reach: Reach) -> ColumnElement[bool]:
    """Whether the year figure kept of a person says something else than the closing's, which is frozen."""
    values = _values(reach)
    return (
        exists()
        .where(
            col(YearFigure.city_id) == col(ClosingFigure.city_id),
            col(YearFigure.teacher_id) == col(ClosingFigure.teacher_id),
            col(YearFigure.year) == figure_year(reach.closing.ends_on),
            or_(*(col(getattr(ClosingFigure, name)).is_distinct_from(values[name]) for name in AMOUNTS)),
        )
        .correlate(ClosingFigure)
    )


def _left(reach: Reach) -> Select[UUID, str]:
    """People in the closing who are no longer where it has them."""
    sources = select(col(YearFigure.teacher_id), col(YearFigure.org_path)).where(_source(reach))
    return select(col(ClosingFigure.teacher_id), col(ClosingFigure.org_path)).where(
        _of_closing(reach),
        reach.of(ClosingFigure),
        tuple_(col(ClosingFigure.teacher_id), col(ClosingFigure.org_path)).not_in(sources),
    )


def _take_over(db: AsyncSession, reach: Reach) -> Any:
    """Insert who is new, change whose figures differ; gives those rows."""
    statement = _upsert(db, reach)
    taken = statement.excluded
    unchanged = FIGURES.c
    confirmed = unchanged.answer == Answer.confirmed
    changes = {name: taken[name] for name in VALUES} | {
        "answer": case((confirmed, _literal("answer", Answer.none)), else_=unchanged.answer),
        "answered_at": case((confirmed, null()), else_=unchanged.answered_at),
        "version": unchanged.version + 1,
    }
    return statement.on_conflict_do_update(
        index_elements=list(FIGURES.primary_key),
        set_=changes,
        where=or_(*(unchanged[name].is_distinct_from(taken[name]) for name in SHOWN)),
    ).returning(unchanged.teacher_id, unchanged.org_path)


def _count_entries(db: AsyncSession, reach: Reach) -> Any:
    """Entries that change no figure (a day of the new year) are counted all the same."""
    statement = _upsert(db, reach)
    return statement.on_conflict_do_update(
        index_elements=list(FIGURES.primary_key),
        set_={"entries": statement.excluded.entries},
        where=FIGURES.c.entries != statement.excluded.entries,
    )


def _remove(reach: Reach) -> Any:
    """People whom the closing covers no longer."""
    sources = select(col(YearFigure.teacher_id)).where(_source(reach))
    return delete(ClosingFigure).where(
        _of_closing(reach), reach.of(ClosingFigure), col(ClosingFigure.teacher_id).not_in(sources)
    )


def _upsert(db: AsyncSession, reach: Reach) -> Any:
    columns = {
        "city_id": col(YearFigure.city_id),
        "closing_id": _literal("closing_id", reach.closing.id),
        "teacher_id": col(YearFigure.teacher_id),
        "answer": _literal("answer", Answer.none),
        "version": literal(1),
        **_values(reach),
    }
    here = select(col(ClosingFigure.teacher_id)).where(_of_closing(reach), reach.of(ClosingFigure))
    rows = select(*columns.values()).where(
        _source(reach), or_(reach.of(YearFigure), col(YearFigure.teacher_id).in_(here))
    )
    dialect = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(FIGURES).from_select(list(columns), rows)


def _source(reach: Reach) -> ColumnElement[bool]:
    """The year figures of everyone whom the closing covers."""
    closing = reach.closing
    return and_(
        col(YearFigure.city_id) == closing.city_id,
        col(YearFigure.year) == figure_year(closing.ends_on),
        col(YearFigure.year_ends_on) == closing.ends_on,
        below(col(YearFigure.org_path), closing.org_path),
        *(~below(col(YearFigure.org_path), path) for path in reach.apart),
    )


def _of_closing(reach: Reach) -> ColumnElement[bool]:
    return and_(
        col(ClosingFigure.city_id) == reach.closing.city_id, col(ClosingFigure.closing_id) == reach.closing.id
    )


def _values(reach: Reach) -> dict[str, Any]:
    """What a closing figure takes from the year figure: the year's line, or the cycle's."""
    year = YearFigure
    values: dict[str, Any] = {name: col(getattr(year, name)) for name in VALUES}
    if reach.closing.kind is ClosingKind.year:
        return values
    required, counted = col(year.cycle_required_centi), col(year.cycle_counted_centi)
    return values | {
        "requirement_id": _literal("requirement_id", None),
        "unit": _literal("unit", reach.cycle_unit),
        "required_centi": required,
        "counted_centi": counted,
        "met": func.coalesce(counted >= required, false()),
        "exempt": col(year.cycle_exempt),
        "barred": false(),
    }


def _literal(name: str, value: Any) -> Any:
    return literal(value, FIGURES.c[name].type)
