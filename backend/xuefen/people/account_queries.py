"""Reads of accounts and their role bindings."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.people.account_schemas import UserQuery
from xuefen.people.models import RoleBinding, Teacher, User

BY_STAFF_NO = Keyset("users", (col(User.staff_no), col(User.id)))


class UserRow(NamedTuple):
    user: User
    teacher_id: UUID | None


class BindingRow(NamedTuple):
    binding: RoleBinding
    organisation: Organisation


def select_users(viewer: Viewer) -> Select[User, UUID]:
    theirs = and_(col(Teacher.city_id) == col(User.city_id), col(Teacher.user_id) == col(User.id))
    return within(select(User, col(Teacher.id)).outerjoin(Teacher, theirs), viewer, User)


def filtered(statement: Select[User, UUID], query: UserQuery, today: date) -> Select[User, UUID]:
    if query.q is not None:
        statement = statement.where(
            or_(
                col(User.name).startswith(query.q, autoescape=True),
                func.upper(col(User.staff_no)).startswith(query.q.upper(), autoescape=True),
            )
        )
    if query.status is not None:
        statement = statement.where(col(User.status) == query.status)
    if query.role is not None:
        held = select(col(RoleBinding.id)).where(
            col(RoleBinding.city_id) == col(User.city_id),
            col(RoleBinding.user_id) == col(User.id),
            col(RoleBinding.role) == query.role,
            not_over(today),
        )
        statement = statement.where(held.exists())
    return statement


def not_over(today: date) -> ColumnElement[bool]:
    """Bindings in force today or later."""
    return or_(col(RoleBinding.until_on).is_(None), col(RoleBinding.until_on) >= today)


async def user_within(db: AsyncSession, viewer: Viewer, user_id: UUID) -> UserRow:
    """The account, where `viewer` may see it; else `NotFound`."""
    found = (await db.execute(select_users(viewer).where(col(User.id) == user_id))).one_or_none()
    if found is None:
        raise NotFound
    return UserRow(*found)


async def bindings_of(
    db: AsyncSession, city_id: UUID, user_ids: Iterable[UUID], today: date
) -> dict[UUID, list[BindingRow]]:
    """By account: what it holds today or later, the oldest first."""
    at = and_(
        col(Organisation.city_id) == col(RoleBinding.city_id),
        col(Organisation.id) == col(RoleBinding.organisation_id),
    )
    rows = await db.execute(
        select(RoleBinding, Organisation)
        .join(Organisation, at)
        .where(
            col(RoleBinding.city_id) == city_id,
            col(RoleBinding.user_id).in_(list(user_ids)),
            not_over(today),
        )
        .order_by(col(RoleBinding.from_on), col(RoleBinding.id))
    )
    held: dict[UUID, list[BindingRow]] = defaultdict(list)
    for binding, organisation in rows:
        held[binding.user_id].append(BindingRow(binding, organisation))
    return held
