"""What each requirement of a pack asks of one person on one day: how much, in which days, of which entries.

A requirement for another audience, or for a post the person does not hold, yields no demand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from xuefen.policy.calendar import Cycle, Period, whole_months, years_after
from xuefen.policy.counting import ONE_TRAINING
from xuefen.policy.entries import Entry, Person
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import Pack, category
from xuefen.policy.pack_rows import Fixed
from xuefen.policy.relief import Share, share_of_cycle, share_of_year, waits_for_next_cycle
from xuefen.policy.requirement_rows import (
    AverageInPost,
    Binds,
    CategoryPerCycle,
    CategoryPerYear,
    CreditsInPost,
    ExamPassed,
    FixedAward,
    HoursInPost,
    HoursOfNewcomer,
    Requirement,
    TotalPerCycle,
    TotalPerYear,
    Trainings,
    TrainingsInPost,
    YearInPost,
)
from xuefen.policy.vocabulary import Unit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """`share.required_centi` None: the requirement does not bind this person here; the note says why.

    `categories`, `levels` None: any. `exam`: only trainings whose exam was passed.
    """

    row: Requirement
    unit: Unit
    period: Period
    share: Share
    categories: frozenset[str] | None = None
    levels: frozenset[Level] | None = None
    mode: DeliveryMode | None = None
    exam: bool = False

    def concerns(self, entry: Entry) -> bool:
        """Whether the entry is of the kind and the days this demand looks at."""
        return (
            entry.event_on in self.period
            and (self.categories is None or entry.category in self.categories)
            and (self.levels is None or entry.level in self.levels)
            and self.mode in (None, entry.mode)
            and (entry.exam_passed or not self.exam)
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is asked about, when, and in which cycle and year that day lies."""

    pack: Pack
    person: Person
    on: date
    cycle: Cycle
    year: Period


def demands(pack: Pack, person: Person, on: date) -> Iterator[Demand]:
    """The demands on `person`, in the order of the pack; refuses a day outside any cycle (`OutsideCycle`)."""
    asked = _Asked(pack, person, on, pack.calendar.cycle_of(on), pack.calendar.year_of(on))
    for row in pack.requirements:
        if row.binds is None or _binds(row.binds, asked):
            demand = _demand(row, asked)
            if demand is not None:
                yield demand


def _binds(binds: Binds, asked: _Asked) -> bool:
    person = asked.person
    if binds.posts and not any(person.holds(post, asked.on) for post in binds.posts):
        return False
    if binds.except_posts and any(person.holds(post, asked.on) for post in binds.except_posts):
        return False
    if binds.stages and person.stage not in binds.stages:
        return False
    if binds.service_years is None or person.hired_on is None:
        return True
    return years_after(person.hired_on, binds.service_years) <= asked.year.starts_on


def _demand(row: Requirement, asked: _Asked) -> Demand | None:
    match row:
        case TotalPerCycle() | CategoryPerCycle():
            return _of_cycle(row, asked)
        case TotalPerYear() | CategoryPerYear():
            return _of_year(row, asked)
        case FixedAward():
            return _of_award(row, asked)
        case ExamPassed() | Trainings():
            return _of_trainings(row, asked)
        case HoursOfNewcomer():
            return _of_newcomer(row, asked)
        case HoursInPost() | CreditsInPost():
            return _of_span(row, asked)
        case AverageInPost() | YearInPost() | TrainingsInPost():
            return _of_post(row, asked)


def _of_cycle(row: TotalPerCycle | CategoryPerCycle, asked: _Asked) -> Demand:
    return Demand(
        row=row,
        unit=row.unit,
        period=asked.cycle,
        share=share_of_cycle(row.centi, asked.pack, asked.person, asked.cycle),
        categories=_only(row),
    )


def _of_year(row: TotalPerYear | CategoryPerYear, asked: _Asked) -> Demand:
    return Demand(
        row=row,
        unit=row.unit,
        period=asked.year,
        share=share_of_year(row.centi, asked.pack, asked.person, asked.year),
        categories=_only(row),
    )


def _of_award(row: FixedAward, asked: _Asked) -> Demand:
    """Fixed awards are never pro-rated."""
    worth = category(asked.pack, row.category).worth
    award = worth.credits.centi if isinstance(worth, Fixed) else 0
    waiting = waits_for_next_cycle(asked.pack, asked.person, asked.cycle)
    return Demand(
        row=row,
        unit=Unit.credits,
        period=asked.cycle,
        share=Share(None if waiting else award, waiting),
        categories=_only(row),
    )


def _of_trainings(row: ExamPassed | Trainings, asked: _Asked) -> Demand:
    """Trainings are counted whole, never pro-rated; who owes nothing of the period owes none."""
    in_year = row.per == "year"
    period = asked.year if in_year else asked.cycle
    share = (share_of_year if in_year else share_of_cycle)(1, asked.pack, asked.person, period)
    number = row.count if isinstance(row, Trainings) else 1
    binding = share.required_centi is not None
    return Demand(
        row=row,
        unit=Unit.times,
        period=period,
        share=Share(
            number * ONE_TRAINING if binding else None, None if binding else share.note, share.exempt
        ),
        categories=_component(row, asked.pack) if isinstance(row, Trainings) else _only(row),
        levels=frozenset(row.levels) if isinstance(row, Trainings) and row.levels else None,
        exam=isinstance(row, ExamPassed),
    )


def _component(row: Trainings, pack: Pack) -> frozenset[str] | None:
    if row.component is None:
        return _only(row)
    return frozenset(one.code for one in pack.categories if one.component == row.component)


def _of_newcomer(row: HoursOfNewcomer, asked: _Asked) -> Demand | None:
    """Any day before the start counts; until when, the window says."""
    person, on, cycle = asked.person, asked.on, asked.cycle
    since = _new_since(row, person, on)
    designate = row.designate_post is not None and person.holds(row.designate_post, on)
    if since is None and not designate:
        return None
    ends_on = cycle.ends_on
    if since is not None:
        after = since if row.window == "before_start" else years_after(since, 1)
        if after < cycle.starts_on or (after == cycle.starts_on != since) or since > cycle.ends_on:
            return None
        ends_on = after - _DAY
    return Demand(
        row=row,
        unit=Unit.hours,
        period=Period(f"截至{ends_on}", date.min, ends_on),
        share=Share(row.hours.centi),
        categories=_only(row),
        mode=row.mode,
    )


def _new_since(row: HoursOfNewcomer, person: Person, on: date) -> date | None:
    if row.post is None:
        return person.hired_on
    return person.first_held(row.post) if person.holds(row.post, on) else None


def _of_span(row: HoursInPost | CreditsInPost, asked: _Asked) -> Demand | None:
    since = asked.person.first_held(row.post)
    if since is None or not asked.person.holds(row.post, asked.on):
        return None
    in_hours = isinstance(row, HoursInPost)
    return Demand(
        row=row,
        unit=Unit.hours if in_hours else Unit.credits,
        period=_span_of_years(since, row.years, asked.on),
        share=Share(row.hours.centi if isinstance(row, HoursInPost) else row.credits.centi),
        categories=_only(row),
    )


def _span_of_years(since: date, years: int, on: date) -> Period:
    """The span of so many years, counted without a gap from `since`, that contains `on`."""
    turn = 0
    while years_after(since, (turn + 1) * years) <= on:
        turn += 1
    starts_on = years_after(since, turn * years)
    ends_on = years_after(since, (turn + 1) * years) - _DAY
    return Period(f"{starts_on}至{ends_on}", starts_on, ends_on)


def _of_post(row: AverageInPost | YearInPost | TrainingsInPost, asked: _Asked) -> Demand | None:
    """By the months for which the post is held in the period: so far for an average, in all for a year's line."""
    held = asked.person.holding(row.post, asked.on)
    if held is None:
        return None
    outer = asked.year if isinstance(row, YearInPost) else asked.cycle
    starts_on = max(held.from_on, outer.starts_on)
    ends_on = min(held.until_on or date.max, outer.ends_on)
    period = Period(f"{starts_on}至{ends_on}", starts_on, ends_on)
    if isinstance(row, TrainingsInPost):
        return Demand(
            row=row,
            unit=Unit.times,
            period=period,
            share=Share(row.count * ONE_TRAINING),
            categories=_only(row),
        )
    months = period.months
    if isinstance(row, AverageInPost):
        months = whole_months(starts_on, min(ends_on, asked.on))
        share = _by_months(row.hours.centi, months, "按任职{}个月、平均每年计")
        return Demand(row=row, unit=Unit.hours, period=period, share=share, categories=_only(row))
    share = (
        Share(row.centi)
        if months == outer.months
        else _by_months(row.centi, months, "按本年度任职{}个月折算")
    )
    return Demand(row=row, unit=row.unit, period=period, share=share, categories=_only(row))


def _by_months(per_year: int, months: int, said: str) -> Share:
    if months == 0:
        return Share(None, "任职不满一个月，不作要求")
    return Share(per_year * months // 12, said.format(months))


def _only(row: Requirement) -> frozenset[str] | None:
    code: str | None = getattr(row, "category", None)
    return frozenset({code}) if code else None
