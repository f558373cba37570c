"""Whether a teacher may enroll in a class run, and may withdraw: every refusal says what to do next. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xuefen.core.errors import Conflict, DomainError
from xuefen.enrollments.states import EnrollmentState
from xuefen.policy.calendar import Calendar
from xuefen.programs.states import ProgramState, RunState


class NotATeacher(Conflict):
    code, title = "not_a_teacher", "只有教师本人可以报名，请用教师账号登录"


class NotOnMenu(Conflict):
    code, title = "not_on_menu", "该课程已不在培训菜单上，请选择其他课程"


class EnrollmentNotOpen(Conflict):
    code, title = "enrollment_not_open", "报名还没有开始，请在开放报名后再来"


class EnrollmentClosed(Conflict):
    code, title = "enrollment_closed", "报名已截止，请选择其他期次"


class RunStarted(Conflict):
    code, title = "run_started", "本期已开班，请选择下一期"


class AlreadyEnrolled(Conflict):
    code, title = "already_enrolled", "您已报名本期，不必重复报名"


class AlreadyTaken(Conflict):
    code, title = "already_taken", "本周期内已参加过这个项目，请选择其他项目"


class TimeClash(Conflict):
    code, title = "time_clash", "与已报名课程的上课时间冲突，请选择其他期次或先取消原报名"


class StageNotServed(Conflict):
    code, title = "audience_stage", "本项目不面向您所在的学段，请选择其他项目"


class SubjectNotServed(Conflict):
    code, title = "audience_subject", "本项目不面向您任教的学科，请选择其他项目"


class PostNotServed(Conflict):
    code, title = "audience_post", "本项目只面向特定岗位的教师；如岗位信息有误，请联系学校管理员"


class ServiceNotServed(Conflict):
    code, title = "audience_service", "您的教龄不在本项目的培训对象内，请选择其他项目"


class NoSeatsForUnit(Conflict):
    code, title = "no_seats_for_unit", "本期没有分配给您单位的名额，请联系学校管理员"


class RunFull(Conflict):
    code, title = "run_full", "名额已满，请选择其他期次"


class NotEnrolled(Conflict):
    code, title = "not_enrolled", "该报名已取消或已结业，不能再取消"


class WithdrawalClosed(Conflict):
    code, title = "withdrawal_closed", "取消报名的时间已过，请联系承办单位"


ENROLLMENT_REFUSALS: tuple[type[DomainError], ...] = (
    NotOnMenu,
    EnrollmentNotOpen,
    EnrollmentClosed,
    RunStarted,
    AlreadyEnrolled,
    AlreadyTaken,
    TimeClash,
    StageNotServed,
    SubjectNotServed,
    PostNotServed,
    ServiceNotServed,
    NoSeatsForUnit,
    RunFull,
)


TAKING = (EnrollmentState.enrolled, EnrollmentState.completed)
"""Enrolments that count as having taken the program: who did not complete it may try again."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A class run with what its program says of whom it is for (`audience` as `programs` stores it)."""

    program_state: str
    run_state: str
    enroll_opens_at: datetime
    enroll_closes_at: datetime
    starts_on: date
    ends_on: date
    audience: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Learner:
    """The teacher as of now; `posts` are those held today."""

    stage: str
    subject: str
    hired_on: date
    posts: Collection[str]


@dataclass(frozen=True, slots=True)
class Past:
    """What the teacher has to do with this program already.

    `taken_on`: the last days of runs of the same program enrolled in or credited. `clash`: the title of an
    enrolled course that meets at the same time.
    """

    enrolled_here: bool = False
    taken_on: tuple[date, ...] = ()
    clash: str | None = None


def needs_calendar(offer: Offer, past: Past) -> bool:
    """Whether the answer depends on a cycle or a training year; most do not."""
    return bool(past.taken_on or offer.audience.get("service_years"))


def may_enroll(
    offer: Offer, learner: Learner, past: Past, calendar: Calendar | None, now: datetime, today: date
) -> DomainError | None:
    """Why the teacher may not take a seat; None: nothing but the number of seats is in the way.

    `calendar` may be left out where `needs_calendar` says so.
    """
    return (
        _past_refusal(offer, past, calendar)
        or _window_refusal(offer, now, today)
        or _audience_refusal(offer, learner, calendar)
        or (TimeClash(f"与《{past.clash}》上课时间冲突") if past.clash else None)
    )


def seat_refusal(quota: int | None, taken: int) -> DomainError | None:
    """What the count of the teacher's seats says on the menu; when it comes to taking one, the guard decides."""
    if not quota:
        return NoSeatsForUnit()
    return RunFull() if taken >= quota else None


def may_withdraw(state: str, withdraw_until: datetime, now: datetime) -> DomainError | None:
    if state != EnrollmentState.enrolled:
        return NotEnrolled()
    return WithdrawalClosed() if now > withdraw_until else None


def service_years(hired_on: date, year_starts_on: date) -> int:
    """Complete years of service on the first day of the training year; a newcomer has none."""
    years = year_starts_on.year - hired_on.year
    had_anniversary = (year_starts_on.month, year_starts_on.day) >= (hired_on.month, hired_on.day)
    return max(0, years if had_anniversary else years - 1)


def _past_refusal(offer: Offer, past: Past, calendar: Calendar | None) -> DomainError | None:
    if past.enrolled_here:
        return AlreadyEnrolled()
    if calendar is None or not past.taken_on:
        return None
    cycle = calendar.find_cycle(offer.ends_on)
    again = any(cycle is None or day in cycle for day in past.taken_on)
    return AlreadyTaken() if again else None


def _window_refusal(offer: Offer, now: datetime, today: date) -> DomainError | None:
    if offer.program_state != ProgramState.published or offer.run_state != RunState.open:
        return NotOnMenu()
    if now < offer.enroll_opens_at:
        return EnrollmentNotOpen()
    if today >= offer.starts_on:
        return RunStarted()
    return EnrollmentClosed() if now > offer.enroll_closes_at else None


def _audience_refusal(offer: Offer, learner: Learner, calendar: Calendar | None) -> DomainError | None:
    stages, subjects, posts = (offer.audience.get(name) for name in ("stages", "subjects", "posts"))
    if stages and learner.stage not in stages:
        return StageNotServed()
    if subjects and learner.subject not in subjects:
        return SubjectNotServed()
    if posts and not set(posts) & set(learner.posts):
        return PostNotServed()
    bounds = offer.audience.get("service_years")
    if bounds and calendar is not None and not _is_within(bounds, offer, learner, calendar):
        return ServiceNotServed()
    return None


def _is_within(bounds: Mapping[str, int | None], offer: Offer, learner: Learner, calendar: Calendar) -> bool:
    years = service_years(learner.hired_on, calendar.year_of(offer.starts_on).starts_on)
    at_least, at_most = bounds.get("at_least"), bounds.get("at_most")
    return (at_least is None or years >= at_least) and (at_most is None or years <= at_most)
