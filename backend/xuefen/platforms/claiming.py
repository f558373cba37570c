"""Claims for accepted completions. What speaks against one claim never stands in the way of another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.approvals.intake import ClaimRequest, Opened, open_claims
from xuefen.approvals.states import ClaimSource
from xuefen.attendance.conclusion import activity
from xuefen.core.errors import DomainError
from xuefen.core.ids import new_id
from xuefen.platforms import rules
from xuefen.platforms.planning import Matched, offer_of
from xuefen.policy.levels import DeliveryMode, Level

Claimed = Opened | DomainError


async def claim_each(
    db: AsyncSession, city_id: UUID, firsts: Sequence[Matched], now: datetime
) -> dict[UUID, Claimed]:
    """Completion -> its claim, or why there can be none."""
    try:
        return await _open(db, city_id, firsts, now)
    except DomainError:
        return await _open_groups(db, city_id, firsts, now)


async def _open(
    db: AsyncSession, city_id: UUID, firsts: Sequence[Matched], now: datetime
) -> dict[UUID, Claimed]:
    opened = await open_claims(db, city_id, [_request(first) for first in firsts], now)
    return {first.candidate.completion_id: claim for first, claim in zip(firsts, opened, strict=True)}


async def _open_groups(
    db: AsyncSession, city_id: UUID, firsts: Sequence[Matched], now: datetime
) -> dict[UUID, Claimed]:
    """The intake refuses before it writes, and for what a group shares: program, county's policy, day."""
    claimed: dict[UUID, Claimed] = {}
    for group in _groups(firsts).values():
        try:
            claimed |= await _open(db, city_id, group, now)
        except DomainError as problem:
            claimed |= {first.candidate.completion_id: problem for first in group}
    return claimed


def _groups(firsts: Sequence[Matched]) -> Mapping[tuple[UUID, str, date], list[Matched]]:
    groups: dict[tuple[UUID, str, date], list[Matched]] = defaultdict(list)
    for first in firsts:
        county = "/".join(first.person.org_path.split("/")[:2])
        groups[first.candidate.program.id, county, first.candidate.item.completed_on].append(first)
    return groups


def _request(first: Matched) -> ClaimRequest:
    """The program's credits; the hours as reported, up to the program's."""
    program, item = first.candidate.program, first.candidate.item
    return ClaimRequest(
        id=new_id(),
        teacher_id=first.person.teacher_id,
        source=ClaimSource.platform,
        activity=activity(program),
        title=program.title,
        category=program.category,
        level=Level(program.level),
        mode=DeliveryMode(program.mode),
        sponsor_id=program.sponsor_id,
        program_id=program.id,
        event_on=item.completed_on,
        hours_centi=rules.hours_claimed(item.body.hours, offer_of(program)),
        credits_centi=program.credits_centi,
        exam_passed=program.has_exam,
        flags=rules.plausibility(item.body.hours, offer_of(program)),
    )
