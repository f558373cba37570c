from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer
from tests.make.roster import as_csv, commit, roster, upload
from xuefen.core.db import Database


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


@dataclass(frozen=True)
class Office:
    """Somebody at a desk, with the rosters they upload and commit."""

    api: httpx.AsyncClient
    headers: dict[str, str]

    async def check(self, *rows: list[Any], **fields: str) -> Any:
        answer = await upload(self.api, self.headers, as_csv(roster(*rows)), **fields)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def commit(self, import_id: str) -> httpx.Response:
        return await commit(self.api, self.headers, import_id)

    async def bring_in(self, *rows: list[Any]) -> Any:
        """Check and commit rows without fault."""
        checked = await self.check(*rows)
        committed = await self.commit(checked["id"])
        assert committed.status_code == 200, committed.text
        return committed.json()

    async def look(self, import_id: str) -> httpx.Response:
        return await self.api.get(f"/api/v1/imports/{import_id}", headers=self.headers)

    async def teacher(self, staff_no: str) -> Any:
        """The teacher with this staff number, as the roster's keeper sees them."""
        found = await self.api.get("/api/v1/teachers", params={"q": staff_no}, headers=self.headers)
        (item,) = [item for item in found.json()["items"] if item["staff_no"] == staff_no] or [None]
        if item is None:
            return None
        return (await self.api.get(f"/api/v1/teachers/{item['id']}", headers=self.headers)).json()


@pytest.fixture
def office(app: FastAPI, api: httpx.AsyncClient) -> Any:
    def of(person: Person) -> Office:
        return Office(api, bearer(app, person))

    return of
