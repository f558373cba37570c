"""Figures of a year: what the engine says, kept, and never read once it is out of date."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select
from sqlmodel import col

from tests.make.city import CityFixture, make_city
from tests.make.figures import (
    LAST_DAY,
    YEAR,
    adopt_zhuzhou,
    earn,
    exempt,
    figures,
    make_members,
    touch,
    transfer,
)
from tests.make.people import Person, give_post
from xuefen.core.db import Database
from xuefen.core.outbox import OutboxEvent
from xuefen.credits.figures import (
    bring_up_to_date,
    compute,
    keep,
    refresh,
    stale,
    stale_ids,
    year_of_city,
)
from xuefen.credits.models import YearFigure
from xuefen.credits.renewing import BEHIND, ask_to_catch_up, look_after_figures
from xuefen.credits.standing import teacher_record
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.worker import deliver_waiting

SPRING, AUTUMN = date(2014, 4, 15), date(2014, 10, 15)
SCHOOL_BASED = {"category": "school_based", "level": Level.school, "mode": DeliveryMode.school_based}


@pytest.fixture
async def city(database: Database) -> CityFixture:
    made = await make_city(database)
    await adopt_zhuzhou(database, made.city)
    return made


def mine(person: Person) -> UUID:
    assert person.teacher_id is not None
    return person.teacher_id


async def stale_below(database: Database, city: CityFixture, on: date = LAST_DAY) -> int:
    async with database.read() as db:
        return await stale(db, city.id, city.city.path, on)


async def test_a_figure_says_what_the_standing_says(database: Database, city: CityFixture) -> None:
    await earn(database, city.teacher, 60)
    await earn(database, city.teacher, 12, event_on=AUTUMN, **SCHOOL_BASED)
    found = (await figures(database, city.city))[mine(city.teacher)]
    async with database.read() as db:
        record = await teacher_record(db, city.auditor.viewer, mine(city.teacher))
    line, total = record.standing(LAST_DAY).year_line, record.standing(LAST_DAY).total
    assert line is not None
    assert total is not None
    assert (found.required_centi, found.counted_centi, found.met) == (72_00, line.counted_centi, True)
    assert (found.cycle_required_centi, found.cycle_counted_centi) == (
        total.required_centi,
        total.counted_centi,
    )
    assert (found.requirement_id, found.complete, found.exempt) == ("year", False, False)
    assert (found.year_starts_on, found.year_ends_on) == (date(2014, 1, 1), LAST_DAY)


@pytest.mark.requirement("003-47")
async def test_a_surplus_over_the_cap_does_not_reach_the_year(database: Database, city: CityFixture) -> None:
    await earn(database, city.teacher, 59)
    await earn(database, city.teacher, 13, event_on=AUTUMN, **SCHOOL_BASED)
    found = (await figures(database, city.city))[mine(city.teacher)]
    assert (found.counted_centi, found.met) == (71_00, False)


async def test_what_is_current_is_not_computed_again(database: Database, city: CityFixture) -> None:
    before = await stale_below(database, city)
    async with database.write() as db:
        first = await bring_up_to_date(db, city.id, city.city.path, LAST_DAY)
        again = await bring_up_to_date(db, city.id, city.city.path, LAST_DAY)
    assert (before, first, again) == (6, 6, 0)
    assert await stale_below(database, city) == 0


async def test_only_the_people_of_the_unit_are_computed(database: Database, city: CityFixture) -> None:
    assert set(await figures(database, city.school)) == {mine(city.teacher), mine(city.colleague)}
    assert await stale_below(database, city) == 4


async def test_a_posting_makes_the_figure_stale(database: Database, city: CityFixture) -> None:
    await figures(database, city.city)
    await earn(database, city.teacher, 72)
    async with database.read() as db:
        year = await year_of_city(db, city.id, YEAR)
        assert await stale_ids(db, year, [city.school.path]) == [mine(city.teacher)]
        assert await stale_ids(db, year, [city.other_school.path]) == []
    assert (await figures(database, city.school))[mine(city.teacher)].met


async def test_an_exemption_makes_the_figure_stale_and_takes_the_line_away(
    database: Database, city: CityFixture
) -> None:
    assert not (await figures(database, city.city))[mine(city.teacher)].exempt
    await exempt(database, city.teacher, date(2014, 1, 1), LAST_DAY)
    assert await stale_below(database, city) == 1
    found = (await figures(database, city.city))[mine(city.teacher)]
    assert (found.exempt, found.required_centi, found.met) == (True, None, False)


async def test_another_version_of_the_rules_makes_every_figure_stale(
    database: Database, city: CityFixture
) -> None:
    await figures(database, city.city)
    await adopt_zhuzhou(database, city.city, from_on=date(2014, 6, 1), requirements={"year": {"credits": 60}})
    assert await stale_below(database, city) == 6
    assert (await figures(database, city.city))[mine(city.teacher)].required_centi == 60_00


async def test_rules_of_a_county_concern_its_own_people(database: Database, city: CityFixture) -> None:
    await figures(database, city.city)
    await adopt_zhuzhou(
        database, city.south, from_on=date(2014, 6, 1), requirements={"year": {"credits": 50}}
    )
    assert await stale_below(database, city) == 1
    found = await figures(database, city.city)
    assert found[mine(city.south_teacher)].required_centi == 50_00
    assert found[mine(city.teacher)].required_centi == 72_00


async def test_rules_that_come_into_force_later_change_nothing_today(
    database: Database, city: CityFixture
) -> None:
    await figures(database, city.city)
    await adopt_zhuzhou(database, city.city, from_on=date(2015, 1, 1), requirements={"year": {"credits": 50}})
    assert await stale_below(database, city) == 0


async def test_a_training_year_may_begin_in_march(database: Database, city: CityFixture) -> None:
    await adopt_zhuzhou(database, city.south, from_on=date(2009, 1, 2), year={"starts_month": 3})
    await earn(database, city.south_teacher, 72, event_on=date(2015, 2, 28))
    await earn(database, city.teacher, 72, event_on=date(2015, 2, 28))
    found = await figures(database, city.city)
    assert found[mine(city.south_teacher)].year_ends_on == date(2015, 2, 28)
    assert found[mine(city.south_teacher)].met
    assert not found[mine(city.teacher)].met


async def test_who_moved_on_the_last_day_counts_at_the_last_school(
    database: Database, city: CityFixture
) -> None:
    await earn(database, city.teacher, 72)
    await figures(database, city.city)
    await transfer(database, city.teacher, city.south_school, LAST_DAY)
    await transfer(database, city.colleague, city.south_school, LAST_DAY + timedelta(days=1))
    assert await stale_below(database, city) == 2
    found = await figures(database, city.south_school)
    assert set(found) == {mine(city.teacher), mine(city.south_teacher)}
    assert (found[mine(city.teacher)].school_id, found[mine(city.teacher)].counted_centi) == (
        city.south_school.id,
        72_00,
    )
    assert mine(city.colleague) in await figures(database, city.school)


async def test_a_school_sees_who_came_even_before_anything_was_computed(
    database: Database, city: CityFixture
) -> None:
    await transfer(database, city.colleague, city.south_school, date(2015, 3, 1))
    assert set(await figures(database, city.school)) == {mine(city.teacher), mine(city.colleague)}


async def test_who_was_not_in_service_in_the_year_has_no_figure(
    database: Database, city: CityFixture
) -> None:
    await figures(database, city.city)
    await touch(database, city.teacher, hired_on=date(2015, 1, 1))
    await touch(database, city.colleague, left_on=date(2013, 12, 31))
    assert set(await figures(database, city.school)) == set()
    assert await stale_below(database, city) == 0


async def test_who_left_in_the_year_counts_pro_rata_at_the_last_school(
    database: Database, city: CityFixture
) -> None:
    await touch(database, city.teacher, left_on=date(2014, 6, 30))
    assert (await figures(database, city.school))[mine(city.teacher)].required_centi == 36_00


async def test_a_past_year_knows_nothing_of_what_came_after(database: Database, city: CityFixture) -> None:
    await earn(database, city.teacher, 40)
    await earn(database, city.teacher, 50, event_on=date(2015, 3, 1))
    found = (await figures(database, city.school))[mine(city.teacher)]
    assert (found.counted_centi, found.cycle_counted_centi) == (40_00, 40_00)


async def test_a_day_that_turns_something_makes_the_figure_stale(
    database: Database, city: CityFixture
) -> None:
    begins = date(2014, 9, 1)
    await give_post(database, city.teacher, "homeroom", begins)
    with time_machine.travel("2014-08-01T04:00:00Z"):
        found = await figures(database, city.school, date(2014, 8, 1))
        assert found[mine(city.teacher)].current_until == date(2014, 8, 31)
        assert found[mine(city.colleague)].current_until == LAST_DAY
    with time_machine.travel("2014-09-01T04:00:00Z"):
        async with database.read() as db:
            year = await year_of_city(db, city.id, YEAR)
            assert await stale_ids(db, year, [city.school.path]) == [mine(city.teacher)]


async def test_many_are_computed_at_once(database: Database, city: CityFixture) -> None:
    people = await make_members(database, city.other_school, [71, 72] * 300)
    found = await figures(database, city.other_school)
    assert len(found) == 601
    assert sum(found[mine(person)].met for person in people) == 300


async def test_the_worker_renews_after_every_posting(database: Database, city: CityFixture) -> None:
    await figures(database, city.city)
    await earn(database, city.teacher, 72)
    await deliver_waiting(database)
    assert await stale_below(database, city) == 0
    async with database.read() as db:
        kept = await db.get(YearFigure, (city.id, mine(city.teacher), YEAR))
    assert kept is not None
    assert kept.met


async def test_what_changes_while_a_figure_is_computed_leaves_it_stale(
    database: Database, city: CityFixture
) -> None:
    async with database.read() as db:
        year = await year_of_city(db, city.id, YEAR)
        renewal = await compute(db, year, [mine(city.teacher), mine(city.colleague)])
    await earn(database, city.teacher, 72)
    await touch(database, city.colleague, subject="数学")
    async with database.write() as db:
        await keep(db, renewal)
        assert set(await stale_ids(db, year, [city.school.path])) == {
            mine(city.teacher),
            mine(city.colleague),
        }


async def test_renewing_twice_changes_nothing(database: Database, city: CityFixture) -> None:
    people = [mine(city.teacher), mine(city.colleague)]
    async with database.write() as db:
        assert await refresh(db, city.id, people, LAST_DAY) == 2
        assert await refresh(db, city.id, people, LAST_DAY) == 0


async def test_the_worker_catches_up_and_is_asked_once(database: Database, city: CityFixture) -> None:
    await make_members(database, city.other_school, [0] * 300)
    async with database.write() as db:
        await ask_to_catch_up(db, city.id, YEAR)
        await ask_to_catch_up(db, city.id, YEAR)
        asked = await db.scalar(
            select(func.count()).select_from(OutboxEvent).where(col(OutboxEvent.topic) == BEHIND)
        )
    assert asked == 1
    await deliver_waiting(database)
    assert await stale_below(database, city) == 0


async def test_the_worker_looks_after_the_running_year_by_itself(
    database: Database, city: CityFixture
) -> None:
    with time_machine.travel("2014-11-03T04:00:00Z"):
        for _ in range(2):
            async with database.write() as db:
                await look_after_figures(db)
            await deliver_waiting(database)
        assert await stale_below(database, city, date(2014, 11, 3)) == 0
