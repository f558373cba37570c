"""Attendance marks (考勤), their corrections, and results (考核)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from xuefen.attendance.states import Mark, Result
from xuefen.core import clock
from xuefen.core.columns import CityRow, city_fk, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope


class AttendanceMark(SQLModel, table=True):
    """One person at one class session. `version` starts at 1; a client sends 0 for a new mark."""

    __tablename__ = "attendance_marks"
    __table_args__ = (
        city_fk("session_id", "class_sessions"),
        city_fk("enrollment_id", "enrollments"),
        Index("ix_attendance_marks_enrollment_id", "city_id", "enrollment_id"),
        one_of("mark", Mark),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", provider="provider_id")

    city_id: UUID = Field(primary_key=True)
    session_id: UUID = Field(primary_key=True)
    enrollment_id: UUID = Field(primary_key=True)
    provider_id: UUID
    org_path: str = path_field()
    mark: Mark = Field(sa_type=text_enum(Mark))
    marked_by: UUID
    marked_at: datetime = Field(default_factory=clock.now)
    version: int = 1


class AttendanceCorrection(CityRow, table=True):
    """A mark that was changed: before, after, who and why. Append-only."""

    __tablename__ = "attendance_corrections"
    __table_args__ = (Index("ix_attendance_corrections_session_id", "city_id", "session_id"),)
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", provider="provider_id")

    session_id: UUID
    enrollment_id: UUID
    provider_id: UUID
    org_path: str = path_field()
    before: Mark = Field(sa_type=text_enum(Mark))
    after: Mark = Field(sa_type=text_enum(Mark))
    reason: str = Field(default="", max_length=200)
    corrected_by: UUID
    corrected_at: datetime = Field(default_factory=clock.now)


class Assessment(SQLModel, table=True):
    """The result of one enrolment. `score` is in hundredths of a point, 0 to 10000."""

    __tablename__ = "assessments"
    __table_args__ = (
        city_fk("enrollment_id", "enrollments"),
        one_of("result", Result),
        CheckConstraint("score_centi IS NULL OR score_centi BETWEEN 0 AND 10000", name="score"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", provider="provider_id")

    city_id: UUID = Field(primary_key=True)
    enrollment_id: UUID = Field(primary_key=True)
    run_id: UUID
    provider_id: UUID
    org_path: str = path_field()
    result: Result = Field(sa_type=text_enum(Result))
    score_centi: int | None = None
    exam_passed: bool = False
    assignment_passed: bool = True
    assessed_by: UUID
    assessed_at: datetime = Field(default_factory=clock.now)
    version: int = 1
