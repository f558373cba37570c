"""A teacher's request for a place in a run, in one read."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.db import connection_of
from xuefen.enrollments.joins import holder_of_seat, program_of_run, seats_of_run
from xuefen.enrollments.rules import Learner, Offer
from xuefen.organisations.models import Organisation
from xuefen.people.models import Teacher
from xuefen.programs.models import ClassRun, Program, Seat


class Asked(NamedTuple):
    """Teacher, run and program; `holder_id` is whose seats the place would be taken from."""

    stage: str
    subject: str
    hired_on: date
    school_id: UUID
    org_path: str
    program_id: UUID
    provider_id: UUID
    enroll_opens_at: datetime
    enroll_closes_at: datetime
    withdraw_until: datetime
    starts_on: date
    ends_on: date
    run_name: str
    run_state: str
    program_state: str
    title: str
    audience: dict[str, Any]
    holder_id: UUID
    quota: int

    @property
    def offer(self) -> Offer:
        return Offer(
            program_state=self.program_state,
            run_state=self.run_state,
            enroll_opens_at=self.enroll_opens_at,
            enroll_closes_at=self.enroll_closes_at,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            audience=self.audience,
        )

    def learner(self, posts: Sequence[str]) -> Learner:
        return Learner(self.stage, self.subject, self.hired_on, posts)


async def asked(db: AsyncSession, city_id: UUID, teacher_id: UUID, run_id: UUID) -> Asked | None:
    """The request as it stands; None when the run is absent or not published.

    The teacher's row is locked, so that two requests of one teacher are judged one after the other.
    """
    keys = {"city_id": city_id, "teacher_id": teacher_id, "run_id": run_id}
    row = (await (await connection_of(db)).execute(_asking(), keys)).one_or_none()
    return Asked(*row) if row else None


@cache
def _asking() -> Select[Any]:
    """One row: of the seats open to the teacher, those of the most specific holder (school, county, city)."""
    columns: tuple[Any, ...] = (
        col(Teacher.stage),
        col(Teacher.subject),
        col(Teacher.hired_on),
        col(Teacher.school_id),
        col(Teacher.org_path),
        col(ClassRun.program_id),
        col(ClassRun.provider_id),
        col(ClassRun.enroll_opens_at),
        col(ClassRun.enroll_closes_at),
        col(ClassRun.withdraw_until),
        col(ClassRun.starts_on),
        col(ClassRun.ends_on),
        col(ClassRun.name),
        col(ClassRun.state),
        col(Program.state),
        col(Program.title),
        col(Program.audience),
        col(Seat.holder_id),
        col(Seat.quota),
    )
    return (
        select(*columns)
        .select_from(Teacher)
        .join(ClassRun, col(ClassRun.city_id) == col(Teacher.city_id))
        .join(Program, program_of_run())
        .join(Seat, seats_of_run())
        .join(Organisation, holder_of_seat() & _teacher_is_below_holder())
        .where(
            col(Teacher.city_id) == bindparam("city_id", type_=Uuid()),
            col(Teacher.id) == bindparam("teacher_id", type_=Uuid()),
            col(ClassRun.id) == bindparam("run_id", type_=Uuid()),
            col(ClassRun.published_at).is_not(None),
        )
        .order_by(func.length(col(Organisation.path)).desc())
        .limit(1)
        .with_for_update(of=Teacher, key_share=True)
    )


def _teacher_is_below_holder() -> ColumnElement[bool]:
    path = col(Organisation.path)
    return func.substr(col(Teacher.org_path), 1, func.length(path)) == path
