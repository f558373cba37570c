"""What every teacher has earned in the cycle so far: school-based terms, courses, the compulsory exam."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from xuefen.demo.activities import Activity
from xuefen.demo.courses import Course, Curriculum
from xuefen.demo.people import Person
from xuefen.demo.situations import Share, Situation
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import Node
from xuefen.people.models import Post

YEAR_CREDITS = 72
TERM_CAP = 12
EDTECH = 80
WITHOUT_EDTECH = 0.12
"""How many have not yet passed the compulsory exam."""


@dataclass(frozen=True, slots=True)
class Earned:
    """One training of one person; `of` is None for what an earlier system handed over. Whole credits."""

    person: Person
    of: Activity | Course | None
    event_on: date
    claimed: int
    granted: int


class Historian:
    """Writes the years of one person after the other."""

    def __init__(
        self, activities: dict[Node, list[Activity]], curriculum: Curriculum, random: Random, days: Timeline
    ) -> None:
        self._activities, self._curriculum = activities, curriculum
        self._random, self._days = random, days

    def of(self, person: Person) -> list[Earned]:
        """Oldest first."""
        situation = person.situation
        if situation and situation.total is not None:
            earned = self._told(person, situation, situation.total)
        else:
            earned = self._usual(person)
        return sorted(earned, key=lambda one: one.event_on)

    def _usual(self, person: Person) -> list[Earned]:
        edtech_in = self._edtech_year(person)
        earned: list[Earned] = []
        for year in self._days.years:
            held = self._school_based(person, year)
            goal = YEAR_CREDITS - _counted(held)
            courses = self._curriculum.open_to(person, year)
            chosen = self._chosen(person, year, courses, goal, year == edtech_in)
            earned += held + [_taken(person, course) for course in chosen]
        return earned

    def _edtech_year(self, person: Person) -> int | None:
        """One of the first years in service that the person does not miss the mark in."""
        if person.situation and person.situation.edtech != "passed":
            return None
        if person.situation is None and self._random.random() < WITHOUT_EDTECH:
            return None
        years = [
            year
            for year in self._days.years
            if year >= max(person.hired_on.year + 1, self._days.cycle_starts_on.year)
            and year < self._days.today.year
            and year not in person.short_in
        ]
        return self._random.choice(years[:4]) if years else None

    def _school_based(self, person: Person, year: int) -> list[Earned]:
        """The activities of the school where the person worked that day; one in fifteen is missed."""
        return [
            Earned(person, activity, activity.held_on, activity.credits, activity.credits)
            for activity in self._around(person, year)
            if self._random.random() > 1 / 15
        ]

    def _around(self, person: Person, year: int) -> list[Activity]:
        return [
            activity
            for school in dict.fromkeys(school for school, _, _ in person.employments)
            for activity in self._activities[school]
            if activity.held_on.year == year
            and activity.held_on >= person.hired_on
            and person.school_on(activity.held_on) is school
        ]

    def _chosen(
        self, person: Person, year: int, courses: list[Course], goal: int, with_edtech: bool
    ) -> list[Course]:
        """Enough for the year's goal, or, in a year that is missed, one small course at most."""
        edtech = [course for course in courses if course.offer.category == "edtech"]
        avoided = person.situation.avoids if person.situation else None
        others = [course for course in courses if course.offer.category not in ("edtech", avoided)]
        self._random.shuffle(others)
        if year in person.short_in:
            small = [course for course in others if course.offer.credits <= 24]
            return small[: self._random.randint(0, 1)]
        chosen = [course for course in others if _is_due(course, person)]
        if with_edtech and edtech:
            chosen.append(self._random.choice(edtech))
        for course in others:
            if sum(taken.offer.credits for taken in chosen) >= goal:
                break
            if course not in chosen:
                chosen.append(course)
        return chosen

    def _told(self, person: Person, situation: Situation, total: int) -> list[Earned]:
        """A history whose counted credits are exactly those that the situation tells."""
        school_based = situation.school_based or 0
        earned = self._term_marks(person, school_based, situation.surplus)
        if situation.edtech == "failed":
            earned.append(
                Earned(person, None, date(self._days.cycle_starts_on.year + 1, 11, 20), EDTECH, EDTECH)
            )
        rest = total - school_based - (EDTECH if situation.edtech == "passed" else 0)
        rounds = self._rounds(person)
        shares = [*situation.mix, Share(None, rest - sum(share.credits for share in situation.mix))]
        if situation.edtech == "passed":
            shares.insert(0, Share("edtech", EDTECH, largest=EDTECH, years_ago=3))
        for share in shares:
            earned += _exactly(person, rounds, share)
        return earned

    def _rounds(self, person: Person) -> list[list[Course]]:
        """Every year's courses for the person, the latest year first."""
        return [self._curriculum.open_to(person, year) for year in reversed(self._days.years)]

    def _term_marks(self, person: Person, credits: int, surplus: int) -> list[Earned]:
        """One mark a term; with a surplus the first term is full and has that much more."""
        firsts: dict[object, Activity] = {}
        for year in self._days.years:
            for activity in self._around(person, year):
                firsts.setdefault(activity.term, activity)
        activities = list(firsts.values())
        marks = (
            _spread(credits - TERM_CAP, len(activities) - 1) if surplus else _spread(credits, len(activities))
        )
        if surplus:
            marks = [TERM_CAP + surplus, *marks]
        return [
            Earned(person, activity, activity.held_on, mark, mark)
            for activity, mark in zip(activities, marks, strict=True)
            if mark
        ]


def _is_due(course: Course, person: Person) -> bool:
    """What a post or the first year asks for is taken when it is offered."""
    if course.offer.audience.novices:
        return True
    if course.offer.key == "q":
        appointed = min(
            since for post, since, _ in person.posts if post in (Post.principal, Post.principal_designate)
        )
        return abs((appointed - course.ends_on).days) < 370
    return False


def _taken(person: Person, course: Course) -> Earned:
    return Earned(person, course, course.ends_on, course.offer.credits, course.offer.credits)


def _counted(held: Iterable[Earned]) -> int:
    """What counts of the year's school-based credits, at most 12 a term."""
    terms: dict[object, int] = {}
    for one in held:
        term = one.of.term if isinstance(one.of, Activity) else None
        terms[term] = min(TERM_CAP, terms.get(term, 0) + one.granted)
    return sum(terms.values())


def _spread(credits: int, parts: int) -> list[int]:
    """`credits` over `parts` as evenly as whole credits allow, the larger first."""
    base, larger = divmod(credits, parts)
    return [base + 1] * larger + [base] * (parts - larger)


def _exactly(person: Person, rounds: list[list[Course]], share: Share) -> list[Earned]:
    """Courses that bring exactly the share, one of each year in turn; they are taken out of `rounds`.

    Where none fits the rest, one is recognised for less than was claimed. Without a category: any but edtech.
    """
    earned: list[Earned] = []
    missing = share.credits
    later, earlier = rounds[: share.years_ago], rounds[share.years_ago :]
    turns = [*earlier, *later] * max(map(len, rounds))
    for courses in turns:
        fitting = [course for course in courses if _fits(course, share) and course.offer.credits <= missing]
        if fitting:
            taken = max(fitting, key=lambda course: course.offer.credits)
            courses.remove(taken)
            earned.append(_taken(person, taken))
            missing -= taken.offer.credits
    spare = [course for courses in turns for course in courses if _fits(course, share)]
    if missing and spare:
        earned.append(Earned(person, spare[0], spare[0].ends_on, spare[0].offer.credits, missing))
    return earned


def _fits(course: Course, share: Share) -> bool:
    category = course.offer.category
    wanted = category == share.category if share.category else category != "edtech"
    return wanted and course.offer.credits <= share.largest
