"""The viewer behind an access token, read anew for every request so that a change acts at once."""

from functools import cache
from typing import Any

from sqlalchemy import Date, Select, Uuid, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.db import connection_of
from xuefen.core.errors import NotAuthenticated
from xuefen.organisations.access import Principal
from xuefen.organisations.models import Organisation
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.people.models import RoleBinding, Teacher, User, UserStatus


async def load_viewer(db: AsyncSession, who: Principal) -> Viewer:
    """The active account of `who` with the roles in force today; else `NotAuthenticated`. One query."""
    asked = {"city_id": who.city_id, "user_id": who.user_id, "today": clock.today()}
    # On the connection: these are columns and no objects, and every request waits for them.
    rows = (await (await connection_of(db)).execute(_account_with_bindings(), asked)).all()
    if not rows or rows[0].status != UserStatus.active:
        raise NotAuthenticated
    bindings = tuple(
        Binding(Role(row.role), row.organisation_id, row.organisation_name, row.path, row.kind)
        for row in rows
        if row.role is not None
    )
    return Viewer(who.user_id, who.city_id, rows[0].name, rows[0].teacher_id, bindings)


@cache
def _account_with_bindings() -> Select[*tuple[Any, ...]]:
    """For `:city_id`, `:user_id` and `:today`. Built once, because every request runs it."""
    today = bindparam("today", type_=Date())
    in_force = and_(
        col(RoleBinding.city_id) == col(User.city_id),
        col(RoleBinding.user_id) == col(User.id),
        col(RoleBinding.from_on) <= today,
        or_(col(RoleBinding.until_on).is_(None), col(RoleBinding.until_on) >= today),
    )
    at = and_(
        col(Organisation.city_id) == col(RoleBinding.city_id),
        col(Organisation.id) == col(RoleBinding.organisation_id),
    )
    their_own = and_(col(Teacher.city_id) == col(User.city_id), col(Teacher.user_id) == col(User.id))
    return (
        select(
            col(User.name),
            col(User.status),
            col(Teacher.id).label("teacher_id"),
            col(RoleBinding.role),
            col(RoleBinding.organisation_id),
            col(Organisation.name).label("organisation_name"),
            col(Organisation.path),
            col(Organisation.kind),
        )
        .outerjoin(RoleBinding, in_force)
        .outerjoin(Organisation, at)
        .outerjoin(Teacher, their_own)
        .where(
            col(User.city_id) == bindparam("city_id", type_=Uuid()),
            col(User.id) == bindparam("user_id", type_=Uuid()),
        )
        .order_by(col(RoleBinding.from_on), col(RoleBinding.id))
    )
