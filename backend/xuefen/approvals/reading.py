"""Claims as people read them in lists, with the counts of the whole list."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals import desks, queries, rules
from xuefen.approvals.models import Claim
from xuefen.approvals.schemas import (
    ClaimFilters,
    ClaimOut,
    ClaimPage,
    CodeTitle,
    DeskOut,
    Named,
)
from xuefen.approvals.states import FLAG_TITLES, ClaimState, Flag
from xuefen.core.clock import office_date, today
from xuefen.core.columns import no_flags
from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies, policies_of
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Teacher

OLDEST_FIRST = Keyset("claims", (col(Claim.arrived_at), col(Claim.id)))


@dataclass(frozen=True, slots=True)
class Row:
    """A claim with the names beside it."""

    claim: Claim
    teacher_name: str
    school_name: str


async def list_claims(db: AsyncSession, viewer: Viewer, filters: ClaimFilters) -> ClaimPage:
    """Oldest first. The counts and the page come from one answer, so that badge, tabs and list agree."""
    wanted = _wanted(viewer, filters)
    counts = within(
        select(func.count(), func.count().filter(no_flags(col(Claim.flags)))), viewer, Claim
    ).select_from(Claim)
    counted = (await db.execute(_joined(counts).where(*wanted))).one()
    total, clean = int(counted[0]), int(counted[1])
    rows = _joined(
        within(select(Claim, col(Teacher.name), col(Organisation.name)).select_from(Claim), viewer, Claim)
    ).where(*wanted)
    if filters.flag:
        rows = rows.where(_flagged(filters.flag))
    page = (await db.execute(OLDEST_FIRST.select(rows, filters))).all()
    shown, token = OLDEST_FIRST.cut(page, filters, lambda row: (row[0].arrived_at, row[0].id))
    policies = await policies_of(db, viewer.city_id)
    return ClaimPage(
        items=[present(Row(row[0], row[1], row[2]), policies) for row in shown],
        next_page_token=token,
        total=total,
        clean=clean,
        flagged=total - clean,
    )


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.join(
        Teacher, (col(Teacher.city_id) == col(Claim.city_id)) & (col(Teacher.id) == col(Claim.teacher_id))
    ).join(
        Organisation,
        (col(Organisation.city_id) == col(Claim.city_id)) & (col(Organisation.id) == col(Claim.school_id)),
    )


def _wanted(viewer: Viewer, filters: ClaimFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.queue:
        found.append(queries.in_queue_of(viewer, today()))
    for column, value in (
        (Claim.state, filters.state),
        (Claim.school_id, filters.school_id),
        (Claim.teacher_id, filters.teacher_id),
        (Claim.category, filters.category),
    ):
        if value is not None:
            found.append(col(column) == value)
    if filters.q:
        found.append(
            or_(
                col(Teacher.name).contains(filters.q, autoescape=True),
                col(Claim.title).contains(filters.q, autoescape=True),
            )
        )
    return found


def _flagged(flag: str) -> ColumnElement[bool]:
    clean = no_flags(col(Claim.flags))
    return clean if flag == "clean" else ~clean


def present(row: Row, policies: Policies) -> ClaimOut:
    """One line of a list."""
    return ClaimOut(**fields_of(row, policies))


def fields_of(row: Row, policies: Policies) -> dict[str, Any]:
    claim = row.claim
    policy = policies.at(claim.org_path, claim.event_on)
    category = policy.pack.find_category(claim.category)
    desk = position(claim).desk
    return {
        "id": claim.id,
        "number": claim.number,
        "teacher": Named(id=claim.teacher_id, name=row.teacher_name),
        "school": Named(id=claim.school_id, name=row.school_name),
        "title": claim.title,
        "category": claim.category,
        "category_name": category.name if category else claim.category,
        "group": category.group if category else "other",
        "mode": claim.mode,
        "form": claim.form,
        "event_on": claim.event_on,
        "year_label": policy.calendar.year_of(claim.event_on).label,
        "term_label": policy.calendar.term_of(claim.event_on).label,
        "hours": claim.hours_centi,
        "credits_claimed": claim.credits_claimed_centi,
        "credits_granted": claim.credits_granted_centi,
        "exam_passed": claim.exam_passed,
        "state": claim.state,
        "step": claim.step,
        "desk": _desk(desk) if desk else None,
        "flags": [CodeTitle(code=flag, title=FLAG_TITLES[Flag(flag)]) for flag in claim.flags],
        "waiting_days": (today() - office_date(claim.arrived_at)).days if desk else 0,
        "source": claim.source,
        "late_reason": claim.late_reason,
        "version": claim.version,
    }


def position(claim: Claim) -> rules.Position:
    return rules.Position(ClaimState(claim.state), claim.step, desks.read(claim.route))


def _desk(desk: rules.Desk) -> DeskOut:
    return DeskOut(
        tier=desk.tier, act=desk.act, organisation_id=desk.organisation_id, organisation_name=desk.name
    )


async def claim_within_scope(db: AsyncSession, viewer: Viewer, claim_id: UUID) -> Row:
    statement = within(
        select(Claim, col(Teacher.name), col(Organisation.name)).select_from(Claim), viewer, Claim
    )
    row = (await db.execute(_joined(statement).where(col(Claim.id) == claim_id))).first()
    if row is None:
        raise NotFound
    return Row(row[0], row[1], row[2])
