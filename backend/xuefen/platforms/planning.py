"""What is to become of each item of a batch, decided before anything is written. Pure over what was read."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from xuefen.core.clock import office_date
from xuefen.core.errors import DomainError
from xuefen.core.ids import new_id
from xuefen.core.keys import derived_key
from xuefen.platforms import rules
from xuefen.platforms.queries import NaturalKey, Standing
from xuefen.platforms.rules import Known, Offer, Person
from xuefen.platforms.schemas import CompletionIn, TeacherRef
from xuefen.platforms.states import CompletionStatus, ItemState
from xuefen.policy.levels import DeliveryMode
from xuefen.programs.models import Program
from xuefen.programs.states import ProgramState


@dataclass(frozen=True, slots=True)
class Item:
    """A well-formed item and its place in the batch."""

    index: int
    body: CompletionIn
    body_hash: str

    @property
    def completed_on(self) -> date:
        return office_date(self.body.completed_at)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one item."""

    state: ItemState
    completion_id: UUID | None = None
    claim_id: UUID | None = None
    problem: DomainError | type[DomainError] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be credited, its program and its row's id.

    `waits`: the row stands already, unmatched until now.
    """

    item: Item
    program: Program
    completion_id: UUID
    waits: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """A candidate whose teacher was found."""

    candidate: Candidate
    person: Person

    @property
    def natural_key(self) -> NaturalKey:
        return self.person.teacher_id, self.candidate.program.id, self.candidate.item.completed_on


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows of a batch."""

    programs: Mapping[str | UUID, Program]
    people: Mapping[TeacherRef, Person]
    known: Mapping[str, Known]
    standing: Mapping[NaturalKey, Standing]


@dataclass(slots=True)
class Plan:
    """A batch, sorted out. `firsts` are to be claimed, in the order of their natural keys.

    `followers` repeat a natural key of this batch, `doubles` one that stands; `unmatched` wait for a
    person. `repeats` are items with an id that came earlier in the batch, and where it came.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    firsts: list[Matched] = field(default_factory=list)
    followers: list[tuple[Matched, Matched]] = field(default_factory=list)
    doubles: list[tuple[Matched, Standing]] = field(default_factory=list)
    unmatched: list[Candidate] = field(default_factory=list)
    repeats: list[tuple[int, int]] = field(default_factory=list)


def body_hash(body: CompletionIn) -> str:
    """A keyed hash: the body holds an id number or a phone, which a plain hash would give away."""
    return hmac.new(
        derived_key("completion body"), body.model_dump_json().encode(), hashlib.sha256
    ).hexdigest()


def offer_of(program: Program) -> Offer:
    return Offer(program.id, ProgramState(program.state), DeliveryMode(program.mode), program.hours_centi)


def plan(items: Iterable[Item], facts: Facts, today: date) -> Plan:
    """Sort a batch out; the first of several items that say the same is the one that counts."""
    planned = Plan()
    candidates = _candidates(items, facts, today, planned)
    _by_natural_key(candidates, facts, planned)
    return planned


def _candidates(items: Iterable[Item], facts: Facts, today: date, planned: Plan) -> list[Candidate]:
    """Items that nothing speaks against; what is decided of the others goes into `planned`."""
    candidates = []
    earlier: dict[str, Item] = {}
    for item in items:
        first = earlier.get(item.body.external_id)
        if first is not None:
            _repeat(item, first, planned)
            continue
        judged = _judge(item, facts, today)
        if isinstance(judged, Candidate):
            candidates.append(judged)
        else:
            planned.outcomes[item.index] = judged
        if isinstance(judged, Candidate) or judged.state is not ItemState.refused:
            earlier[item.body.external_id] = item
    return candidates


def _repeat(item: Item, first: Item, planned: Plan) -> None:
    if item.body_hash == first.body_hash:
        planned.repeats.append((item.index, first.index))
    else:
        planned.outcomes[item.index] = refused(rules.CompletionDiffers)


def _judge(item: Item, facts: Facts, today: date) -> Outcome | Candidate:
    known = facts.known.get(item.body.external_id)
    if known is not None and known.body_hash != item.body_hash:
        return refused(rules.CompletionDiffers)
    if known is not None and known.status != CompletionStatus.unmatched:
        return Outcome(ItemState.duplicate, known.id, known.claim_id)
    program = facts.programs.get(item.body.program)
    offer = offer_of(program) if program else None
    problem = rules.refusal_of(offer, item.body.result, item.completed_on, today)
    if problem is not None or program is None:
        return refused(problem or rules.ProgramUnknown)
    completion_id = known.id if known else new_id()
    return Candidate(item, program, completion_id, waits=known is not None)


def _by_natural_key(candidates: Sequence[Candidate], facts: Facts, planned: Plan) -> None:
    leaders: dict[NaturalKey, Matched] = {}
    for candidate in candidates:
        person = facts.people.get(candidate.item.body.teacher)
        if person is None:
            planned.unmatched.append(candidate)
            continue
        matched = Matched(candidate, person)
        key = matched.natural_key
        if key in facts.standing:
            planned.doubles.append((matched, facts.standing[key]))
        elif key in leaders:
            planned.followers.append((matched, leaders[key]))
        else:
            leaders[key] = matched
    planned.firsts = [leaders[key] for key in sorted(leaders)]


def refused(problem: DomainError | type[DomainError]) -> Outcome:
    return Outcome(ItemState.refused, problem=problem)
