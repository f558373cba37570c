"""`make bench [ARGS="--runs N --scale city"]`: one JSON line for each figure; what it does, on stderr.

The usual figures take less than two minutes. With `--scale city` those that need 50,000 teachers and 3.5 million
ledger entries are measured instead: ten minutes or so to make the city, 8 GB below the folder for temporary files.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from sqlalchemy import text

from tests.bench.attendance import Attendance
from tests.bench.city import CitySite, cities
from tests.bench.enroll import EnrollHot, EnrollMany, PlainStatement
from tests.bench.figures import Plan, interleaved
from tests.bench.report import Report
from tests.bench.standing import Standing
from tests.bench.world import World, world

PEOPLE = 1000
LEAST_RUNS = 5


async def plans(made: World, runs: int) -> list[Plan]:
    """Prepare what each figure needs. The first of each pair is the reference of the next ones."""
    many, plain = await EnrollMany.prepare(made), await PlainStatement.prepare(made)
    attendance = await Attendance.prepare(made, runs)
    standing = await Standing.prepare(made)
    async with made.database.write() as db:
        # As a database knows its tables that has run for more than the first minutes.
        await db.execute(text("ANALYZE"))
    return [
        Plan("hello", "requests/s", made.hello),
        Plan("enrol_many", "enrolments/s", many.measure, "hello"),
        Plan("standing", "requests/s", standing.measure, "hello"),
        Plan("pgbench", "transactions/s", plain.measure),
        Plan("enrol_hot", "enrolments/s", EnrollHot(made).measure, "pgbench"),
        Plan("attendance_sql", "rows/s", attendance.measure_plain),
        Plan("attendance", "rows/s", attendance.measure, "attendance_sql"),
    ]


def plans_of_city(city: CitySite, village: CitySite) -> list[Plan]:
    """`standing_growth` is held against the village; `report` is a time, so lower is better."""
    standing, report = Standing(city, city.tokens), Report(city)
    return [
        Plan("hello", "requests/s", city.hello),
        Plan("standing", "requests/s", standing.measure, "hello"),
        Plan("standing_village", "requests/s", Standing(village, village.tokens).measure),
        Plan("standing_growth", "requests/s", standing.measure, "standing_village"),
        Plan("report_sql", "ms", report.measure_plain),
        Plan("report", "ms", report.measure, "report_sql"),
    ]


async def main(runs: int) -> None:
    print(f"preparing a city of {PEOPLE} teachers", file=sys.stderr)
    async with world(PEOPLE) as made:
        await _print(await plans(made, runs), runs)


async def main_of_city(runs: int) -> None:
    print("preparing a city of 50000 teachers, and a village", file=sys.stderr)
    async with cities() as (city, village):
        prepared = plans_of_city(city, village)
        for plan in prepared:
            await plan.measure()
        await _print(prepared, runs)


async def _print(prepared: Sequence[Plan], runs: int) -> None:
    print(f"measuring {runs} interleaved rounds", file=sys.stderr)
    for figure in await interleaved(prepared, runs):
        print(figure.line(), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=LEAST_RUNS, help=f"rounds, at least {LEAST_RUNS}")
    parser.add_argument(
        "--scale",
        choices=("usual", "city"),
        default="usual",
        help="city: standing, standing_growth and report at the size of a whole city",
    )
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _arguments()
    of_scale = main_of_city if arguments.scale == "city" else main
    asyncio.run(of_scale(max(LEAST_RUNS, arguments.runs)))
