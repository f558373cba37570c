"""A transfer between two counties of one city with packs of their own: the ledger stays, the rules change."""

from datetime import date

import pytest

from tests.make.approvals import adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.figures import transfer
from tests.make.ledger import post_all, posting
from tests.make.policy import one_line
from xuefen.core.db import Database
from xuefen.credits.standing import TeacherRecord, teacher_record
from xuefen.policy.levels import Level

ON = date(2015, 12, 31)
MOVED_ON = date(2015, 9, 1)


@pytest.fixture
async def city(database: Database) -> CityFixture:
    """The north goes by county-2011, the south by qianshan; direct schools by the city's own pack."""
    made = await make_city(database)
    for unit, key in ((made.city, "zhuzhou-2014"), (made.north, "county-2011"), (made.south, "qianshan")):
        await adopt_policy(database, unit, key=key, overrides={}, from_on=date(2011, 1, 1))
    await post_all(
        database,
        made.teacher,
        posting(made.teacher, event_on=date(2015, 4, 10), hours_centi=30_00, credits_centi=30_00),
        posting(made.teacher, category="young_pioneers", event_on=date(2015, 5, 10), hours_centi=45_00,
                credits_centi=45_00, level=Level.provincial),
    )  # fmt: skip
    return made


async def record_of(database: Database, city: CityFixture) -> TeacherRecord:
    assert city.teacher.teacher_id is not None
    async with database.read() as db:
        return await teacher_record(db, city.auditor.viewer, city.teacher.teacher_id)


async def test_standing_follows_the_pack_of_the_new_county(database: Database, city: CityFixture) -> None:
    before = await record_of(database, city)
    await transfer(database, city.teacher, city.south_school, MOVED_ON)
    after = await record_of(database, city)
    assert (before.policy_on(ON).pack.key, after.policy_on(ON).pack.key) == ("county-2011", "qianshan")
    assert after.entries == before.entries
    old, new = before.standing(ON), after.standing(ON)
    assert (one_line(old, "teacher_total").counted_centi, one_line(old, "provincial").met) == (75_00, True)
    year = one_line(new, "year")
    assert (year.counted_centi, year.converted_centi, year.met) == (75_00, 7_50, True)


async def test_categories_unknown_in_the_new_county_count_in_the_total_alone(
    database: Database, city: CityFixture
) -> None:
    await transfer(database, city.teacher, city.south_school, MOVED_ON)
    record = await record_of(database, city)
    assert {record.policy_on(ON).pack.find_category(entry.category) for entry in record.entries} == {None}
    result = record.standing(ON)
    assert {line.id for line in result.lines if line.counted_centi} == {"year"}
    assert (result.total_counted_centi, result.uncounted) == (75_00, ())


async def test_the_way_back_restores_the_standing_exactly(database: Database, city: CityFixture) -> None:
    before = (await record_of(database, city)).standing(ON)
    await transfer(database, city.teacher, city.south_school, MOVED_ON)
    await transfer(database, city.teacher, city.school, date(2015, 10, 1))
    assert (await record_of(database, city)).standing(ON) == before
