"""Enrolments (报名): a teacher's place in a class run."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.enrollments.states import EnrollmentState

LIVE = text("state <> 'withdrawn'")


class Enrollment(CityRow, table=True):
    """`org_path` and `school_id` are the teacher's school when the seat was taken."""

    __tablename__ = "enrollments"
    __table_args__ = (
        city_fk("run_id", "class_runs"),
        city_fk("program_id", "programs"),
        city_fk("teacher_id", "teachers"),
        city_fk("holder_id", "organisations"),
        Index(
            "uq_enrollments_live",
            "city_id",
            "run_id",
            "teacher_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("ix_enrollments_teacher_id", "city_id", "teacher_id"),
        one_of("state", EnrollmentState),
    )
    scope_columns: ClassVar[Scope] = Scope(
        organisation="org_path", teacher="teacher_id", provider="provider_id"
    )

    run_id: UUID
    program_id: UUID
    teacher_id: UUID
    provider_id: UUID
    school_id: UUID
    org_path: str = path_field()
    holder_id: UUID
    """Whose seats the place was taken from."""
    state: EnrollmentState = Field(default=EnrollmentState.enrolled, sa_type=text_enum(EnrollmentState))
    enrolled_at: datetime = Field(default_factory=clock.now)
    withdrawn_at: datetime | None = None
    concluded_at: datetime | None = None
    version: int = 1
