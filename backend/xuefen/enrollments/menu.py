"""The menu (培训菜单): what is offered, and what each offer is to the person who looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.errors import DomainError
from xuefen.credits.standing import TeacherRecord, teacher_record
from xuefen.enrollments import menu_queries, rules
from xuefen.enrollments.menu_queries import BY_START, Meetings, OnMenu, Seats
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.rules import Learner, NotATeacher, Offer, Past
from xuefen.enrollments.schemas import (
    FirstSession,
    MenuEnrollment,
    MenuItem,
    MenuPage,
    MenuQuery,
    refusal_out,
)
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.policies import PolicyInForce, policy_for
from xuefen.organisations.viewer import Viewer
from xuefen.policy.entries import Entry
from xuefen.policy.gaps import closes_gaps
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.requirements import Standing
from xuefen.programs.models import ClassRun, Program

NO_SEATS = Seats(0, 0)


@dataclass(frozen=True)
class Visitor:
    """For whom the menu is judged. A visitor who is no teacher sees it all and may enroll in nothing.

    `standing` is None where no cycle runs; `credited_on` gives the days of credits by program.
    """

    city_id: UUID
    policy: PolicyInForce
    teacher_id: UUID | None = None
    org_path: str | None = None
    learner: Learner | None = None
    standing: Standing | None = None
    enrollments: tuple[tuple[Enrollment, date], ...] = ()
    credited_on: Mapping[UUID, Sequence[date]] = field(default_factory=dict)

    def enrollment_in(self, run_id: UUID) -> Enrollment | None:
        return next((one for one, _ in self.enrollments if one.run_id == run_id), None)

    def past(self, on_menu: OnMenu, clash: str | None) -> Past:
        taken = [(one, day) for one, day in self.enrollments if one.state in rules.TAKING]
        enrolled_on = [day for one, day in taken if one.program_id == on_menu.program.id]
        credited_on = self.credited_on.get(on_menu.program.id, ())
        enrolled_here = any(one.run_id == on_menu.run.id for one, _ in taken)
        return Past(enrolled_here, (*enrolled_on, *credited_on), clash)


@dataclass(frozen=True)
class Judged:
    """An offer as the visitor finds it; `refusal` None: it can be enrolled in."""

    run: ClassRun
    program: Program
    sponsor_name: str
    provider_name: str
    seats: Seats
    refusal: DomainError | None


async def read_menu(db: AsyncSession, viewer: Viewer, query: MenuQuery) -> MenuPage:
    """One page of the menu, soonest first."""
    now = clock.now()
    today = clock.office_date(now)
    visitor = await _visitor(db, viewer, today)
    menu = menu_queries.select_menu(viewer, query, today)
    if query.can_enroll is not None:
        offered = await judged_for(db, visitor, [OnMenu(*row) for row in await db.execute(menu)], now)
        wanted = [one.run.id for one in offered if (one.refusal is None) == query.can_enroll]
        menu = menu.where(col(ClassRun.id).in_(wanted))
    found = [OnMenu(*row) for row in await db.execute(BY_START.select(menu, query))]
    shown, token = BY_START.cut(found, query, lambda on_menu: (on_menu.run.starts_on, on_menu.run.id))
    judged = await judged_for(db, visitor, shown, now)
    meetings = await menu_queries.meetings_of(db, viewer.city_id, [on_menu.run.id for on_menu in shown])
    return MenuPage(
        items=[_item(visitor, one, meetings.get(one.run.id), now) for one in judged],
        next_page_token=token,
        total=await menu_queries.count_of(db, menu),
    )


async def _visitor(db: AsyncSession, viewer: Viewer, today: date) -> Visitor:
    if viewer.teacher_id is None:
        path = await menu_queries.city_path(db, viewer.city_id)
        return Visitor(viewer.city_id, await policy_for(db, viewer.city_id, path, today))
    return await visitor_of(db, await teacher_record(db, viewer, viewer.teacher_id), today)


async def visitor_of(
    db: AsyncSession, record: TeacherRecord, today: date, pending: Sequence[Entry] = ()
) -> Visitor:
    """The teacher of the record as a visitor; `pending` fills what the posted credits leave."""
    policy, person, teacher = record.policy_on(today), record.person, record.teacher
    in_cycle = policy.calendar.find_cycle(today) is not None
    posts = frozenset(code for code, _, _ in person.positions if person.holds(code, today))
    return Visitor(
        city_id=teacher.city_id,
        policy=policy,
        teacher_id=teacher.id,
        org_path=teacher.org_path,
        learner=Learner(person.stage, person.subject, teacher.hired_on, posts),
        standing=record.standing(today, pending) if in_cycle else None,
        enrollments=tuple(await menu_queries.enrollments_of(db, teacher.city_id, teacher.id)),
        credited_on=await menu_queries.credited_on(db, teacher.city_id, teacher.id),
    )


async def judged_for(
    db: AsyncSession, visitor: Visitor, offers: Sequence[OnMenu], now: datetime
) -> list[Judged]:
    """Each offer with the visitor's seats, and what stands in the visitor's way."""
    run_ids = [on_menu.run.id for on_menu in offers]
    seats = await menu_queries.seats_for(db, visitor.city_id, run_ids, visitor.org_path)
    clashes: Mapping[UUID, str] = {}
    if visitor.teacher_id is not None:
        clashes = await menu_queries.clashes_of(db, visitor.city_id, visitor.teacher_id, run_ids)
    return [
        _judge(visitor, on_menu, seats.get(on_menu.run.id, NO_SEATS), clashes.get(on_menu.run.id), now)
        for on_menu in offers
    ]


def _judge(visitor: Visitor, on_menu: OnMenu, seats: Seats, clash: str | None, now: datetime) -> Judged:
    if visitor.learner is None:
        return Judged(*on_menu, seats, NotATeacher())
    refusal = rules.may_enroll(
        _offer(on_menu),
        visitor.learner,
        visitor.past(on_menu, clash),
        visitor.policy.calendar,
        now,
        clock.office_date(now),
    )
    return Judged(*on_menu, seats, refusal or rules.seat_refusal(*seats))


def _offer(on_menu: OnMenu) -> Offer:
    run, program = on_menu.run, on_menu.program
    return Offer(
        program_state=program.state,
        run_state=run.state,
        enroll_opens_at=run.enroll_opens_at,
        enroll_closes_at=run.enroll_closes_at,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        audience=program.audience,
    )


def _item(visitor: Visitor, judged: Judged, meetings: Meetings | None, now: datetime) -> MenuItem:
    run, program, seats = judged.run, judged.program, judged.seats
    category = visitor.policy.pack.find_category(program.category)
    return MenuItem(
        run_id=run.id,
        program_id=program.id,
        title=program.title,
        summary=program.summary,
        run_name=run.name,
        place=run.place,
        sponsor_name=judged.sponsor_name,
        provider_name=judged.provider_name,
        category=program.category,
        category_name=category.name if category else program.category,
        group=category.group if category else None,
        compulsory=category.compulsory if category else False,
        level=program.level,
        mode=program.mode,
        hours=program.hours_centi,
        credits=program.credits_centi,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        first_session=_first(meetings),
        sessions_count=meetings.number if meetings else 0,
        enroll_opens_at=run.enroll_opens_at,
        enroll_closes_at=run.enroll_closes_at,
        seats_total=seats.quota,
        seats_left=max(0, seats.quota - seats.taken),
        enrollment=_enrollment(visitor.enrollment_in(run.id), run, now),
        can_enroll=judged.refusal is None,
        refusal=refusal_out(judged.refusal),
        closes_gaps=_gaps_closed(visitor, run, program),
    )


def _first(meetings: Meetings | None) -> FirstSession | None:
    if meetings is None:
        return None
    return FirstSession(starts_at=meetings.starts_at, ends_at=meetings.ends_at, place=meetings.place)


def _enrollment(enrollment: Enrollment | None, run: ClassRun, now: datetime) -> MenuEnrollment | None:
    if enrollment is None:
        return None
    refusal = rules.may_withdraw(enrollment.state, run.withdraw_until, now)
    return MenuEnrollment(
        id=enrollment.id,
        state=EnrollmentState(enrollment.state),
        version=enrollment.version,
        can_withdraw=refusal is None,
        withdraw_refusal=refusal_out(refusal),
    )


def _gaps_closed(visitor: Visitor, run: ClassRun, program: Program) -> list[str]:
    """Ids of the lines to which the program, once completed and recognised, would add."""
    if visitor.standing is None:
        return []
    return list(closes_gaps(visitor.policy.pack, visitor.standing, earned(run, program)))


def earned(run: ClassRun, program: Program) -> Entry:
    """The program as if completed on the run's last day, its exam passed where it has one."""
    return Entry(
        id=run.id,
        category=program.category,
        credits_centi=program.credits_centi,
        hours_centi=program.hours_centi,
        event_on=run.ends_on,
        level=Level(program.level),
        mode=DeliveryMode(program.mode),
        exam_passed=program.has_exam,
    )
