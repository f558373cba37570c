"""The policy in force for a unit on a day, and that what was adopted never changes."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.make.approvals import CYCLE, adopt_policy
from tests.make.city import CityFixture, make_city
from xuefen.core.db import Database
from xuefen.organisations.policies import NoPolicy, PolicyInForce, policies_of

CHANGED = (
    "text = 'another'",
    "sha256 = 'another'",
    'overrides = \'{"key": "another"}\'',
    "from_on = '2030-01-01'",
    "pack_key = 'another'",
    "org_path = 'another/'",
    "adopted_at = '2030-01-01T00:00:00+00:00'",
    "state = 'draft'",
)


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


def from_total(credits: int) -> dict[str, object]:
    return CYCLE | {"requirements": {"total": {"credits": credits}}}


def total(policy: PolicyInForce) -> str:
    return str(policy.pack.totals[0].credits)


@pytest.mark.parametrize(
    ("on", "in_the_city", "in_the_county"),
    [
        (date(2010, 1, 1), "450.00", "450.00"),
        (date(2019, 12, 31), "450.00", "450.00"),
        (date(2020, 1, 1), "400.00", "400.00"),
        (date(2022, 12, 31), "400.00", "400.00"),
        (date(2023, 1, 1), "400.00", "360.00"),
        (date(2024, 12, 31), "400.00", "360.00"),
        (date(2025, 1, 1), "300.00", "360.00"),
        (date(2026, 1, 1), "300.00", "320.00"),
    ],
)
async def test_the_nearest_unit_with_a_version_in_force_decides(
    database: Database, city: CityFixture, on: date, in_the_city: str, in_the_county: str
) -> None:
    """What a county adopts for a later day leaves the city's rules in force until then."""
    for unit, since, credits in (
        (city.city, date(2014, 2, 26), 450),
        (city.city, date(2020, 1, 1), 400),
        (city.city, date(2025, 1, 1), 300),
        (city.north, date(2023, 1, 1), 360),
        (city.north, date(2026, 1, 1), 320),
    ):
        await adopt_policy(database, unit, overrides=from_total(credits), from_on=since)
    async with database.read() as db:
        policies = await policies_of(db, city.id)
    assert total(policies.at(city.direct_school.path, on)) == in_the_city
    assert total(policies.at(city.south_school.path, on)) == in_the_city
    assert total(policies.at(city.school.path, on)) == in_the_county


async def test_adopted_on_one_day_the_nearer_unit_decides(database: Database, city: CityFixture) -> None:
    for unit, credits in ((city.north, 360), (city.city, 450)):
        await adopt_policy(database, unit, overrides=from_total(credits))
    async with database.read() as db:
        policies = await policies_of(db, city.id)
    for on in (date(2010, 1, 1), date(2014, 2, 26), date(2026, 1, 1)):
        assert total(policies.at(city.school.path, on)) == "360.00"
        assert total(policies.at(city.south_school.path, on)) == "450.00"


async def test_without_a_version_above_there_is_no_policy(database: Database, city: CityFixture) -> None:
    await adopt_policy(database, city.north)
    async with database.read() as db:
        policies = await policies_of(db, city.id)
    assert policies.at(city.school.path, date(2026, 1, 1)).pack.key == "zhuzhou-2014"
    with pytest.raises(NoPolicy):
        policies.at(city.south_school.path, date(2026, 1, 1))


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
async def test_only_what_is_adopted_binds(database: Database, city: CityFixture, state: str) -> None:
    await adopt_policy(database, city.city)
    await insert_as(database, city, state)
    async with database.read() as db:
        policies = await policies_of(db, city.id)
    assert [version[1] for version in policies.versions] == [date(2014, 2, 26)]


async def insert_as(database: Database, city: CityFixture, state: str) -> None:
    """A second version of the city, written as it would stand in that state."""
    await adopt_policy(database, city.north, overrides=from_total(1), from_on=date(2020, 1, 1))
    await run(database, *THAW[database.dialect])
    await run(
        database,
        f"UPDATE policy_versions SET state = '{state}', org_path = '{city.city.path}' WHERE from_on = '2020-01-01'",
    )


THAW = {
    "sqlite": ["DROP TRIGGER policy_versions_frozen", "DROP TRIGGER policy_versions_kept"],
    "postgresql": ["ALTER TABLE policy_versions DISABLE TRIGGER USER"],
}


async def run(database: Database, *statements: str) -> None:
    async with database.write() as db:
        for statement in statements:
            await db.execute(text(statement))


async def rows(database: Database) -> list[str]:
    async with database.read() as db:
        return [str(row) for row in await db.execute(text("SELECT * FROM policy_versions"))]


def attempts(dialect: str) -> list[str]:
    statements = [f"UPDATE policy_versions SET {change}" for change in CHANGED]
    statements += ["DELETE FROM policy_versions"]
    if dialect == "sqlite":
        statements += ["REPLACE INTO policy_versions SELECT * FROM policy_versions"]
    return statements


@pytest.mark.parametrize("state", ["adopted", "withdrawn"])
async def test_what_was_adopted_never_changes_and_never_goes(
    database: Database, city: CityFixture, state: str
) -> None:
    await adopt_policy(database, city.city)
    await run(database, f"UPDATE policy_versions SET state = '{state}', version = version + 1")
    before = await rows(database)
    for statement in attempts(database.dialect):
        with pytest.raises(DBAPIError, match=r"never changes|append-only"):
            await run(database, statement)
        assert await rows(database) == before, statement


async def test_a_withdrawn_version_is_not_adopted_again(database: Database, city: CityFixture) -> None:
    await adopt_policy(database, city.city)
    await run(database, "UPDATE policy_versions SET state = 'withdrawn'")
    with pytest.raises(DBAPIError, match=r"never changes|append-only"):
        await run(database, "UPDATE policy_versions SET state = 'adopted'")


async def test_a_draft_still_changes_and_may_go(database: Database, city: CityFixture) -> None:
    await adopt_policy(database, city.city)
    await run(database, *THAW[database.dialect], "UPDATE policy_versions SET state = 'draft'")
    if database.dialect == "postgresql":
        await run(database, "ALTER TABLE policy_versions ENABLE TRIGGER USER")
    for change in CHANGED:
        await run(database, f"UPDATE policy_versions SET {change}")
    await run(database, "DELETE FROM policy_versions")
    assert await rows(database) == []


async def test_without_the_triggers_all_of_it_would_go_through(database: Database, city: CityFixture) -> None:
    """The control: what the guard refuses is otherwise a good statement."""
    await adopt_policy(database, city.city)
    await run(database, *THAW[database.dialect])
    for statement in attempts(database.dialect):
        before = await rows(database)
        await run(database, statement)
        assert (await rows(database) != before) or statement.startswith("REPLACE"), statement
