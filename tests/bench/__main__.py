"""`python -m tests.bench [--runs N]`: one JSON line for each figure; what it does, on stderr."""

import argparse
import asyncio
import sys

from tests.bench.attendance import Attendance
from tests.bench.enroll import EnrollHot, EnrollMany, PlainStatement
from tests.bench.figures import Plan, interleaved
from tests.bench.standing import Standing
from tests.bench.world import World, world

PEOPLE = 1000
LEAST_RUNS = 5


async def plans(made: World, runs: int) -> list[Plan]:
    """Prepare what each figure needs. The first of each pair is the reference of the next ones."""
    many, plain = await EnrollMany.prepare(made), await PlainStatement.prepare(made)
    attendance = await Attendance.prepare(made, runs)
    standing = await Standing.prepare(made)
    return [
        Plan("hello", "requests/s", made.hello),
        Plan("enrol_many", "enrolments/s", many.measure, "hello"),
        Plan("standing", "requests/s", standing.measure, "hello"),
        Plan("pgbench", "transactions/s", plain.measure),
        Plan("enrol_hot", "enrolments/s", EnrollHot(made).measure, "pgbench"),
        Plan("attendance_sql", "rows/s", attendance.measure_plain),
        Plan("attendance", "rows/s", attendance.measure, "attendance_sql"),
    ]


async def main(runs: int) -> None:
    print(f"preparing a city of {PEOPLE} teachers", file=sys.stderr)
    async with world(PEOPLE) as made:
        prepared = await plans(made, runs)
        print(f"measuring {runs} interleaved rounds", file=sys.stderr)
        for figure in await interleaved(prepared, runs):
            print(figure.line(), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=LEAST_RUNS, help=f"rounds, at least {LEAST_RUNS}")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(max(LEAST_RUNS, _arguments().runs)))
