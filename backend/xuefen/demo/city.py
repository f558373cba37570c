"""The whole demo city, thought out before anything is written."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from xuefen.demo import activities, people, staff, tree
from xuefen.demo.activities import Activity
from xuefen.demo.courses import Course, Curriculum
from xuefen.demo.history import Earned, Historian
from xuefen.demo.menu import Class, Planner
from xuefen.demo.off_menu import IN_CLASS, IN_PREPARATION
from xuefen.demo.on_menu import ON_MENU
from xuefen.demo.people import Person
from xuefen.demo.seed import SEED, Seed
from xuefen.demo.staff import Staff
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import FULL, Node, Scale, Tree

POLICY = "zhuzhou-2014"


@dataclass(frozen=True)
class DemoCity:
    """Everything that was drawn by lot, in the order in which it was drawn."""

    seed: Seed
    days: Timeline
    tree: Tree
    staff: Staff
    people: list[Person]
    courses: list[Course]
    activities: dict[Node, list[Activity]]
    earned: list[Earned]
    planner: Planner
    classes: list[Class]

    def person(self, staff_no: str) -> Person:
        return next(person for person in self.people if person.staff_no == staff_no)

    @property
    def overrides(self) -> dict[str, Any]:
        """The notice's rules in a cycle that contains today, every school-level claim audited by the city."""
        return {
            "name": "青禾市中小学教师培训学分制度",
            "cycle": {
                "starts_on": self.days.cycle_starts_on.isoformat(),
                "ends_on": self.days.cycle_ends_on.isoformat(),
            },
            "routes": {"city_audit": "each", "teacher_made": "three_tier"},
        }


def imagine(today: date, scale: Scale = FULL, number: int = SEED) -> DemoCity:
    """The city as it is on `today`: the same day, scale and seed give the same city."""
    seed, days = Seed(number), Timeline(today)
    planted = tree.plant(seed, days, scale)
    officers = staff.employ(planted, seed, days)
    hired = people.hire(planted, seed, days)
    held = activities.hold(planted, seed, days)
    curriculum = Curriculum(planted, seed, days)
    historian = Historian(held, curriculum, seed.random, days)
    earned = [one for person in hired for one in historian.of(person)]
    for one in earned:
        if isinstance(one.of, Course):
            one.of.learners.append(one.person)
    planner = Planner(planted, seed, days, hired)
    openings = (*IN_CLASS, *ON_MENU, *IN_PREPARATION)
    classes = [planner.plan(number, opening) for number, opening in enumerate(openings, start=1)]
    return DemoCity(
        seed,
        days,
        planted,
        officers,
        hired,
        curriculum.courses,
        held,
        earned,
        planner,
        [planned for planned in classes if planned],
    )
