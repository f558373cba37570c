"""What a mark and a result are worth, and when a class run may be concluded. Pure.

The sources demand rules for attendance, registration and scoring and leave their content to the centre
(# seed 004 二(3)); the program carries them: a share of attendance, an exam, an assignment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from xuefen.attendance.states import Mark, Result, Shortfall
from xuefen.core.errors import Conflict, DomainError, FieldError


class RunConcluded(Conflict):
    code, title = "run_concluded", "这一期已结课，考勤和考核结果不能再改"


class RunCancelled(Conflict):
    code, title = "run_cancelled", "这一期已取消"


class RunNotReady(Conflict):
    code, title = "run_not_ready", "还不能结课，请先补齐下列内容"


class SessionNotBegun(Conflict):
    code, title = "session_not_begun", "课还没有开始，现在只能登记请假"


class NotOnRoster(Conflict):
    code, title = "not_on_roster", "不在这一期的学员名单内"


Value = TypeVar("Value")
"""What is recorded of one enrolment: a mark, or an assessment."""


@dataclass(frozen=True, slots=True)
class Recorded(Generic[Value]):
    """What stands now. `version` is 0 and `value` None when nothing does."""

    value: Value | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Posted(Generic[Value]):
    """What is sent for one enrolment, and the version that the sender saw (0: nothing yet)."""

    enrollment_id: UUID
    value: Value
    version: int


@dataclass(frozen=True, slots=True)
class Change(Generic[Value]):
    """One value to be written; `before` is None for a new one."""

    enrollment_id: UUID
    before: Value | None
    after: Value
    version: int


@dataclass(frozen=True, slots=True)
class Settlement(Generic[Value]):
    """A bulk call, sorted out: what to write, what stands already, and what cannot be taken."""

    changes: list[Change[Value]]
    unchanged: list[UUID]
    conflicts: list[UUID]
    refused: list[tuple[UUID, type[DomainError]]]


def settle(
    posted: Sequence[Posted[Value]],
    recorded: Mapping[UUID, Recorded[Value]],
    refusals: Mapping[UUID, type[DomainError]],
) -> Settlement[Value]:
    """Sort `posted` out against the roster `recorded`; `refusals` are known from elsewhere.

    The same value again is no change, whatever its version: a retry is answered like the first call.
    """
    settlement: Settlement[Value] = Settlement([], [], [], [])
    for item in posted:
        now = recorded.get(item.enrollment_id)
        if now is None:
            settlement.refused.append((item.enrollment_id, NotOnRoster))
        elif now.version and now.value == item.value:
            settlement.unchanged.append(item.enrollment_id)
        elif item.enrollment_id in refusals:
            settlement.refused.append((item.enrollment_id, refusals[item.enrollment_id]))
        elif item.version != now.version:
            settlement.conflicts.append(item.enrollment_id)
        else:
            change = Change(item.enrollment_id, now.value, item.value, now.version + 1)
            settlement.changes.append(change)
    return settlement


def too_early(posted: Sequence[Posted[Mark]], session_on: date, today: date) -> dict[UUID, type[DomainError]]:
    """Nobody was present at a session of a later day; leave may be entered ahead."""
    if session_on <= today:
        return {}
    return {item.enrollment_id: SessionNotBegun for item in posted if item.value is not Mark.leave}


@dataclass(frozen=True, slots=True)
class Standard:
    """What a program demands of those who complete it."""

    attendance_percent: int
    has_exam: bool
    has_assignment: bool

    @property
    def needs_results(self) -> bool:
        return self.has_exam or self.has_assignment


@dataclass(frozen=True, slots=True)
class Performance:
    """What one person did: sessions attended of those held, and how it was judged (None: not at all)."""

    attended: int
    held: int
    result: Result | None = None
    exam_passed: bool = False
    assignment_passed: bool = False


def shortfalls(standard: Standard, done: Performance) -> tuple[Shortfall, ...]:
    """What is missing for completion; nothing when it is complete. # seed 004 二(3)

    Shares are compared in integers: 79.9 % never rounds up to 80 %.
    """
    missing = {
        Shortfall.attendance: done.attended * 100 < done.held * standard.attendance_percent,
        Shortfall.result: done.result is Result.failed,
        Shortfall.exam: standard.has_exam and not done.exam_passed,
        Shortfall.assignment: standard.has_assignment and not done.assignment_passed,
    }
    return tuple(shortfall for shortfall, short in missing.items() if short)


def completed(standard: Standard, done: Performance) -> bool:
    """Whether the training is completed and worth a claim."""
    return not shortfalls(standard, done)


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """A class session as the conclusion sees it: `unmarked` people of the roster have no mark there."""

    id: UUID
    ends_at: datetime
    unmarked: int


def obstacles(
    standard: Standard, sessions: Sequence[SessionHeld], unassessed: int, now: datetime
) -> list[FieldError]:
    """What still stands against concluding, each with the session it concerns.

    A person without a mark stops the conclusion instead of counting as absent: what nobody wrote down
    must not cost a teacher the credit.
    """
    found = [
        obstacle
        for number, session in enumerate(sessions, start=1)
        if (obstacle := _session_obstacle(number, session, now))
    ]
    if not sessions and standard.attendance_percent:
        found.append(FieldError("", "no_sessions", "这一期没有课次，无法计算出勤率"))
    if standard.needs_results and unassessed:
        found.append(FieldError("", "results_missing", f"还有 {unassessed} 人没有考核结果"))
    return found


def _session_obstacle(number: int, session: SessionHeld, now: datetime) -> FieldError | None:
    pointer = f"sessions/{session.id}"
    if session.ends_at > now:
        return FieldError(pointer, "session_not_over", f"第 {number} 次课还没有上完")
    if session.unmarked:
        message = f"第 {number} 次课还有 {session.unmarked} 人没有考勤记录"
        return FieldError(pointer, "session_unmarked", message)
    return None


def require_ready(
    standard: Standard, sessions: Sequence[SessionHeld], unassessed: int, now: datetime
) -> None:
    """Raise `RunNotReady`, naming everything that is missing."""
    missing = obstacles(standard, sessions, unassessed, now)
    if missing:
        raise RunNotReady(errors=missing)
