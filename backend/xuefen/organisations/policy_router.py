"""HTTP of the rules of a city or county."""

from typing import Annotated
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
from xuefen.core.page import Page, PageTokenInvalid
from xuefen.core.problems import problems
from xuefen.core.repeats import DifferentBody
from xuefen.organisations import policy_service as service
from xuefen.organisations.access import reading, writing
from xuefen.organisations.policy_rules import (
    AlreadyWithdrawn,
    FirstDayPassed,
    FirstDayTaken,
    NotADraft,
    NotAnAdopter,
    PolicyHolds,
)
from xuefen.organisations.policy_schemas import (
    DiffOut,
    DiffQuery,
    PolicyCheckIn,
    PolicyCheckOut,
    PolicyDetail,
    PolicyIn,
    PolicyOut,
    PolicyQuery,
)
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.policy.pack import PackInvalid, PackUnknown

router = APIRouter(prefix="/policies", tags=["policies"])
Everyone = Annotated[Viewer, reading()]
Author = Annotated[Viewer, reading(Role.administrator)]
Administrator = Annotated[Viewer, writing(Role.administrator)]
SEEN = (NotAuthenticated, Forbidden, NotFound)
DECIDED = (*SEEN, MalformedIfMatch, PreconditionRequired, PreconditionFailed)


@router.get(
    "", operation_id="list_policies", responses=problems(NotAuthenticated, Forbidden, PageTokenInvalid)
)
async def list_policies(
    viewer: Everyone, db: ReadSession, query: Annotated[PolicyQuery, Query()]
) -> Page[PolicyOut]:
    """Adopted versions of the whole city, and drafts of the units that the viewer reads."""
    return await service.list_policies(db, viewer, query)


@router.post(
    "",
    operation_id="create_policy",
    status_code=201,
    responses=problems(*SEEN, DifferentBody, NotAnAdopter, PackUnknown, PackInvalid)
    | {200: {"model": PolicyDetail}},
)
async def create_policy(
    viewer: Administrator, db: WriteSession, body: PolicyIn, response: Response
) -> PolicyDetail:
    """Draft rules for a city or county of one's own. A draft binds nobody."""
    made, is_new = await service.draft_policy(db, viewer, body)
    response.status_code = 201 if is_new else 200
    set_etag(response, made.version)
    return made


@router.post("/check", operation_id="check_policy", responses=problems(NotAuthenticated, Forbidden))
async def check_policy(viewer: Author, body: PolicyCheckIn) -> PolicyCheckOut:
    """Every fault of a text: where, by which clause, and how to mend it."""
    return await service.check_policy(body)


@router.get("/{policy_id}", operation_id="get_policy", responses=problems(*SEEN))
async def get_policy(viewer: Everyone, db: ReadSession, policy_id: UUID, response: Response) -> PolicyDetail:
    found = await service.read_policy(db, viewer, policy_id)
    set_etag(response, found.version)
    return found


@router.get("/{policy_id}/diff", operation_id="compare_policies", responses=problems(*SEEN))
async def compare_policies(
    viewer: Everyone, db: ReadSession, policy_id: UUID, query: Annotated[DiffQuery, Query()]
) -> DiffOut:
    """What changes from the version `against` to this one, by the names of rows."""
    return await service.compare_policies(db, viewer, policy_id, query.against)


@router.post(
    "/{policy_id}/adopt",
    operation_id="adopt_policy",
    responses=problems(*DECIDED, NotADraft, FirstDayPassed, FirstDayTaken),
)
async def adopt_policy(
    viewer: Administrator, db: WriteSession, policy_id: UUID, expected: IfMatch, response: Response
) -> PolicyDetail:
    """Put a draft in force from its first day on, today or later. Its content never changes again."""
    adopted = await service.adopt_policy(db, viewer, policy_id, expected)
    set_etag(response, adopted.version)
    return adopted


@router.post(
    "/{policy_id}/withdraw",
    operation_id="withdraw_policy",
    responses=problems(*DECIDED, AlreadyWithdrawn, PolicyHolds),
)
async def withdraw_policy(
    viewer: Administrator, db: WriteSession, policy_id: UUID, expected: IfMatch, response: Response
) -> PolicyDetail:
    """Take back a draft, or an adopted version before it holds."""
    withdrawn = await service.withdraw_policy(db, viewer, policy_id, expected)
    set_etag(response, withdrawn.version)
    return withdrawn
