"""`attendance`: a thousand marks in one call, and the same rows written by one plain statement."""

import time
from collections.abc import Iterator, Sequence
from uuid import UUID

import asyncpg

from tests.bench.world import World
from tests.load import put
from tests.make.attendance import Taught, enroll_all, make_class
from tests.make.crowd import token_of
from xuefen.core import clock

MARKS = 1000
PLAIN = """
INSERT INTO attendance_marks
  (city_id, session_id, provider_id, marked_by, marked_at, enrollment_id, org_path, mark, version)
SELECT $1, $2, $3, $4, $5, given.*
FROM unnest($6::uuid[], $7::text[], $8::text[], $9::int[]) AS given
ON CONFLICT (city_id, session_id, enrollment_id) DO UPDATE
  SET mark = excluded.mark, version = excluded.version
  WHERE attendance_marks.version = excluded.version - 1
"""


class Attendance:
    """Each call marks the whole class at a session that was not marked before."""

    def __init__(self, world: World, taught: Taught, enrollments: Sequence[UUID]) -> None:
        self.world, self.taught, self.enrollments = world, taught, enrollments
        self.sessions: Iterator[UUID] = iter(taught.sessions)
        self.token = token_of(world.city.provider_staff)

    @classmethod
    async def prepare(cls, world: World, rounds: int) -> "Attendance":
        taught = await make_class(world.database, world.city, [], sessions=2 * rounds)
        return cls(world, taught, await enroll_all(world.database, taught, world.people[:MARKS]))

    async def measure(self) -> float:
        """Rows per second through the product."""
        marks = [
            {"enrollment_id": str(enrollment), "mark": "present", "version": 0}
            for enrollment in self.enrollments
        ]
        call = put(f"/api/v1/sessions/{next(self.sessions)}/attendance", self.token, {"marks": marks})
        return MARKS * await self.world.per_second([call], 200, connections=1)

    async def measure_plain(self) -> float:
        """Rows per second by the statement alone."""
        path = self.world.city.school.path
        shared = (
            self.taught.city_id,
            next(self.sessions),
            self.taught.provider.id,
            self.world.city.provider_staff.id,
            clock.now(),
        )
        columns = ([path] * MARKS, ["present"] * MARKS, [1] * MARKS)
        connection = await asyncpg.connect(self.world.url)
        try:
            started = time.perf_counter()
            await connection.execute(PLAIN, *shared, list(self.enrollments), *columns)
            return MARKS / (time.perf_counter() - started)
        finally:
            await connection.close()
