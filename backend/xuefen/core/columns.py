"""Column parts shared by every room's tables, and the names that constraints get.

City-owned tables have the key `(city_id, id)` and refer to each other by composite keys, so that a
province can later distribute them by `city_id` (ARCHITECTURE, Data).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    Dialect,
    ForeignKeyConstraint,
    String,
    TypeDecorator,
    cast,
)
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, SQLModel

from xuefen.core.ids import new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

JsonType = JSON().with_variant(postgresql.JSONB(), "postgresql")
PathType = String(200).with_variant(String(200, collation="C"), "postgresql")


class CityRow(SQLModel):
    """A row owned by one city: the first half of its key says which."""

    city_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)


def city_fk(column: str, table: str) -> ForeignKeyConstraint:
    """`(city_id, column)` refers to `(city_id, id)` of `table`."""
    return ForeignKeyConstraint(["city_id", column], [f"{table}.city_id", f"{table}.id"])


def one_of(column: str, values: Iterable[str] | type[StrEnum]) -> CheckConstraint:
    """A text column that holds one of `values` (an enumeration as text + CHECK, on both databases)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class TextEnum(TypeDecorator[StrEnum]):
    """A StrEnum stored as plain text, and read back as the enumeration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members
        self._by_value: dict[str, StrEnum] = {str(member): member for member in members}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        # A lookup, not the enumeration's own search: a standing reads a hundred and forty of them.
        return None if value is None else self._by_value[value]


def text_enum(members: type[StrEnum]) -> Any:
    """The stored form of a StrEnum field. Pair it with `one_of` in `__table_args__`."""
    return TextEnum(members)


def json_field(**kwargs: Any) -> Any:
    return Field(sa_type=JsonType, **kwargs)


def path_field(**kwargs: Any) -> Any:
    """An organisation path such as `430200/430203/S012/`; compared bytewise on both databases."""
    return Field(sa_type=PathType, **kwargs)


def no_flags(column: Any) -> ColumnElement[bool]:
    """Whether a JSON list column is empty, on both databases."""
    return cast(column, String) == "[]"
