"""A teacher's plan: the open courses that close the gaps which credits, claims and enrolments leave.

It lives here, and not beside the menu, because it looks at claims too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.planner_schemas import GapAmount, GapOut, GapReason, PlannedCourse, PlanOut
from xuefen.approvals.standing import head_of, with_credits
from xuefen.core import clock
from xuefen.core.errors import DomainError
from xuefen.credits.standing import teacher_head
from xuefen.enrollments import menu_queries, rules
from xuefen.enrollments.joins import program_of_run, run_of_enrollment
from xuefen.enrollments.menu import Judged, earned, judged_for, visitor_of
from xuefen.enrollments.menu_queries import OnMenu
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.schemas import MenuQuery
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.viewer import Viewer
from xuefen.policy.entries import Entry
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.pack import Pack
from xuefen.policy.planning import WHY_TITLES, Chosen, Gap, Hindrance, Offer, Plan, plan
from xuefen.programs.models import ClassRun, ClassSession, Program

Meeting = tuple[datetime, datetime]
NOT_OFFERED = (rules.NotOnMenu, rules.EnrollmentClosed, rules.RunStarted, rules.AlreadyEnrolled)
HINDRANCES: dict[type[DomainError], Hindrance] = {
    rules.EnrollmentNotOpen: Hindrance.opens_later,
    rules.TimeClash: Hindrance.clash,
    rules.NoSeatsForUnit: Hindrance.full,
    rules.RunFull: Hindrance.full,
}
"""Every other refusal says that the teacher is not among those whom the course is for."""


async def plan_page(db: AsyncSession, viewer: Viewer, teacher_id: UUID) -> PlanOut:
    """The plan of a teacher within scope as of now; `NotFound` otherwise."""
    now = clock.now()
    today = clock.office_date(now)
    record, pending, _ = await with_credits(db, await teacher_head(db, viewer, teacher_id))
    under_way = await _enrolled(db, viewer.city_id, teacher_id)
    visitor = await visitor_of(db, record, today)
    standing = record.standing(today, [*pending, *under_way])
    menu = menu_queries.select_menu(viewer, MenuQuery(), today)
    judged = await judged_for(db, visitor, [OnMenu(*row) for row in await db.execute(menu)], now)
    offered = [one for one in judged if not isinstance(one.refusal, NOT_OFFERED)]
    meetings = await _meetings(db, viewer.city_id, [one.run.id for one in offered])
    pack = visitor.policy.pack
    found = plan(pack, standing, [_offer(one, meetings[one.run.id]) for one in offered])
    by_run: dict[UUID | str, Judged] = {one.run.id: one for one in offered}
    return PlanOut(
        teacher=head_of(record),
        on=today,
        gaps=_gaps(found, under_way),
        courses=[_course(course, by_run, pack, found) for course in found.courses],
        days=found.days,
        exact=found.exact,
        closable=all(gap.closable for gap in found.gaps),
    )


async def _enrolled(db: AsyncSession, city_id: UUID, teacher_id: UUID) -> list[Entry]:
    """What the courses will be worth that the teacher has enrolled in and that are not concluded."""
    rows = await db.execute(
        select(ClassRun, Program)
        .join(Enrollment, run_of_enrollment())
        .join(Program, program_of_run())
        .where(
            col(Enrollment.city_id) == city_id,
            col(Enrollment.teacher_id) == teacher_id,
            col(Enrollment.state) == EnrollmentState.enrolled,
        )
    )
    return [earned(run, program) for run, program in rows]


async def _meetings(
    db: AsyncSession, city_id: UUID, run_ids: Sequence[UUID]
) -> defaultdict[UUID, list[Meeting]]:
    rows = await db.execute(
        select(col(ClassSession.run_id), col(ClassSession.starts_at), col(ClassSession.ends_at)).where(
            col(ClassSession.city_id) == city_id, col(ClassSession.run_id).in_(run_ids)
        )
    )
    meetings: defaultdict[UUID, list[Meeting]] = defaultdict(list)
    for run_id, starts_at, ends_at in rows:
        meetings[run_id].append((starts_at, ends_at))
    return meetings


def _offer(judged: Judged, meetings: Sequence[Meeting]) -> Offer:
    refusal = judged.refusal
    return Offer(
        program=judged.program.id,
        entry=earned(judged.run, judged.program),
        days=_days(judged.run, judged.program, meetings),
        meetings=tuple(sorted(meetings)),
        hindrance=HINDRANCES.get(type(refusal), Hindrance.not_eligible) if refusal else None,
    )


def _days(run: ClassRun, program: Program, meetings: Sequence[Meeting]) -> frozenset[date]:
    """The office's days on which the run meets. Without a timetable: none online, else all from first to last."""
    if meetings or program.mode is DeliveryMode.online:
        return frozenset(clock.office_date(starts_at) for starts_at, _ in meetings)
    length = (run.ends_on - run.starts_on).days + 1
    return frozenset(run.starts_on + timedelta(days=number) for number in range(length))


def _gaps(found: Plan, under_way: Iterable[Entry]) -> list[GapOut]:
    runs = {entry.id for entry in under_way}
    return [_gap(gap, runs) for gap in found.gaps]


def _gap(gap: Gap, runs: set[UUID | str]) -> GapOut:
    line = gap.line
    enrolled = sum(share for entry_id, share in line.pending_shares.items() if entry_id in runs)
    return GapOut(
        id=line.id,
        name=line.name,
        unit=line.unit,
        category=line.category,
        clause=line.clause,
        deadline=line.deadline,
        required=line.required_centi or 0,
        counted=line.counted_centi,
        pending=line.pending_centi - enrolled,
        enrolled=enrolled,
        missing=gap.missing_centi,
        planned=gap.planned_centi,
        left=gap.left_centi,
        most=gap.most_centi,
        closable=gap.closable,
        why=GapReason(code=gap.why, title=WHY_TITLES[gap.why]) if gap.why else None,
    )


def _course(course: Chosen, by_run: Mapping[UUID | str, Judged], pack: Pack, found: Plan) -> PlannedCourse:
    judged = by_run[course.offer.id]
    run, program = judged.run, judged.program
    category = pack.find_category(program.category)
    units = {gap.line.id: gap.line.unit for gap in found.gaps}
    return PlannedCourse(
        run_id=run.id,
        program_id=program.id,
        title=program.title,
        run_name=run.name,
        provider_name=judged.provider_name,
        category=program.category,
        category_name=category.name if category else program.category,
        mode=program.mode,
        hours=program.hours_centi,
        credits=program.credits_centi,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        days=len(course.offer.days),
        seats_left=judged.seats.quota - judged.seats.taken,
        adds=[GapAmount(gap_id=gap, unit=units[gap], amount=added) for gap, added in course.adds.items()],
    )
