"""Checking a roster: every row against the rules, against the other rows and against the database.

Reading and planning are work for the processor: they run beside the event loop and outside a transaction.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.db import Database
from xuefen.core.errors import Invalid
from xuefen.core.spreadsheets import read_table
from xuefen.people.roster import facts
from xuefen.people.roster.columns import Column
from xuefen.people.roster.entries import Entry, Reading, read_entries
from xuefen.people.roster.facts import Keys, keys_of
from xuefen.people.roster.findings import Findings
from xuefen.people.roster.importer import Importer
from xuefen.people.roster.planning import Plan, plan

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class RosterEmpty(Invalid):
    code, title = "roster_empty", "表格里没有教师，请从示例的下一行开始填写"


@dataclass(frozen=True)
class Checked:
    """The outcome of a check. `total` counts the rows of teachers, wrong ones too."""

    total: int
    plan: Plan
    errors: Findings


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


async def check(
    database: Database, importer: Importer, data: bytes, filename: str, today: date, tell: Progress = silent
) -> Checked:
    """The check of a file; writes nothing. Raises what `read_table` raises, and `RosterEmpty`."""
    tell("读取", 0, 1)
    reading = await _read(data, filename, today)
    tell("读取", 1, 1)
    tell("核对", 0, reading.total)
    keys = await asyncio.to_thread(keys_of, reading.entries)
    async with database.read() as db:
        planned = await plan_now(db, importer, reading.entries, keys, today)
    tell("核对", reading.total, reading.total)
    errors = Findings()
    errors.join(reading.errors)
    errors.join(planned.errors)
    return Checked(reading.total, planned, errors)


async def plan_now(
    db: AsyncSession, importer: Importer, entries: Sequence[Entry], keys: Sequence[Keys], today: date
) -> Plan:
    """What `entries` amount to as the database stands in this transaction."""
    known = await facts.load(db, importer.city_id, importer.path, keys)
    return await asyncio.to_thread(plan, entries, keys, known, today)


async def _read(data: bytes, filename: str, today: date) -> Reading:
    table = await read_table(data, filename, columns=[Column.name])
    reading = await asyncio.to_thread(read_entries, table, today)
    if reading.total == 0:
        raise RosterEmpty
    return reading
