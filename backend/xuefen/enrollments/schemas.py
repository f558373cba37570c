"""What crosses HTTP about enrolments and the menu."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from xuefen.core.errors import DomainError
from xuefen.core.page import PageQuery
from xuefen.core.text import AmountOut, Code, Input, Output, SearchText
from xuefen.enrollments.states import EnrollmentState
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.vocabulary import Group


class EnrollmentIn(Input):
    id: UUID
    run_id: UUID


class RefusalOut(Output):
    """Why something cannot be done, in the code and words that the operation itself would answer with."""

    code: str
    title: str


def refusal_out(refusal: DomainError | None) -> RefusalOut | None:
    return None if refusal is None else RefusalOut(code=refusal.code, title=refusal.title)


class EnrollmentOut(Output):
    id: UUID
    run_id: UUID
    program_id: UUID
    title: str
    run_name: str
    starts_on: date
    ends_on: date
    state: EnrollmentState
    enrolled_at: datetime
    withdraw_until: datetime
    can_withdraw: bool
    withdraw_refusal: RefusalOut | None
    version: int


class EnrollmentQuery(PageQuery):
    state: EnrollmentState | None = None


class MenuQuery(PageQuery):
    """Filters of the menu. `can_enroll`: only what the viewer may (or may not) enroll in now."""

    page_size: int = Field(default=20, ge=1, le=100)
    category: Code | None = None
    mode: DeliveryMode | None = None
    level: Level | None = None
    q: SearchText | None = None
    can_enroll: bool | None = None


class FirstSession(Output):
    starts_at: datetime
    ends_at: datetime
    place: str


class MenuEnrollment(Output):
    id: UUID
    state: EnrollmentState
    version: int
    can_withdraw: bool
    withdraw_refusal: RefusalOut | None


class MenuItem(Output):
    """One published run. Seats are those open to the viewer; `closes_gaps` are ids of the standing's lines."""

    run_id: UUID
    program_id: UUID
    title: str
    summary: str
    run_name: str
    place: str
    sponsor_name: str
    provider_name: str
    category: str
    category_name: str
    group: Group | None
    compulsory: bool
    level: Level
    mode: DeliveryMode
    hours: AmountOut
    credits: AmountOut
    starts_on: date
    ends_on: date
    first_session: FirstSession | None
    sessions_count: int
    enroll_opens_at: datetime
    enroll_closes_at: datetime
    seats_total: int
    seats_left: int
    enrollment: MenuEnrollment | None
    can_enroll: bool
    refusal: RefusalOut | None
    closes_gaps: list[str]


class MenuPage(Output):
    items: list[MenuItem]
    next_page_token: str | None
    total: int
