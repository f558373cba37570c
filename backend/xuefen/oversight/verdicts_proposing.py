"""What the thresholds of a policy say of each school when a year is closed: proposed, for the authority to decide."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import policies_of
from xuefen.oversight.models import Closing, ClosingFigure, ClosingKind, SchoolVerdict
from xuefen.policy.accountability_rows import ThresholdRow
from xuefen.policy.thresholds import judge


@dataclass(frozen=True, slots=True)
class SchoolTally:
    """A school's people in a closing. `members`: those whom the line binds; exempt people are not among them."""

    school_id: UUID
    org_path: str
    members: int
    below: int
    exempt: int


async def propose(db: AsyncSession, closing: Closing) -> None:
    """One proposed verdict for each school that fails a threshold of the policy at the end of the year."""
    if closing.kind is not ClosingKind.year:
        return
    pack = (await policies_of(db, closing.city_id)).at(closing.org_path, closing.ends_on).pack
    yearly = {row.id for row in pack.yearly}
    for threshold in pack.thresholds:
        if threshold.requirement in yearly:
            await _propose(db, closing, threshold)
    await db.flush()


async def _propose(db: AsyncSession, closing: Closing, threshold: ThresholdRow) -> None:
    failing = [
        tally
        for tally in await tallies(db, closing.city_id, [closing.id], threshold.requirement)
        if judge(threshold, tally.members, tally.below).failed
    ]
    people = await _below(db, closing, threshold, [tally.school_id for tally in failing])
    db.add_all(_verdict(closing, threshold, tally, people[tally.school_id]) for tally in failing)


async def tallies(
    db: AsyncSession,
    city_id: UUID,
    closing_ids: Collection[UUID],
    requirement: str,
    school_ids: Collection[UUID] | None = None,
) -> list[SchoolTally]:
    """How many of each school the line binds, and how many are short of it, in these closings."""
    bound = col(ClosingFigure.required_centi).is_not(None) & (
        col(ClosingFigure.requirement_id) == requirement
    )
    statement = (
        select(
            col(ClosingFigure.school_id),
            func.min(col(ClosingFigure.org_path)),
            func.sum(cast(bound, Integer)),
            func.sum(cast(bound & ~col(ClosingFigure.met), Integer)),
            func.sum(cast(col(ClosingFigure.exempt), Integer)),
        )
        .join(
            Organisation,
            (col(Organisation.city_id) == col(ClosingFigure.city_id))
            & (col(Organisation.id) == col(ClosingFigure.school_id)),
        )
        .where(
            col(ClosingFigure.city_id) == city_id,
            col(ClosingFigure.closing_id).in_(closing_ids),
            col(Organisation.kind) == OrganisationKind.school,
        )
        .group_by(col(ClosingFigure.school_id))
    )
    if school_ids is not None:
        statement = statement.where(col(ClosingFigure.school_id).in_(school_ids))
    rows = await db.execute(statement)
    return [
        SchoolTally(school_id, path, int(members or 0), int(short or 0), int(exempt or 0))
        for school_id, path, members, short, exempt in rows
    ]


async def _below(
    db: AsyncSession, closing: Closing, threshold: ThresholdRow, school_ids: Sequence[UUID]
) -> defaultdict[UUID, list[str]]:
    rows = await db.execute(
        select(col(ClosingFigure.school_id), col(ClosingFigure.teacher_id))
        .where(
            col(ClosingFigure.city_id) == closing.city_id,
            col(ClosingFigure.closing_id) == closing.id,
            col(ClosingFigure.school_id).in_(school_ids),
            col(ClosingFigure.requirement_id) == threshold.requirement,
            col(ClosingFigure.required_centi).is_not(None),
            ~col(ClosingFigure.met),
        )
        .order_by(col(ClosingFigure.teacher_id))
    )
    people: defaultdict[UUID, list[str]] = defaultdict(list)
    for school_id, teacher_id in rows:
        people[school_id].append(str(teacher_id))
    return people


def _verdict(
    closing: Closing, threshold: ThresholdRow, tally: SchoolTally, below_ids: list[str]
) -> SchoolVerdict:
    return SchoolVerdict(
        city_id=closing.city_id,
        closing_id=closing.id,
        school_id=tally.school_id,
        org_path=tally.org_path,
        threshold_id=threshold.id,
        members=tally.members,
        below=tally.below,
        exempt=tally.exempt,
        below_ids=below_ids,
        clause=threshold.clause,
        consequences=[
            {"code": one.code, "text": one.text, "clause": threshold.clause} for one in threshold.consequences
        ],
        in_principle=threshold.proposed,
    )
