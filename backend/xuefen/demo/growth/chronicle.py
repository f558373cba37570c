"""The history of the schools that join, as offices would have posted it.

It is made while it is written: a few thousand rows are alive at once, and for each teacher a total.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from xuefen.approvals.desks import Map
from xuefen.approvals.rules import DESK_ROLES, Desk
from xuefen.demo.activities import TITLES
from xuefen.demo.city import DemoCity
from xuefen.demo.growth.crowd import Crowd
from xuefen.demo.growth.entries import Credits, Identities, Learner, Row
from xuefen.demo.growth.programs import Programs, level_of, sponsor_of, title_of
from xuefen.demo.growth.rounds import Habits, Round, Training
from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import at
from xuefen.demo.tree import Node
from xuefen.ledger.models import AccountKind
from xuefen.ledger.posting import account_id
from xuefen.organisations.policies import PolicyInForce
from xuefen.policy.levels import Level
from xuefen.policy.routes import route

LONG_EVERY = 10
"""Every tenth school's activities go beyond the cap of a term."""
TWICE = 1 / 500
"""How often a training was registered twice, and one of the two taken back."""
DUPLICATE = "duplicate"
POSTED_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Batch:
    """What one school posted in one round; all of it stands in the same chain."""

    school: Node
    rows: list[Row]


class Chronicle:
    """`learners` hold the totals as they are when the batches have been drawn so far."""

    def __init__(
        self,
        city: DemoCity,
        crowd: Crowd,
        rounds: list[Round],
        programs: Programs,
        seed: Seed,
        policy: PolicyInForce,
    ) -> None:
        self._city, self._schools, self._rounds = city, crowd.tree.schools, rounds
        self._programs, self._random, self._policy = programs, seed.random, policy
        self._identities = Identities(seed.random)
        self._map: Map = crowd.tree.map
        self._desks: dict[tuple[str, Level, Node], Desk] = {}
        self.learners = [self._learner(person) for person in crowd.people]
        self._at: dict[Node, list[Learner]] = {school: [] for school in self._schools}
        for learner in self.learners:
            for school in {school for school, _, _ in learner.habits.person.employments}:
                self._at[school].append(learner)

    def __len__(self) -> int:
        return len(self._rounds) * len(self._schools)

    def batches(self) -> Iterator[Batch]:
        """One half of a year after the other, and in it one school after the other.

        The indexes by teacher are then walked twice a year and not in each of fifteen rounds, which matters
        where a database keeps only a part of them at hand. Nobody moves to another school within a half.
        """
        for _, rounds in groupby(self._rounds, key=_half):
            half = list(rounds)
            for number, school in enumerate(self._schools):
                for held in half:
                    yield Batch(school, list(self._rows(held, number, school)))

    def issuers(self) -> list[UUID]:
        """Those whose accounts credits may be drawn on: the last desk of a route is a county's or the city's."""
        return [self._city.tree.city.id, *(county.id for county in self._city.tree.counties)]

    def _learner(self, person: Person) -> Learner:
        return Learner(
            id=str(person.id),
            account_id=str(account_id(AccountKind.teacher, person.id)),
            habits=Habits(person, self._random, self._city.days),
        )

    def _rows(self, held: Round, number: int, school: Node) -> Iterator[Row]:
        made: dict[int, Credits] = {}
        for learner in self._at[school]:
            if learner.habits.person.school_on(held.day) is not school:
                continue
            for training in learner.habits.takes(held, long=number % LONG_EVERY == 0):
                credits = made.get(id(training))
                if credits is None:
                    credits = made[id(training)] = self._credits(held, training, number, school)
                yield credits.credit(learner)
                if self._random.random() < TWICE:
                    doubled = credits.credit(learner)
                    yield doubled
                    yield credits.reversal(learner, doubled, DUPLICATE)

    def _credits(self, held: Round, training: Training, number: int, school: Node) -> Credits:
        sponsor = sponsor_of(training, school, self._city.tree.city)
        desk = self._last_desk(training, sponsor, school)
        actors = self._city.staff.at(DESK_ROLES[desk.tier], desk.organisation_id)
        program = self._programs.of(held, training, sponsor)
        shared = {
            "city_id": str(self._city.tree.city.id),
            "debit_id": str(account_id(AccountKind.issuer, desk.organisation_id)),
            "org_path": school.path,
            "credits_centi": training.credits * 100,
            "hours_centi": training.credits * 100,
            "category": training.category,
            "level": level_of(training, sponsor),
            "mode": training.mode,
            "exam_passed": training.exam_passed,
            "event_on": held.day,
            "program_id": str(program) if program else None,
            "title": _title(held, training, number),
            "policy_sha256": self._policy.sha256,
            "posted_by": str(actors[number % len(actors)].id),
            "posted_at": self._posted_at(held.day, number),
        }
        return Credits(shared, self._identities)

    def _last_desk(self, training: Training, sponsor: Node, school: Node) -> Desk:
        """Who grants the credits: as the intake would send them."""
        level = level_of(training, sponsor)
        key = (training.category, level, school)
        if key not in self._desks:
            place = self._map.school_place(school.place)
            planned = route(self._policy.pack, training.category, level, place)
            self._desks[key] = self._map.desks(planned, sponsor.place, school.place)[-1]
        return self._desks[key]

    def _posted_at(self, day: date, number: int) -> datetime:
        working = self._city.days.office_day(day + POSTED_AFTER)
        return at(working, 9 + number % 8, number % 60)


def _half(held: Round) -> tuple[int, bool]:
    """Until the school year ends, and after it."""
    return held.year, held.day.month >= 9


def _title(held: Round, training: Training, number: int) -> str:
    if held.at_school and training.title is None:
        return TITLES[(held.year * 7 + held.turn + number) % len(TITLES)]
    return title_of(held, training)
