"""What is in force about people: approved exemptions and vetoes that were not lifted, as the policy takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.exemptions.models import EthicsVeto, Exemption, ExemptionState


@dataclass(frozen=True, slots=True)
class Cases:
    """One person's: `(kind, first day, last day)` and `(first day, last day)`."""

    exemptions: tuple[tuple[str, date, date], ...] = ()
    vetoes: tuple[tuple[date, date], ...] = ()


async def cases_of(db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID]) -> dict[UUID, Cases]:
    """The cases of these teachers; who has none is left out."""
    exemptions = await db.execute(
        select(
            col(Exemption.teacher_id), col(Exemption.kind), col(Exemption.from_on), col(Exemption.until_on)
        ).where(
            col(Exemption.city_id) == city_id,
            col(Exemption.teacher_id).in_(teacher_ids),
            col(Exemption.state) == ExemptionState.approved,
        )
    )
    vetoes = await db.execute(
        select(
            col(EthicsVeto.teacher_id),
            col(EthicsVeto.from_on),
            col(EthicsVeto.until_on),
            col(EthicsVeto.lifted_at),
        ).where(col(EthicsVeto.city_id) == city_id, col(EthicsVeto.teacher_id).in_(teacher_ids))
    )
    cases: dict[UUID, Cases] = {}
    for teacher_id, kind, from_on, until_on in exemptions:
        known = cases.get(teacher_id, Cases())
        cases[teacher_id] = Cases((*known.exemptions, (str(kind), from_on, until_on)), known.vetoes)
    for teacher_id, from_on, until_on, lifted_at in vetoes:
        known = cases.get(teacher_id, Cases())
        days = in_force_days(from_on, until_on, lifted_at)
        cases[teacher_id] = Cases(known.exemptions, (*known.vetoes, *days))
    return cases


def in_force_days(from_on: date, until_on: date, lifted_at: datetime | None) -> list[tuple[date, date]]:
    """First and last day of a veto, which ends on the day before it is lifted; none if it never began."""
    last = until_on if lifted_at is None else min(until_on, clock.office_date(lifted_at) - timedelta(days=1))
    return [(from_on, last)] if last >= from_on else []
