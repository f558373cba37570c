"""Credits that have walked their whole way: the claim, every decision on it, and what was posted.

They are written in bulk, on the routes and desks that the intake itself would choose, with the days on which
an office would have acted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from xuefen.approvals.desks import stored
from xuefen.approvals.rules import DESK_ROLES, STATE_AFTER, Desk
from xuefen.approvals.states import ClaimSource, ClaimState, Verdict
from xuefen.demo.activities import Activity
from xuefen.demo.courses import Course
from xuefen.demo.history import Earned
from xuefen.demo.seed import Seed
from xuefen.demo.staff import Officer, Staff
from xuefen.demo.timeline import Timeline, at
from xuefen.demo.tree import Node, Tree
from xuefen.ledger.posting import Posting
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.policies import PolicyInForce
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.routes import Act, route

HOURS = {Act.register: 9, Act.review: 11, Act.audit: 15}


@dataclass(frozen=True, slots=True)
class Training:
    """What a claim says of the training itself, whichever kind of thing it was."""

    activity: str
    title: str
    category: str
    level: Level
    mode: DeliveryMode
    sponsor: Node | None
    source: ClaimSource
    program_id: UUID | None = None
    run_id: UUID | None = None
    batch_id: UUID | None = None
    exam_passed: bool = False
    sessions: int | None = None


CARRIED_OVER = Training(
    "earlier:edtech",
    "教育技术能力培训（原系统转入，考试未通过）",
    "edtech",
    Level.city,
    DeliveryMode.blended,
    None,
    ClaimSource.teacher,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One desk with the day's work done there."""

    desk: Desk
    actor: Officer
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """What one school's people have in common who did the same training: the way, and most of the claim."""

    steps: tuple[Step, ...]
    shared: dict[str, Any]


class Recorder:
    """Turns what was earned into rows. What shares a training, a school and a day is decided at once."""

    def __init__(self, tree: Tree, staff: Staff, seed: Seed, days: Timeline, policy: PolicyInForce) -> None:
        self._tree, self._staff, self._seed, self._days = tree, staff, seed, days
        self._policy = policy
        self._map = tree.map
        self._walks: dict[tuple[str, Node, date], Walk] = {}
        self.claims: list[dict[str, Any]] = []
        self.decisions: list[dict[str, Any]] = []
        self.postings: list[Posting] = []

    def record(self, earned: Earned) -> None:
        walk = self._walk(earned)
        claim = self._claim(earned, walk)
        self.claims.append(claim)
        self.decisions.extend(self._decisions(claim, earned, walk.steps))
        self.postings.append(self._posting(claim, walk.steps))

    def in_order(self) -> list[Posting]:
        """The postings as the ledger saw them: by the instant, then by the claim."""
        return sorted(self.postings, key=lambda posting: (posting.posted_at, posting.id))

    def _walk(self, earned: Earned) -> Walk:
        training, school = training_of(earned), earned.person.school_on(earned.event_on)
        key = (training.activity, school, earned.event_on)
        if key not in self._walks:
            steps = tuple(self._steps(training, school, earned.event_on))
            self._walks[key] = Walk(steps, self._shared(training, school, earned.event_on, steps))
        return self._walks[key]

    def _steps(self, training: Training, school: Node, event_on: date) -> Iterator[Step]:
        place = self._map.school_place(school.place)
        planned = route(self._policy.pack, training.category, training.level, place)
        sponsor = training.sponsor.place if training.sponsor else None
        day = event_on
        for number, desk in enumerate(self._map.desks(planned, sponsor, school.place)):
            day = self._days.office_day(day + timedelta(days=self._seed.random.randint(1, 8)))
            people = self._staff.at(DESK_ROLES[desk.tier], desk.organisation_id)
            minute = self._seed.random.randint(0, 59)
            # Nobody acts at two steps of one claim: at the city's desk the next person takes the next step.
            actor = people[(event_on.day + number) % len(people)]
            yield Step(desk, actor, at(day, HOURS[desk.act], minute))

    def _shared(
        self, training: Training, school: Node, event_on: date, steps: Sequence[Step]
    ) -> dict[str, Any]:
        return {
            "city_id": self._tree.city.id,
            "school_id": school.id,
            "org_path": school.path,
            "category": training.category,
            "level": training.level,
            "mode": training.mode,
            "sponsor_id": training.sponsor.id if training.sponsor else None,
            "sponsor_path": training.sponsor.path if training.sponsor else None,
            "program_id": training.program_id,
            "run_id": training.run_id,
            "batch_id": training.batch_id,
            "source": training.source,
            "activity": training.activity,
            "title": training.title,
            "event_on": event_on,
            "exam_passed": training.exam_passed,
            "attended_sessions": training.sessions,
            "held_sessions": training.sessions,
            "flags": [],
            "route": stored([step.desk for step in steps]),
            "step": len(steps),
            "state": ClaimState.audited,
            "arrived_at": steps[-1].decided_at,
            "made_by": steps[0].actor.id,
            "made_at": steps[0].decided_at,
            "version": len(steps) + 1,
        }

    def _claim(self, earned: Earned, walk: Walk) -> dict[str, Any]:
        name = f"claim {walk.shared['activity']} {earned.person.staff_no} {earned.event_on}"
        claim_id = self._seed.identity(name, walk.shared["made_at"])
        return walk.shared | {
            "id": claim_id,
            "number": f"XF-{earned.event_on.year}-{str(claim_id)[-6:].upper()}",
            "teacher_id": earned.person.id,
            "hours_centi": earned.claimed * 100,
            "credits_claimed_centi": earned.claimed * 100,
            "credits_granted_centi": earned.granted * 100,
        }

    def _decisions(
        self, claim: dict[str, Any], earned: Earned, steps: Sequence[Step]
    ) -> Iterator[dict[str, Any]]:
        """Everybody approves; where less is granted, the last desk decides so."""
        before, amount = ClaimState.draft, earned.claimed
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            after = ClaimState.audited if last else STATE_AFTER[step.desk.act]
            granted = earned.granted if last else amount
            yield {
                "city_id": claim["city_id"],
                "id": UUID(int=claim["id"].int ^ (number + 1)),
                "claim_id": claim["id"],
                "teacher_id": claim["teacher_id"],
                "org_path": claim["org_path"],
                "step": number,
                "act": step.desk.act.value,
                "verdict": Verdict.approve,
                "capacity": step.actor.role,
                "organisation_id": step.desk.organisation_id,
                "actor_id": step.actor.id,
                "state_before": before,
                "state_after": after,
                "credits_before_centi": amount * 100,
                "credits_after_centi": granted * 100,
                "decided_at": step.decided_at,
            }
            before = after

    def _posting(self, claim: dict[str, Any], steps: Sequence[Step]) -> Posting:
        return Posting(
            id=uuid5(claim["id"], "credit"),
            teacher_id=claim["teacher_id"],
            issuer_id=steps[-1].desk.organisation_id,
            org_path=claim["org_path"],
            credits_centi=claim["credits_granted_centi"],
            hours_centi=claim["hours_centi"],
            category=claim["category"],
            level=claim["level"],
            mode=claim["mode"],
            exam_passed=claim["exam_passed"],
            event_on=claim["event_on"],
            title=claim["title"],
            policy_sha256=self._policy.sha256,
            posted_by=steps[-1].actor.id,
            posted_at=steps[-1].decided_at,
            claim_id=claim["id"],
            program_id=claim["program_id"],
        )


def training_of(earned: Earned) -> Training:
    match earned.of:
        case Activity() as activity:
            return _of_activity(activity)
        case Course() as course:
            return _of_course(course)
        case _:
            return CARRIED_OVER


def _of_activity(activity: Activity) -> Training:
    by_union = activity.sponsor.kind is Kind.union
    return Training(
        activity=f"batch:{activity.batch_id}",
        title=activity.title,
        category="school_based",
        level=Level.union if by_union else Level.school,
        mode=DeliveryMode.school_based,
        sponsor=activity.sponsor,
        source=ClaimSource.school_batch,
        batch_id=activity.batch_id,
    )


def _of_course(course: Course) -> Training:
    return Training(
        activity=f"program:{course.code}",
        title=course.title,
        category=course.offer.category,
        level=course.offer.level,
        mode=course.offer.mode,
        sponsor=course.sponsor,
        source=ClaimSource.class_run,
        program_id=course.program_id,
        run_id=course.run_id,
        exam_passed=course.offer.has_exam,
        sessions=max(2, course.offer.credits // 4),
    )
