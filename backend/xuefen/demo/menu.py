"""Programs that are not over: their rows, their seats, and who has taken one."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from xuefen.demo.openings import CITY, FIRST_SCHOOL, Opening
from xuefen.demo.people import SHOWCASE, Person
from xuefen.demo.seed import Seed
from xuefen.demo.staff import Staff
from xuefen.demo.timeline import Timeline, at
from xuefen.demo.tree import Node, Tree
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.roles import Role
from xuefen.policy.levels import DeliveryMode
from xuefen.programs.models import ClassRun, ClassSession, Program, Seat
from xuefen.programs.states import ProgramState, RunState

SETTLED = frozenset({ProgramState.approved, ProgramState.published})


@dataclass(eq=False)
class Class:
    """An opening with its place in the city: ids, units, days, and the learners by seat holder."""

    opening: Opening
    code: str
    program_id: UUID
    run_id: UUID
    sponsor: Node
    provider: Node
    starts_on: date
    ends_on: date
    made_at: datetime
    meetings: list[tuple[UUID, datetime]]
    learners: list[tuple[Person, Node]] = field(default_factory=list)

    @property
    def is_out(self) -> bool:
        return self.opening.state is ProgramState.published


class Planner:
    """Gives openings their days and learners; nobody is sent to two courses at once."""

    def __init__(self, tree: Tree, seed: Seed, days: Timeline, people: list[Person]) -> None:
        self._tree, self._seed, self._days = tree, seed, days
        self._showcase = next(person for person in people if person.staff_no == SHOWCASE)
        self._free = [person for person in people if person.situation is None]
        seed.random.shuffle(self._free)

    def plan(self, number: int, opening: Opening) -> Class | None:
        """The class of an opening; None where the sponsoring county is not part of the city."""
        if opening.sponsor > len(self._tree.counties):
            return None
        sponsor = self._sponsor(opening.sponsor)
        starts_on = self._days.ahead(opening.starts_in)
        code = f"QH{starts_on.year}-{sponsor.code[-2:]}-{number:03}"
        made_at = at(self._days.ahead(opening.opens_in - 10), 10)
        meetings = [
            (self._seed.identity(f"session {code} {turn}", made_at), _meets(starts_on, turn, opening.hour))
            for turn in range(opening.sessions)
        ]
        last = meetings[-1][1].date() if meetings else starts_on + timedelta(days=30)
        planned = Class(
            opening=opening,
            code=code,
            program_id=self._seed.identity(f"program {code}", made_at),
            run_id=self._seed.identity(f"run {code}", made_at),
            sponsor=sponsor,
            provider=self._provider(opening, sponsor),
            starts_on=starts_on,
            ends_on=last,
            made_at=made_at,
            meetings=meetings,
        )
        self._fill(planned)
        return planned

    def _sponsor(self, number: int) -> Node:
        named = {CITY: self._tree.city, FIRST_SCHOOL: self._tree.schools[0]}
        return named.get(number) or self._tree.counties[number - 1]

    def _provider(self, opening: Opening, sponsor: Node) -> Node:
        named = [provider for provider in self._tree.providers if provider.code == opening.provider]
        return named[0] if named else self._tree.provider_of(sponsor)

    def _fill(self, planned: Class) -> None:
        """As many as wanted, of those whom the program is for and who have a seat somewhere."""
        if planned.opening.with_showcase:
            planned.learners.append((self._showcase, planned.sponsor))
        room = Counter(self._holders(planned))
        allotted = bool(room)
        for person in list(self._free):
            if len(planned.learners) >= planned.opening.enrolled:
                return
            holder = self._holder(planned, person)
            fits = planned.opening.audience.includes(person, planned.starts_on)
            if holder and fits and (room[holder] > 0 or not allotted):
                planned.learners.append((person, holder))
                room[holder] -= 1
                self._free.remove(person)

    def _holders(self, planned: Class) -> dict[Node, int]:
        """County -> its seats, where they are allotted."""
        counties = self._tree.counties
        return {counties[n - 1]: quota for n, quota in planned.opening.allotted if n <= len(counties)}

    def _holder(self, planned: Class, person: Person) -> Node | None:
        county = person.school.county
        if planned.opening.allotted:
            return county if county in self._holders(planned) else None
        return planned.sponsor if planned.sponsor in (self._tree.city, county, person.school) else None

    def seats(self, planned: Class) -> Iterator[Seat]:
        """One row a holder; what nobody else holds is the city's."""
        opening, taken = planned.opening, Counter(holder for _, holder in planned.learners)
        quotas = self._holders(planned)
        if not quotas:
            quotas = {planned.sponsor: opening.seats or len(planned.learners) + opening.left}
        quotas.setdefault(self._tree.city, 0)
        for holder, quota in quotas.items():
            yield Seat(
                city_id=self._tree.city.id,
                run_id=planned.run_id,
                holder_id=holder.id,
                quota=max(quota, taken[holder]),
                taken=taken[holder],
            )


def _meets(starts_on: date, turn: int, hour: int) -> datetime:
    """Two half days a day: 9 to 12 and 14 to 17; what begins at 14 keeps to afternoons."""
    if hour >= 12:
        return at(starts_on + timedelta(days=turn), hour)
    return at(starts_on + timedelta(days=turn // 2), hour if turn % 2 == 0 else 14)


def program_of(planned: Class, tree: Tree, staff: Staff) -> Program:
    opening = planned.opening
    maker = staff.at(Role.provider_staff, planned.provider.id)[0]
    county = planned.sponsor.county
    authority = (
        staff.at(Role.county_reviewer, county.id) if county else staff.at(Role.city_auditor, tree.city.id)
    )
    return Program(
        city_id=tree.city.id,
        id=planned.program_id,
        code=planned.code,
        title=opening.title,
        summary=opening.summary,
        sponsor_id=planned.sponsor.id,
        provider_id=planned.provider.id,
        org_path=planned.sponsor.path,
        category=opening.category,
        level=opening.level,
        mode=opening.mode,
        hours_centi=opening.credits * 100,
        credits_centi=opening.credits * 100,
        audience=opening.audience.stored,
        has_exam=opening.has_exam,
        state=opening.state,
        return_note=opening.return_note,
        submitted_by=None if opening.state is ProgramState.draft else maker.id,
        approved_by=authority[0].id if opening.state in SETTLED else None,
        published_at=planned.made_at if planned.is_out else None,
    )


def run_of(planned: Class, tree: Tree, state: RunState = RunState.open) -> ClassRun:
    opening, days = planned.opening, timedelta(days=planned.opening.closes_before)
    closes_at = at(planned.starts_on - days, 18)
    return ClassRun(
        city_id=tree.city.id,
        id=planned.run_id,
        program_id=planned.program_id,
        provider_id=planned.provider.id,
        org_path=planned.sponsor.path,
        name="第一期",
        place=opening.place or ("线上" if opening.mode is DeliveryMode.online else planned.provider.name),
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        enroll_opens_at=planned.made_at + timedelta(days=10),
        enroll_closes_at=closes_at,
        withdraw_until=closes_at,
        state=state,
        published_at=planned.made_at if planned.is_out else None,
        version=2 if state is RunState.concluded else 1,
    )


def sessions_of(planned: Class, tree: Tree) -> Iterator[ClassSession]:
    for turn, (session_id, starts_at) in enumerate(planned.meetings, start=1):
        yield ClassSession(
            city_id=tree.city.id,
            id=session_id,
            run_id=planned.run_id,
            provider_id=planned.provider.id,
            org_path=planned.sponsor.path,
            title=f"第 {turn} 次课",
            place=planned.opening.place or planned.provider.name,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
        )


def enrollments_of(
    planned: Class,
    tree: Tree,
    seed: Seed,
    days: Timeline,
    states: dict[Person, EnrollmentState] | None = None,
) -> Iterator[dict[str, Any]]:
    """Everybody who has a place, in the order in which they took it."""
    opened, now = planned.made_at + timedelta(days=10), days.moment
    known = states or {}
    for turn, (person, holder) in enumerate(planned.learners):
        state = known.get(person, EnrollmentState.enrolled)
        concluded = state is not EnrollmentState.enrolled
        yield {
            "city_id": tree.city.id,
            "id": enrollment_id(planned, person, seed),
            "run_id": planned.run_id,
            "program_id": planned.program_id,
            "teacher_id": person.id,
            "provider_id": planned.provider.id,
            "school_id": person.school.id,
            "org_path": person.school.path,
            "holder_id": holder.id,
            "state": state,
            "enrolled_at": min(now, opened + timedelta(hours=2 + turn * 3)),
            "concluded_at": at(planned.ends_on, 18) if concluded else None,
            "version": 2 if concluded else 1,
        }


def enrollment_id(planned: Class, person: Person, seed: Seed) -> UUID:
    return seed.identity(f"enrollment {planned.code} {person.staff_no}", planned.made_at + timedelta(days=10))


def rows_of(
    planned: list[Class], planner: Planner, tree: Tree, staff: Staff, concluded: Collection[Opening]
) -> Iterator[SQLModel]:
    """Programs, runs, sessions, seats: in the order in which they refer to each other."""
    yield from (program_of(one, tree, staff) for one in planned)
    for one in planned:
        yield run_of(one, tree, RunState.concluded if one.opening in concluded else RunState.open)
    yield from (session for one in planned for session in sessions_of(one, tree))
    yield from (seat for one in planned for seat in planner.seats(one))
