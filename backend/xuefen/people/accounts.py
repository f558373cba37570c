"""Use cases of accounts: open one, grant and end roles, disable, enable, hand out an activation secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import record
from xuefen.core.errors import NotFound
from xuefen.core.page import Page
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.models import Organisation
from xuefen.organisations.roles import Role
from xuefen.organisations.service import organisation_within
from xuefen.organisations.viewer import Viewer
from xuefen.people import account_queries, activation, personal, rules, sessions
from xuefen.people.account_queries import BindingRow, UserRow, user_within
from xuefen.people.account_schemas import (
    ActivationOut,
    BindingIn,
    BindingOut,
    OrganisationName,
    UserIn,
    UserOut,
    UserQuery,
)
from xuefen.people.adding import add_people
from xuefen.people.models import RoleBinding, User, UserStatus
from xuefen.people.newcomers import Duty, Newcomer
from xuefen.people.teacher_schemas import EndIn

MANAGERS = (Role.administrator, Role.school_clerk)


@dataclass(frozen=True)
class Managed:
    """An account that the viewer may manage, and the capacity in which."""

    row: UserRow
    bindings: Sequence[BindingRow]
    capacity: Role

    @property
    def user(self) -> User:
        return self.row.user


async def list_users(db: AsyncSession, viewer: Viewer, query: UserQuery) -> Page[UserOut]:
    statement = account_queries.select_users(viewer.acting_as(Role.administrator))
    statement = account_queries.filtered(statement, query, clock.today())
    found = (await db.execute(account_queries.BY_STAFF_NO.select(statement, query))).all()
    rows, token = account_queries.BY_STAFF_NO.cut(
        [UserRow(*row) for row in found], query, lambda row: (row.user.staff_no, row.user.id)
    )
    held = await account_queries.bindings_of(db, viewer.city_id, [row.user.id for row in rows], clock.today())
    items = [_described(row, held.get(row.user.id, [])) for row in rows]
    return Page(items=items, next_page_token=token)


async def read_user(db: AsyncSession, viewer: Viewer, user_id: UUID) -> UserOut:
    row = await user_within(db, viewer.acting_as(Role.administrator), user_id)
    return _described(row, await _held(db, row.user))


async def create_user(db: AsyncSession, viewer: Viewer, body: UserIn) -> tuple[UserOut, bool]:
    """The account, and whether it is new. A retry gives it as it stands."""
    known = await db.get(User, (viewer.city_id, body.id))
    if known is not None:
        personal.require_same(known.request_hash, body)
        return await read_user(db, viewer, body.id), False
    rules.refuse_phone_like(body.staff_no)
    administrator = viewer.acting_as(Role.administrator)
    home = await organisation_within(db, administrator, body.organisation_id)
    newcomer = Newcomer(
        user_id=body.id,
        name=body.name,
        staff_no=body.staff_no,
        org_path=home.path,
        phone=personal.sealed_phone(body.id, body.phone),
        duties=tuple([await _duty(db, administrator, binding) for binding in body.bindings]),
        request_hash=personal.keyed_request_hash(body),
    )
    await add_people(db, viewer.city_id, [newcomer], actor_id=viewer.user_id, capacity=Role.administrator)
    return await read_user(db, viewer, body.id), True


async def grant_role(
    db: AsyncSession, viewer: Viewer, user_id: UUID, body: BindingIn
) -> tuple[UserOut, bool]:
    """The account with the role, and whether it is new."""
    administrator = viewer.acting_as(Role.administrator)
    managed = await _managed(db, administrator, user_id)
    known = await db.get(RoleBinding, (viewer.city_id, body.id))
    if known is not None:
        if (known.user_id, known.role, known.organisation_id) != (user_id, body.role, body.organisation_id):
            raise DifferentBody
        return await read_user(db, viewer, user_id), False
    duty = await _duty(db, administrator, body)
    held = [(row.binding.role, row.binding.organisation_id) for row in managed.bindings]
    if (duty.role, duty.organisation_id) in held:
        raise rules.BindingExists
    db.add(
        RoleBinding(
            city_id=viewer.city_id,
            id=body.id,
            user_id=user_id,
            **body.model_dump(exclude={"id"}),
            org_path=duty.org_path,
        )
    )
    # Whoever was given a secret for the account as it was must not come in with the new role.
    activation.withdraw(managed.user)
    _note(db, viewer, managed, "user.role_granted", [body.role])
    await db.flush()
    return await read_user(db, viewer, user_id), True


async def end_role(db: AsyncSession, viewer: Viewer, user_id: UUID, binding_id: UUID, body: EndIn) -> UserOut:
    managed = await _managed(db, viewer.acting_as(Role.administrator), user_id)
    held = next((row.binding for row in managed.bindings if row.binding.id == binding_id), None)
    if held is None:
        raise NotFound
    if body.until_on is not None and body.until_on < held.from_on:
        raise rules.WrongDates
    held.until_on = body.until_on or clock.today() - timedelta(days=1)
    _note(db, viewer, managed, "user.role_ended", [held.role])
    await db.flush()
    return await read_user(db, viewer, user_id)


async def disable(db: AsyncSession, viewer: Viewer, user_id: UUID) -> UserOut:
    """Sign the person out everywhere, at once, and keep them out."""
    managed = await _managed(db, viewer.acting_as(Role.administrator), user_id)
    await sessions.end_all(db, viewer.city_id, user_id, clock.now())
    return await _set_status(db, viewer, managed, UserStatus.disabled, "user.disabled")


async def enable(db: AsyncSession, viewer: Viewer, user_id: UUID) -> UserOut:
    managed = await _managed(db, viewer.acting_as(Role.administrator), user_id)
    return await _set_status(db, viewer, managed, UserStatus.active, "user.enabled")


async def issue_activation(db: AsyncSession, viewer: Viewer, user_id: UUID) -> ActivationOut:
    """A one-time secret for setting a password, also for a forgotten one."""
    managed = await _managed(db, viewer.acting_as(*MANAGERS), user_id)
    if managed.user.status is not UserStatus.active:
        raise rules.AccountDisabled
    issued = activation.issue(managed.user, clock.now())
    _note(db, viewer, managed, "user.activation_issued")
    return ActivationOut(user_id=user_id, secret=issued.secret, expires_at=issued.expires_at)


async def _managed(db: AsyncSession, viewer: Viewer, user_id: UUID) -> Managed:
    """The account held until the transaction ends; `NotFound`, `OwnAccount`, `BeyondReach`."""
    row = await user_within(db, viewer, user_id)
    if user_id == viewer.user_id:
        raise rules.OwnAccount
    await db.execute(
        select(col(User.id))
        .where(col(User.city_id) == viewer.city_id, col(User.id) == user_id)
        .with_for_update()
    )
    bindings = await _held(db, row.user)
    reach = {role: viewer.paths(role) for role in MANAGERS}
    places = [row.user.org_path, *(held.binding.org_path for held in bindings)]
    capacity = rules.capacity_to_manage(reach, places, [held.binding.role for held in bindings])
    return Managed(row, bindings, capacity)


async def _duty(db: AsyncSession, administrator: Viewer, body: BindingIn) -> Duty:
    """The role as asked for, at an organisation of the administrator's own; `RoleMisplaced`."""
    place = await organisation_within(db, administrator, body.organisation_id)
    rules.refuse_misplaced(body.role, place.kind)
    return Duty(body.role, place.id, place.path, body.from_on, body.until_on, body.id)


async def _set_status(
    db: AsyncSession, viewer: Viewer, managed: Managed, status: UserStatus, action: str
) -> UserOut:
    if managed.user.status is not status:
        managed.user.status = status
        managed.user.version += 1
        _note(db, viewer, managed, action)
        await db.flush()
    return _described(managed.row, managed.bindings)


async def _held(db: AsyncSession, user: User) -> Sequence[BindingRow]:
    return (await account_queries.bindings_of(db, user.city_id, [user.id], clock.today())).get(user.id, [])


def _described(row: UserRow, bindings: Sequence[BindingRow]) -> UserOut:
    user = row.user
    return UserOut(
        id=user.id,
        staff_no=user.staff_no,
        name=user.name,
        phone_masked=user.phone_masked,
        status=user.status,
        is_activated=user.password_hash is not None,
        teacher_id=row.teacher_id,
        bindings=[_binding(held.binding, held.organisation) for held in bindings],
        version=user.version,
    )


def _binding(binding: RoleBinding, organisation: Organisation) -> BindingOut:
    return BindingOut(
        id=binding.id,
        role=binding.role,
        organisation=OrganisationName.model_validate(organisation),
        from_on=binding.from_on,
        until_on=binding.until_on,
    )


def _note(
    db: AsyncSession, viewer: Viewer, managed: Managed, action: str, fields: Sequence[str] = ()
) -> None:
    record(
        db,
        viewer.city_id,
        action,
        "user",
        managed.user.id,
        actor_id=viewer.user_id,
        capacity=managed.capacity,
        org_path=managed.user.org_path,
        fields=fields,
    )
