"""How programs, class runs and class sessions are told: rows turned into what crosses HTTP."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core import clock
from xuefen.organisations.policies import PolicyInForce, policies_of
from xuefen.organisations.viewer import Viewer
from xuefen.programs import queries, rules
from xuefen.programs.models import ClassRun, ClassSession
from xuefen.programs.queries import Holding, ProgramRow
from xuefen.programs.schemas import (
    AudienceOut,
    ClassRunOut,
    ClassSessionOut,
    OrganisationRef,
    ProgramOut,
    SeatsOut,
    ServiceYearsOut,
)


async def describe(db: AsyncSession, viewer: Viewer, row: ProgramRow) -> ProgramOut:
    return (await described(db, viewer, [row]))[0]


async def described(db: AsyncSession, viewer: Viewer, rows: Sequence[ProgramRow]) -> list[ProgramOut]:
    """A category has the name that the policy in force at the sponsor gives it."""
    if not rows:
        return []
    policies, today = await policies_of(db, viewer.city_id), clock.today()
    return [_program(viewer, row, policies.at(row.program.org_path, today)) for row in rows]


async def described_runs(db: AsyncSession, runs: Sequence[ClassRun]) -> list[ClassRunOut]:
    """The runs with their seats by holder."""
    if not runs:
        return []
    ids = [run.id for run in runs]
    holdings = await queries.holdings_of(db, runs[0].city_id, ids)
    counts = await queries.session_counts(db, runs[0].city_id, ids)
    return [_run(run, holdings[run.id], counts.get(run.id, 0)) for run in runs]


def describe_session(session: ClassSession) -> ClassSessionOut:
    return ClassSessionOut(
        id=session.id,
        run_id=session.run_id,
        title=session.title,
        place=session.place,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        version=session.version,
    )


def _program(viewer: Viewer, row: ProgramRow, policy: PolicyInForce) -> ProgramOut:
    program = row.program
    category = policy.pack.find_category(program.category)
    return ProgramOut(
        id=program.id,
        code=program.code,
        title=program.title,
        summary=program.summary,
        sponsor=OrganisationRef(id=program.sponsor_id, name=row.sponsor_name),
        provider=OrganisationRef(id=program.provider_id, name=row.provider_name),
        category=program.category,
        category_name=category.name if category else program.category,
        group=category.group if category else None,
        level=program.level,
        mode=program.mode,
        hours=program.hours_centi,
        credits=program.credits_centi,
        audience=_audience(program.audience),
        attendance_percent=program.attendance_percent,
        has_exam=program.has_exam,
        has_assignment=program.has_assignment,
        state=program.state,
        return_note=program.return_note,
        published_at=program.published_at,
        open_acts=rules.open_acts(
            viewer,
            program.state,
            program.org_path,
            row.sponsor_kind,
            program.provider_id,
            program.submitted_by,
        ),
        version=program.version,
    )


def _audience(stored: dict[str, object]) -> AudienceOut:
    years = stored.get("service_years")
    return AudienceOut.model_validate(
        {name: stored.get(name, []) for name in ("stages", "subjects", "posts")}
        | {"service_years": ServiceYearsOut.model_validate(years) if years else None}
    )


def _run(run: ClassRun, holdings: Sequence[Holding], sessions_count: int) -> ClassRunOut:
    return ClassRunOut(
        id=run.id,
        program_id=run.program_id,
        name=run.name,
        place=run.place,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        enroll_opens_at=run.enroll_opens_at,
        enroll_closes_at=run.enroll_closes_at,
        withdraw_until=run.withdraw_until,
        state=run.state,
        published_at=run.published_at,
        sessions_count=sessions_count,
        seats_total=sum(holding.quota for holding in holdings),
        seats_taken=sum(holding.taken for holding in holdings),
        seats=[
            SeatsOut(
                holder=OrganisationRef(id=holding.holder_id, name=holding.holder_name),
                quota=holding.quota,
                taken=holding.taken,
            )
            for holding in holdings
        ],
        version=run.version,
    )
