"""Programs behind a part of the courses: closed ones of past years, handed over without their enrolments."""

from collections.abc import Iterator
from uuid import UUID

from xuefen.demo.city import DemoCity
from xuefen.demo.growth.rounds import EDTECH_TURN, GENERAL, WITH_EXAM, Round, Training
from xuefen.demo.offers import GENERAL_TITLES
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import at
from xuefen.demo.tree import Node
from xuefen.organisations.roles import Role
from xuefen.policy.levels import Level
from xuefen.programs.models import Program
from xuefen.programs.states import ProgramState

LINKED = {1: GENERAL[1], 4: GENERAL[4], EDTECH_TURN: WITH_EXAM}
"""Turn of a year's course -> the training that has a program."""


def title_of(held: Round, training: Training) -> str:
    return training.title or GENERAL_TITLES[(held.year * 5 + held.turn) % len(GENERAL_TITLES)]


def sponsor_of(training: Training, school: Node, city: Node) -> Node:
    """The county for what counties offer; for the direct schools, and all else, the city."""
    if training.level is Level.school:
        return school
    return (school.county or city) if training.level is Level.county else city


def level_of(training: Training, sponsor: Node) -> Level:
    """What counties offer, the city offers its direct schools."""
    return Level.city if training.level is Level.county and sponsor.is_direct else training.level


class Programs:
    """The programs of all rounds: `of` finds one, `rows` are written before the entries that name them."""

    def __init__(self, city: DemoCity, seed: Seed, rounds: list[Round]) -> None:
        self._city, self._seed = city, seed
        self._rounds = [one for one in rounds if not one.at_school and one.turn in LINKED]

    def of(self, held: Round, training: Training, sponsor: Node) -> UUID | None:
        if held.at_school or LINKED.get(held.turn) is not training:
            return None
        return self._identity(held, sponsor)

    def rows(self) -> Iterator[Program]:
        tree = self._city.tree
        for held in self._rounds:
            training = LINKED[held.turn]
            offered_by = [tree.city, *tree.counties] if training.level is Level.county else [tree.city]
            yield from (self._row(held, training, sponsor) for sponsor in offered_by)

    def _row(self, held: Round, training: Training, sponsor: Node) -> Program:
        staff, provider = self._city.staff, self._city.tree.provider_of(sponsor)
        approvers = staff.at(Role.county_reviewer if sponsor.county else Role.city_auditor, sponsor.id)
        return Program(
            city_id=self._city.tree.city.id,
            id=self._identity(held, sponsor),
            code=_code(held, sponsor),
            title=title_of(held, training),
            summary=f"{held.year}年度{sponsor.name}培训项目，{training.credits}学时，原系统转入。",
            sponsor_id=sponsor.id,
            provider_id=provider.id,
            org_path=sponsor.path,
            category=training.category,
            level=level_of(training, sponsor),
            mode=training.mode,
            hours_centi=training.credits * 100,
            credits_centi=training.credits * 100,
            has_exam=training.exam_passed,
            state=ProgramState.closed,
            submitted_by=staff.at(Role.provider_staff, provider.id)[0].id,
            approved_by=approvers[0].id,
            published_at=at(held.day.replace(day=1), 9),
        )

    def _identity(self, held: Round, sponsor: Node) -> UUID:
        return self._seed.identity(f"program {_code(held, sponsor)}", at(held.day, 9))


def _code(held: Round, sponsor: Node) -> str:
    return f"QH{held.year}-{sponsor.code[-2:]}J{held.turn}"
