"""The figures of a closing: copied from the year figures in sets, compared with them, counted.

Nothing here goes person by person: 50,000 people are three statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
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


async def refresh(db: AsyncSession, reach: Reach) -> list[str]:
    """Bring the closing's figures up to the year figures; gives the paths of the schools where any changed.

    A person whose figures changed after confirming them is asked again; an objection stays open.
    """
    changed = await _changed_paths(db, reach)
    await _run(db, _update(reach))
    await _run(db, _insert(reach))
    await _run(db, _delete(reach))
    return changed


async def outdated(db: AsyncSession, reach: Reach) -> int:
    """How many people's figures differ from the year figures, are missing, or are there without reason."""
    return len(await _changed_paths(db, reach))


async def _run(db: AsyncSession, statement: Any) -> int:
    result: CursorResult[Any] = await (await db.connection()).execute(statement)
    return result.rowcount


async def _changed_paths(db: AsyncSession, reach: Reach) -> list[str]:
    """One path for each person whose figures would change; `refresh` runs in the same transaction."""
    differing = (
        select(col(ClosingFigure.org_path))
        .join(YearFigure, _same_person())
        .where(_of_closing(reach), _source(reach), _touched(reach), _differs(reach, SHOWN))
    )
    missing = select(col(YearFigure.org_path)).where(
        _source(reach), reach.of(YearFigure), ~_has_figure(reach)
    )
    needless = select(col(ClosingFigure.org_path)).where(
        _of_closing(reach), reach.of(ClosingFigure), ~_has_source(reach)
    )
    return list(await db.scalars(differing.union_all(missing, needless)))


def moved_since(reach: Reach) -> ColumnElement[bool]:
    """Whether the year figure kept of a person says something else than the closing's, which is frozen."""
    return exists().where(_same_person(), _source(reach), _differs(reach, AMOUNTS)).correlate(ClosingFigure)


def _update(reach: Reach) -> Any:
    shown = _differs(reach, SHOWN)
    taken_back = and_(shown, col(ClosingFigure.answer) == Answer.confirmed)
    changes: dict[str, Any] = {
        **_values(reach),
        "answer": case((taken_back, literal(Answer.none, _type("answer"))), else_=col(ClosingFigure.answer)),
        "answered_at": case((taken_back, null()), else_=col(ClosingFigure.answered_at)),
        "version": col(ClosingFigure.version) + case((shown, 1), else_=0),
    }
    return (
        update(ClosingFigure)
        .where(_same_person(), _of_closing(reach), _source(reach), _touched(reach), _differs(reach, VALUES))
        .values(changes)
    )


def _insert(reach: Reach) -> Any:
    fixed = {
        "city_id": col(YearFigure.city_id),
        "closing_id": literal(reach.closing.id, _type("closing_id")),
        "teacher_id": col(YearFigure.teacher_id),
        "answer": literal(Answer.none, _type("answer")),
        "version": literal(1),
    }
    columns = fixed | _values(reach)
    rows: Select[Any] = select(*columns.values()).where(
        _source(reach), reach.of(YearFigure), ~_has_figure(reach)
    )
    return insert(ClosingFigure).from_select(list(columns), rows)


def _delete(reach: Reach) -> Any:
    return delete(ClosingFigure).where(_of_closing(reach), reach.of(ClosingFigure), ~_has_source(reach))


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


def _same_person() -> ColumnElement[bool]:
    return and_(
        col(YearFigure.city_id) == col(ClosingFigure.city_id),
        col(YearFigure.teacher_id) == col(ClosingFigure.teacher_id),
    )


def _touched(reach: Reach) -> ColumnElement[bool]:
    """In reach before or after: a person may have changed school."""
    return or_(reach.of(ClosingFigure), reach.of(YearFigure))


def _has_figure(reach: Reach) -> ColumnElement[bool]:
    return exists().where(_same_person(), _of_closing(reach)).correlate(YearFigure)


def _has_source(reach: Reach) -> ColumnElement[bool]:
    return exists().where(_same_person(), _source(reach)).correlate(ClosingFigure)


def _differs(reach: Reach, names: Sequence[str]) -> ColumnElement[bool]:
    values = _values(reach)
    return or_(*(col(getattr(ClosingFigure, name)).is_distinct_from(values[name]) for name in names))


def _values(reach: Reach) -> dict[str, Any]:
    """What a closing figure takes from the year figure: the year's line, or the cycle's."""
    year = YearFigure
    values: dict[str, Any] = {name: col(getattr(year, name)) for name in VALUES}
    if reach.closing.kind is ClosingKind.year:
        return values
    required, counted = col(year.cycle_required_centi), col(year.cycle_counted_centi)
    return values | {
        "requirement_id": literal(None, _type("requirement_id")),
        "unit": literal(reach.cycle_unit, _type("unit")),
        "required_centi": required,
        "counted_centi": counted,
        "met": func.coalesce(counted >= required, false()),
        "exempt": col(year.cycle_exempt),
        "barred": false(),
    }


def _type(name: str) -> Any:
    return table_of(ClosingFigure).c[name].type
