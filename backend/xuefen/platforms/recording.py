"""Completions as rows: new ones, and those that waited for a person and have found one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core.rowsets import RowSet, insert_rows, table_of
from xuefen.platforms.access import LostRace
from xuefen.platforms.models import Completion, Platform
from xuefen.platforms.planning import Candidate
from xuefen.platforms.rules import Person
from xuefen.platforms.states import CompletionStatus

COMPLETIONS = table_of(Completion)
CHANGING = ("status", "claim_id", "duplicate_of", "teacher_id", "org_path", "updated_at")


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be kept of a candidate."""

    candidate: Candidate
    person: Person | None
    status: CompletionStatus
    claim_id: UUID | None = None
    duplicate_of: UUID | None = None


async def record(db: AsyncSession, platform: Platform, records: Sequence[Record], now: datetime) -> None:
    """Write `records`. `LostRace` when another transaction has taken one of the ids since they were read."""
    fresh = [one for one in records if not one.candidate.waits]
    fresh.sort(key=lambda one: one.candidate.item.body.external_id)
    shared = {"city_id": platform.city_id, "platform_id": platform.id, "received_at": now}
    rows = [_sent(one) | _became(platform, one, now) for one in fresh]
    try:
        await insert_rows(db, RowSet(COMPLETIONS, shared, rows))
    except IntegrityError:
        raise LostRace from None
    found = [one for one in records if one.candidate.waits and one.person]
    await _move_on(db, platform, found, now)


def _sent(one: Record) -> dict[str, Any]:
    item = one.candidate.item
    return {
        "id": one.candidate.completion_id,
        "external_id": item.body.external_id,
        "body_hash": item.body_hash,
        "program_id": one.candidate.program.id,
        "completed_on": item.completed_on,
        "hours_centi": item.body.hours,
        "result": item.body.result,
        "score_centi": item.body.score,
    }


def _became(platform: Platform, one: Record, now: datetime) -> dict[str, Any]:
    """The columns that change when an unmatched completion finds its person."""
    return {
        "status": one.status,
        "claim_id": one.claim_id,
        "duplicate_of": one.duplicate_of,
        "teacher_id": one.person.teacher_id if one.person else None,
        "org_path": one.person.org_path if one.person else platform.org_path,
        "updated_at": now,
    }


async def _move_on(db: AsyncSession, platform: Platform, found: Sequence[Record], now: datetime) -> None:
    if not found:
        return
    statement = (
        update(COMPLETIONS)
        .where(COMPLETIONS.c.city_id == platform.city_id, COMPLETIONS.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in CHANGING})
    )
    changes = [
        {"row_id": one.candidate.completion_id}
        | {f"new_{name}": value for name, value in _became(platform, one, now).items()}
        for one in found
    ]
    await (await db.connection()).execute(statement, changes)
