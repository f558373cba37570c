"""What crosses HTTP of the measures of accountability: money, degrees, duties, programs."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from xuefen.core.text import AmountOut, Output
from xuefen.organisations.kinds import OrganisationKind
from xuefen.policy.vocabulary import Unit

PercentOut = Annotated[AmountOut, Field(description="百分数，两位小数")]


class FundingLine(Output):
    """One row of the rules for one school. All figures null: the school reported nothing.

    `satisfied`: the row is met, or another of which one is enough.
    """

    school_id: UUID
    school_name: str
    stage: str | None
    requirement: str
    name: str
    base: Literal["public_funds", "payroll"]
    percent: PercentOut
    clause: str
    reported: bool
    base_fen: int | None
    required_fen: int | None
    spent_fen: int | None
    ratio: PercentOut | None
    met: bool | None
    satisfied: bool | None


class FundingReport(Output):
    """`schools` and `not_reported` count schools that some row binds."""

    year: int
    schools: int
    not_reported: int
    items: list[FundingLine]


class DegreeLine(Output):
    """One target for one unit. `share` is of those whose degree is known; `met` null: the unknown decide.

    `binding`: the target is set for units of this kind; for others it stands for comparison.
    """

    organisation_id: UUID
    organisation_name: str
    kind: OrganisationKind
    binding: bool
    target_id: str
    name: str
    stage: str
    degree: str
    percent: PercentOut
    clause: str
    teachers: int
    holding: int
    unknown: int
    share: PercentOut | None
    met: bool | None


class DegreeReport(Output):
    on: date
    items: list[DegreeLine]


class DutyLine(Output):
    """One duty of one school in one period, answered by its records. `open`: there is still time."""

    school_id: UUID
    school_name: str
    duty: str
    name: str
    every: str
    period_label: str
    starts_on: date
    ends_on: date
    unit: Unit
    required: AmountOut
    held: AmountOut
    deadline: date
    state: Literal["met", "open", "unmet"]
    clause: str


class JudgedDuty(Output):
    """A duty that people judge, with its next due date; null where an event decides or no day is set."""

    policy_key: str
    policy_name: str
    duty: str
    name: str
    of: str
    every: str
    next_due_on: date | None
    days_before_event: int | None
    clause: str


class DutyReport(Output):
    on: date
    unmet: int
    items: list[DutyLine]
    judged: list[JudgedDuty]


class RatesOut(Output):
    """Counts of people, and rates of those enrolled."""

    enrolled: int
    participated: int
    assessed: int
    passed: int
    excellent: int
    participation_rate: PercentOut | None
    pass_rate: PercentOut | None
    excellent_rate: PercentOut | None


class TargetOut(Output):
    """`met` is judged without exempt people; null where nobody is left to judge."""

    id: str
    name: str
    measure: str
    percent: PercentOut
    clause: str
    met: bool | None


class ProgramLine(Output):
    """A run, with the people of the viewer's scope. `with_exempt` counts everybody enrolled."""

    program_id: UUID
    program_title: str
    run_id: UUID
    run_name: str
    provider_name: str
    starts_on: date
    ends_on: date
    concluded: bool
    exempt: int
    with_exempt: RatesOut
    without_exempt: RatesOut


class UnitRates(Output):
    """A unit's people in all runs of the year that are concluded, against the targets of its rules."""

    organisation_id: UUID
    organisation_name: str
    kind: OrganisationKind
    exempt: int
    with_exempt: RatesOut
    without_exempt: RatesOut
    targets: list[TargetOut]


class ProgramReport(Output):
    items: list[ProgramLine]
    units: list[UnitRates]
