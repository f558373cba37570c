"""Figures of one person for one training year, kept so that a report on 50,000 people is one query.

They are computed by the same pure `standing()` that answers the person, never by rules written again in SQL.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from xuefen.core import clock
from xuefen.core.columns import city_fk, one_of, path_field, text_enum
from xuefen.core.scope_columns import Scope
from xuefen.policy.vocabulary import Unit


class YearFigure(SQLModel, table=True):
    """Where a person stands at the end of a training year (or today, in the year that runs).

    Amounts are hundredths of `unit`. `required_centi` None: the line binds nobody like this person. A figure
    is current while `entries` is the count of the person's ledger account, `teacher_version` that of the
    teacher, `policies` the hash of the versions it was computed under, and the day asked about not later
    than `current_until`; otherwise it is computed anew (credits.figures).
    """

    __tablename__ = "year_figures"
    __table_args__ = (
        city_fk("teacher_id", "teachers"),
        city_fk("school_id", "organisations"),
        one_of("unit", Unit),
        Index("ix_year_figures_org_path", "city_id", "year", "org_path"),
    )
    scope_columns: ClassVar[Scope] = Scope(organisation="org_path", teacher="teacher_id")

    city_id: UUID = Field(primary_key=True)
    teacher_id: UUID = Field(primary_key=True)
    year: int = Field(primary_key=True)
    """The calendar year in which the training year begins."""
    school_id: UUID
    """The school holding the personnel relation on the last day (of the year, or today)."""
    org_path: str = path_field()
    year_starts_on: date
    year_ends_on: date
    requirement_id: str | None = Field(default=None, max_length=40)
    unit: Unit = Field(default=Unit.credits, sa_type=text_enum(Unit))
    required_centi: int | None = None
    counted_centi: int = 0
    met: bool = False
    """The yearly line binds and is met."""
    exempt: bool = False
    """免修: an approved exemption takes the yearly line away altogether."""
    barred: bool = False
    """An ethics veto bars the evaluation of this year."""
    cycle_required_centi: int | None = None
    cycle_counted_centi: int = 0
    cycle_exempt: bool = False
    """The same of the line of the cycle."""
    complete: bool = False
    """Every condition of completion is met."""
    entries: int = 0
    teacher_version: int = 0
    policies: str = Field(max_length=64)
    current_until: date
    """The last day before a post, a veto, an employment or a version begins or ends; no later than the year."""
    computed_at: datetime = Field(default_factory=clock.now)
