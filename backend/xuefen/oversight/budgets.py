"""What schools report of their money: public funds, payroll, and what was spent on training."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import audit, clock
from xuefen.core.errors import Conflict, NotFound
from xuefen.core.etag import Expected
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.queries import organisation_within
from xuefen.organisations.roles import UNIT_READERS, Role
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.budgets_schemas import BudgetIn, BudgetOut
from xuefen.oversight.models import Budget

REPORTERS = (Role.school_clerk, Role.county_reviewer, Role.city_auditor)
"""The school reports; its county and the city may correct (株教函〔2014〕29号 六(三): 督查)."""


class BudgetNotReported(NotFound):
    code, title = "budget_not_reported", "该单位还没有报告这一年的经费"


class NotASchool(Conflict):
    code, title = "not_a_school", "只有学校报告教师培训经费"


async def read_budget(db: AsyncSession, viewer: Viewer, organisation_id: UUID, year: int) -> BudgetOut:
    school = await organisation_within(db, viewer.acting_as(*UNIT_READERS), organisation_id)
    budget = await _find(db, school, year)
    if budget is None:
        raise BudgetNotReported
    return BudgetOut.model_validate(budget)


async def put_budget(
    db: AsyncSession, viewer: Viewer, organisation_id: UUID, year: int, body: BudgetIn, expected: Expected
) -> tuple[BudgetOut, bool]:
    """The budget as it stands then, and whether it is new. The same figures again change nothing."""
    school = await organisation_within(db, viewer.acting_as(*REPORTERS), organisation_id)
    if school.kind is not OrganisationKind.school:
        raise NotASchool
    budget = await _find(db, school, year, lock=True)
    changes = _changes(budget, body)
    if budget is not None and not changes:
        return BudgetOut.model_validate(budget), False
    if budget is not None or expected.version is not None:
        expected.check(budget.version if budget else 0)
    is_new = budget is None
    if budget is None:
        budget = _new(school, viewer, year, body)
        db.add(budget)
    else:
        _correct(budget, viewer, body)
    _note(db, viewer, school, budget, changes)
    await db.flush()
    return BudgetOut.model_validate(budget), is_new


async def _find(db: AsyncSession, school: Organisation, year: int, *, lock: bool = False) -> Budget | None:
    statement = select(Budget).where(
        col(Budget.city_id) == school.city_id,
        col(Budget.organisation_id) == school.id,
        col(Budget.year) == year,
    )
    if lock:
        statement = statement.with_for_update()
    return (await db.scalars(statement)).one_or_none()


def _changes(budget: Budget | None, body: BudgetIn) -> list[str]:
    """Names of the figures that differ; all of them where nothing was reported."""
    return [name for name, fen in body.model_dump().items() if budget is None or getattr(budget, name) != fen]


def _new(school: Organisation, viewer: Viewer, year: int, body: BudgetIn) -> Budget:
    return Budget(
        city_id=school.city_id,
        organisation_id=school.id,
        org_path=school.path,
        year=year,
        reported_by=viewer.user_id,
        **body.model_dump(),
    )


def _correct(budget: Budget, viewer: Viewer, body: BudgetIn) -> None:
    for name, fen in body.model_dump().items():
        setattr(budget, name, fen)
    budget.reported_by, budget.reported_at = viewer.user_id, clock.now()
    budget.version += 1


def _note(db: AsyncSession, viewer: Viewer, school: Organisation, budget: Budget, changes: list[str]) -> None:
    capacity = next(role for role in REPORTERS if viewer.covers(school.path, role))
    audit.record(
        db,
        school.city_id,
        "budget.reported" if budget.version == 1 else "budget.corrected",
        "budget",
        budget.id,
        actor_id=viewer.user_id,
        capacity=capacity,
        org_path=school.path,
        fields=changes,
    )
