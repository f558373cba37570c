"""Rounds: the trainings that a year offers everywhere, and what each teacher takes of them.

A year has six activities at school, which fill the cap of both terms, and nine courses. Whoever takes them
all has more than the 72 credits of 株教函〔2014〕29号 六(四)3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from xuefen.demo.history import EDTECH, WITHOUT_EDTECH
from xuefen.demo.offers import SUBJECTS_OF_SHORTAGE
from xuefen.demo.people import Person
from xuefen.demo.timeline import Timeline
from xuefen.people.models import Post
from xuefen.policy.levels import DeliveryMode, Level

ACTIVITIES = ((3, 18), (4, 15), (5, 13), (9, 16), (10, 14), (11, 6))
COURSES = ((1, 20), (2, 21), (3, 28), (4, 26), (5, 23), (6, 13), (7, 9), (7, 27), (8, 17))
ACTIVITY_MISSED = 1 / 15
ENOUGH_IN_SHORT_YEARS = 2
"""Courses that those take who miss a year's mark."""
ENOUGH_WITH_EDTECH = 5


@dataclass(frozen=True, slots=True)
class Training:
    """What one teacher takes in a round; whole credits, as many as hours. `title` None: the round's."""

    category: str
    credits: int
    level: Level
    mode: DeliveryMode
    title: str | None = None
    exam_passed: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """A day on which every school holds an activity, or a course ends. `turn` counts within the year."""

    day: date
    at_school: bool
    turn: int

    @property
    def year(self) -> int:
        return self.day.year


def rounds_until(day: date, number: int) -> list[Round]:
    """The last `number` rounds up to `day`, oldest first, however far back they reach."""
    held: list[Round] = []
    for year in count(day.year, -1):
        held = [one for one in _of_year(year) if one.day <= day] + held
        if len(held) >= number:
            return held[-number:]
    raise AssertionError("years do not end")


def _of_year(year: int) -> list[Round]:
    activities = [Round(date(year, *day), True, turn) for turn, day in enumerate(ACTIVITIES)]
    courses = [Round(date(year, *day), False, turn) for turn, day in enumerate(COURSES)]
    return sorted(activities + courses, key=lambda one: one.day)


_SCHOOL, _COUNTY, _CITY = Level.school, Level.county, Level.city
_ONSITE, _ONLINE, _BASE = DeliveryMode.onsite, DeliveryMode.online, DeliveryMode.base

ACTIVITY = Training("school_based", 4, _SCHOOL, DeliveryMode.school_based)
LONG_ACTIVITY = Training("school_based", 5, _SCHOOL, DeliveryMode.school_based)
GENERAL = (
    Training("post_training", 7, _COUNTY, _ONLINE),
    Training("post_training", 7, _COUNTY, _ONSITE),
    Training("post_training", 7, _CITY, _ONSITE),
    Training("post_training", 7, _COUNTY, _ONSITE),
    Training("post_training", 7, Level.provincial, _ONLINE),
    Training("post_training", 7, _CITY, _ONSITE),
    Training("post_training", 7, Level.national, _ONLINE),
    Training("post_training", 7, _COUNTY, _BASE),
    Training("post_training", 7, _CITY, _ONLINE),
)
"""The course of each turn for those who have no other."""
EDTECH_TURN, SHORTAGE_TURN = 3, 5
WITH_EXAM = Training("edtech", EDTECH, _CITY, DeliveryMode.blended, "教育技术能力培训", exam_passed=True)
OF_SHORTAGE = Training("weak_subject", 7, _CITY, _ONSITE, "薄弱学科教师专项培训")
OF_POSTS = {
    2: (Post.principal, Training("principal", 40, _CITY, _ONSITE, "校长（园长）提高研修")),
    7: (Post.backbone, Training("backbone", 8, _CITY, _BASE, "市级骨干教师研修")),
    8: (Post.homeroom, Training("homeroom", 8, _CITY, _ONSITE, "班主任专题：班级建设")),
}
INDUCTION = Training("induction", 60, _CITY, _ONSITE, "新任教师岗前集中培训")
INDUCTION_AFTER = Training("induction", 60, _COUNTY, _ONSITE, "新任教师跟岗研修")
INDUCTION_AT_SCHOOL = Training("induction", 30, _COUNTY, DeliveryMode.school_based, "新任教师校本研修")
FIRST_OF_TERM = (0, 3)
AUTUMN, SPRING = 4, 1
"""Turns of the activities beside which newcomers are trained."""


class Habits:
    """What one teacher takes, drawn as the rounds go by."""

    def __init__(self, person: Person, random: Random, days: Timeline) -> None:
        self.person = person
        self._random = random
        self._edtech_in = _edtech_year(person, random, days)

    def takes(self, held: Round, *, long: bool) -> Iterator[Training]:
        """The trainings of a round that the person completed. `long`: the school's activities exceed the cap."""
        if self.person.hired_on > held.day:
            return
        if held.at_school:
            if self._random.random() > ACTIVITY_MISSED:
                yield LONG_ACTIVITY if long and held.turn in FIRST_OF_TERM else ACTIVITY
            yield from self._as_newcomer(held)
        elif held.turn < self._enough(held.year):
            yield self._course(held)

    def _enough(self, year: int) -> int:
        if year in self.person.short_in:
            return ENOUGH_IN_SHORT_YEARS
        return ENOUGH_WITH_EDTECH if year == self._edtech_in else len(COURSES)

    def _course(self, held: Round) -> Training:
        if held.turn in OF_POSTS:
            post, course = OF_POSTS[held.turn]
            if self.person.posts and self.person.holds(post, held.day):
                return course
        if held.turn == EDTECH_TURN and held.year == self._edtech_in:
            return WITH_EXAM
        if held.turn == SHORTAGE_TURN and self.person.subject in SUBJECTS_OF_SHORTAGE:
            return OF_SHORTAGE
        return GENERAL[held.turn]

    def _as_newcomer(self, held: Round) -> Iterator[Training]:
        years = held.year - self.person.hired_on.year
        if years == 0 and held.turn == AUTUMN:
            yield INDUCTION
        if years == 1 and held.turn == SPRING:
            yield from (INDUCTION_AFTER, INDUCTION_AT_SCHOOL)


def _edtech_year(person: Person, random: Random, days: Timeline) -> int | None:
    """One of the first four years in which the person does not miss the mark; some never passed."""
    if random.random() < WITHOUT_EDTECH:
        return None
    first = max(person.hired_on.year + 1, days.cycle_starts_on.year)
    years = [year for year in range(first, days.today.year) if year not in person.short_in]
    return random.choice(years[:4]) if years else None
