"""Courses that have been held: a program, its one run, and everybody who completed it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from xuefen.demo.offers import CITY_OFFERS, COUNTY_OFFERS, Offer
from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.staff import Staff
from xuefen.demo.timeline import Timeline, at
from xuefen.demo.tree import Node, Tree
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.roles import Role
from xuefen.programs.models import ClassRun, Program, Seat
from xuefen.programs.states import ProgramState, RunState


@dataclass(eq=False)
class Course:
    """A program of one year with its run. `learners` completed it."""

    program_id: UUID
    run_id: UUID
    code: str
    title: str
    offer: Offer
    year: int
    sponsor: Node
    provider: Node
    ends_on: date
    learners: list[Person] = field(default_factory=list)

    def is_for(self, person: Person) -> bool:
        return self.offer.audience.includes(person, self.ends_on)


class Curriculum:
    """All courses of the cycle that are settled."""

    def __init__(self, tree: Tree, seed: Seed, days: Timeline) -> None:
        self._tree, self._seed, self._days = tree, seed, days
        self.courses = [course for year in days.years for course in self._of_year(year)]
        self._by_sponsor: dict[tuple[int, Node], list[Course]] = {}
        for course in self.courses:
            self._by_sponsor.setdefault((course.year, course.sponsor), []).append(course)

    def open_to(self, person: Person, year: int) -> list[Course]:
        """The courses of a year that the person could take, the city's first."""
        county = person.school_on(date(year, 6, 30)).county
        sponsors = [self._tree.city, county] if county else [self._tree.city]
        listed = [course for sponsor in sponsors for course in self._by_sponsor.get((year, sponsor), ())]
        return [course for course in listed if course.is_for(person)]

    def _of_year(self, year: int) -> Iterator[Course]:
        for turn, offer in enumerate(CITY_OFFERS):
            yield from self._course(year, turn, offer, self._tree.city)
        for number, county in enumerate(self._tree.counties):
            for turn, offer in enumerate(COUNTY_OFFERS):
                yield from self._course(year, number * 3 + turn, offer, county)

    def _course(self, year: int, turn: int, offer: Offer, sponsor: Node) -> Iterator[Course]:
        ends_on = date(year, *offer.ends)
        if ends_on > self._days.settled_on:
            return
        code = f"QH{year}-{sponsor.code[-2:]}{offer.key.upper()}"
        opened = at(ends_on - timedelta(days=90), 9)
        providers = {provider.code: provider for provider in self._tree.providers}
        yield Course(
            program_id=self._seed.identity(f"program {code}", opened),
            run_id=self._seed.identity(f"run {code}", opened),
            code=code,
            title=offer.title_in(year, turn),
            offer=offer,
            year=year,
            sponsor=sponsor,
            provider=providers[offer.provider] if offer.provider else self._tree.provider_of(sponsor),
            ends_on=ends_on,
        )


def rows_of(courses: list[Course], tree: Tree, staff: Staff) -> Iterator[SQLModel]:
    """Programs, then their runs, then the seats."""
    yield from (_program(course, tree, staff) for course in courses)
    yield from (_run(course, tree) for course in courses)
    yield from (_seat(course, tree) for course in courses)


def enrollments_of(courses: list[Course], tree: Tree, seed: Seed) -> Iterator[dict[str, Any]]:
    """Rows of everybody who completed the courses."""
    for course in courses:
        for person in course.learners:
            yield _enrollment(course, person, tree, seed)


def _program(course: Course, tree: Tree, staff: Staff) -> Program:
    offer, approvers = course.offer, _approvers(course.sponsor, staff)
    return Program(
        city_id=tree.city.id,
        id=course.program_id,
        code=course.code,
        title=course.title,
        summary=f"{course.year}年度{course.sponsor.name}培训项目，{offer.credits}学时。",
        sponsor_id=course.sponsor.id,
        provider_id=course.provider.id,
        org_path=course.sponsor.path,
        category=offer.category,
        level=offer.level,
        mode=offer.mode,
        hours_centi=offer.credits * 100,
        credits_centi=offer.credits * 100,
        audience=offer.audience.stored,
        has_exam=offer.has_exam,
        state=ProgramState.closed,
        submitted_by=staff.at(Role.provider_staff, course.provider.id)[0].id,
        approved_by=approvers,
        published_at=at(course.ends_on - timedelta(days=80), 9),
    )


def _approvers(sponsor: Node, staff: Staff) -> UUID:
    role = Role.county_reviewer if sponsor.county else Role.city_auditor
    return staff.at(role, sponsor.id)[0].id


def _run(course: Course, tree: Tree) -> ClassRun:
    starts_on = course.ends_on - timedelta(days=max(2, course.offer.credits // 8))
    return ClassRun(
        city_id=tree.city.id,
        id=course.run_id,
        program_id=course.program_id,
        provider_id=course.provider.id,
        org_path=course.sponsor.path,
        name="第一期",
        place=course.provider.name,
        starts_on=starts_on,
        ends_on=course.ends_on,
        enroll_opens_at=at(starts_on - timedelta(days=45), 9),
        enroll_closes_at=at(starts_on - timedelta(days=5), 18),
        withdraw_until=at(starts_on - timedelta(days=3), 18),
        state=RunState.concluded,
        published_at=at(starts_on - timedelta(days=50), 9),
    )


def _seat(course: Course, tree: Tree) -> Seat:
    taken = len(course.learners)
    return Seat(
        city_id=tree.city.id,
        run_id=course.run_id,
        holder_id=tree.city.id,
        quota=max(40, taken + 10 - taken % 10),
        taken=taken,
    )


def _enrollment(course: Course, person: Person, tree: Tree, seed: Seed) -> dict[str, Any]:
    school = person.school_on(course.ends_on)
    enrolled_at = at(course.ends_on - timedelta(days=60), 12)
    return {
        "city_id": tree.city.id,
        "id": seed.identity(f"enrollment {course.code} {person.staff_no}", enrolled_at),
        "run_id": course.run_id,
        "program_id": course.program_id,
        "teacher_id": person.id,
        "provider_id": course.provider.id,
        "school_id": school.id,
        "org_path": school.path,
        "holder_id": tree.city.id,
        "state": EnrollmentState.completed,
        "enrolled_at": enrolled_at,
        "concluded_at": at(course.ends_on, 18),
        "version": 2,
    }
