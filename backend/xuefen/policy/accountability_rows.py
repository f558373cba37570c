"""The rows of a pack beyond a person's own standing: exemptions, veto, thresholds, targets, money, duties, dates."""

from typing import Annotated, Literal, Self

from pydantic import Field, PlainSerializer, PlainValidator, StrictBool, model_validator

from xuefen.policy.pack_rows import (
    Clause,
    Code,
    Count,
    CreditsAmount,
    HoursAmount,
    MonthDay,
    Row,
    Text,
    contradiction,
    percentage,
)
from xuefen.policy.units import centi_text

Percent = Annotated[int, PlainValidator(percentage), PlainSerializer(centi_text, return_type=str)]
"""Hundredths of a percent: "1.5" is 150."""


class Offset(Clause):
    """单向抵扣: what category `by` has beyond its own minimum may fill `category`, never the other way.

    `most`: no more than so many credits in a cycle or year.
    """

    category: Code
    by: Code
    most: CreditsAmount | None = None


class ExemptionRow(Clause):
    """免修: which cases relieve a person, and of what.

    `months`: the yearly and cycle lines are pro rata without the whole months of the case.
    `year`: the yearly line does not bind in a training year that the case touches; the cycle is as for `months`.
    """

    kind: Literal["sick_leave", "maternity_leave", "transfer", "near_retirement", "in_study"]
    name: Text
    relieves: Literal["months", "year"]


class EthicsVetoRow(Clause):
    """师德一票否决: what it bars while it is in force. It touches no enrolment and no posted credit."""

    bars: Annotated[tuple[Literal["year", "completion"], ...], Field(min_length=1)]


class Consequence(Row):
    code: Literal["no_award", "principal_not_excellent", "bulletin"]
    text: Text


class ThresholdRow(Clause):
    """A school fails when the share of its members short of `requirement` passes `percent`.

    `inclusive`: exactly `percent` fails too. `proposed`: 原则上, the authority decides; otherwise it confirms.
    """

    id: Code
    name: Text
    requirement: Code
    percent: Percent
    inclusive: StrictBool
    proposed: StrictBool = False
    consequences: Annotated[tuple[Consequence, ...], Field(min_length=1)]


class TargetRow(Clause):
    """A share to be reached: exactly `percent` reaches it.

    `completion`: of those whose cycle conditions are met; `participation`, `pass`, `excellent`: of those
    enrolled in programs; `attainment`: of those who meet `requirement`; `degree`: of teachers of `stage`
    holding at least `degree`.
    """

    id: Code
    name: Text
    measure: Literal["completion", "participation", "pass", "excellent", "attainment", "degree"]
    percent: Percent
    of: Literal["city", "county", "school"]
    requirement: Code | None = None
    stage: Literal["kindergarten", "primary", "junior", "senior", "vocational", "special"] | None = None
    degree: Literal["associate", "bachelor", "master"] | None = None

    @model_validator(mode="after")
    def _says_what_it_measures(self) -> Self:
        if (self.measure == "degree") != (self.degree is not None and self.stage is not None):
            raise contradiction(
                ("measure",), "学历目标须写明学段和学历", 'measure = "degree" 时写明 stage 和 degree'
            )
        if (self.measure == "attainment") != (self.requirement is not None):
            raise contradiction(
                ("requirement",), "达标率须写明是哪一条要求", 'measure = "attainment" 时写明 requirement'
            )
        return self


class FundingRow(Clause):
    """Training money of a school as a share of a reported budget; `stages` empty: every school.

    `either`: of the rows that bear the same name here, one that is reached is enough.
    """

    id: Code
    name: Text
    base: Literal["public_funds", "payroll"]
    percent: Percent
    stages: tuple[Code, ...] = ()
    either: Code | None = None


class Due(Row):
    """When a duty falls due; exactly one of them."""

    on: MonthDay | None = None
    days_before_term_end: Count | None = None
    days_before_event: Count | None = None

    @model_validator(mode="after")
    def _is_one_date(self) -> Self:
        if [self.on, self.days_before_term_end, self.days_before_event].count(None) != 2:
            raise contradiction(
                ("on",), "期限须写明一种", "只写 on、days_before_term_end、days_before_event 之一"
            )
        return self


class Measure(Row):
    """What a school must have held in each period, as activities of `category` in its records.

    `hours`: so many in all; `times`: so many activities, each of at least `each_hours`.
    """

    category: Code
    hours: HoursAmount | None = None
    times: Count | None = None
    each_hours: HoursAmount | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if self.hours is None and self.times is None:
            raise contradiction(("hours",), "须写明学时或次数", "写 hours 或 times")
        return self


class DutyRow(Clause):
    """职责 of an office or a school. With `measure` the records answer; without, people judge."""

    id: Code
    name: Text
    of: Literal["school", "county", "city", "centre"]
    every: Literal["teaching_month", "term", "year", "cycle", "event"]
    due: Due | None = None
    measure: Measure | None = None


class ClosingPlan(Clause):
    """年度审验: the last day of each step, in days after the training year ends. 31 is 31 January of a calendar year."""

    registration_days: Count
    objection_days: Count
    verification_days: Count
    closing_days: Count

    @model_validator(mode="after")
    def _steps_follow(self) -> Self:
        steps = [self.registration_days, self.objection_days, self.verification_days, self.closing_days]
        if steps != sorted(steps):
            raise contradiction(
                ("registration_days",), "审验各步的期限前后颠倒", "按登记、异议、核验、审定的先后写"
            )
        return self


class WarningPlan(Clause):
    """The days of a year on which persons below the yearly line are warned."""

    on: Annotated[tuple[MonthDay, ...], Field(min_length=1)]


class InterviewPlan(Clause):
    """约谈 after so many bulletins without improvement."""

    after_bulletins: Count
