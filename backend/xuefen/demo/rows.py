"""Many rows of one table by Core statements in chunks, with the defaults that the models declare."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from xuefen.core.rowsets import table_of

CHUNK = 5000


async def add_rows(db: AsyncSession, model: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert `rows`; a column that they leave out takes the model's plain default, or stays empty."""
    table = table_of(model)
    connection = await db.connection()
    defaults = _defaults(model)
    listed = [{**defaults, **row} for row in rows]
    for start in range(0, len(listed), CHUNK):
        await connection.execute(insert(table), listed[start : start + CHUNK])


async def add_models(db: AsyncSession, models: Sequence[SQLModel]) -> None:
    """Insert built models, whatever their order towards other tables; kinds in the order first met."""
    by_kind: dict[type[SQLModel], list[Mapping[str, Any]]] = {}
    for model in models:
        by_kind.setdefault(type(model), []).append(model.model_dump())
    for kind, rows in by_kind.items():
        await add_rows(db, kind, rows)


@cache
def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    return {
        name: field.default
        for name, field in model.model_fields.items()
        if field.default is not PydanticUndefined and field.default is not None
    }
