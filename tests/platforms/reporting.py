"""How the tests report completions, and what they read afterwards."""

import json
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from tests.make.platforms import Registered
from xuefen.approvals.models import Claim
from xuefen.core.db import Database


async def report(
    api: httpx.AsyncClient, app: FastAPI, platform: Registered, *items: dict[str, Any]
) -> list[dict[str, Any]]:
    # Written by hand: the client's own writer refuses what a hostile one would send.
    content = json.dumps({"items": list(items)}).encode()
    headers = platform.bearer(app) | {"Content-Type": "application/json"}
    answer = await api.post("/api/v1/sync/completions", content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    answered: list[dict[str, Any]] = answer.json()["items"]
    assert len(answered) == len(items)
    return answered


async def claims_of(database: Database) -> list[Claim]:
    async with database.read() as db:
        return list(await db.scalars(select(Claim)))


def states(answered: list[dict[str, Any]]) -> list[str]:
    return [one["status"] for one in answered]


def codes(answered: list[dict[str, Any]]) -> list[str | None]:
    return [one["problem"]["code"] if one["problem"] else None for one in answered]
