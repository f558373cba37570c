"""HTTP of verdicts on schools: what a closing proposes, and what the authority makes of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core import clock
from xuefen.core.db import ReadSession
from xuefen.core.errors import (
    Forbidden,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unavailable,
)
from xuefen.core.etag import IfMatch, MalformedIfMatch, set_etag
from xuefen.core.page import Page, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.organisations.access import Bulk, bulk, reading
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import verdicts_service
from xuefen.oversight.authorities import AUTHORITIES, NotTheAuthority
from xuefen.oversight.verdicts_rules import NoteRequired, OwnSchool, VerdictDecided
from xuefen.oversight.verdicts_schemas import (
    RulingIn,
    RulingsIn,
    RulingsOut,
    VerdictConflict,
    VerdictDetail,
    VerdictDone,
    VerdictOut,
    VerdictProblem,
    VerdictQuery,
    VerdictRefused,
)
from xuefen.oversight.verdicts_service import Outcome

router = APIRouter(tags=["verdicts"])
Reader = Annotated[Viewer, reading(*AUTHORITIES)]


@router.get(
    "/verdicts",
    operation_id="list_verdicts",
    summary="学校考核问责的处理意见",
    responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid),
)
async def list_verdicts(
    viewer: Reader, db: ReadSession, query: Annotated[VerdictQuery, Query()]
) -> Page[VerdictOut]:
    return await verdicts_service.list_verdicts(db, viewer, query)


@router.get(
    "/verdicts/{verdict_id}",
    operation_id="get_verdict",
    summary="一所学校的处理意见和未达标人员",
    responses=problems(NotAuthenticated, Forbidden, NotFound),
)
async def get_verdict(viewer: Reader, db: ReadSession, verdict_id: UUID, response: Response) -> VerdictDetail:
    verdict = await verdicts_service.read_verdict(db, viewer, verdict_id)
    set_etag(response, verdict.version)
    return verdict


@router.post(
    "/verdicts/{verdict_id}/decisions",
    operation_id="decide_verdict",
    summary="确认，或不予追究",
    responses=problems(
        NotAuthenticated,
        Forbidden,
        NoteRequired,
        NotFound,
        MalformedIfMatch,
        PreconditionRequired,
        PreconditionFailed,
        NotTheAuthority,
        OwnSchool,
        VerdictDecided,
        Unavailable,
    ),
)
async def decide_verdict(
    caller: Annotated[Bulk, bulk(*AUTHORITIES)],
    verdict_id: UUID,
    body: RulingIn,
    expected: IfMatch,
    response: Response,
) -> VerdictDetail:
    now = clock.now()

    async def work(db: AsyncSession, viewer: Viewer) -> VerdictDetail:
        await verdicts_service.read_verdict(db, viewer, verdict_id)
        await verdicts_service.decide_one(db, viewer, verdict_id, expected.given(), body, now)
        return await verdicts_service.read_verdict(db, viewer, verdict_id)

    verdict = await caller.run(work)
    set_etag(response, verdict.version)
    return verdict


@router.post(
    "/verdicts/decisions",
    operation_id="decide_verdicts",
    summary="成批确认，或不予追究",
    responses=problems(NotAuthenticated, Forbidden, Unavailable),
)
async def decide_verdicts(caller: Annotated[Bulk, bulk(*AUTHORITIES)], body: RulingsIn) -> RulingsOut:
    versions = {item.id: item.version for item in body.items}
    ruling = RulingIn(verdict=body.verdict, note=body.note)
    now = clock.now()
    return _outcome(
        await caller.run(lambda db, viewer: verdicts_service.decide(db, viewer, versions, ruling, now))
    )


def _outcome(outcome: Outcome) -> RulingsOut:
    return RulingsOut(
        done=[
            VerdictDone(id=move.verdict.id, version=move.version, state=move.state) for move in outcome.done
        ],
        conflicts=[VerdictConflict(id=verdict_id) for verdict_id in outcome.conflicts],
        refused=[
            VerdictRefused(id=verdict_id, problem=VerdictProblem(code=refusal.code, title=refusal.title))
            for verdict_id, refusal in outcome.refused
        ],
    )
