"""Duties (职责) of a school: what its records answer period by period, and what people judge, by when.

`school_duties` is a function of its arguments alone. A duty with a measure is judged by the activities the
school held; one without is carried with its due date and never judged here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from xuefen.policy.accountability_rows import Due, DutyRow, Measure
from xuefen.policy.calendar import Period, Term, add_months
from xuefen.policy.pack import Pack
from xuefen.policy.pack_rows import TermPlan
from xuefen.policy.vocabulary import Unit

_DAY = timedelta(days=1)
_ONE_ACTIVITY = 100


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity that the school held, counted once however many people took part."""

    on: date
    category: str
    hours_centi: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAnswer:
    """One duty in one of its periods. Amounts are hundredths of `unit`.

    `judged` is "records" or "people"; of what people judge, the unit, the amounts and `met` are None.
    `deadline` None: the day of the event that the duty belongs to decides (`row.due.days_before_event`).
    A measure that asks for hours and for times has an answer for each.
    """

    row: DutyRow
    period: Period
    judged: Literal["records", "people"]
    deadline: date | None
    unit: Unit | None = None
    required_centi: int | None = None
    held_centi: int | None = None

    @property
    def met(self) -> bool | None:
        if self.required_centi is None or self.held_centi is None:
            return None
        return self.held_centi >= self.required_centi

    @property
    def clause(self) -> str:
        return self.row.clause

    def unmet(self, on: date) -> bool:
        """Whether the records fall short and the deadline has passed on that day."""
        return self.met is False and self.deadline is not None and self.deadline < on


def school_duties(pack: Pack, activities: Iterable[Activity], period: Period) -> tuple[DutyAnswer, ...]:
    """Every duty of the pack in each teaching month, term or year that begins within `period`.

    A duty of the cycle is answered for the cycles of its first and last day. `activities` must cover the days
    of `days_asked`; others change nothing. Ordered as in the pack, then by period.
    """
    held = tuple(activities)
    return tuple(
        answer
        for row in pack.duties
        for each in _periods(pack, row, period)
        for answer in _answers(pack, row, each, held)
    )


def days_asked(pack: Pack, period: Period) -> Period:
    """From the first to the last day of which activities must be known: a term may outlast the year."""
    asked = [each for row in pack.duties if row.measure for each in _periods(pack, row, period)]
    return Period(
        period.label,
        min([each.starts_on for each in asked], default=period.starts_on),
        max([each.ends_on for each in asked], default=period.ends_on),
    )


def next_due(pack: Pack, row: DutyRow, on: date) -> date | None:
    """The first day from `on` at which the duty falls due; None where an event decides."""
    year = pack.calendar.year_of(on)
    after = pack.calendar.year_of(year.ends_on + _DAY)
    before = pack.calendar.year_of(year.starts_on - _DAY)
    spans = _periods(pack, row, Period("", before.starts_on, after.ends_on))
    dates = [due for each in spans if (due := _due(pack, row.due, each)) is not None]
    return min([due for due in dates if due >= on], default=None)


def _answers(
    pack: Pack, row: DutyRow, period: Period, activities: Sequence[Activity]
) -> Iterator[DutyAnswer]:
    due = _due(pack, row.due, period)
    if row.measure is None:
        if row.due is None or due is not None or row.due.days_before_event is not None:
            yield DutyAnswer(row=row, period=period, judged="people", deadline=due)
        return
    deadline = due or period.ends_on
    hours = [
        one.hours_centi for one in activities if _counts(row.measure, one, period) and one.on <= deadline
    ]
    for unit, required, amount in _asked(row.measure, hours):
        yield DutyAnswer(
            row=row,
            period=period,
            judged="records",
            deadline=deadline,
            unit=unit,
            required_centi=required,
            held_centi=amount,
        )


def _counts(measure: Measure, activity: Activity, period: Period) -> bool:
    long_enough = measure.each_hours is None or activity.hours_centi >= measure.each_hours.centi
    return activity.category == measure.category and activity.on in period and long_enough


def _asked(measure: Measure, hours: Sequence[int]) -> Iterator[tuple[Unit, int, int]]:
    if measure.hours is not None:
        yield Unit.hours, measure.hours.centi, sum(hours)
    if measure.times is not None:
        yield Unit.times, measure.times * _ONE_ACTIVITY, len(hours) * _ONE_ACTIVITY


def _periods(pack: Pack, row: DutyRow, within: Period) -> list[Period]:
    match row.every:
        case "teaching_month":
            return [month for month in _months(within) if month.starts_on.month in pack.year.teaching_months]
        case "term":
            return list(_terms(pack, within))
        case "year":
            return list(_years(pack, within))
        case "cycle":
            found = (pack.calendar.find_cycle(day) for day in (within.starts_on, within.ends_on))
            return [cycle for cycle in dict.fromkeys(found) if cycle is not None]
        case "event":
            return [within]


def _months(within: Period) -> Iterator[Period]:
    """Calendar months whose first day lies within."""
    first = within.starts_on if within.starts_on.day == 1 else add_months(within.starts_on, 1)
    while first <= within.ends_on:
        following = add_months(first, 1)
        yield Period(f"{first.year}年{first.month}月", first, following - _DAY)
        first = following


def _terms(pack: Pack, within: Period) -> Iterator[Term]:
    term = pack.calendar.term_of(within.starts_on)
    while term.starts_on <= within.ends_on:
        if term.starts_on >= within.starts_on:
            yield term
        term = pack.calendar.term_of(term.ends_on + _DAY)


def _years(pack: Pack, within: Period) -> Iterator[Period]:
    year = pack.calendar.year_of(within.starts_on)
    while year.starts_on <= within.ends_on:
        if year.starts_on >= within.starts_on:
            yield year
        year = pack.calendar.year_of(year.ends_on + _DAY)


def _due(pack: Pack, due: Due | None, period: Period) -> date | None:
    """When the duty of this period falls due; None where nothing is said or the day lies in no such period."""
    if due is None:
        return None
    if due.on is not None:
        return _last_in(due.on, period)
    if due.days_before_term_end is not None:
        ends_on = _teaching_end(pack, period)
        return ends_on - timedelta(days=due.days_before_term_end) if ends_on else None
    return None


def _last_in(month_day: str, period: Period) -> date | None:
    """The last such day of a year that lies in the period."""
    for year in (period.ends_on.year, period.ends_on.year - 1):
        day = date(year, int(month_day[:2]), int(month_day[3:]))
        if day in period:
            return day
    return None


def _teaching_end(pack: Pack, period: Period) -> date | None:
    """The end of lessons of the term; of a longer period, the last one that lies in it."""
    term = pack.calendar.term_of(period.ends_on)
    while term.ends_on >= period.starts_on:
        ends_on = _lessons_end(pack, term)
        if ends_on in period:
            return ends_on
        term = pack.calendar.term_of(term.starts_on - _DAY)
    return None


def _lessons_end(pack: Pack, term: Term) -> date:
    plan: TermPlan = next(plan for plan in pack.terms if plan.key == term.key.partition("-")[2])
    if plan.teaching_ends is None:
        return term.ends_on
    month, day = int(plan.teaching_ends[:2]), int(plan.teaching_ends[3:])
    ends_on = date(term.starts_on.year, month, day)
    return ends_on if ends_on >= term.starts_on else date(term.starts_on.year + 1, month, day)
