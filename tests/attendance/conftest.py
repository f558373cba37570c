"""A city with a class that was taught yesterday and the day before."""

import pytest

from tests.make.approvals import adopt_policy
from tests.make.attendance import Taught, make_class
from tests.make.city import CityFixture, make_city
from xuefen.core.db import Database


@pytest.fixture
async def city(database: Database) -> CityFixture:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return city


@pytest.fixture
async def taught(database: Database, city: CityFixture) -> Taught:
    """Two sessions; on the roster the teacher, a colleague, and a teacher of another county."""
    return await make_class(database, city, [city.teacher, city.colleague, city.south_teacher])
