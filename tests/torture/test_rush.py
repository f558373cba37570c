"""A rush for seats over HTTP, on a server of its own: never one place more than there are seats."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from tests.load import Answer, percentile, post, send_all
from tests.make.city import CityFixture, make_city
from tests.make.crowd import make_crowd, token_of
from tests.make.programs import MadeRun, make_program, make_run
from tests.serving import Server, serving
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.core.outbox import OutboxEvent
from xuefen.enrollments.models import Enrollment
from xuefen.programs.models import Seat

PEOPLE, SEATS = 500, 50
CONNECTIONS = 64
UNGUARDED = (sys.executable, "-m", "tests.torture.unguarded")


@dataclass(frozen=True)
class Outcome:
    """What the callers were told, and what the database holds of the run."""

    answers: Sequence[Answer]
    places: int
    taken: int
    quota: int

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.answers)

    @property
    def refusals(self) -> set[str]:
        return {answer.json()["code"] for answer in self.answers if answer.status == 409}


@dataclass(frozen=True)
class Scene:
    database: Database
    city: CityFixture
    tokens: Sequence[str]

    async def new_run(self, quota: int) -> MadeRun:
        program = await make_program(self.database, self.city.provider, self.city.city)
        return await make_run(self.database, program, quota=quota)

    async def rush(self, server: Server, run: MadeRun) -> Outcome:
        """Everybody asks for a place at once."""
        asked = [{"id": str(new_id()), "run_id": str(run.id)} for _ in self.tokens]
        requests = [
            post("/api/v1/enrollments", token, body) for token, body in zip(self.tokens, asked, strict=True)
        ]
        answers = await send_all(server.url, requests, CONNECTIONS)
        async with self.database.read() as db:
            [seat] = await db.scalars(select(Seat).where(col(Seat.run_id) == run.id))
            places = select(func.count()).select_from(Enrollment).where(col(Enrollment.run_id) == run.id)
            return Outcome(answers, await db.scalar(places) or 0, seat.taken, seat.quota)

    async def count(self, table: type[AuditEvent] | type[OutboxEvent]) -> int:
        async with self.database.read() as db:
            return await db.scalar(select(func.count()).select_from(table)) or 0


async def scene_of(database: Database, people: int) -> Scene:
    city = await make_city(database)
    crowd = await make_crowd(database, city.school, people)
    return Scene(database, city, [token_of(person) for person in crowd])


@pytest.mark.requirement("003-09")
async def test_500_people_race_for_50_seats_and_50_sit(database: Database, server: Server):
    scene = await scene_of(database, PEOPLE)
    outcome = await scene.rush(server, await scene.new_run(SEATS))
    assert outcome.statuses == {201: SEATS, 409: PEOPLE - SEATS}, server.log.read_text()[-2000:]
    assert outcome.refusals == {"run_full"}
    assert (outcome.places, outcome.taken) == (SEATS, SEATS)
    assert (await scene.count(AuditEvent), await scene.count(OutboxEvent)) == (SEATS, SEATS)


async def test_with_the_guard_off_the_same_race_oversells(
    database: Database, environment: dict[str, str], tmp_path: Path
):
    scene = await scene_of(database, PEOPLE)
    run = await scene.new_run(SEATS)
    if database.dialect == "postgresql":
        async with database.write() as db:
            await db.execute(text("ALTER TABLE seats DROP CONSTRAINT ck_seats_taken"))
    with serving(environment, tmp_path / "unguarded.log", UNGUARDED) as server:
        outcome = await scene.rush(server, run)
    assert outcome.places > outcome.quota
    assert outcome.statuses[201] == outcome.places == outcome.taken


async def test_with_the_guard_off_the_check_still_holds(
    database: Database, environment: dict[str, str], tmp_path: Path
):
    """The second lock by itself: nobody sits too many, though the refusal is not as friendly."""
    scene = await scene_of(database, 100)
    with serving(environment, tmp_path / "half.log", (*UNGUARDED, "--keep-check")) as server:
        outcome = await scene.rush(server, await scene.new_run(10))
    assert outcome.statuses == {201: 10, 409: 90}
    assert (outcome.places, outcome.taken) == (10, 10)


@pytest.mark.torture
async def test_2000_people_race_for_200_seats_in_20_rounds(database: Database, server: Server):
    scene = await scene_of(database, 2000)
    for number in range(20):
        outcome = await scene.rush(server, await scene.new_run(200))
        assert outcome.statuses == {201: 200, 409: 1800}, f"round {number}"
        assert (outcome.places, outcome.taken) == (200, 200)
        print(f"round {number}: p99 {percentile(outcome.answers, 99) * 1000:.0f} ms")
