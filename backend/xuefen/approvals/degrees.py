"""What recognised diplomas do to the teacher: the highest degree rises with the credit, and falls with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.diplomas import Graduate, highest
from xuefen.approvals.models import Claim
from xuefen.approvals.states import DEAD, ClaimState
from xuefen.people.degrees import Degree, is_above
from xuefen.people.models import Teacher


async def graduates(db: AsyncSession, city_id: UUID, teacher_ids: Iterable[UUID]) -> dict[UUID, Graduate]:
    """The teachers whose diplomas are claimed, held until the transaction ends: one claim of each at a time."""
    wanted = sorted(set(teacher_ids))
    teachers = await db.execute(
        select(col(Teacher.id), col(Teacher.hired_on), col(Teacher.left_on), col(Teacher.degree))
        .where(col(Teacher.city_id) == city_id, col(Teacher.id).in_(wanted))
        .order_by(col(Teacher.id))
        .with_for_update(key_share=True)
    )
    rows = teachers.all()
    claimed = await _claimed(db, city_id, wanted)
    return {row.id: Graduate(row.hired_on, row.left_on, row.degree, claimed[row.id]) for row in rows}


async def _claimed(
    db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID]
) -> defaultdict[UUID, dict[str, Degree]]:
    rows = await db.execute(
        select(col(Claim.teacher_id), col(Claim.award_key), col(Claim.awarded_degree)).where(
            col(Claim.city_id) == city_id,
            col(Claim.teacher_id).in_(teacher_ids),
            col(Claim.award_key).is_not(None),
            col(Claim.state).not_in(DEAD),
        )
    )
    claimed: defaultdict[UUID, dict[str, Degree]] = defaultdict(dict)
    for teacher_id, key, degree in rows:
        if key is not None and degree is not None:
            claimed[teacher_id][key] = degree
    return claimed


async def raise_degrees(db: AsyncSession, claims: Iterable[Claim]) -> None:
    """The credits of these claims are posted: whoever held less holds what the diploma awards."""
    for claim in sorted(claims, key=lambda one: one.teacher_id):
        if claim.awarded_degree is None:
            continue
        lower = [degree for degree in Degree if is_above(claim.awarded_degree, degree)]
        await db.execute(
            update(Teacher)
            .where(
                col(Teacher.city_id) == claim.city_id,
                col(Teacher.id) == claim.teacher_id,
                or_(col(Teacher.degree).is_(None), col(Teacher.degree).in_(lower)),
            )
            .values(degree=claim.awarded_degree, version=col(Teacher.version) + 1)
        )


async def lower_degree(db: AsyncSession, claim: Claim) -> None:
    """The credit of this claim was taken back: what its diploma had raised is as it was before."""
    if claim.awarded_degree is None:
        return
    others = await db.scalars(
        select(col(Claim.awarded_degree)).where(
            col(Claim.city_id) == claim.city_id,
            col(Claim.teacher_id) == claim.teacher_id,
            col(Claim.id) != claim.id,
            col(Claim.state) == ClaimState.audited,
        )
    )
    await db.execute(
        update(Teacher)
        .where(
            col(Teacher.city_id) == claim.city_id,
            col(Teacher.id) == claim.teacher_id,
            col(Teacher.degree) == claim.awarded_degree,
        )
        .values(degree=highest([claim.degree_before, *others]), version=col(Teacher.version) + 1)
    )
