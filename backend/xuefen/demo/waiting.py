"""Claims on their way: waiting at each tier, returned, rejected; and an entry that was corrected."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.intake import ClaimRequest
from xuefen.approvals.reversing import Correction, reverse
from xuefen.demo import accounts, off_menu
from xuefen.demo.city import DemoCity
from xuefen.demo.courses import Course
from xuefen.demo.degrees import degree_of
from xuefen.demo.office import Office
from xuefen.demo.people import Person
from xuefen.demo.requests import Asking
from xuefen.demo.staff import Officer
from xuefen.demo.timeline import at
from xuefen.demo.tree import Node
from xuefen.ledger.models import LedgerEntry
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.roles import Role
from xuefen.people.degrees import Degree
from xuefen.platforms.models import Platform
from xuefen.platforms.schemas import CompletionIn
from xuefen.platforms.sync import sync

RECENT_ACTIVITIES = (
    ("期中质量分析与二次备课", 12, 2),
    ("同课异构：分数的初步认识", 11, 2),
    ("新课标学习与说课比赛", 10, 2),
    ("校本课题：低年级识字策略", 9, 3),
    ("教研组听评课", 8, 1),
    ("信息技术与学科融合研讨", 6, 2),
)
"""Title, days ago, credits: one for each school of a county in turn."""
WAITING_IN_FIRST_COUNTY = (14, 9, 8, 8, 7, 6)
WAITING_ELSEWHERE = (5, 4)
REVIEWED_IN_EACH = 5
ONLINE_COURSE = "4"
"""Key of the city's yearly online course (`offers`)."""
REPORTED = 8


class Backlog:
    """What lies on the desks this morning."""

    def __init__(self, db: AsyncSession, city: DemoCity) -> None:
        self._db, self._city = db, city
        self._office = Office(db, city.tree.city.id, city.days)
        self._asking = Asking(city.seed, city.days)
        self._people: dict[Node, list[Person]] = {}
        for person in city.people:
            if person.situation is None:
                self._people.setdefault(person.school, []).append(person)
        self._reviewers = {
            county: city.staff.at(Role.county_reviewer, county.id) for county in city.tree.counties
        }
        self._auditors = city.staff.at(Role.city_auditor, city.tree.city.id)

    async def pile_up(self) -> None:
        for number, county in enumerate(self._city.tree.counties):
            await self._at_county(county, WAITING_ELSEWHERE if number else WAITING_IN_FIRST_COUNTY)
            await self._reviewed(county)
        await self._flagged(self._city.tree.counties[0])
        await self._from_direct_schools()
        await self._from_classes()
        await self._from_platform()
        await self._teacher_made()
        await self._sent_back()
        await self._corrected()

    async def _at_county(self, county: Node, counts: tuple[int, ...]) -> None:
        """School-level claims that the schools have registered."""
        schools = _schools_of(county, self._city.tree.schools)
        for school, count, activity in zip(schools, counts, RECENT_ACTIVITIES, strict=False):
            await self._registered(school, self._take(school, count), *activity)

    async def _reviewed(self, county: Node) -> None:
        """And some that the county has passed on to the city."""
        school = _schools_of(county, self._city.tree.schools)[-1]
        people = self._take(school, REVIEWED_IN_EACH)
        claims = await self._registered(school, people, "集体备课与磨课", 20, 2)
        await self._office.approve(claims, self._reviewers[county][-1], 13)

    async def _flagged(self, county: Node) -> None:
        """Those that the checks ask the county to look at."""
        school = _schools_of(county, self._city.tree.schools)[0]
        late, short, dear = (self._take(school, count) for count in (2, 2, 1))
        title = "青年教师过关课展示"
        requests = [
            self._asking.school_based(person, title, 52, 2, late_reason="材料原件遗失，补办后登记")
            for person in late
        ]
        requests += [
            self._asking.school_based(person, "课堂观察：学生的提问", 7, 2, attended=2, held=4)
            for person in short
        ]
        requests += [
            self._asking.school_based(person, "作业设计研讨", 5, 4, hours_centi=200) for person in dear
        ]
        claims = await self._office.open(requests, 5)
        await self._office.approve(claims, self._clerk(school), 4)
        await self._office.open(self._taken_twice(county), 4)

    def _taken_twice(self, county: Node) -> list[ClaimRequest]:
        """A course of the county that the ledger already has, claimed again: a draft at the county's desk."""
        again = [
            self._asking.again(one.person, one.of, 7)
            for one in self._city.earned
            if isinstance(one.of, Course) and one.of.sponsor is county and one.person.situation is None
        ]
        return again[:1]

    async def _from_direct_schools(self) -> None:
        """Direct schools register, the city audits: no county stands between."""
        for school in [school for school in self._city.tree.schools if school.is_direct][:2]:
            await self._registered(school, self._take(school, 7), "高效课堂研讨", 9, 2)

    async def _from_classes(self) -> None:
        """Completions: half of the city's and the county's registered by a colleague, the rest drafts."""
        for planned in self._city.classes:
            if planned.opening not in off_menu.CONCLUDED:
                continue
            ago = (self._city.days.today - planned.ends_on).days
            claims = await self._office.open(self._asking.completions(planned), ago - 2)
            registrar = self._registrar(planned.sponsor)
            if registrar:
                await self._office.approve(claims[: len(claims) // 2], registrar, ago - 4)

    def _registrar(self, sponsor: Node) -> Officer | None:
        """The second person of the registering desk, so that the first has something to audit."""
        if sponsor is self._city.tree.city:
            return self._auditors[1]
        return self._reviewers[sponsor][1] if sponsor in self._reviewers else None

    async def _from_platform(self) -> None:
        """What the learning platform has reported: drafts at the city's desk, one with too few hours."""
        course = max(
            (course for course in self._city.courses if course.offer.key == ONLINE_COURSE),
            key=lambda course: course.ends_on,
        )
        free = [
            person
            for person in self._city.people
            if person.situation is None and person not in course.learners and course.is_for(person)
        ]
        platform_id = accounts.platform_id(self._city.seed, self._city.days)
        platform = await self._db.get_one(Platform, (self._city.tree.city.id, platform_id))
        day = self._city.days.back(4)
        sent = [
            CompletionIn.model_validate(_completion(person, course, number, at(day, 20, number)))
            for number, person in enumerate(free[:REPORTED], start=1)
        ]
        await sync(self._db, platform, sent, at(day, 21))

    async def _teacher_made(self) -> None:
        """Diplomas and awards: two wait at the school for a look at the originals, one at the county."""
        school = self._city.tree.schools[0]
        first, third = self._holding(school, Degree.associate), self._holding(school, Degree.bachelor)
        [second] = self._take(school, 1)
        award = self._asking.teacher_made(second, "policy_bonus", "市级优质课评比一等奖", 15, 10)
        bachelor = self._asking.diploma(first, Degree.bachelor, "本科毕业证书（汉语言文学，自考）", 18)
        await self._office.open([bachelor, award], 6)
        master = self._asking.diploma(third, Degree.master, "硕士毕业证书（学科教学·数学）", 25)
        claims = await self._office.open([master], 10)
        await self._office.approve(claims, self._clerk(school), 7)

    async def _sent_back(self) -> None:
        """The showcase's record that came back, another one, and one that was rejected."""
        county = self._city.tree.counties[0]
        reviewer = self._reviewers[county][0]
        shown, returned, rejected = (self._city.person(number) for number in ("T0001", "T0014", "T0015"))
        school = shown.school
        first = await self._registered(school, [shown], "同课异构反思", 16, 4)
        note = "签到表第 2 页看不清，请补拍后重新登记。"
        await self._office.send_back(first, reviewer, 5, "evidence_unclear", note)
        second = await self._registered(school, [returned], "校本课题中期汇报", 17, 4)
        await self._office.send_back(second, reviewer, 4, "wrong_amount", "活动两个半天，学时应为 2。")
        third = await self._registered(school, [rejected], "教研组听评课（补记）", 18, 2)
        await self._office.reject(third, reviewer, 6, "duplicate", "与九月已登记的听评课是同一次活动。")

    async def _corrected(self) -> None:
        """A posted credit taken back by the city that granted it."""
        person, city_id = self._city.person("T0016"), self._city.tree.city.id
        latest = (
            select(col(LedgerEntry.id))
            .where(col(LedgerEntry.city_id) == city_id, col(LedgerEntry.teacher_id) == person.id)
            .order_by(col(LedgerEntry.sequence).desc())
            .limit(1)
        )
        entry_id: UUID = (await self._db.scalars(latest)).one()
        day = self._city.days.office_day(self._city.days.back(3))
        identity = self._city.seed.identity("correction", at(day, 16))
        wanted = Correction(identity, entry_id, "wrong_person")
        await reverse(self._db, self._auditors[0].viewer, wanted, at(day, 16))

    async def _registered(
        self, school: Node, people: Iterable[Person], title: str, days_ago: int, credits: int
    ) -> list[UUID]:
        """An activity registered two days after it was held."""
        requests = [self._asking.school_based(person, title, days_ago, credits) for person in people]
        clerk = self._clerk(school)
        made = [replace(request, made_by=clerk.id) for request in requests]
        claims = await self._office.open(made, days_ago - 2)
        await self._office.approve(claims, clerk, days_ago - 2)
        return claims

    def _clerk(self, school: Node) -> Officer:
        by = school.parent if school.parent and school.parent.kind is Kind.union else school
        return self._city.staff.at(Role.school_clerk, by.id)[0]

    def _holding(self, school: Node, degree: Degree) -> Person:
        """The next teacher of the school who holds just this degree."""
        seed, days, people = self._city.seed, self._city.days, self._people[school]
        chosen = next(person for person in people if degree_of(person, seed, days) is degree)
        people.remove(chosen)
        people.append(chosen)
        return chosen

    def _take(self, school: Node, count: int) -> list[Person]:
        """The next teachers of the school, so that nobody waits twice while others do not at all."""
        people = self._people[school]
        taken, self._people[school] = people[:count], people[count:] + people[:count]
        return taken


def _schools_of(county: Node, schools: list[Node]) -> list[Node]:
    return [school for school in schools if school.county is county]


def _completion(person: Person, course: Course, number: int, completed_at: datetime) -> dict[str, Any]:
    """As a platform sends it; the last one was seen for fewer hours than the course has."""
    hours = course.offer.credits if number < REPORTED else course.offer.credits - 4
    return {
        "external_id": f"{course.code}-{number:04}",
        "teacher": {"staff_no": person.staff_no, "name": person.name},
        "program_code": course.code,
        "completed_at": completed_at.isoformat(),
        "hours": f"{hours}.00",
        "result": "pass",
    }
