"""A small city under 株洲's rules in the winter of its yearly closing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import FastAPI

from tests.make.approvals import adopt_policy
from tests.make.city import make_city
from tests.make.oversight import Office
from xuefen.core.db import Database


@pytest.fixture
def winter() -> Iterator[Any]:
    with time_machine.travel(datetime(2025, 12, 1, 2, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
async def office(winter: Any, database: Database, api: httpx.AsyncClient, app: FastAPI) -> Office:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return Office(api, app, database, city, winter)


@pytest.fixture
async def present(database: Database, api: httpx.AsyncClient, app: FastAPI) -> Office:
    """The same city as of now: its clock stands where the machine's does."""
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return Office(api, app, database, city, None)
