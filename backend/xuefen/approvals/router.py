"""HTTP of claims: the queue, one claim, decisions, batches."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.approvals import rules
from xuefen.approvals.batches import (
    REGISTRARS,
    EventInFuture,
    LateReasonRequired,
    OutsideYourUnit,
    register_batch,
)
from xuefen.approvals.deciding import Order, Outcome, decide, decide_one
from xuefen.approvals.declaring import NotTeacherMade, declare
from xuefen.approvals.declaring_schemas import ClaimIn
from xuefen.approvals.detail import claim_detail
from xuefen.approvals.diplomas import REFUSALS as DIPLOMAS
from xuefen.approvals.editing import NotEditable, edit_claim
from xuefen.approvals.grounds import NeverEmployed
from xuefen.approvals.intake import IdUsed
from xuefen.approvals.reading import claim_within_scope, list_claims
from xuefen.approvals.schemas import (
    BatchDecisionIn,
    BatchIn,
    BatchOutcome,
    BatchRegistered,
    ClaimConflict,
    ClaimDetail,
    ClaimDone,
    ClaimEdit,
    ClaimFilters,
    ClaimPage,
    ClaimRefused,
    CodeTitle,
    DecisionIn,
)
from xuefen.core import clock
from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import (
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unavailable,
)
from xuefen.core.etag import IfMatch, set_etag
from xuefen.core.page import PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.organisations.access import Bulk, bulk, reading, writing
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.policy.pack import CategoryUnknown
from xuefen.policy.worth import (
    AwardDiffers,
    CreditsOutOfBounds,
    ExamNotPassed,
    ModeNotForeseen,
    NothingToCredit,
)

router = APIRouter(tags=["claims"])

READERS = (
    Role.teacher,
    Role.school_clerk,
    Role.county_reviewer,
    Role.city_auditor,
    Role.teacher_office,
    Role.supervisor,
    Role.administrator,
)
DECIDERS = (*REGISTRARS, Role.administrator)
RECOGNITION = (ExamNotPassed, AwardDiffers, NothingToCredit, CreditsOutOfBounds, ModeNotForeseen)
WALKING = (
    rules.ClaimFinal,
    rules.OwnClaim,
    rules.SamePerson,
    rules.NotYourDesk,
    rules.NoPreviousStep,
    rules.NothingToWithdraw,
)


@router.get(
    "/claims",
    operation_id="list_claims",
    response_model=ClaimPage,
    responses=problems(NotAuthenticated, Forbidden, Invalid, PageTokenInvalid),
)
async def get_claims(
    filters: Annotated[ClaimFilters, Query()],
    viewer: Annotated[Viewer, reading(*READERS)],
    db: ReadSession,
) -> ClaimPage:
    """Claims within the viewer's scope, oldest at the desk first; `queue=mine` for the viewer's own desk."""
    return await list_claims(db, viewer, filters)


@router.post(
    "/claims",
    operation_id="declare_claim",
    status_code=201,
    responses=problems(
        NotAuthenticated,
        Forbidden,
        EventInFuture,
        LateReasonRequired,
        NotTeacherMade,
        CategoryUnknown,
        NoPolicy,
        NeverEmployed,
        IdUsed,
        *DIPLOMAS,
        *RECOGNITION,
    )
    | {200: {"model": ClaimDetail}},
)
async def post_claim(
    body: ClaimIn, viewer: Annotated[Viewer, writing(Role.teacher)], db: WriteSession, response: Response
) -> ClaimDetail:
    """Claim a diploma or an award for oneself; the originals are seen at the first desk."""
    opened = await declare(db, viewer, body, clock.now())
    detail = await claim_detail(db, viewer, opened.claim.id)
    response.status_code = 201 if opened.made else 200
    set_etag(response, detail.version)
    return detail


@router.get(
    "/claims/{claim_id}",
    operation_id="get_claim",
    response_model=ClaimDetail,
    responses=problems(NotAuthenticated, Forbidden, NotFound),
)
async def get_claim(
    claim_id: UUID,
    response: Response,
    viewer: Annotated[Viewer, reading(*READERS)],
    db: ReadSession,
) -> ClaimDetail:
    """One claim: its way, every decision, the term's cap, and what the viewer may do now."""
    detail = await claim_detail(db, viewer, claim_id)
    set_etag(response, detail.version)
    return detail


@router.patch(
    "/claims/{claim_id}",
    operation_id="edit_claim",
    response_model=ClaimDetail,
    responses=problems(
        NotAuthenticated, Forbidden, Invalid, NotFound, PreconditionRequired, PreconditionFailed, NotEditable
    ),
)
async def patch_claim(
    claim_id: UUID,
    edit: ClaimEdit,
    viewer: Annotated[Viewer, writing(*DECIDERS)],
    db: WriteSession,
    expected: IfMatch,
    response: Response,
) -> ClaimDetail:
    """Correct a claim at the registering desk, before it is registered or after it came back."""
    await edit_claim(db, viewer, claim_id, expected, edit)
    detail = await claim_detail(db, viewer, claim_id)
    set_etag(response, detail.version)
    return detail


@router.post(
    "/claims/{claim_id}/decisions",
    operation_id="decide_claim",
    response_model=ClaimDetail,
    responses=problems(
        NotAuthenticated,
        Forbidden,
        rules.ReasonRequired,
        rules.GrantTooHigh,
        NotFound,
        PreconditionRequired,
        PreconditionFailed,
        *WALKING,
        *RECOGNITION,
    ),
)
async def post_decision(
    claim_id: UUID,
    decision: DecisionIn,
    caller: Annotated[Bulk, bulk(*DECIDERS)],
    expected: IfMatch,
    response: Response,
) -> ClaimDetail:
    """Approve, return, reject or withdraw. The last approval posts the credit in the same transaction."""
    order = Order(
        verdict=decision.verdict,
        credits_centi=decision.credits_granted,
        reason_code=decision.reason_code,
        note=decision.note,
        return_to=decision.return_to,
    )
    now = clock.now()

    async def work(db: AsyncSession, viewer: Viewer) -> ClaimDetail:
        await claim_within_scope(db, viewer, claim_id)
        await decide_one(db, viewer, claim_id, expected.given(), order, now)
        return await claim_detail(db, viewer, claim_id)

    detail = await caller.run(work)
    set_etag(response, detail.version)
    return detail


@router.post(
    "/claims/decisions",
    operation_id="decide_claims",
    response_model=BatchOutcome,
    responses=problems(NotAuthenticated, Forbidden, Invalid, Unavailable),
)
async def post_decisions(batch: BatchDecisionIn, caller: Annotated[Bulk, bulk(*DECIDERS)]) -> BatchOutcome:
    """One verdict on up to 1,000 claims. Each is done, or a conflict (moved meanwhile), or refused."""
    versions = {item.id: item.version for item in batch.items}
    order = Order(
        verdict=batch.verdict, reason_code=batch.reason_code, note=batch.note, return_to=batch.return_to
    )
    now = clock.now()
    outcome = await caller.run(lambda db, viewer: decide(db, viewer, versions, order, now))
    return _batch_outcome(outcome)


@router.post(
    "/claims/batch",
    operation_id="register_claims",
    response_model=BatchRegistered,
    responses=problems(
        NotAuthenticated,
        Forbidden,
        EventInFuture,
        LateReasonRequired,
        CategoryUnknown,
        NotFound,
        OutsideYourUnit,
        NeverEmployed,
        IdUsed,
        Unavailable,
        *DIPLOMAS,
        *RECOGNITION,
    ),
)
async def post_batch(batch: BatchIn, caller: Annotated[Bulk, bulk(*REGISTRARS)]) -> BatchRegistered:
    """Register one training of the viewer's unit for up to 1,000 teachers."""
    now = clock.now()
    return await caller.run(lambda db, viewer: register_batch(db, viewer, batch, now))


def _batch_outcome(outcome: Outcome) -> BatchOutcome:
    return BatchOutcome(
        done=[
            ClaimDone(id=move.claim.id, version=move.claim.version + 1, state=move.after.state)
            for move in outcome.done
        ],
        conflicts=[ClaimConflict(id=claim_id) for claim_id in outcome.conflicts],
        refused=[
            ClaimRefused(id=claim_id, problem=CodeTitle(code=refusal.code, title=refusal.title))
            for claim_id, refusal in outcome.refused
        ],
    )
