"""What crosses HTTP about rosters, marks, results and conclusions."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from xuefen.attendance.states import Mark, Result, Shortfall
from xuefen.core.page import Page
from xuefen.core.text import AmountOut, Flag, Input, Line, Output, Version, centi, refusal
from xuefen.enrollments.states import EnrollmentState
from xuefen.programs.states import RunState

BULK = 1000
HIGHEST_SCORE_CENTI = 10_000


def _score(value: Any) -> int:
    """`"92.50"` -> 9250."""
    score_centi = centi(value) if isinstance(value, str) else HIGHEST_SCORE_CENTI + 1
    if score_centi > HIGHEST_SCORE_CENTI:
        raise refusal("score", '分数应为 0 至 100，写成带引号的小数，如 "92.50"')
    return score_centi


Score = Annotated[
    int,
    BeforeValidator(_score),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(100(\.00?)?|(0|[1-9][0-9]?)(\.[0-9]{1,2})?)$",
            "examples": ["92.50"],
        }
    ),
]
"""A score of 0 to 100 with at most two places: a decimal string, held as hundredths."""


class MarkIn(Input):
    """One mark. `version` is the one that was seen, 0 for a new mark; `reason` says why one is changed."""

    enrollment_id: UUID
    mark: Mark
    version: Version
    reason: Annotated[str, Line(200, minimum=0)] = ""


class ResultIn(Input):
    """One result. An exam or assignment of the program is passed with it unless the opposite is said."""

    enrollment_id: UUID
    result: Result
    score: Score | None = None
    exam_passed: Flag | None = None
    assignment_passed: Flag | None = None
    version: Version


def _each_once(items: list[Any]) -> list[Any]:
    if len({item.enrollment_id for item in items}) != len(items):
        raise refusal("doubled", "同一人出现了两次")
    return items


class MarksIn(Input):
    marks: Annotated[list[MarkIn], Field(min_length=1, max_length=BULK), AfterValidator(_each_once)]


class ResultsIn(Input):
    results: Annotated[list[ResultIn], Field(min_length=1, max_length=BULK), AfterValidator(_each_once)]


class Reason(Output):
    """Why one item of a bulk call was not taken."""

    code: str
    title: str


class Done(Output):
    """The version that stands now, to be sent with the next change."""

    enrollment_id: UUID
    version: int


class Stale(Output):
    """Somebody else wrote meanwhile; `version` is the one that stands."""

    enrollment_id: UUID
    version: int


class Refused(Output):
    enrollment_id: UUID
    problem: Reason


class BulkAnswer(Output):
    """What became of each item of a bulk call."""

    done: list[Done]
    conflicts: list[Stale]
    refused: list[Refused]


class RosterMarkOut(Output):
    session_id: UUID
    mark: Mark
    version: int


class ResultOut(Output):
    result: Result
    score: AmountOut | None
    exam_passed: bool
    assignment_passed: bool
    version: int


class RosterEntry(Output):
    """One person of the roster (学员)."""

    enrollment_id: UUID
    name: str
    staff_no: str
    school_name: str
    state: EnrollmentState
    marks: list[RosterMarkOut]
    result: ResultOut | None


class RosterSession(Output):
    """`unmarked`: people of the roster without a mark."""

    id: UUID
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    unmarked: int


class RosterRun(Output):
    id: UUID
    name: str
    program_id: UUID
    program_title: str
    starts_on: date
    ends_on: date
    state: RunState
    attendance_percent: int
    has_exam: bool
    has_assignment: bool
    version: int


class Roster(Page[RosterEntry]):
    """A page of the roster (花名册), with the run and its sessions on every page."""

    run: RosterRun
    sessions: list[RosterSession]


class OutcomeOut(Output):
    """How one person ended: what was missing, or the claim (学分登记单) that was made."""

    enrollment_id: UUID
    state: EnrollmentState
    attended: int
    held: int
    shortfalls: list[Shortfall]
    claim_id: UUID | None


class ConclusionOut(Output):
    """A concluded run (结班)."""

    run_id: UUID
    state: RunState
    version: int
    completed: int
    not_completed: int
    outcomes: list[OutcomeOut]
