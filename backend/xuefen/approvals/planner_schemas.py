"""What crosses HTTP about a plan of courses."""

from datetime import date
from uuid import UUID

from xuefen.core.text import AmountOut, Output
from xuefen.credits.schemas import TeacherHead
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.planning import Why
from xuefen.policy.vocabulary import Unit


class GapReason(Output):
    """Why a gap cannot be closed by what is open."""

    code: Why
    title: str


class GapOut(Output):
    """A line that is short. `counted` stands in the ledger, `pending` is in review, `enrolled` under way.

    `missing` is what these leave; `planned` what the plan adds, `left` what is missing then, `most` what all
    courses together would add that the teacher could enroll in.
    """

    id: str
    name: str
    unit: Unit
    category: str | None
    clause: str
    deadline: date
    required: AmountOut
    counted: AmountOut
    pending: AmountOut
    enrolled: AmountOut
    missing: AmountOut
    planned: AmountOut
    left: AmountOut
    most: AmountOut
    closable: bool
    why: GapReason | None


class GapAmount(Output):
    gap_id: str
    unit: Unit
    amount: AmountOut


class PlannedCourse(Output):
    """A run to enroll in. `days`: calendar days on which it meets. `adds`: what it adds to which gap."""

    run_id: UUID
    program_id: UUID
    title: str
    run_name: str
    provider_name: str
    category: str
    category_name: str
    mode: DeliveryMode
    hours: AmountOut
    credits: AmountOut
    starts_on: date
    ends_on: date
    days: int
    seats_left: int
    adds: list[GapAmount]


class PlanOut(Output):
    """`days`: calendar days with sessions in all. `exact`: no other choice is better; else a good one."""

    teacher: TeacherHead
    on: date
    gaps: list[GapOut]
    courses: list[PlannedCourse]
    days: int
    exact: bool
    closable: bool
    """Every gap can be closed by the courses of the plan."""
