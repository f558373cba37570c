"""A small city under 株洲's rules and a way to act in it over HTTP, on a fixed day."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI

from tests.journeys.conftest import START, World
from tests.make.approvals import adopt_policy
from tests.make.city import CityFixture, make_city
from xuefen.core.db import Database


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
async def world(clock: Any, database: Database, api: httpx.AsyncClient, app: FastAPI) -> World:
    city: CityFixture = await make_city(database)
    await adopt_policy(database, city.city)
    return World(api, app, city, clock)
