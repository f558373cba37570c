"""A city with an online program and a platform that reports its completions."""

import pytest

from tests.make.approvals import adopt_policy
from tests.make.attendance import make_program
from tests.make.city import CityFixture, make_city
from tests.make.platforms import Registered, make_platform
from xuefen.core.db import Database
from xuefen.policy.levels import DeliveryMode
from xuefen.programs.models import Program


@pytest.fixture
async def city(database: Database) -> CityFixture:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return city


@pytest.fixture
async def program(database: Database, city: CityFixture) -> Program:
    return await make_program(database, city, "XF-2026-009", mode=DeliveryMode.online)


@pytest.fixture
async def platform(database: Database, city: CityFixture, program: Program) -> Registered:
    return await make_platform(database, city.city)
