"""Builders for accountability: credits of a day, and a closing walked to one of its steps over HTTP.

`Office` asks as anybody on any day: `office.ask(city.auditor, "GET", "/closings")`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col

from tests.make.city import CityFixture
from tests.make.ledger import post_all, posting
from tests.make.organisations import Unit
from tests.make.people import Person, bearer
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.people.models import Employment, Teacher

STEPS = ("registering", "confirming", "verifying", "closed")


@dataclass
class Office:
    """A city whose clock the test moves, and requests to it."""

    api: httpx.AsyncClient
    app: FastAPI
    database: Database
    city: CityFixture
    clock: Any

    def at(self, day: date | str) -> None:
        """Ten in the morning of an office day."""
        moment = date.fromisoformat(day) if isinstance(day, str) else day
        self.clock.move_to(datetime(moment.year, moment.month, moment.day, 2, tzinfo=UTC))

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

    async def credit(self, teacher: Person, credits_centi: int, on: str) -> UUID:
        """Credits of a day, posted now; returns the entry."""
        entry = posting(
            teacher, credits_centi=credits_centi, hours_centi=credits_centi, event_on=date.fromisoformat(on)
        )
        await post_all(self.database, teacher, entry)
        return entry.id

    async def reverse(self, teacher: Person, entry: UUID, credits_centi: int, on: str) -> None:
        """Take a credit back, as a correction does."""
        taken_back = posting(
            teacher,
            credits_centi=credits_centi,
            hours_centi=credits_centi,
            event_on=date.fromisoformat(on),
            reverses_id=entry,
            reason_code="wrong_amount",
        )
        await post_all(self.database, teacher, taken_back)

    async def open(
        self, on: str, *, kind: str = "year", unit: Unit | None = None, status: int = 201
    ) -> dict[str, Any]:
        """The city auditor opens the closing of the year, or cycle, that contains `on`."""
        body = {
            "id": str(uuid4()),
            "organisation_id": str((unit or self.city.city).id),
            "kind": kind,
            "on": on,
        }
        return await self.ask(self.city.auditor, "POST", "/closings", body, status=status)

    async def version(self, closing: dict[str, Any]) -> int:
        found = await self.ask(self.city.auditor, "GET", f"/closings/{closing['id']}")
        return int(found["version"])

    async def advance(self, closing: dict[str, Any], status: int = 200) -> Any:
        seen = await self.version(closing)
        path = f"/closings/{closing['id']}/advance"
        return await self.ask(self.city.auditor, "POST", path, seen=seen, status=status)

    async def verify(self, closing: dict[str, Any], *who: Person, status: int = 200) -> Any:
        for one in who:
            answer = await self.ask(one, "POST", f"/closings/{closing['id']}/verify", status=status)
        return answer

    async def close(self, closing: dict[str, Any], status: int = 200) -> Any:
        seen = await self.version(closing)
        path = f"/closings/{closing['id']}/close"
        return await self.ask(self.city.auditor, "POST", path, seen=seen, status=status)

    async def walk(
        self, on: str, to: str, *, verifiers: tuple[Person, ...] = (), unit: Unit | None = None, **more: Any
    ) -> dict[str, Any]:
        """A closing opened after its period and taken to the step `to`; nobody answers, `verifiers` verify.

        The clock stands where that step left it.
        """
        ends_on = date.fromisoformat(on)
        self.at(date(ends_on.year + 1, 1, 2))
        closing = await self.open(on, unit=unit, **more)
        steps = STEPS[: STEPS.index(to) + 1]
        if "confirming" in steps:
            self.at(date(ends_on.year + 1, 1, 11))
            await self.advance(closing)
        if "verifying" in steps:
            self.at(date(ends_on.year + 1, 1, 19))
            await self.advance(closing)
        if "closed" in steps:
            await self.verify(closing, *verifiers)
            self.at(date(ends_on.year + 1, 1, 31))
            await self.close(closing)
        return closing

    async def figures(self, who: Person, closing: dict[str, Any], query: str = "") -> dict[str, Any]:
        """Staff number -> the figure, as `who` sees them."""
        page = await self.ask(who, "GET", f"/closings/{closing['id']}/figures{query}")
        return {item["teacher"]["staff_no"]: item for item in page["items"]}

    async def mine(self, teacher: Person, closing: dict[str, Any]) -> dict[str, Any]:
        items = (await self.ask(teacher, "GET", "/me/closings"))["items"]
        return next(item for item in items if item["id"] == closing["id"])

    async def answer(
        self, teacher: Person, closing: dict[str, Any], objection: str | None = None, status: int = 200
    ) -> Any:
        """The teacher confirms, or objects, on the figures as they are shown."""
        body = {"answer": "objected" if objection else "confirmed", "objection": objection}
        seen = (await self.mine(teacher, closing))["version"]
        path = f"/closings/{closing['id']}/answers"
        return await self.ask(teacher, "POST", path, body, seen=seen or 1, status=status)

    async def settle(
        self,
        who: Person,
        closing: dict[str, Any],
        teacher: Person,
        status: int = 200,
        seen: int | None = None,
    ) -> Any:
        body = {"teacher_id": str(teacher.teacher_id), "resolution": "已核对签到表，按原登记"}
        if seen is None:
            seen = (await self.figures(self.city.auditor, closing))[teacher.staff_no]["version"]
        path = f"/closings/{closing['id']}/settlements"
        return await self.ask(who, "POST", path, body, seen=seen, status=status)

    async def transfer(self, teacher: Person, school: Unit, since: str) -> None:
        """The personnel relation moves to `school` from a day on."""
        first = date.fromisoformat(since)
        moved = {"school_id": school.id, "org_path": school.path}
        async with self.database.write() as db:
            await db.execute(
                update(Employment)
                .where(col(Employment.teacher_id) == teacher.teacher_id)
                .values(ends_on=date.fromordinal(first.toordinal() - 1))
            )
            db.add(
                Employment(
                    id=new_id(),
                    city_id=school.city_id,
                    teacher_id=teacher.teacher_id,
                    starts_on=first,
                    **moved,
                )
            )
            await db.execute(
                update(Teacher)
                .where(col(Teacher.id) == teacher.teacher_id)
                .values(version=col(Teacher.version) + 1, **moved)
            )
