"""What is claimed in the days before today, as the intake is asked for it."""

from dataclasses import replace
from typing import Any

from xuefen.approvals.diplomas import Diploma
from xuefen.approvals.intake import ClaimRequest
from xuefen.approvals.states import ClaimSource
from xuefen.demo import attending
from xuefen.demo.courses import Course
from xuefen.demo.menu import Class
from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import Timeline, at
from xuefen.demo.tree import Node
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.people.degrees import Degree
from xuefen.policy.levels import DeliveryMode, Level


class Asking:
    """Builds claim requests with ids from the seed."""

    def __init__(self, seed: Seed, days: Timeline) -> None:
        self._seed, self._days = seed, days

    def school_based(
        self, person: Person, title: str, days_ago: int, credits: int, **changes: Any
    ) -> ClaimRequest:
        """An activity of the person's school, or of the union above it."""
        held_on = self._days.back(days_ago)
        sponsor = _holder(person.school)
        batch_id = self._seed.identity(f"batch {sponsor.code} {title}", at(held_on, 17))
        request = ClaimRequest(
            id=self._seed.identity(f"claim {batch_id} {person.staff_no}", at(held_on, 18)),
            teacher_id=person.id,
            source=ClaimSource.school_batch,
            activity=f"batch:{batch_id}",
            title=title,
            category="school_based",
            level=Level.union if sponsor.kind is Kind.union else Level.school,
            mode=DeliveryMode.school_based,
            event_on=held_on,
            hours_centi=credits * 100,
            credits_centi=credits * 100,
            sponsor_id=sponsor.id,
            batch_id=batch_id,
        )
        return replace(request, **changes)

    def teacher_made(
        self, person: Person, category: str, title: str, days_ago: int, credits: int
    ) -> ClaimRequest:
        """An award that the teacher brings."""
        day = self._days.back(days_ago)
        return ClaimRequest(
            id=self._seed.identity(f"claim {category} {person.staff_no}", at(day, 18)),
            teacher_id=person.id,
            source=ClaimSource.teacher,
            activity=f"{category}:{person.staff_no}",
            title=title,
            category=category,
            level=Level.self,
            mode=DeliveryMode.onsite,
            event_on=day,
            hours_centi=0,
            credits_centi=credits * 100,
            made_by=person.user_id,
        )

    def diploma(self, person: Person, degree: Degree, title: str, days_ago: int) -> ClaimRequest:
        """A diploma earned in service, issued so many days ago."""
        made = self.teacher_made(person, "degree", title, days_ago, 100)
        number = f"{made.event_on.year}{made.id.int % 10**13:013}"
        paper = Diploma(number, degree, made.event_on)
        return replace(made, mode=DeliveryMode.study, diploma=paper)

    def completions(self, planned: Class) -> list[ClaimRequest]:
        """What concluding the class claims: one for everybody who completed it."""
        return [
            self._completion(planned, person)
            for person, state in attending.states(planned).items()
            if state is EnrollmentState.completed
        ]

    def _completion(self, planned: Class, person: Person) -> ClaimRequest:
        opening = planned.opening
        return ClaimRequest(
            id=self._seed.identity(f"claim {planned.code} {person.staff_no}", at(planned.ends_on, 18)),
            teacher_id=person.id,
            source=ClaimSource.class_run,
            activity=f"program:{planned.code}",
            title=opening.title,
            category=opening.category,
            level=opening.level,
            mode=opening.mode,
            event_on=planned.ends_on,
            hours_centi=opening.credits * 100,
            credits_centi=opening.credits * 100,
            sponsor_id=planned.sponsor.id,
            program_id=planned.program_id,
            run_id=planned.run_id,
            attended=attending.attended(planned, person),
            held=len(planned.meetings),
        )

    def again(self, person: Person, course: Course, days_ago: int) -> ClaimRequest:
        """A course of the cycle, claimed for another day."""
        day, amount = self._days.back(days_ago), course.offer.credits * 100
        return ClaimRequest(
            id=self._seed.identity(f"claim again {course.code} {person.staff_no}", at(day, 18)),
            teacher_id=person.id,
            source=ClaimSource.class_run,
            activity=f"program:{course.code}",
            title=course.title,
            category=course.offer.category,
            level=course.offer.level,
            mode=course.offer.mode,
            event_on=day,
            hours_centi=amount,
            credits_centi=amount,
            sponsor_id=course.sponsor.id,
            program_id=course.program_id,
        )


def _holder(school: Node) -> Node:
    """A union holds for its schools."""
    return school.parent if school.parent and school.parent.kind is Kind.union else school
