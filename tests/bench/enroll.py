"""`enrol_many` and `enrol_hot`: enrolling over HTTP, and the same statement sent to the database alone."""

import asyncio
import re
import subprocess
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from tests.bench.world import World
from tests.load import post
from tests.make.programs import MadeRun, make_program, make_run
from xuefen.core.ids import new_id

COURSES = 1000
CONNECTIONS = 16
CLIENTS = 8
"""Of pgbench; the server's own pool has as many connections."""

# What `enrollments.places` writes, with the ids made by the database.
HOT = """
\\set n :n + 1
WITH taken AS (
  UPDATE seats SET taken = taken + 1
  WHERE city_id = '{city}' AND run_id = '{run}' AND holder_id = '{city}' AND taken < quota
  RETURNING holder_id
), placed AS (
  INSERT INTO enrollments (city_id, id, run_id, program_id, teacher_id, provider_id, school_id, org_path,
    holder_id, state, enrolled_at, version)
  SELECT '{city}', gen_random_uuid(), '{run}', '{program}', p.teacher_id, '{provider}', '{school}', '{path}',
    holder_id, 'enrolled', now(), 1
  FROM taken, bench_people p WHERE p.number = :client_id * {each} + :n
), audited AS (
  INSERT INTO audit_events (city_id, id, happened_at, action, object_kind, org_path, outcome, fields)
  SELECT '{city}', gen_random_uuid(), now(), 'enrollment.enrolled', 'enrollment', '{path}', 'done', '[]'
  FROM taken
), published AS (
  INSERT INTO outbox_events (city_id, id, topic, payload, created_at, attempts)
  SELECT '{city}', gen_random_uuid(), 'enrollment.enrolled', '{{}}', now(), 0
  FROM taken
)
SELECT holder_id FROM taken;
"""


class EnrollMany:
    """Each teacher in a course of their own, another one every round."""

    def __init__(self, world: World, runs: Sequence[MadeRun]) -> None:
        self.world, self.runs = world, runs
        self.rounds = count()

    @classmethod
    async def prepare(cls, world: World) -> "EnrollMany":
        programs = [
            await make_program(world.database, world.city.provider, world.city.city) for _ in range(COURSES)
        ]
        return cls(world, [await make_run(world.database, program, quota=100) for program in programs])

    async def measure(self) -> float:
        shift = next(self.rounds) * 7
        return await self.world.per_second(
            [
                _enrolling(token, self.runs[(number + shift) % COURSES])
                for number, token in enumerate(self.world.tokens)
            ],
            201,
            CONNECTIONS,
        )


class EnrollHot:
    """Everybody in one course, a new one every round."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def measure(self) -> float:
        run = await _hot_run(self.world)
        requests = [_enrolling(token, run) for token in self.world.tokens]
        return await self.world.per_second(requests, 201, CONNECTIONS)


class PlainStatement:
    """The guarded statement by pgbench: what the database alone can do with one hot row."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.each = len(world.people) // CLIENTS

    @classmethod
    async def prepare(cls, world: World) -> "PlainStatement":
        async with world.database.write() as db:
            await db.execute(text("CREATE TABLE bench_people (number int PRIMARY KEY, teacher_id uuid)"))
            await db.execute(
                text("INSERT INTO bench_people VALUES (:number, :teacher_id)"),
                [
                    {"number": number, "teacher_id": person.teacher_id}
                    for number, person in enumerate(world.people)
                ],
            )
        return cls(world)

    async def measure(self) -> float:
        run = await _hot_run(self.world)
        city = self.world.city
        script = HOT.format(
            city=city.id,
            run=run.id,
            program=run.program.id,
            provider=city.provider.id,
            school=city.school.id,
            path=city.school.path,
            each=self.each,
        )
        return await asyncio.to_thread(self._pgbench, script)

    def _pgbench(self, script: str) -> float:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "hot.sql"
            file.write_text(script)
            done = subprocess.run(
                [
                    *(self.world.cluster.binaries / "pgbench", "--no-vacuum", "--protocol=prepared"),
                    *(f"--client={CLIENTS}", "--jobs=1", f"--transactions={self.each}"),
                    *("--define=n=-1", f"--file={file}", self.world.url),
                ],
                capture_output=True,
                text=True,
                check=True,
            )
        found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
        assert found, done.stdout
        return float(found[1])


async def _hot_run(world: World) -> MadeRun:
    program = await make_program(world.database, world.city.provider, world.city.city)
    return await make_run(world.database, program, quota=10 * len(world.people))


def _enrolling(token: str, run: MadeRun) -> bytes:
    return post("/api/v1/enrollments", token, {"id": str(new_id()), "run_id": str(run.id)})
