"""Correcting a claim before it is handed on: only by the unit at the registering desk."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.approvals import queries, rules
from xuefen.approvals.models import Claim
from xuefen.approvals.reading import claim_within_scope, position
from xuefen.approvals.schemas import ClaimEdit
from xuefen.approvals.states import Flag
from xuefen.core import audit
from xuefen.core.errors import Conflict
from xuefen.core.etag import Expected
from xuefen.organisations.viewer import Binding, Viewer


class NotEditable(Conflict):
    code, title = "not_editable", "只有登记单位可以修改，而且要在登记之前或被退回之后"


async def edit_claim(
    db: AsyncSession, viewer: Viewer, claim_id: UUID, expected: Expected, edit: ClaimEdit
) -> Claim:
    """Change what is given; credits granted earlier are forgotten, since the claim is judged anew."""
    claim = (await claim_within_scope(db, viewer, claim_id)).claim
    await db.refresh(claim, with_for_update=True)
    expected.check(claim.version)
    binding = await _editor(db, viewer, claim)
    changed = _apply(claim, edit)
    if changed:
        claim.version += 1
        kept = set(claim.flags) - {Flag.credits_over_hours}
        claim.flags = sorted(kept | rules.amount_flags(claim.hours_centi, claim.credits_claimed_centi))
        audit.record(
            db,
            viewer.city_id,
            "claim.edited",
            "claim",
            claim.id,
            actor_id=viewer.user_id,
            capacity=binding.role,
            org_path=binding.path,
            fields=changed,
        )
    await db.flush()
    return claim


async def _editor(db: AsyncSession, viewer: Viewer, claim: Claim) -> Binding:
    at = position(claim)
    if at.desk is None or at.step != 0:
        raise NotEditable
    acted = (await queries.acts_on(db, viewer.city_id, [claim.id]))[claim.id]
    nobody = bool(await queries.stalled(db, viewer.city_id, [claim.id]))
    return rules.capacity(viewer, at.desk, 0, claim.teacher_id, acted, nobody_else=nobody)


def _apply(claim: Claim, edit: ClaimEdit) -> list[str]:
    wanted = {
        "title": edit.title,
        "hours_centi": edit.hours,
        "credits_claimed_centi": edit.credits,
        "late_reason": edit.late_reason,
    }
    changed = [name for name, value in wanted.items() if value is not None and value != getattr(claim, name)]
    for name in changed:
        setattr(claim, name, wanted[name])
    if "credits_claimed_centi" in changed:
        claim.credits_granted_centi = None
    return changed
