"""The calls that the tests of attendance make, and what they read afterwards."""

from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from tests.make.attendance import Taught
from tests.make.people import Person, bearer
from xuefen.approvals.models import Claim
from xuefen.attendance.models import AttendanceMark
from xuefen.core.db import Database


async def put_marks(
    api: httpx.AsyncClient, app: FastAPI, who: Person, session_id: UUID, *marks: dict[str, Any]
) -> httpx.Response:
    address = f"/api/v1/sessions/{session_id}/attendance"
    return await api.put(address, json={"marks": list(marks)}, headers=bearer(app, who))


def mark(enrollment_id: UUID, value: str = "present", version: int = 0, **more: Any) -> dict[str, Any]:
    return {"enrollment_id": str(enrollment_id), "mark": value, "version": version, **more}


async def conclude(
    api: httpx.AsyncClient, app: FastAPI, who: Person, run_id: UUID, version: int | None = 1
) -> httpx.Response:
    headers = bearer(app, who)
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return await api.post(f"/api/v1/class-runs/{run_id}/conclude", headers=headers)


async def put_results(
    api: httpx.AsyncClient, app: FastAPI, who: Person, run_id: UUID, *results: dict[str, Any]
) -> httpx.Response:
    address = f"/api/v1/class-runs/{run_id}/results"
    return await api.put(address, json={"results": list(results)}, headers=bearer(app, who))


def result(enrollment_id: UUID, value: str = "pass", version: int = 0, **more: Any) -> dict[str, Any]:
    return {"enrollment_id": str(enrollment_id), "result": value, "version": version, **more}


async def claims_of(database: Database) -> list[Claim]:
    async with database.read() as db:
        return list(await db.scalars(select(Claim).order_by(col(Claim.id))))


async def set_mark(database: Database, taught: Taught, who: Person, session: int, mark: str) -> None:
    async with database.write() as db:
        await db.execute(
            update(AttendanceMark)
            .where(
                col(AttendanceMark.session_id) == taught.sessions[session],
                col(AttendanceMark.enrollment_id) == taught.of(who),
            )
            .values(mark=mark)
        )
