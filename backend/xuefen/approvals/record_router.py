"""HTTP of a teacher's record: standing, ledger, correction, verification."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from xuefen.approvals import reversing
from xuefen.approvals.intake import IdUsed
from xuefen.approvals.ledger_page import ledger_page
from xuefen.approvals.rules import OwnClaim
from xuefen.approvals.standing import standing_page
from xuefen.core import clock
from xuefen.core.db import ReadSession, SnapshotSession, WriteSession
from xuefen.core.errors import Forbidden, Invalid, NotAuthenticated, NotFound
from xuefen.core.page import PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.text import Code, Day, Input
from xuefen.credits.schemas import LedgerPage, LedgerQuery, StandingOut
from xuefen.credits.standing import teacher_record
from xuefen.ledger import verification
from xuefen.ledger.schemas import ChainHead, ReversalOut, VerificationOut
from xuefen.organisations.access import reading, reading_snapshot, writing
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.viewer import Viewer
from xuefen.policy.calendar import OutsideCycle

router = APIRouter(tags=["record"])
READERS = tuple(sorted(UNIT_READERS))
ISSUERS = (Role.school_clerk, Role.county_reviewer, Role.city_auditor)


class StandingQuery(Input):
    """`on`: the day asked about; today when left out."""

    on: Day | None = None


class ReversalIn(Input):
    id: UUID
    entry_id: UUID
    reason_code: Code


class VerificationQuery(Input):
    """With `teacher_id`: every entry, total and seal of that teacher. Without: the heads of the chains."""

    teacher_id: UUID | None = None


def _own(viewer: Viewer) -> UUID:
    if viewer.teacher_id is None:
        raise Forbidden
    return viewer.teacher_id


@router.get(
    "/me/standing",
    operation_id="get_my_standing",
    response_model=StandingOut,
    responses=problems(NotAuthenticated, Forbidden, Invalid, NoPolicy, OutsideCycle),
)
async def get_my_standing(
    query: Annotated[StandingQuery, Query()],
    viewer: Annotated[Viewer, reading(Role.teacher)],
    db: ReadSession,
) -> StandingOut:
    """What counts, what does not and why, what is missing and by when, each line with its clause."""
    return await standing_page(db, viewer, _own(viewer), query.on or clock.today())


@router.get(
    "/teachers/{teacher_id}/standing",
    operation_id="get_standing",
    response_model=StandingOut,
    responses=problems(NotAuthenticated, Forbidden, Invalid, NotFound, NoPolicy, OutsideCycle),
)
async def get_standing(
    teacher_id: UUID,
    query: Annotated[StandingQuery, Query()],
    viewer: Annotated[Viewer, reading(*READERS)],
    db: ReadSession,
) -> StandingOut:
    return await standing_page(db, viewer, teacher_id, query.on or clock.today())


@router.get(
    "/me/ledger",
    operation_id="list_my_entries",
    response_model=LedgerPage,
    responses=problems(NotAuthenticated, Forbidden, Invalid, PageTokenInvalid, NoPolicy),
)
async def get_my_ledger(
    query: Annotated[LedgerQuery, Query()], viewer: Annotated[Viewer, reading(Role.teacher)], db: ReadSession
) -> LedgerPage:
    """学分明细: newest posting first, each with its rule, program and decisions."""
    return await ledger_page(db, viewer, _own(viewer), query)


@router.get(
    "/teachers/{teacher_id}/ledger",
    operation_id="list_entries",
    response_model=LedgerPage,
    responses=problems(NotAuthenticated, Forbidden, Invalid, PageTokenInvalid, NotFound, NoPolicy),
)
async def get_ledger(
    teacher_id: UUID,
    query: Annotated[LedgerQuery, Query()],
    viewer: Annotated[Viewer, reading(*READERS)],
    db: ReadSession,
) -> LedgerPage:
    return await ledger_page(db, viewer, teacher_id, query)


@router.post(
    "/ledger/reversals",
    operation_id="reverse_entry",
    response_model=ReversalOut,
    status_code=201,
    responses=problems(
        NotAuthenticated,
        Forbidden,
        reversing.ReasonUnknown,
        NotFound,
        reversing.AlreadyReversed,
        reversing.NotReversible,
        reversing.NotIssuer,
        OwnClaim,
        IdUsed,
    ),
)
async def post_reversal(
    wanted: ReversalIn, viewer: Annotated[Viewer, writing(*ISSUERS)], db: WriteSession
) -> ReversalOut:
    """更正: take a posted credit back. The same request again answers the same entry."""
    correction = reversing.Correction(wanted.id, wanted.entry_id, wanted.reason_code)
    entry = await reversing.reverse(db, viewer, correction, clock.now())
    return ReversalOut(
        id=entry.id,
        kind=entry.kind,
        teacher_id=entry.teacher_id,
        reverses_id=wanted.entry_id,
        credits=entry.credits_centi,
        event_on=entry.event_on,
        title=entry.title,
        reason_code=wanted.reason_code,
        posted_at=entry.posted_at,
    )


@router.get(
    "/ledger/verification",
    operation_id="verify_ledger",
    response_model=VerificationOut,
    responses=problems(NotAuthenticated, Forbidden, Invalid, NotFound),
)
async def get_verification(
    query: Annotated[VerificationQuery, Query()],
    viewer: Annotated[Viewer, reading_snapshot(Role.teacher, *READERS)],
    db: SnapshotSession,
) -> VerificationOut:
    """Check one teacher's ledger, or read the heads of the city's chains as a checkpoint to keep."""
    report = verification.Report()
    if query.teacher_id is not None:
        record = await teacher_record(db, viewer, query.teacher_id)
        report = await verification.verify_teacher(db, viewer.city_id, record.teacher.id)
    heads = await verification.chain_heads(db, viewer.city_id)
    return VerificationOut(
        entries=report.entries,
        sealed=report.sealed,
        unsealed=report.unsealed,
        faults=[f"{fault.message}（{fault.where}）" for fault in report.faults],
        heads=[
            ChainHead(chain_id=chain, position=position, seal_hash=digest)
            for chain, position, digest in heads
        ],
    )
