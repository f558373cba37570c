"""Reads of exemptions and vetoes, each within the viewer's scope, and of the offices that act on them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.exemptions.models import EthicsVeto, Exemption
from xuefen.exemptions.rules import OFFICES, Ladder, Officer
from xuefen.exemptions.schemas import ExemptionIn
from xuefen.exemptions.states import LIVE, ExemptionState
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import below, within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import RoleBinding, Teacher, User, UserStatus

OLDEST_FIRST = Keyset("exemptions", (col(Exemption.proposed_at), col(Exemption.id)))
VETOES_OLDEST_FIRST = Keyset("ethics_vetoes", (col(EthicsVeto.recorded_at), col(EthicsVeto.id)))


class CaseRow(NamedTuple):
    case: Exemption
    teacher: Teacher
    school_name: str
    desk_name: str


class VetoRow(NamedTuple):
    veto: EthicsVeto
    authority_name: str


def select_cases() -> Select[*tuple[Any, ...]]:
    """Cases with the teacher, the unit as of the proposal and the office that decides; no scope yet."""
    unit, desk = aliased(Organisation), aliased(Organisation)
    city = col(Exemption.city_id)
    teacher = and_(col(Teacher.city_id) == city, col(Teacher.id) == col(Exemption.teacher_id))
    its_unit = and_(col(unit.city_id) == city, col(unit.path) == col(Exemption.org_path))
    its_desk = and_(col(desk.city_id) == city, col(desk.path) == col(Exemption.desk_path))
    return (
        select(Exemption, Teacher, col(unit.name), col(desk.name))
        .join(Teacher, teacher)
        .join(unit, its_unit)
        .join(desk, its_desk)
    )


def shown(statement: Select[*tuple[Any, ...]], viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Who may not know a reason is told of what is in force, and of nothing that waits or was refused."""
    knowing = [below(col(Exemption.org_path), path) for path in viewer.paths(*OFFICES)]
    if viewer.teacher_id is not None:
        knowing.append(col(Exemption.teacher_id) == viewer.teacher_id)
    return statement.where(or_(col(Exemption.state) == ExemptionState.approved, *knowing))


async def case_within(db: AsyncSession, viewer: Viewer, exemption_id: UUID) -> CaseRow:
    statement = within(select_cases(), viewer, Exemption).where(col(Exemption.id) == exemption_id)
    found = (await db.execute(statement)).one_or_none()
    if found is None:
        raise NotFound
    return CaseRow(*found)


async def has_overlap(db: AsyncSession, city_id: UUID, teacher_id: UUID, body: ExemptionIn) -> bool:
    """Whether another live case of the teacher touches these days."""
    found = await db.scalar(
        select(col(Exemption.id))
        .where(
            col(Exemption.city_id) == city_id,
            col(Exemption.teacher_id) == teacher_id,
            col(Exemption.state).in_(LIVE),
            col(Exemption.from_on) <= body.until_on,
            col(Exemption.until_on) >= body.from_on,
        )
        .limit(1)
    )
    return found is not None


async def names_of(db: AsyncSession, city_id: UUID, users: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {user for user in users if user is not None}
    rows = await db.execute(
        select(col(User.id), col(User.name)).where(col(User.city_id) == city_id, col(User.id).in_(wanted))
    )
    return {row.id: row.name for row in rows}


async def ladder_above(db: AsyncSession, city_id: UUID, unit_path: str, beneficiary: UUID | None) -> Ladder:
    """The offices above a unit and who holds them today; `beneficiary` is the account of the teacher."""
    above = _at_or_above(unit_path)
    county = await db.scalar(
        select(col(Organisation.path)).where(
            col(Organisation.city_id) == city_id,
            col(Organisation.path).in_(above),
            col(Organisation.kind) == OrganisationKind.county,
        )
    )
    staff = [one for one in await _officers(db, city_id, above) if one.user_id != beneficiary]
    return Ladder(unit_path, county, tuple(staff))


async def _officers(db: AsyncSession, city_id: UUID, above: Sequence[str]) -> list[Officer]:
    today = clock.today()
    rows = await db.execute(
        select(col(RoleBinding.role), col(RoleBinding.org_path), col(RoleBinding.user_id))
        .join(
            User,
            and_(col(User.city_id) == col(RoleBinding.city_id), col(User.id) == col(RoleBinding.user_id)),
        )
        .where(
            col(RoleBinding.city_id) == city_id,
            col(RoleBinding.org_path).in_(above),
            col(RoleBinding.role).in_(OFFICES),
            col(RoleBinding.from_on) <= today,
            or_(col(RoleBinding.until_on).is_(None), col(RoleBinding.until_on) >= today),
            col(User.status) == UserStatus.active,
        )
    )
    return [Officer(*row) for row in rows]


def _at_or_above(path: str) -> list[str]:
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1)]


def select_vetoes() -> Select[*tuple[Any, ...]]:
    """Vetoes with the name of the authority behind each; no scope yet."""
    authority = and_(
        col(Organisation.city_id) == col(EthicsVeto.city_id),
        col(Organisation.path) == col(EthicsVeto.authority_path),
    )
    return select(EthicsVeto, col(Organisation.name)).join(Organisation, authority)


async def veto_within(db: AsyncSession, viewer: Viewer, veto_id: UUID) -> VetoRow:
    statement = within(select_vetoes(), viewer, EthicsVeto).where(col(EthicsVeto.id) == veto_id)
    found = (await db.execute(statement)).one_or_none()
    if found is None:
        raise NotFound
    return VetoRow(*found)


async def has_document(db: AsyncSession, city_id: UUID, teacher_id: UUID, document_no: str) -> bool:
    found = await db.scalar(
        select(col(EthicsVeto.id)).where(
            col(EthicsVeto.city_id) == city_id,
            col(EthicsVeto.teacher_id) == teacher_id,
            col(EthicsVeto.document_no) == document_no,
        )
    )
    return found is not None
