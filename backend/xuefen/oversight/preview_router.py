"""HTTP of the preview of a change of the rules."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from xuefen.core.errors import Forbidden, NotAuthenticated, NotFound
from xuefen.core.problems import problems
from xuefen.organisations.access import Bulk, bulk
from xuefen.oversight.preview import TooManyPeople
from xuefen.oversight.preview_schemas import PreviewIn, PreviewOut
from xuefen.oversight.preview_service import PREVIEWERS, NotToCome, UnitUntouched, preview_policy
from xuefen.policy.calendar import OutsideCycle

router = APIRouter(prefix="/policies", tags=["policies"])
Previewer = Annotated[Bulk, bulk(*PREVIEWERS)]


@router.post(
    "/{policy_id}/preview",
    operation_id="preview_policy",
    responses=problems(
        NotAuthenticated, Forbidden, NotFound, NotToCome, UnitUntouched, TooManyPeople, OutsideCycle
    ),
)
async def preview(caller: Previewer, policy_id: UUID, body: PreviewIn) -> PreviewOut:
    """Who would newly meet or miss what under these rules: numbers per requirement and unit, and names."""
    return await preview_policy(caller, policy_id, body)
