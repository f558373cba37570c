"""申报: what a teacher claims for themselves, such as a diploma or an award. It waits at the first desk."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.batches import EventInFuture, LateReasonRequired
from xuefen.approvals.declaring_schemas import ClaimIn
from xuefen.approvals.intake import ClaimRequest, IdUsed, Opened, open_claims
from xuefen.approvals.models import Claim
from xuefen.approvals.states import ClaimSource
from xuefen.core import audit
from xuefen.core.clock import office_date
from xuefen.core.errors import FieldError, Forbidden, Invalid
from xuefen.organisations.policies import policies_of
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher
from xuefen.policy.deadlines import is_late_registration
from xuefen.policy.levels import Level
from xuefen.policy.pack import Pack, category
from xuefen.policy.units import Credits
from xuefen.policy.worth import claim_refusals


class NotTeacherMade(Invalid):
    code, title = "not_teacher_made", "这个类别由单位登记，不由教师本人申报"


async def declare(db: AsyncSession, viewer: Viewer, body: ClaimIn, now: datetime) -> Opened:
    """The teacher's own claim, and whether this call made it."""
    teacher = await _own(db, viewer)
    pack = (await policies_of(db, viewer.city_id)).at(teacher.org_path, body.event_on).pack
    _refuse_unfounded(pack, body, now)
    [opened] = await open_claims(db, viewer.city_id, [_request(teacher.id, viewer, body)], now)
    if not _says_the_same(opened.claim, body):
        raise IdUsed
    if opened.made:
        audit.record(
            db,
            viewer.city_id,
            "claim.declared",
            "claim",
            opened.claim.id,
            actor_id=viewer.user_id,
            capacity=Role.teacher,
            org_path=opened.claim.org_path,
        )
    return opened


async def _own(db: AsyncSession, viewer: Viewer) -> Teacher:
    found = await db.scalars(
        select(Teacher).where(col(Teacher.city_id) == viewer.city_id, col(Teacher.id) == viewer.teacher_id)
    )
    teacher = found.first()
    if teacher is None:
        raise Forbidden
    return teacher


def _refuse_unfounded(pack: Pack, body: ClaimIn, now: datetime) -> None:
    """What no authority could recognise as it stands."""
    if body.event_on > office_date(now):
        raise EventInFuture(errors=[FieldError("/event_on", EventInFuture.code, EventInFuture.title)])
    if category(pack, body.category).own_route != "teacher_made":
        raise NotTeacherMade(errors=[FieldError("/category", NotTeacherMade.code, NotTeacherMade.title)])
    if is_late_registration(pack, body.event_on, office_date(now)) and not body.late_reason:
        raise LateReasonRequired(
            errors=[FieldError("/late_reason", LateReasonRequired.code, LateReasonRequired.title)]
        )
    refusals = claim_refusals(pack, body.category, Credits(body.credits), mode=body.mode, level=Level.self)
    if refusals:
        raise refusals[0]


def _request(teacher_id: UUID, viewer: Viewer, body: ClaimIn) -> ClaimRequest:
    return ClaimRequest(
        id=body.id,
        teacher_id=teacher_id,
        source=ClaimSource.teacher,
        activity=f"declared:{body.id}",
        title=body.title,
        category=body.category,
        level=Level.self,
        mode=body.mode,
        event_on=body.event_on,
        hours_centi=body.hours,
        credits_centi=body.credits,
        made_by=viewer.user_id,
        late_reason=body.late_reason,
        diploma=body.diploma.value if body.diploma else None,
    )


def _says_the_same(claim: Claim, body: ClaimIn) -> bool:
    return (claim.title, claim.category, claim.credits_claimed_centi, claim.award_key) == (
        body.title,
        body.category,
        body.credits,
        body.diploma.value.key if body.diploma else None,
    )
