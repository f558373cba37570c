"""Accounts and their roles as they cross HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from xuefen.core.page import PageQuery
from xuefen.core.text import Input, Instant, Output, PersonName, PhoneNumber, SearchText, StaffNo, refusal
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.roles import Role
from xuefen.people.models import UserStatus
from xuefen.people.teacher_schemas import Term


def _granted(role: Role) -> Role:
    if role is Role.teacher:
        raise refusal("role_by_roster", "教师岗位随教师登记产生，不能单独授予")
    return role


GrantedRole = Annotated[Role, AfterValidator(_granted)]
"""A role that an administrator may grant; `teacher` comes with the roster."""


class BindingIn(Term):
    """A role at an organisation. `from_on` may lie ahead."""

    id: UUID
    role: GrantedRole
    organisation_id: UUID


class UserQuery(PageQuery):
    """`q`: the beginning of a name or staff number; `role`: held today or later."""

    q: SearchText | None = None
    status: UserStatus | None = None
    role: Role | None = None


class UserIn(Input):
    """An account that is kept at `organisation_id`; it has no password until it is activated."""

    id: UUID
    staff_no: StaffNo
    name: PersonName
    organisation_id: UUID
    phone: PhoneNumber | None = None
    bindings: list[BindingIn] = Field(default_factory=list, max_length=20)


class OrganisationName(Output):
    id: UUID
    name: str
    kind: OrganisationKind


class BindingOut(Output):
    id: UUID
    role: Role
    organisation: OrganisationName
    from_on: date
    until_on: date | None


class UserOut(Output):
    id: UUID
    staff_no: str
    name: str
    phone_masked: str | None
    status: UserStatus
    is_activated: bool
    teacher_id: UUID | None
    bindings: list[BindingOut]
    version: int


class ActivationOut(Output):
    """Shown once: hand the secret to the person, who sets a password with it."""

    user_id: UUID
    secret: str
    expires_at: Instant
