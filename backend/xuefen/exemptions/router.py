"""HTTP of exemptions (免修) and ethics vetoes (师德一票否决)."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Response

from xuefen.core.db import ReadSession, WriteSession
from xuefen.core.errors import (
    Forbidden,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import Page, PageQuery, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.exemptions import rules, service, vetoes
from xuefen.exemptions.schemas import (
    EthicsVetoIn,
    EthicsVetoOut,
    ExemptionDecisionIn,
    ExemptionIn,
    ExemptionOut,
    ExemptionQuery,
    VetoReplyIn,
)
from xuefen.organisations.access import reading, writing
from xuefen.organisations.policies import NoPolicy
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.viewer import Viewer

router = APIRouter(tags=["exemptions"])
Made = TypeVar("Made", ExemptionOut, EthicsVetoOut)
UnitReader = Annotated[Viewer, reading(*sorted(UNIT_READERS))]
Reader = Annotated[Viewer, reading(*sorted(UNIT_READERS), Role.teacher)]
VetoReader = Annotated[Viewer, reading(*vetoes.READERS, Role.teacher)]
Proposer = Annotated[Viewer, writing(*rules.OFFICES)]
Authority = Annotated[Viewer, writing(*rules.AUTHORITIES)]
Concerned = Annotated[Viewer, writing(Role.teacher)]
SEEN = (NotAuthenticated, Forbidden, NotFound)
EDITED = (*SEEN, MalformedIfMatch, PreconditionRequired, PreconditionFailed)


@router.get(
    "/exemptions",
    operation_id="list_exemptions",
    responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid),
)
async def list_exemptions(
    viewer: UnitReader, db: ReadSession, query: Annotated[ExemptionQuery, Query()]
) -> Page[ExemptionOut]:
    """The cases of the viewer's units, oldest first. Who may not know the reason sees those in force alone."""
    return await service.list_of_units(db, viewer, query)


@router.get(
    "/teachers/{teacher_id}/exemptions",
    operation_id="list_teacher_exemptions",
    responses=problems(*SEEN, PageTokenInvalid),
)
async def list_teacher_exemptions(
    teacher_id: UUID, viewer: Reader, db: ReadSession, query: Annotated[PageQuery, Query()]
) -> Page[ExemptionOut]:
    """One teacher's cases. The reason goes to the teacher, the unit that proposed and those who decide."""
    return await service.list_of_teacher(db, viewer, teacher_id, query)


@router.post(
    "/teachers/{teacher_id}/exemptions",
    operation_id="propose_exemption",
    status_code=201,
    responses=problems(
        *SEEN,
        DifferentBody,
        NoPolicy,
        rules.KindNotForeseen,
        rules.CasesOverlap,
        rules.OwnCase,
        rules.LeftToUnit,
    )
    | {200: {"model": ExemptionOut}},
)
async def propose_exemption(
    teacher_id: UUID, body: ExemptionIn, viewer: Proposer, db: WriteSession, response: Response
) -> ExemptionOut:
    """Propose to relieve a teacher; the tier above decides."""
    return _made(response, *await service.propose(db, viewer, teacher_id, body))


@router.post(
    "/exemptions/{exemption_id}/decisions",
    operation_id="decide_exemption",
    responses=problems(
        *EDITED, rules.OwnCase, rules.ProposedYourself, rules.NotYourCase, rules.NotInThatState
    ),
)
async def decide_exemption(
    exemption_id: UUID,
    body: ExemptionDecisionIn,
    viewer: Authority,
    db: WriteSession,
    expected: IfMatch,
    response: Response,
) -> ExemptionOut:
    """Approve or refuse what was proposed, or revoke what was approved."""
    decided = await service.decide(db, viewer, exemption_id, body, expected)
    set_etag(response, decided.version)
    return decided


@router.get(
    "/teachers/{teacher_id}/ethics-vetoes",
    operation_id="list_ethics_vetoes",
    responses=problems(*SEEN, PageTokenInvalid),
)
async def list_ethics_vetoes(
    teacher_id: UUID, viewer: VetoReader, db: ReadSession, query: Annotated[PageQuery, Query()]
) -> Page[EthicsVetoOut]:
    """One teacher's vetoes, with what the teacher replied."""
    return await vetoes.list_vetoes(db, viewer, teacher_id, query)


@router.post(
    "/teachers/{teacher_id}/ethics-vetoes",
    operation_id="record_ethics_veto",
    status_code=201,
    responses=problems(
        *SEEN,
        DifferentBody,
        NoPolicy,
        rules.OwnCase,
        rules.NotYourCase,
        rules.VetoNotForeseen,
        rules.DocumentUsed,
    )
    | {200: {"model": EthicsVetoOut}},
)
async def record_ethics_veto(
    teacher_id: UUID, body: EthicsVetoIn, viewer: Authority, db: WriteSession, response: Response
) -> EthicsVetoOut:
    """Record a veto with its document and its last day. It bars evaluations, never training or credits."""
    return _made(response, *await vetoes.record(db, viewer, teacher_id, body))


@router.post(
    "/ethics-vetoes/{veto_id}/lift",
    operation_id="lift_ethics_veto",
    responses=problems(*EDITED, rules.OwnCase, rules.NotYourCase, rules.VetoEnded),
)
async def lift_ethics_veto(
    veto_id: UUID, viewer: Authority, db: WriteSession, expected: IfMatch, response: Response
) -> EthicsVetoOut:
    """End a veto before its day; from today on it bars nothing."""
    lifted = await vetoes.lift(db, viewer, veto_id, expected)
    set_etag(response, lifted.version)
    return lifted


@router.post(
    "/ethics-vetoes/{veto_id}/reply",
    operation_id="reply_to_ethics_veto",
    responses=problems(*SEEN, rules.VetoEnded, rules.AlreadyReplied),
)
async def reply_to_ethics_veto(
    veto_id: UUID, body: VetoReplyIn, viewer: Concerned, db: WriteSession, response: Response
) -> EthicsVetoOut:
    """The teacher's right of reply: once, until the veto has ended."""
    replied = await vetoes.reply(db, viewer, veto_id, body)
    set_etag(response, replied.version)
    return replied


def _made(response: Response, made: Made, is_new: bool) -> Made:
    response.status_code = 201 if is_new else 200
    set_etag(response, made.version)
    return made
