"""Batches that overlap, at once: each completion is credited once, and nobody sees a deadlock."""

import asyncio
import random
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import col

from tests.make.attendance import crowd
from tests.make.city import CityFixture
from tests.make.platforms import Registered, item, make_platform
from xuefen.approvals.models import Claim
from xuefen.approvals.states import Flag
from xuefen.core.db import Database
from xuefen.platforms import matching
from xuefen.platforms.models import Completion

PEOPLE = 60


async def send(
    api: httpx.AsyncClient, app: FastAPI, platform: Registered, batch: list[dict[str, Any]]
) -> httpx.Response:
    return await api.post("/api/v1/sync/completions", json={"items": batch}, headers=platform.bearer(app))


async def counted(database: Database) -> tuple[int, int]:
    """Claims, and accepted completions."""
    async with database.read() as db:
        claims = await db.scalar(select(func.count()).select_from(Claim))
        accepted = await db.scalar(
            select(func.count()).select_from(Completion).where(col(Completion.status) == "accepted")
        )
    return claims or 0, accepted or 0


async def test_two_platforms_that_report_the_same_shuffled_people_at_once_credit_each_once(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    other = await make_platform(database, city.city, name="同课云")
    people = await crowd(database, city.school, PEOPLE)
    dice = random.Random(29)
    for day in range(4):
        mine = [item(person, completed_at=f"2026-0{day + 1}-10T04:00:00Z") for person in people]
        batches = [dice.sample(mine, PEOPLE) for _ in range(4)]
        senders = [platform, other, platform, other]
        answers = await asyncio.gather(
            *(send(api, app, sender, batch) for sender, batch in zip(senders, batches, strict=True))
        )
        assert [answer.status_code for answer in answers] == [200] * 4
        given = [one["status"] for answer in answers for one in answer.json()["items"]]
        assert given.count("accepted") == PEOPLE
        assert given.count("duplicate") == 3 * PEOPLE
    assert await counted(database) == (4 * PEOPLE, 4 * PEOPLE)


async def test_one_platform_that_repeats_itself_with_other_bodies_at_once_is_credited_once_an_id(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    """The same ids for other people: no lock on a teacher stands between the two batches."""
    people = await crowd(database, city.school, PEOPLE)
    ours, theirs = people[: PEOPLE // 2], people[PEOPLE // 2 :]
    first = [item(person, external_id=f"same-{n}") for n, person in enumerate(ours)]
    second = [item(person, external_id=f"same-{n}") for n, person in enumerate(reversed(theirs))]
    answers = await asyncio.gather(
        *(send(api, app, platform, batch) for batch in (first, second, first, second))
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    assert await counted(database) == (PEOPLE // 2, PEOPLE // 2)
    refused = [
        one["problem"]["code"]
        for answer in answers
        for one in answer.json()["items"]
        if one["status"] == "refused"
    ]
    assert set(refused) == {"completion_differs"}


async def test_unmatched_completions_sent_at_once_are_kept_once(
    api: httpx.AsyncClient, app: FastAPI, database: Database, platform: Registered
) -> None:
    batch = [item({"staff_no": f"NOBODY-{n}"}) for n in range(PEOPLE)]
    dice = random.Random(31)
    answers = await asyncio.gather(*(send(api, app, platform, dice.sample(batch, PEOPLE)) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(Completion)) == PEOPLE


async def days_at_once(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> list[list[str]]:
    """Two platforms report the same program for the same people, each for another day; the claims' flags."""
    other = await make_platform(database, city.city, name="同课云")
    people = await crowd(database, city.school, PEOPLE)
    one_day = [item(person, completed_at="2026-03-10T04:00:00Z") for person in people]
    next_day = [item(person, completed_at="2026-03-11T04:00:00Z") for person in reversed(people)]
    answers = await asyncio.gather(send(api, app, platform, one_day), send(api, app, other, next_day))
    assert [answer.status_code for answer in answers] == [200, 200]
    async with database.read() as db:
        flags = list(await db.scalars(select(col(Claim.flags))))
    return [sorted(set(found) & {Flag.same_program}) for found in flags]


async def test_the_same_program_for_two_days_at_once_is_flagged(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    flags = await days_at_once(api, app, database, city, platform)
    assert (flags.count([]), flags.count([Flag.same_program])) == (PEOPLE, PEOPLE)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_without_the_lock_on_teachers_it_would_pass_unflagged(
    api: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    city: CityFixture,
    platform: Registered,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: two batches in step read before either has written."""
    in_step = asyncio.Barrier(2)

    async def no_lock(*_: Any) -> None:
        await in_step.wait()

    monkeypatch.setattr(matching, "lock", no_lock)
    flags = await days_at_once(api, app, database, city, platform)
    assert flags.count([Flag.same_program]) < PEOPLE
