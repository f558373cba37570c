"""New people as they are before they are rows: what to hand to `adding.add_people`.

Sealing (encryption and hashing) is work for the processor: do it before the transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from xuefen.core import clock
from xuefen.core.ids import new_id
from xuefen.organisations.roles import Role
from xuefen.people.degrees import Degree
from xuefen.people.models import Post, Stage
from xuefen.people.personal import Sealed, sealed_id_number, sealed_phone
from xuefen.people.rules import refuse_phone_like


@dataclass(frozen=True, slots=True)
class Duty:
    """A role at an organisation, from a day on."""

    role: Role
    organisation_id: UUID
    org_path: str
    from_on: date
    until_on: date | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PostHeld:
    post: Post
    from_on: date
    until_on: date | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TeacherDetails:
    """What is particular to a teacher. `id` is the teacher's, not the account's."""

    id: UUID
    school_id: UUID
    stage: Stage
    subject: str
    hired_on: date
    id_number: Sealed
    degree: Degree | None = None
    posts: tuple[PostHeld, ...] = ()


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person to add, personal values sealed already. `org_path`: where the account is kept."""

    user_id: UUID
    name: str
    staff_no: str
    org_path: str
    phone: Sealed
    duties: tuple[Duty, ...]
    teacher: TeacherDetails | None = None
    request_hash: str = ""


def sealed_teacher(
    *,
    id: UUID,
    staff_no: str,
    name: str,
    school_id: UUID,
    org_path: str,
    stage: Stage,
    subject: str,
    hired_on: date,
    phone: str | None = None,
    id_number: str | None = None,
    degree: Degree | None = None,
    posts: Iterable[PostHeld] = (),
    request_hash: str = "",
) -> Newcomer:
    """A teacher of the school at `org_path`, with the role `teacher` there.

    The account opens at once: induction begins before the first day of work (seed 000: 岗前).
    """
    refuse_phone_like(staff_no)
    user_id = new_id()
    details = TeacherDetails(
        id, school_id, stage, subject, hired_on, sealed_id_number(id, id_number), degree, tuple(posts)
    )
    duty = Duty(Role.teacher, school_id, org_path, min(hired_on, clock.today()))
    return Newcomer(
        user_id, name, staff_no, org_path, sealed_phone(user_id, phone), (duty,), details, request_hash
    )
