"""The steps of a yearly closing (年度审验), the day from which each may be taken, and what refuses it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xuefen.core.errors import Conflict
from xuefen.oversight.models import Answer, ClosingState
from xuefen.policy.accountability_rows import ClosingPlan
from xuefen.policy.calendar import Calendar, Period, add_months


class NoClosingPlan(Conflict):
    code, title = "no_closing_plan", "现行制度没有规定年度审验的日期，请先在制度中写明"


class ClosesWithTheCity(Conflict):
    code, title = "closes_with_the_city", "该单位执行上级的制度，随上级一并审验"


class AlreadyOpened(Conflict):
    code, title = "closing_exists", "这一年度（周期）的审验已经开始"


class PeriodNotBegun(Conflict):
    code, title = "period_not_begun", "这一年度（周期）还没有开始"


class CycleEndsInsideYear(Conflict):
    code, title = "cycle_ends_inside_year", "本制度的周期不是在培训年度末结束，不能随年度结转"


class WrongStep(Conflict):
    code, title = "closing_step", "审验当前步骤不能进行此操作，请刷新后再试"


class Frozen(Conflict):
    code, title = "closing_frozen", "审验已经审定，数据不再改动；之后的更正另行列出"


class NotClosedYet(Conflict):
    code, title = "closing_open", "审验还没有审定"


class TooEarly(Conflict):
    code, title = "closing_too_early", "本步骤的期限还没有到"


class AnswerTooLate(Conflict):
    code, title = "answer_too_late", "核对期限已过；有疑问请向学校或县区反映"


class AnswerSettled(Conflict):
    code, title = "answer_settled", "您的异议已经处理，不能再改"


class NothingToSettle(Conflict):
    code, title = "nothing_to_settle", "这位教师没有待处理的异议"


class OwnObjection(Conflict):
    code, title = "own_objection", "本人的异议须由他人处理"


class ObjectionsOpen(Conflict):
    code, title = "objections_open", "还有异议没有处理"


class CountiesNotVerified(Conflict):
    code, title = "counties_not_verified", "还有县区没有核验"


class FiguresStale(Conflict):
    code, title = "figures_stale", "学分在汇总之后有变动，请先更新数据"


_NEXT = {
    ClosingState.registering: ClosingState.confirming,
    ClosingState.confirming: ClosingState.verifying,
}


@dataclass(frozen=True, slots=True)
class Dates:
    """The last day of each step, and the first on which the city may close."""

    registration_until: date
    objection_until: date
    verification_until: date
    closing_on: date


def dates_of(plan: ClosingPlan, ends_on: date) -> Dates:
    """Counted from the last day of the period: 31 days after 31 December is 31 January."""
    return Dates(
        ends_on + timedelta(days=plan.registration_days),
        ends_on + timedelta(days=plan.objection_days),
        ends_on + timedelta(days=plan.verification_days),
        ends_on + timedelta(days=plan.closing_days),
    )


def figure_year(ends_on: date) -> int:
    """The calendar year in which the training year ending on `ends_on` begins; figures are kept by it."""
    return add_months(ends_on + timedelta(days=1), -12).year


def period_of(calendar: Calendar, day: date, *, whole_cycle: bool) -> Period:
    """The training year, or the cycle, that contains the day.

    A cycle closes on the figures of its last training year, so it must end with one: `CycleEndsInsideYear`.
    """
    if not whole_cycle:
        return calendar.year_of(day)
    cycle = calendar.cycle_of(day)
    if calendar.year_of(cycle.ends_on).ends_on != cycle.ends_on:
        raise CycleEndsInsideYear
    return cycle


def next_state(state: ClosingState, ends_on: date, today: date) -> ClosingState:
    """The step after this one, once the last day of this one (`ends_on`) is over."""
    require_open(state)
    if state not in _NEXT:
        raise WrongStep
    if today <= ends_on:
        raise TooEarly(f"本步骤到{ends_on}为止")
    return _NEXT[state]


def require_step(state: ClosingState, *allowed: ClosingState) -> None:
    require_open(state)
    if state not in allowed:
        raise WrongStep


def require_open(state: ClosingState) -> None:
    if state is ClosingState.closed:
        raise Frozen


def require_closed(state: ClosingState) -> None:
    if state is not ClosingState.closed:
        raise NotClosedYet


def require_answerable(state: ClosingState, answer: Answer, until: date, today: date) -> None:
    """A teacher answers while figures are shown to confirm; what was settled stays settled."""
    require_step(state, ClosingState.confirming)
    if today > until:
        raise AnswerTooLate
    if answer is Answer.settled:
        raise AnswerSettled


def require_settleable(state: ClosingState, answer: Answer) -> None:
    require_step(state, ClosingState.confirming, ClosingState.verifying)
    if answer is not Answer.objected:
        raise NothingToSettle


def refuse_open_objections(objections: int) -> None:
    if objections:
        raise ObjectionsOpen(f"还有{objections}条异议没有处理", extra={"objections": objections})


def refuse_unverified(waiting: Iterable[str]) -> None:
    """`waiting`: names of the counties that have not verified."""
    names = sorted(waiting)
    if names:
        raise CountiesNotVerified("尚未核验：" + "、".join(names))


def refuse_stale(people: int) -> None:
    if people:
        raise FiguresStale(f"有{people}人的学分在汇总之后有变动，请先更新数据", extra={"people": people})


def refuse_before(day: date, today: date) -> None:
    if today < day:
        raise TooEarly(f"按制度{day}起才能审定")


Version = tuple[str, date, str]
"""Of a policy: the path of the unit that adopted it, its first day, its hash."""


def decider(versions: Iterable[Version], path: str, on: date) -> str | None:
    """The unit whose policy holds at `path` on a day; the nearest with one in force, else the first of all."""
    above = sorted((from_on, unit) for unit, from_on, _ in versions if path.startswith(unit))
    in_force = [unit for from_on, unit in above if from_on <= on]
    if in_force:
        return max(in_force, key=len)
    return above[0][1] if above else None


def paths_apart(versions: Sequence[Version], path: str, on: date) -> tuple[str, ...]:
    """Units below `path` with a policy of their own: their people are closed apart, by their own calendar."""
    units = {unit for unit, _, _ in versions if unit.startswith(path) and unit != path}
    return tuple(sorted(unit for unit in units if decider(versions, unit, on) == unit))
