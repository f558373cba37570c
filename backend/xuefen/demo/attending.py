"""Attendance and results of the classes that are being taught or have just ended."""

from collections.abc import Iterator
from typing import Any

from xuefen.attendance.states import Mark, Result
from xuefen.demo import off_menu
from xuefen.demo.menu import Class, enrollment_id
from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.staff import Staff
from xuefen.demo.timeline import Timeline, at
from xuefen.demo.tree import Tree
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.roles import Role

MARKED_ON_FIRST_DAY = 2
"""Of today's class, the half days that have been marked."""
ABSENT_EACH = 13
"""Every thirteenth learner came to the first half day only."""


def states(planned: Class) -> dict[Person, EnrollmentState]:
    """How each learner ended, where the class is concluded."""
    if planned.opening not in off_menu.CONCLUDED:
        return {}
    return {
        person: EnrollmentState.not_completed if _was_absent(turn, planned) else EnrollmentState.completed
        for turn, (person, _) in enumerate(planned.learners)
    }


def attended(planned: Class, person: Person) -> int:
    """Half days at which the person was."""
    turn = next(turn for turn, (learner, _) in enumerate(planned.learners) if learner is person)
    return 1 if _was_absent(turn, planned) else len(planned.meetings)


def marks(planned: Class, tree: Tree, staff: Staff, seed: Seed, days: Timeline) -> Iterator[dict[str, Any]]:
    marker = staff.at(Role.provider_staff, planned.provider.id)[0]
    marked = MARKED_ON_FIRST_DAY if planned.opening is off_menu.TODAY else len(planned.meetings)
    for meeting, (session_id, starts_at) in enumerate(planned.meetings[:marked]):
        for turn, (person, _) in enumerate(planned.learners):
            yield {
                "city_id": tree.city.id,
                "session_id": session_id,
                "enrollment_id": enrollment_id(planned, person, seed),
                "provider_id": planned.provider.id,
                "org_path": person.school.path,
                "mark": _mark(turn, meeting, planned),
                "marked_by": marker.id,
                "marked_at": min(starts_at, days.moment),
            }


def _mark(turn: int, meeting: int, planned: Class) -> Mark:
    if meeting and _was_absent(turn, planned):
        return Mark.absent
    return Mark.late if (turn + meeting) % 17 == 3 else Mark.present


def _was_absent(turn: int, planned: Class) -> bool:
    return turn % ABSENT_EACH == ABSENT_EACH - 1 and len(planned.meetings) > 1


def results(planned: Class, tree: Tree, staff: Staff, seed: Seed) -> Iterator[dict[str, Any]]:
    """Results of half the class with an exam; the other half still has to be written down."""
    assessor = staff.at(Role.provider_staff, planned.provider.id)[0]
    for turn, (person, _) in enumerate(planned.learners[: len(planned.learners) // 2]):
        passed = turn % 9 != 8
        score = 6000 + (turn * 733) % 3900 if passed else 4800
        yield {
            "city_id": tree.city.id,
            "enrollment_id": enrollment_id(planned, person, seed),
            "run_id": planned.run_id,
            "provider_id": planned.provider.id,
            "org_path": person.school.path,
            "result": _result(score),
            "score_centi": score,
            "exam_passed": passed,
            "assessed_by": assessor.id,
            "assessed_at": at(planned.ends_on, 17),
        }


def _result(score_centi: int) -> Result:
    if score_centi < 6000:
        return Result.failed
    return Result.excellent if score_centi >= 9000 else Result.passed
