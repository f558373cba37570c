"""What the completion sync reads, one query each for a whole batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.organisations.scope import of_platform
from xuefen.platforms.models import Completion, Platform
from xuefen.platforms.rules import Known
from xuefen.platforms.states import CompletionStatus
from xuefen.programs.models import Program

NaturalKey = tuple[UUID, UUID, date]
"""Teacher, program, day of completion."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The accepted completion of a natural key."""

    completion_id: UUID
    claim_id: UUID | None


async def programs_named(
    db: AsyncSession, city_id: UUID, names: Iterable[str | UUID]
) -> dict[str | UUID, Program]:
    """Programs of the city by code and by id, whichever was named."""
    codes, ids = set[str](), set[UUID]()
    for name in names:
        codes.add(name) if isinstance(name, str) else ids.add(name)
    found = await db.scalars(
        select(Program).where(
            col(Program.city_id) == city_id,
            or_(col(Program.code).in_(sorted(codes)), col(Program.id).in_(sorted(ids))),
        )
    )
    by_name: dict[str | UUID, Program] = {}
    for program in found:
        by_name |= {program.code: program, program.id: program}
    return by_name


async def known_to(db: AsyncSession, platform: Platform, external_ids: Sequence[str]) -> dict[str, Known]:
    """What the platform has reported before under these ids."""
    rows = await db.execute(
        of_platform(
            select(
                col(Completion.id),
                col(Completion.external_id),
                col(Completion.body_hash),
                col(Completion.status),
                col(Completion.claim_id),
            ),
            platform.city_id,
            platform.id,
            Completion,
        ).where(col(Completion.external_id).in_(external_ids))
    )
    return {row.external_id: Known(*row) for row in rows}


async def standing(
    db: AsyncSession, city_id: UUID, teachers: Iterable[UUID], programs: Iterable[UUID]
) -> dict[NaturalKey, Standing]:
    """Accepted completions of these teachers and programs, from whatever platform."""
    rows = await db.execute(
        select(
            col(Completion.teacher_id),
            col(Completion.program_id),
            col(Completion.completed_on),
            col(Completion.id),
            col(Completion.claim_id),
        ).where(
            col(Completion.city_id) == city_id,
            col(Completion.teacher_id).in_(sorted(set(teachers))),
            col(Completion.program_id).in_(sorted(set(programs))),
            col(Completion.status) == CompletionStatus.accepted,
        )
    )
    return {
        (teacher, program, day): Standing(completion_id, claim_id)
        for teacher, program, day, completion_id, claim_id in rows
        if teacher is not None
    }


def own_completions(platform: Platform) -> Select[*tuple[Any, ...]]:
    """A platform's completions with the code of their program."""
    program = and_(
        col(Program.city_id) == col(Completion.city_id), col(Program.id) == col(Completion.program_id)
    )
    statement = select(Completion, col(Program.code)).join(Program, program)
    return of_platform(statement, platform.city_id, platform.id, Completion)
