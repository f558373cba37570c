"""What a change of the rules does to people, requirement by requirement. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from xuefen.policy.requirements import Line, Standing
from xuefen.policy.vocabulary import Unit

COMPLETION_NAME = "结业条件"
MOST_NAMES = 200
Person = TypeVar("Person")


class Turn(StrEnum):
    """新达标, 新未达标, 不再要求, 不变."""

    newly_met = "newly_met"
    newly_missed = "newly_missed"
    released = "released"
    unchanged = "unchanged"


@dataclass(frozen=True, slots=True)
class Figure:
    """Hundredths of `unit`. `required_centi` None: the line does not bind."""

    required_centi: int | None
    counted_centi: int
    unit: Unit
    met: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One requirement under both rules; `requirement` None: the completion of the cycle, by its total.

    A figure is None where the rules do not ask.
    """

    requirement: str | None
    name: str
    clause: str | None
    turn: Turn
    before: Figure | None
    after: Figure | None


def judge(before: Standing | None, after: Standing) -> Iterator[Judged]:
    """Every requirement that one of the rules asks of the person, the new ones first, and then completion.

    `before` None: no rules were in force on that day.
    """
    was = before.lines if before else ()
    old = {line.id: line for line in was}
    for line in after.lines:
        yield _judged(line, old.pop(line.id, None), line)
    for line in old.values():
        yield _judged(line, line, None)
    yield _completion(before, after)


def _judged(shown: Line, before: Line | None, after: Line | None) -> Judged:
    turn = _turn(_met(before), _met(after))
    return Judged(shown.id, shown.name, shown.clause, turn, _figure(before), _figure(after))


def _completion(before: Standing | None, after: Standing) -> Judged:
    was, total = before.total if before else None, after.total
    turn = _turn(before.complete if before else False, after.complete)
    clause = total.clause if total else None
    return Judged(None, COMPLETION_NAME, clause, turn, _figure(was), _figure(total))


def _met(line: Line | None) -> bool | None:
    """None: not asked, or it does not bind."""
    return None if line is None or line.required_centi is None else line.met


def _turn(before: bool | None, after: bool | None) -> Turn:
    if before == after:
        return Turn.unchanged
    if after is None:
        return Turn.released
    return Turn.newly_met if after else Turn.newly_missed


def _figure(line: Line | None) -> Figure | None:
    if line is None:
        return None
    return Figure(line.required_centi, line.counted_centi, line.unit, line.met)


@dataclass
class Names(Generic[Person]):
    """The first `MOST_NAMES` people whose answer turns, each with the requirement; and how many there are."""

    total: int = 0
    items: list[tuple[Person, Judged]] = field(default_factory=list)

    def add(self, person: Person, judged: Judged) -> None:
        self.total += 1
        if len(self.items) < MOST_NAMES:
            self.items.append((person, judged))


@dataclass
class OfUnit:
    """People of one unit. Whoever newly meets, or misses, several requirements is counted once."""

    people: int = 0
    newly_met: int = 0
    newly_missed: int = 0
    newly_complete: int = 0
    no_longer_complete: int = 0


@dataclass
class OfRequirement:
    name: str
    clause: str | None
    turns: Counter[Turn] = field(default_factory=Counter)


@dataclass
class Effects(Generic[Person]):
    """What the change does, in numbers and by name. The key of completion is None."""

    people: int = 0
    requirements: dict[str | None, OfRequirement] = field(default_factory=dict)
    units: dict[str, OfUnit] = field(default_factory=dict)
    newly_met: Names[Person] = field(default_factory=Names)
    newly_missed: Names[Person] = field(default_factory=Names)
    newly_complete: Names[Person] = field(default_factory=Names)
    no_longer_complete: Names[Person] = field(default_factory=Names)

    def add(self, person: Person, unit: str, found: Iterator[Judged]) -> None:
        """One more person, who belongs to `unit`."""
        self.people += 1
        counted = self.units.setdefault(unit, OfUnit())
        counted.people += 1
        turned: set[tuple[bool, Turn]] = set()
        for one in found:
            known = self.requirements.setdefault(one.requirement, OfRequirement(one.name, one.clause))
            known.turns[one.turn] += 1
            turned.add((one.requirement is None, one.turn))
            self._name(person, one)
        counted.newly_met += (False, Turn.newly_met) in turned
        counted.newly_missed += (False, Turn.newly_missed) in turned
        counted.newly_complete += (True, Turn.newly_met) in turned
        counted.no_longer_complete += (True, Turn.newly_missed) in turned

    def _name(self, person: Person, one: Judged) -> None:
        completion = one.requirement is None
        if one.turn is Turn.newly_met:
            (self.newly_complete if completion else self.newly_met).add(person, one)
        elif one.turn is Turn.newly_missed:
            (self.no_longer_complete if completion else self.newly_missed).add(person, one)
