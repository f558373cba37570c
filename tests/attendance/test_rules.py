"""What counts as attended, what completes a training, what stands against concluding."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from xuefen.attendance import rules
from xuefen.attendance.rules import Performance, Posted, Recorded, SessionHeld, Standard
from xuefen.attendance.states import ATTENDED, Mark, Result, Shortfall

NOW = datetime(2026, 3, 20, 10, tzinfo=UTC)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
PLAIN = Standard(attendance_percent=80, has_exam=False, has_assignment=False)


# seed 004 二(3): 受训教师的出勤考核、登记记分等均有具体规定和要求
@pytest.mark.requirement("004-08")
@pytest.mark.parametrize(
    ("mark", "counts"),
    [
        (Mark.present, True),
        (Mark.late, True),
        (Mark.left_early, False),
        (Mark.leave, False),
        (Mark.absent, False),
    ],
)
def test_who_came_late_attended_and_who_left_early_did_not(mark: Mark, counts: bool) -> None:
    assert (mark in ATTENDED) is counts


@pytest.mark.requirement("004-08")
@pytest.mark.parametrize(
    ("attended", "held", "percent", "enough"),
    [
        (8, 10, 80, True),
        (7, 10, 80, False),
        (799, 1000, 80, False),  # 79.9 % is not 80 %
        (800, 1000, 80, True),
        (4, 5, 80, True),
        (2, 3, 67, False),  # 66.67 %
        (2, 3, 66, True),
        (0, 4, 0, True),
        (0, 0, 0, True),
        (3, 4, 100, False),
        (4, 4, 100, True),
    ],
)
def test_the_share_of_attendance_is_compared_in_integers(
    attended: int, held: int, percent: int, enough: bool
) -> None:
    standard = Standard(percent, has_exam=False, has_assignment=False)
    assert rules.completed(standard, Performance(attended, held)) is enough


@pytest.mark.parametrize(
    ("standard", "done", "missing"),
    [
        (PLAIN, Performance(4, 5), ()),
        (PLAIN, Performance(3, 5), (Shortfall.attendance,)),
        (PLAIN, Performance(5, 5, Result.failed), (Shortfall.result,)),
        (PLAIN, Performance(5, 5, Result.excellent), ()),
        (Standard(80, True, False), Performance(5, 5, Result.passed, exam_passed=True), ()),
        (Standard(80, True, False), Performance(5, 5, Result.passed), (Shortfall.exam,)),
        (Standard(80, False, True), Performance(5, 5, Result.passed), (Shortfall.assignment,)),
        (Standard(80, False, True), Performance(5, 5, Result.passed, assignment_passed=True), ()),
        (Standard(80, True, True), Performance(1, 5, Result.failed), tuple(Shortfall)),
        (Standard(0, True, False), Performance(0, 0, Result.passed, exam_passed=True), ()),
    ],
)
def test_what_is_missing_for_completion_is_named(
    standard: Standard, done: Performance, missing: tuple[Shortfall, ...]
) -> None:
    assert rules.shortfalls(standard, done) == missing
    assert rules.completed(standard, done) is (missing == ())


def posted(mark: Mark, version: int, person: UUID = ONE) -> list[Posted[Mark]]:
    return [Posted(person, mark, version)]


def test_a_new_mark_begins_at_version_one() -> None:
    settled = rules.settle(posted(Mark.present, 0), {ONE: Recorded()}, {})
    assert [(change.before, change.after, change.version) for change in settled.changes] == [
        (None, Mark.present, 1)
    ]


def test_a_changed_mark_remembers_what_stood_before() -> None:
    settled = rules.settle(posted(Mark.leave, 3), {ONE: Recorded(Mark.absent, 3)}, {})
    assert [(change.before, change.after, change.version) for change in settled.changes] == [
        (Mark.absent, Mark.leave, 4)
    ]


@pytest.mark.parametrize("version", [0, 1, 3, 9])
def test_the_same_mark_again_is_no_change_whatever_its_version(version: int) -> None:
    settled = rules.settle(posted(Mark.late, version), {ONE: Recorded(Mark.late, 3)}, {})
    assert (settled.unchanged, settled.changes) == ([ONE], [])


@pytest.mark.parametrize(
    ("recorded", "version"), [(Recorded(), 1), (Recorded(Mark.absent, 3), 2), (Recorded(Mark.absent, 3), 0)]
)
def test_another_mark_from_another_version_is_a_conflict(recorded: Recorded[Mark], version: int) -> None:
    settled = rules.settle(posted(Mark.present, version), {ONE: recorded}, {})
    assert (settled.conflicts, settled.changes) == ([ONE], [])


def test_whoever_is_not_on_the_roster_is_refused_alone() -> None:
    marks = [*posted(Mark.present, 0, ONE), *posted(Mark.present, 0, TWO)]
    settled = rules.settle(marks, {TWO: Recorded()}, {})
    assert settled.refused == [(ONE, rules.NotOnRoster)]
    assert [change.enrollment_id for change in settled.changes] == [TWO]


def test_before_the_day_of_a_session_only_leave_can_be_entered() -> None:
    marks = [*posted(Mark.present, 0, ONE), *posted(Mark.leave, 0, TWO), *posted(Mark.absent, 0, THREE)]
    tomorrow, today = date(2026, 3, 21), date(2026, 3, 20)
    assert rules.too_early(marks, tomorrow, today) == {
        ONE: rules.SessionNotBegun,
        THREE: rules.SessionNotBegun,
    }
    assert rules.too_early(marks, today, today) == {}


def held(unmarked: int = 0, ends_at: datetime = NOW, number: int = 1) -> SessionHeld:
    return SessionHeld(UUID(int=number), ends_at, unmarked)


@pytest.mark.parametrize(
    ("standard", "sessions", "unassessed", "codes"),
    [
        (PLAIN, [held()], 7, []),
        (PLAIN, [held(unmarked=2)], 0, ["session_unmarked"]),
        (PLAIN, [held(ends_at=NOW + timedelta(seconds=1))], 0, ["session_not_over"]),
        (PLAIN, [], 0, ["no_sessions"]),
        (Standard(0, False, False), [], 0, []),
        (Standard(80, True, False), [held()], 1, ["results_missing"]),
        (Standard(80, False, True), [held()], 1, ["results_missing"]),
        (Standard(80, True, True), [held()], 0, []),
        (
            Standard(80, True, False),
            [held(unmarked=1), held(ends_at=NOW + timedelta(days=1), number=2)],
            3,
            ["session_unmarked", "session_not_over", "results_missing"],
        ),
    ],
)
def test_everything_that_stands_against_concluding_is_said_at_once(
    standard: Standard, sessions: list[SessionHeld], unassessed: int, codes: list[str]
) -> None:
    found = rules.obstacles(standard, sessions, unassessed, NOW)
    assert [obstacle.code for obstacle in found] == codes


def test_an_obstacle_names_its_session_and_how_many_are_missing() -> None:
    (obstacle,) = rules.obstacles(PLAIN, [held(), held(unmarked=3, number=2)][1:], 0, NOW)
    assert obstacle.pointer == f"sessions/{TWO}"
    assert "3 人" in obstacle.message
