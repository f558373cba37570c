"""One small city under 株洲's rules, and a way to act in it over HTTP as anybody, on any day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
import time_machine
from fastapi import FastAPI

from tests.make.approvals import adopt_policy
from tests.make.city import CityFixture, make_city
from tests.make.people import Person, bearer
from xuefen.core.db import Database

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Monday, 9 o'clock in Shanghai, in the spring term."""


@dataclass
class World:
    """`city` is the scene; `at(day)` moves the clock; the rest are requests."""

    api: httpx.AsyncClient
    app: FastAPI
    city: CityFixture
    clock: Any

    def at(self, day: date | datetime) -> None:
        moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        self.clock.move_to(moment)

    async def ask(
        self,
        who: Person,
        method: str,
        path: str,
        body: Any = None,
        *,
        seen: int | None = None,
        status: int = 200,
    ) -> Any:
        """A request as `who`; asserts the status and gives the JSON. `seen`: the version for If-Match."""
        headers = bearer(self.app, who)
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        answer = await self.api.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def standing(self, who: Person) -> dict[str, Any]:
        return await self.ask(who, "GET", "/me/standing")

    async def approve(self, who: Person, claim_id: str, status: int = 200, **decision: Any) -> Any:
        """`who` approves the claim as it stands now."""
        version = (await self.ask(who, "GET", f"/claims/{claim_id}"))["version"]
        body = {"verdict": "approve", **decision}
        return await self.ask(who, "POST", f"/claims/{claim_id}/decisions", body, seen=version, status=status)

    async def queue(self, who: Person) -> list[str]:
        return [item["id"] for item in (await self.ask(who, "GET", "/claims?queue=mine"))["items"]]


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
async def world(clock: Any, database: Database, api: httpx.AsyncClient, app: FastAPI) -> World:
    city = await make_city(database)
    await adopt_policy(database, city.city)
    return World(api, app, city, clock)


def new() -> str:
    return str(uuid4())


def line(standing: dict[str, Any], line_id: str) -> dict[str, Any]:
    return next(one for one in standing["lines"] if one["id"] == line_id)


def moved(before: dict[str, Any], after: dict[str, Any], line_id: str) -> Decimal:
    """By how much the figure of a line has moved, in its unit."""
    return Decimal(line(after, line_id)["counted"]) - Decimal(line(before, line_id)["counted"])
