"""The completion sync: a platform reports, each item becomes a claim on its route, once and only once.

A batch is a handful of set-based statements: read, lock the teachers in one order, plan, open the claims,
write the completions.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core import audit, outbox
from xuefen.core.clock import office_date
from xuefen.core.errors import DomainError, FieldError, Invalid
from xuefen.core.problems import ProblemField
from xuefen.platforms import matching, queries
from xuefen.platforms.claiming import Claimed, claim_each
from xuefen.platforms.models import Platform
from xuefen.platforms.planning import Facts, Item, Outcome, Plan, body_hash, plan, refused
from xuefen.platforms.recording import Record, record
from xuefen.platforms.schemas import CompletionIn, ItemProblem, ItemStatus, Malformed, SyncAnswer
from xuefen.platforms.states import CompletionStatus, ItemState

ACCEPTED = "completions.accepted"


async def sync(
    db: AsyncSession, platform: Platform, sent: Sequence[CompletionIn | Malformed], now: datetime
) -> SyncAnswer:
    """Take a batch of completions; one status for each item, in the order given.

    `LostRace` when the same platform reports the same ids at the same time: run it again.
    """
    items = [
        Item(index, one, body_hash(one)) for index, one in enumerate(sent) if isinstance(one, CompletionIn)
    ]
    facts = await _read(db, platform, items)
    planned = plan(items, facts, office_date(now))
    claimed = await claim_each(db, platform.city_id, planned.firsts, now)
    records = [*_waiting_and_known(planned), *_credited(planned, claimed)]
    await record(db, platform, records, now)
    _tell(db, platform, records)
    outcomes = _outcomes(planned, records)
    return SyncAnswer(items=[_answer(index, one, outcomes) for index, one in enumerate(sent)])


async def _read(db: AsyncSession, platform: Platform, items: Sequence[Item]) -> Facts:
    """The teachers are locked before completions are looked up: what is read then stands."""
    city_id = platform.city_id
    programs = await queries.programs_named(db, city_id, {item.body.program for item in items})
    people = await matching.match(db, city_id, {item.body.teacher for item in items})
    await matching.lock(db, city_id, people.values())
    known = await queries.known_to(db, platform, sorted({item.body.external_id for item in items}))
    teachers = {person.teacher_id for person in people.values()}
    standing = await queries.standing(db, city_id, teachers, {program.id for program in programs.values()})
    return Facts(programs, people, known, standing)


def _waiting_and_known(planned: Plan) -> list[Record]:
    waiting = [Record(one, None, CompletionStatus.unmatched) for one in planned.unmatched]
    doubles = [
        Record(one.candidate, one.person, CompletionStatus.duplicate, stands.claim_id, stands.completion_id)
        for one, stands in planned.doubles
    ]
    return [*waiting, *doubles]


def _credited(planned: Plan, claimed: Mapping[UUID, Claimed]) -> list[Record]:
    """Records of those for whom there is a claim; the others are refused and leave no row.

    A claim that another source made first stands for this completion too.
    """
    records = []
    for one in planned.firsts:
        claim = claimed[one.candidate.completion_id]
        if isinstance(claim, DomainError):
            planned.outcomes[one.candidate.item.index] = refused(claim)
            continue
        status = CompletionStatus.accepted if claim.made else CompletionStatus.duplicate
        records.append(Record(one.candidate, one.person, status, claim.claim.id))
    for one, leader in planned.followers:
        claim = claimed[leader.candidate.completion_id]
        if isinstance(claim, DomainError):
            planned.outcomes[one.candidate.item.index] = refused(claim)
            continue
        first = leader.candidate.completion_id
        records.append(Record(one.candidate, one.person, CompletionStatus.duplicate, claim.claim.id, first))
    return records


def _tell(db: AsyncSession, platform: Platform, records: Sequence[Record]) -> None:
    """One row in the trail for the batch, and one event for what was accepted."""
    if not records:
        return
    audit.record(
        db,
        platform.city_id,
        "completions.sync",
        "platform",
        platform.id,
        capacity="platform",
        org_path=platform.org_path,
    )
    accepted = [one for one in records if one.status is CompletionStatus.accepted]
    if accepted:
        ids = [str(one.candidate.completion_id) for one in accepted]
        payload = {"platform_id": str(platform.id), "completion_ids": ids}
        outbox.publish(db, platform.city_id, ACCEPTED, payload)


def _outcomes(planned: Plan, records: Sequence[Record]) -> dict[int, Outcome]:
    """Every well-formed item's answer; an id sent twice in one batch is answered like one sent again."""
    outcomes = dict(planned.outcomes)
    for one in records:
        state = ItemState(one.status)
        outcomes[one.candidate.item.index] = Outcome(state, one.candidate.completion_id, one.claim_id)
    for index, first in planned.repeats:
        said = outcomes[first]
        state = ItemState.duplicate if said.state is ItemState.accepted else said.state
        outcomes[index] = Outcome(state, said.completion_id, said.claim_id, said.problem)
    return outcomes


def _answer(index: int, one: CompletionIn | Malformed, outcomes: Mapping[int, Outcome]) -> ItemStatus:
    outcome = outcomes[index] if isinstance(one, CompletionIn) else refused(Invalid(errors=one.faults(index)))
    return ItemStatus(
        external_id=one.external_id,
        status=outcome.state,
        completion_id=outcome.completion_id,
        claim_id=outcome.claim_id,
        problem=_problem(outcome.problem),
    )


def _problem(problem: DomainError | type[DomainError] | None) -> ItemProblem | None:
    if problem is None:
        return None
    errors: Sequence[FieldError] = problem.errors if isinstance(problem, DomainError) else ()
    return ItemProblem(
        code=problem.code,
        title=problem.title,
        errors=[ProblemField(pointer=e.pointer, code=e.code, message=e.message) for e in errors],
    )
