"""Who may see a row: the one place that filters.

A viewer sees rows of the own city that any of these match: the row's unit lies at or below an
organisation where a unit role is bound; the row is about the viewer as a teacher; the row belongs to a
provider the viewer works for; the row is public to the city. A platform is no viewer: it sees its own rows.
"""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_

from xuefen.core.scope_columns import Scope
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.viewer import Viewer

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def within(statement: S, viewer: Viewer, *models: Any) -> S:
    """Restrict `statement` to the rows of `models` that `viewer` may see."""
    for model in models:
        statement = statement.where(visible(model, viewer))
    return statement


def visible(model: Any, viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which `viewer` may see a row of `model` (a table with `scope_columns`)."""
    scope: Scope = model.scope_columns
    reasons = [*_unit_reasons(model, scope, viewer), *_own_reasons(model, scope, viewer)]
    return and_(model.city_id == viewer.city_id, or_(false(), *reasons))


def sees(viewer: Viewer, scope: Scope, row: Any) -> bool:
    """Whether `viewer` may see a row that was found by its key: what `visible` says in SQL, said of one row.

    `scope` is its table's. For the hot reads, whose statements are built once and hold no viewer's conditions.
    """
    if row.city_id != viewer.city_id:
        return False
    units = [getattr(row, name) for name in (scope.organisation, scope.sponsor) if name]
    return (
        any(unit is not None and viewer.covers(unit, *UNIT_READERS) for unit in units)
        or bool(scope.teacher and viewer.teacher_id and getattr(row, scope.teacher) == viewer.teacher_id)
        or bool(scope.provider and getattr(row, scope.provider) in viewer.providers)
        or bool(scope.public and getattr(row, scope.public) is not None)
    )


def of_platform(statement: S, city_id: UUID, platform_id: UUID, *models: Any) -> S:
    """Restrict `statement` to the rows of `models` that belong to a platform; it sees no others."""
    for model in models:
        column = getattr(model, model.scope_columns.platform)
        statement = statement.where(model.city_id == city_id, column == platform_id)
    return statement


def below(column: Any, path: str) -> ColumnElement[bool]:
    """`column` is `path` or lies below it; a range, so that an index serves."""
    return and_(column >= path, column < path[:-1] + "0")


def _unit_reasons(model: Any, scope: Scope, viewer: Viewer) -> list[ColumnElement[bool]]:
    columns = [getattr(model, name) for name in (scope.organisation, scope.sponsor) if name]
    paths = sorted(set(viewer.paths(*UNIT_READERS)))
    return [below(column, path) for column in columns for path in paths]


def _own_reasons(model: Any, scope: Scope, viewer: Viewer) -> list[ColumnElement[bool]]:
    reasons: list[ColumnElement[bool]] = []
    if scope.teacher and viewer.teacher_id:
        reasons.append(getattr(model, scope.teacher) == viewer.teacher_id)
    if scope.provider:
        reasons.extend(getattr(model, scope.provider) == provider for provider in sorted(viewer.providers))
    if scope.public:
        reasons.append(getattr(model, scope.public).is_not(None))
    return reasons
