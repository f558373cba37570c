"""A small city under 株洲's rules, in a cycle around today."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.make.approvals import adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer
from xuefen.core import clock
from xuefen.core.db import Database


@pytest.fixture
async def city(database: Database) -> CityFixture:
    city = await make_city(database)
    year = clock.today().year
    cycle = {"starts_on": f"{year - 3}-01-01", "ends_on": f"{year + 3}-12-31"}
    await adopt_policy(database, city.city, overrides={"cycle": cycle}, from_on=date(2014, 2, 26))
    return city


@pytest.fixture
def call(api: httpx.AsyncClient, app: FastAPI) -> Any:
    """`await call(who, method, path, body, version)`."""

    async def send(
        who: Person, method: str, path: str, body: Any = None, version: int | None = None
    ) -> httpx.Response:
        headers = bearer(app, who) | ({"If-Match": f'"{version}"'} if version is not None else {})
        return await api.request(method, path, json=body, headers=headers)

    return send
