"""Reports on the year and the cycle as they cross HTTP."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from xuefen.core.page import PageQuery
from xuefen.core.text import AmountOut, Code, Output
from xuefen.oversight.reports_scope import UnitQuery
from xuefen.policy.rates import Rate
from xuefen.policy.vocabulary import Unit


class BelowQuery(UnitQuery, PageQuery):
    """`requirement`: only those whom this yearly line of the policy binds. Files hold all pages."""

    requirement: Code | None = None


class SchoolsQuery(UnitQuery):
    """`names`: so many people of each school at risk, at most, are named."""

    names: int = Field(default=10, ge=0, le=50)


class EligibilityQuery(UnitQuery, PageQuery):
    """`eligible`: only those who are, or only those who are not. Files hold all pages."""

    eligible: bool | None = None


class UnitHead(Output):
    id: UUID
    name: str


class RateOut(Output):
    """`part` of `whole`; `percent` has two places, cut off. None of nobody."""

    part: int
    whole: int
    share: str
    percent: str | None


def rate_out(rate: Rate) -> RateOut:
    return RateOut(part=rate.part, whole=rate.whole, share=rate.share, percent=rate.percent)


class YearHead(Output):
    """`year`: in which the training year begins. `as_of`: its last day, or today while it runs."""

    year: int
    label: str
    as_of: date


class PersonBelow(Output):
    """Amounts are in `unit`. `pending` and `enrolled` are what was claimed and offered; `missing_after` is what
    stays missing when all of it is granted, caps included."""

    teacher_id: UUID
    name: str
    staff_no: str
    school: UnitHead
    requirement_id: str | None
    unit: Unit
    required: AmountOut
    counted: AmountOut
    missing: AmountOut
    pending: AmountOut
    enrolled: AmountOut
    missing_after: AmountOut


class BelowReport(YearHead):
    """`total`: people below the line. `exempt` people are counted here and listed nowhere."""

    total: int
    members: int
    exempt: int
    items: list[PersonBelow]
    next_page_token: str | None


class PersonAtRisk(Output):
    """Below the line, and carried over it only by credits that are not granted yet."""

    teacher_id: UUID
    name: str
    staff_no: str
    missing: AmountOut
    coming: AmountOut


class ConsequenceOut(Output):
    code: str
    text: str


class ThresholdOut(Output):
    """A threshold of the policy on one school, as of today and as expected.

    The share is that of people below the line among those whom it binds; exempt people are left out.
    `expected_…`: with what is in review and enrolled. `more_until_failed`: so many more below and it fails.
    """

    id: str
    name: str
    clause: str
    percent: str
    inclusive: bool
    in_principle: bool
    consequences: list[ConsequenceOut]
    share: RateOut
    failed: bool
    more_until_failed: int
    expected_share: RateOut
    expected_failed: bool
    expected_more_until_failed: int
    warning: str
    at_risk_total: int
    at_risk: list[PersonAtRisk]


class SchoolRow(Output):
    """`county` None: a direct school. `people` includes those whom the yearly line does not bind."""

    school: UnitHead
    county: str | None
    people: int
    members: int
    exempt: int
    below: int
    expected_below: int
    attained: RateOut
    attained_with_exempt: RateOut
    thresholds: list[ThresholdOut]


class SchoolsReport(YearHead):
    """`failing`: schools that fail a threshold today; `expected_failing`: those that will, as it looks."""

    schools: int
    failing: int
    expected_failing: int
    items: list[SchoolRow]


class ForecastOut(Output):
    """Who would be complete by the day if their credits went on coming as fast as so far in the cycle."""

    by: date
    complete: RateOut
    reaches_target: bool | None


class TargetOut(Output):
    id: str
    name: str
    percent: str
    clause: str


class AreaRow(Output):
    """A county, the direct schools, or all together. `unit`: a county that lies in the reach as a whole.

    The target of completion is the report's; that of attainment is set by the rules of the area itself.
    """

    unit: UnitHead | None
    name: str
    people: int
    complete: RateOut
    complete_with_exempt: RateOut
    reaches_target: bool | None
    attained: RateOut
    attained_with_exempt: RateOut
    attainment_target: TargetOut | None
    reaches_attainment_target: bool | None
    forecast: list[ForecastOut]


class CountiesReport(YearHead):
    """`target`: the completion that the policy sets, where it sets one; exactly so much reaches it."""

    cycle: str
    cycle_ends_on: date
    target: TargetOut | None
    total: AreaRow
    items: list[AreaRow]


YearState = Literal["met", "exempt", "unbound", "below"]


class PersonEligible(Output):
    """`year_state`: `exempt` by an approved exemption, `unbound` where no yearly line binds the person.

    `complete`: every condition of the cycle is met so far. `barred`: an ethics veto bars an evaluation.
    `eligible`: not barred, and not below the yearly line; it prepares a decision and is none.
    """

    teacher_id: UUID
    name: str
    staff_no: str
    school: UnitHead
    year_state: YearState
    complete: bool
    barred: bool
    eligible: bool


class EligibilityReport(YearHead):
    """The counts are of everybody in reach, whatever is listed: `people` = met + exempt + unbound + below."""

    people: int
    eligible: int
    barred: int
    met: int
    exempt: int
    unbound: int
    below: int
    complete: int
    items: list[PersonEligible]
    next_page_token: str | None


class Coverage(Output):
    """Shares of `teachers` with at least one training of the year; `both` are in `on_site` and in `online` too."""

    teachers: int
    on_site: RateOut
    online: RateOut
    both: RateOut
    neither: RateOut
    on_site_hours: AmountOut
    online_hours: AmountOut


class SubjectCoverage(Coverage):
    subject: str


class CoverageReport(YearHead):
    total: Coverage
    items: list[SubjectCoverage]
