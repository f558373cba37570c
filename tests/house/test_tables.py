"""What every table declares: who may see its rows, its city, and a name for each constraint."""

import pytest
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table
from sqlmodel import SQLModel

from xuefen.core.scope_columns import Scope
from xuefen.tables import metadata

# Tables whose rows no viewer ever asks for: an empty scope shows nothing, and only these may have one.
UNSCOPED = {
    "directory": "finds the city of a sign-in name, before there is a viewer",
    "ledger_accounts": "read through the entries of a teacher",
    "ledger_seals": "read by the verification of the whole ledger",
    "outbox_events": "read by the worker",
    "refresh_tokens": "read by the sign-in they belong to",
    "seats": "read through the class run",
    "sign_in_throttles": "counts guesses before there is a viewer",
}
# Tables that are read before a city is known.
CITYLESS = {
    "directory": "tells the city of what arrives without one",
    "sign_in_throttles": "a guessed name may belong to no city",
}

MODELS = {mapper.local_table.name: mapper.class_ for mapper in SQLModel._sa_registry.mappers}
TABLES = sorted(metadata.tables)


def scope_problem(name: str, model: type) -> str | None:
    scope = getattr(model, "scope_columns", None)
    if not isinstance(scope, Scope):
        return "declares no scope_columns"
    named = {column for column in vars(scope).values() if column}
    if bool(named) == (name in UNSCOPED):
        return "must either name columns or stand among the unscoped, with the reason"
    missing = named - set(metadata.tables[name].columns.keys())
    return f"scope_columns names columns it has not: {missing}" if missing else None


def unnamed(table: Table) -> list[str]:
    return [type(constraint).__name__ for constraint in table.constraints if not constraint.name]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_who_may_see_its_rows(name: str) -> None:
    assert scope_problem(name, MODELS[name]) is None


def test_a_table_that_says_nothing_would_be_seen() -> None:
    class Silent:
        pass

    class Empty:
        scope_columns = Scope()

    class Mistaken:
        scope_columns = Scope(organisation="no_such_column")

    assert [model for model in (Silent, Empty, Mistaken) if not scope_problem("organisations", model)] == []


@pytest.mark.parametrize("name", sorted(set(TABLES) - set(CITYLESS)))
def test_the_city_is_part_of_every_key(name: str) -> None:
    table = metadata.tables[name]
    assert "city_id" in table.primary_key.columns
    for key in table.foreign_key_constraints:
        assert "city_id" in key.columns, f"{key.name} could point into another city"


@pytest.mark.parametrize("name", TABLES)
def test_every_constraint_has_a_name(name: str) -> None:
    assert unnamed(metadata.tables[name]) == []


def test_a_constraint_without_a_name_would_be_seen() -> None:
    table = Table("t", MetaData(), Column("id", Integer), CheckConstraint("id > 0"))
    assert "CheckConstraint" in unnamed(table)


@pytest.mark.parametrize("name", TABLES)
def test_no_column_is_a_native_enumeration(name: str) -> None:
    """Adding a value to PostgreSQL's ENUM is no ordinary migration."""
    columns = metadata.tables[name].columns
    assert [column.name for column in columns if getattr(column.type, "native_enum", False)] == []


def test_the_lists_of_exceptions_name_only_tables_that_exist() -> None:
    assert (UNSCOPED.keys() | CITYLESS.keys()) - set(TABLES) == set()
