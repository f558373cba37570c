"""Use cases of accountability interviews (约谈): who is due, arrange, record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.errors import NotFound
from xuefen.core.etag import Expected
from xuefen.core.page import Keyset
from xuefen.core.repeats import DifferentBody, request_hash, require_same
from xuefen.organisations.policies import county_paths, policies_of
from xuefen.organisations.queries import organisation_within
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.oversight import interviews_rules as rules
from xuefen.oversight.authorities import (
    AUTHORITIES,
    authority_binding,
    authority_path,
    require_authority,
)
from xuefen.oversight.closing_queries import names_of
from xuefen.oversight.closing_schemas import PersonHead, UnitHead
from xuefen.oversight.interviews_history import Subject, histories, named_often
from xuefen.oversight.interviews_rules import ClosedYear, InterviewNotDue
from xuefen.oversight.interviews_schemas import (
    InterviewIn,
    InterviewOut,
    InterviewPage,
    InterviewQuery,
    Proposal,
    RecordIn,
)
from xuefen.oversight.models import AccountabilityInterview, InterviewState
from xuefen.people.models import Teacher
from xuefen.policy.accountability_rows import InterviewPlan

LATEST_FIRST = Keyset(
    "interviews", (col(AccountabilityInterview.made_at), col(AccountabilityInterview.id)), descending=True
)


@dataclass(frozen=True, slots=True)
class Due:
    """An interview that the policy asks for."""

    subject: Subject
    years: tuple[ClosedYear, ...]
    clause: str


async def list_interviews(db: AsyncSession, viewer: Viewer, query: InterviewQuery) -> InterviewPage:
    statement = _select(viewer)
    if query.state is not None:
        statement = statement.where(col(AccountabilityInterview.state) == query.state)
    found = await db.scalars(LATEST_FIRST.select(statement, query))
    rows, token = LATEST_FIRST.cut(found.all(), query, lambda row: (row.made_at, row.id))
    due = [] if query.page_token else await _due(db, viewer)
    return InterviewPage(
        items=await _described(db, viewer, rows),
        next_page_token=token,
        proposed=await _proposals(db, viewer, due),
    )


async def arrange(db: AsyncSession, viewer: Viewer, body: InterviewIn) -> tuple[InterviewOut, bool]:
    """The interview, and whether it is new; only where the policy asks for one."""
    known = await db.get(AccountabilityInterview, (viewer.city_id, body.id))
    if known is not None:
        await _require_own(db, viewer, known)
        require_same(known.request_hash, body)
        return (await _described(db, viewer, [known]))[0], False
    school = await organisation_within(db, viewer, body.school_id)
    binding = require_authority(viewer, school.path, (await county_paths(db, viewer.city_id)).keys())
    rules.require_due_day(body.due_on, clock.today())
    wanted = Subject(school.id, body.teacher_id)
    due = next((one for one in await _due(db, viewer, school.id) if one.subject == wanted), None)
    if due is None:
        raise InterviewNotDue
    interview = AccountabilityInterview(
        city_id=viewer.city_id,
        id=body.id,
        organisation_id=binding.organisation_id,
        school_id=school.id,
        org_path=school.path,
        teacher_id=body.teacher_id,
        bulletins=len(due.years),
        clause=due.clause,
        due_on=body.due_on,
        made_by=viewer.user_id,
        request_hash=request_hash(body),
    )
    db.add(interview)
    _note(db, viewer, "interview.arranged", interview, binding)
    await db.flush()
    return (await _described(db, viewer, [interview]))[0], True


async def record(
    db: AsyncSession, viewer: Viewer, interview_id: UUID, body: RecordIn, expected: Expected
) -> InterviewOut:
    """What came of it: held on a day, or called off."""
    statement = _select(viewer).where(col(AccountabilityInterview.id) == interview_id)
    interview = (
        await db.scalars(statement.with_for_update().execution_options(populate_existing=True))
    ).one_or_none()
    if interview is None:
        raise NotFound
    expected.check(interview.version)
    binding = require_authority(viewer, interview.org_path, (await county_paths(db, viewer.city_id)).keys())
    rules.require_recordable(interview.state, body.held_on, clock.today())
    interview.state = InterviewState(body.outcome)
    interview.held_on, interview.record = body.held_on, body.record
    interview.version += 1
    _note(db, viewer, f"interview.{body.outcome}", interview, binding)
    await db.flush()
    return (await _described(db, viewer, [interview]))[0]


async def _require_own(db: AsyncSession, viewer: Viewer, known: AccountabilityInterview) -> None:
    if authority_binding(viewer, known.org_path, (await county_paths(db, viewer.city_id)).keys()) is None:
        raise DifferentBody


async def _due(db: AsyncSession, viewer: Viewer, school_id: UUID | None = None) -> list[Due]:
    """Whom the policy wants interviewed by the viewer's authority, most bulletins first."""
    counties = (await county_paths(db, viewer.city_id)).keys()
    policies = await policies_of(db, viewer.city_id)
    due: list[Due] = []
    for binding in viewer.having(AUTHORITIES):
        plan = policies.at(binding.path, clock.today()).pack.interviews
        if plan is not None:
            named = await named_often(db, viewer, plan.after_bulletins, school_id)
            own = [one for one, path in named.items() if authority_path(path, counties) == binding.path]
            due += _of_plan(plan, await histories(db, viewer.city_id, own))
    return sorted(due, key=lambda one: -len(one.years))


def _of_plan(plan: InterviewPlan, known: Mapping[Subject, Sequence[ClosedYear]]) -> list[Due]:
    heard = {subject: rules.unheeded(years) for subject, years in known.items()}
    return [
        Due(subject, years, plan.clause)
        for subject, years in heard.items()
        if rules.is_due(years, plan.after_bulletins)
    ]


async def _proposals(db: AsyncSession, viewer: Viewer, due: list[Due]) -> list[Proposal]:
    schools = await names_of(db, viewer.city_id, [one.subject.school_id for one in due])
    people = await _people(db, viewer, [one.subject.teacher_id for one in due])
    return [
        Proposal(
            school=UnitHead(id=one.subject.school_id, name=schools[one.subject.school_id]),
            teacher=people.get(one.subject.teacher_id),
            bulletins=len(one.years),
            years=[year.label for year in one.years],
            clause=one.clause,
        )
        for one in due
    ]


async def _described(
    db: AsyncSession, viewer: Viewer, rows: Iterable[AccountabilityInterview]
) -> list[InterviewOut]:
    interviews = list(rows)
    ids = [one for row in interviews for one in (row.school_id, row.organisation_id)]
    names = await names_of(db, viewer.city_id, ids)
    people = await _people(db, viewer, [row.teacher_id for row in interviews])
    return [_out(row, names, people, clock.today()) for row in interviews]


async def _people(
    db: AsyncSession, viewer: Viewer, ids: Iterable[UUID | None]
) -> dict[UUID | None, PersonHead]:
    found = await db.scalars(
        select(Teacher).where(
            and_(col(Teacher.city_id) == viewer.city_id, col(Teacher.id).in_([one for one in ids if one]))
        )
    )
    return {one.id: PersonHead(id=one.id, name=one.name, staff_no=one.staff_no) for one in found}


def _select(viewer: Viewer) -> Select[AccountabilityInterview]:
    return within(select(AccountabilityInterview), viewer, AccountabilityInterview)


def _out(
    row: AccountabilityInterview,
    names: dict[UUID, str],
    people: dict[UUID | None, PersonHead],
    today: date,
) -> InterviewOut:
    return InterviewOut(
        id=row.id,
        organisation=UnitHead(id=row.organisation_id, name=names[row.organisation_id]),
        school=UnitHead(id=row.school_id, name=names[row.school_id]),
        teacher=people.get(row.teacher_id),
        bulletins=row.bulletins,
        clause=row.clause,
        due_on=row.due_on,
        overdue=row.state is InterviewState.due and row.due_on < today,
        state=row.state,
        held_on=row.held_on,
        record=row.record,
        made_at=row.made_at,
        version=row.version,
    )


def _note(
    db: AsyncSession, viewer: Viewer, action: str, interview: AccountabilityInterview, binding: Binding
) -> None:
    audit.record(
        db,
        viewer.city_id,
        action,
        "accountability_interview",
        interview.id,
        actor_id=viewer.user_id,
        capacity=binding.role,
        org_path=binding.path,
    )
