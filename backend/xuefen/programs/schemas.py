"""What crosses HTTP about programs, class runs and class sessions."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from xuefen.core.page import PageQuery
from xuefen.core.text import (
    AmountIn,
    AmountOut,
    Code,
    Day,
    Flag,
    Input,
    Instant,
    Line,
    Lines,
    Output,
    SearchText,
    Whole,
    refusal,
)
from xuefen.people.models import Post, Stage
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.vocabulary import Group
from xuefen.programs.rules import ProgramAct
from xuefen.programs.states import ProgramState, RunState

MAX_QUOTA = 100_000
MAX_YEARS = 60
MAX_HOLDERS = 500


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise refusal("doubled", "有重复的内容")
    return values


ProgramCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9][A-Z0-9-]{1,39}$")]
ProgramTitle = Annotated[str, Line(100)]
Summary = Annotated[str, Lines(2000, minimum=0)]
Place = Annotated[str, Line(80, minimum=0)]
Percent = Annotated[int, Whole(0, 100)]
Years = Annotated[int, Whole(0, MAX_YEARS)]
Quota = Annotated[int, Whole(1, MAX_QUOTA)]


class ServiceYears(Input):
    """Complete years of service on the first day of the training year, both bounds included."""

    at_least: Years | None = None
    at_most: Years | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            raise refusal("years_reversed", "教龄上限小于下限")
        return self


class Audience(Input):
    """Whom a program is for; an empty list admits everyone."""

    stages: Annotated[list[Stage], AfterValidator(_distinct)] = Field(
        default_factory=list, max_length=len(Stage)
    )
    subjects: Annotated[list[Annotated[str, Line(20)]], AfterValidator(_distinct)] = Field(
        default_factory=list, max_length=40
    )
    posts: Annotated[list[Post], AfterValidator(_distinct)] = Field(
        default_factory=list, max_length=len(Post)
    )
    service_years: ServiceYears | None = None


class ProgramIn(Input):
    """A new program. Without `code` it gets one; without `credits` they follow from the hours."""

    id: UUID
    code: ProgramCode | None = None
    title: ProgramTitle
    summary: Summary = ""
    sponsor_id: UUID
    provider_id: UUID
    category: Code
    level: Level
    mode: DeliveryMode
    hours: AmountIn
    credits: AmountIn | None = None
    audience: Audience = Audience()
    attendance_percent: Percent = 80
    has_exam: Flag = False
    has_assignment: Flag = False


class ProgramPatch(Input):
    """Changes to a draft; what is left out or null stays as it is."""

    title: ProgramTitle | None = None
    summary: Summary | None = None
    category: Code | None = None
    level: Level | None = None
    mode: DeliveryMode | None = None
    hours: AmountIn | None = None
    credits: AmountIn | None = None
    audience: Audience | None = None
    attendance_percent: Percent | None = None
    has_exam: Flag | None = None
    has_assignment: Flag | None = None


class ReturnIn(Input):
    note: Annotated[str, Lines(500)]


class ProgramQuery(PageQuery):
    state: ProgramState | None = None
    category: Code | None = None
    provider_id: UUID | None = None
    q: SearchText | None = None


class AllocationIn(Input):
    organisation_id: UUID
    quota: Quota


class ClassRunIn(Input):
    """A run. `quota` counts every seat; what the allocation does not name is open to the whole city."""

    id: UUID
    name: Annotated[str, Line(60)]
    place: Place = ""
    starts_on: Day
    ends_on: Day
    enroll_opens_at: Instant
    enroll_closes_at: Instant
    withdraw_until: Instant | None = None
    quota: Quota
    allocation: list[AllocationIn] = Field(default_factory=list, max_length=MAX_HOLDERS)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise refusal("dates_reversed", "结束日期早于开始日期")
        if self.enroll_closes_at <= self.enroll_opens_at:
            raise refusal("window_reversed", "报名截止时间须晚于开始时间")
        return self

    @model_validator(mode="after")
    def _allocated(self) -> Self:
        _distinct([part.organisation_id for part in self.allocation])
        if sum(part.quota for part in self.allocation) > self.quota:
            raise refusal("over_allocated", "分配名额之和超过总名额")
        return self


class ClassSessionIn(Input):
    id: UUID
    title: Annotated[str, Line(80, minimum=0)] = ""
    place: Place = ""
    starts_at: Instant
    ends_at: Instant

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise refusal("times_reversed", "下课时间须晚于上课时间")
        return self


class OrganisationRef(Output):
    id: UUID
    name: str


class ServiceYearsOut(Output):
    at_least: int | None
    at_most: int | None


class AudienceOut(Output):
    stages: list[Stage]
    subjects: list[str]
    posts: list[Post]
    service_years: ServiceYearsOut | None


class ProgramOut(Output):
    """`open_acts` is what the viewer may do with it as it stands."""

    id: UUID
    code: str
    title: str
    summary: str
    sponsor: OrganisationRef
    provider: OrganisationRef
    category: str
    category_name: str
    group: Group | None
    level: Level
    mode: DeliveryMode
    hours: AmountOut
    credits: AmountOut
    audience: AudienceOut
    attendance_percent: int
    has_exam: bool
    has_assignment: bool
    state: ProgramState
    return_note: str | None
    published_at: datetime | None
    open_acts: list[ProgramAct]
    version: int


class SeatsOut(Output):
    holder: OrganisationRef
    quota: int
    taken: int


class ClassRunOut(Output):
    id: UUID
    program_id: UUID
    name: str
    place: str
    starts_on: date
    ends_on: date
    enroll_opens_at: datetime
    enroll_closes_at: datetime
    withdraw_until: datetime
    state: RunState
    published_at: datetime | None
    sessions_count: int
    seats_total: int
    seats_taken: int
    seats: list[SeatsOut]
    version: int


class ClassSessionOut(Output):
    id: UUID
    run_id: UUID
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    version: int
