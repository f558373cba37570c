"""What each requirement of a pack asks of one person on one day: how much, in which days, of which entries.

A requirement for another audience, or for a post the person does not hold, yields no demand.
"""

from collections.abc import Iterator
from datetime import date

from xuefen.policy.calendar import years_after
from xuefen.policy.counting import ONE_TRAINING
from xuefen.policy.demand import Asked, Demand, only_category
from xuefen.policy.entries import Person
from xuefen.policy.pack import Pack, category
from xuefen.policy.pack_rows import Fixed
from xuefen.policy.post_demands import of_newcomer, of_post, of_span
from xuefen.policy.relief import share_of_cycle, share_of_year, undivided
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

__all__ = ["Demand", "demands"]


def demands(pack: Pack, person: Person, on: date) -> Iterator[Demand]:
    """The demands on `person`, in the order of the pack; refuses a day outside any cycle (`OutsideCycle`)."""
    asked = Asked(pack, person, on, pack.calendar.cycle_of(on), pack.calendar.year_of(on))
    for row in pack.requirements:
        if row.binds is None or _binds(row.binds, asked):
            demand = _demand(row, asked)
            if demand is not None:
                yield demand


def _binds(binds: Binds, asked: Asked) -> bool:
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


def _demand(row: Requirement, asked: Asked) -> Demand | None:
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
            return of_newcomer(row, asked)
        case HoursInPost() | CreditsInPost():
            return of_span(row, asked)
        case AverageInPost() | YearInPost() | TrainingsInPost():
            return of_post(row, asked)


def _of_cycle(row: TotalPerCycle | CategoryPerCycle, asked: Asked) -> Demand:
    return Demand(
        row=row,
        unit=row.unit,
        period=asked.cycle,
        share=share_of_cycle(row.centi, asked.pack, asked.person, asked.cycle),
        categories=only_category(row),
    )


def _of_year(row: TotalPerYear | CategoryPerYear, asked: Asked) -> Demand:
    return Demand(
        row=row,
        unit=row.unit,
        period=asked.year,
        share=share_of_year(row.centi, asked.pack, asked.person, asked.year),
        categories=only_category(row),
    )


def _of_award(row: FixedAward, asked: Asked) -> Demand:
    """Fixed awards are never pro-rated; who owes nothing of the cycle owes none."""
    worth = category(asked.pack, row.category).worth
    award = worth.credits.centi if isinstance(worth, Fixed) else 0
    return Demand(
        row=row,
        unit=Unit.credits,
        period=asked.cycle,
        share=undivided(award, share_of_cycle(award, asked.pack, asked.person, asked.cycle)),
        categories=only_category(row),
    )


def _of_trainings(row: ExamPassed | Trainings, asked: Asked) -> Demand:
    """Trainings are counted whole, never pro-rated; who owes nothing of the period owes none."""
    in_year = row.per == "year"
    period = asked.year if in_year else asked.cycle
    number = ONE_TRAINING * (row.count if isinstance(row, Trainings) else 1)
    share = (share_of_year if in_year else share_of_cycle)(number, asked.pack, asked.person, period)
    return Demand(
        row=row,
        unit=Unit.times,
        period=period,
        share=undivided(number, share),
        categories=_component(row, asked.pack) if isinstance(row, Trainings) else only_category(row),
        levels=frozenset(row.levels) if isinstance(row, Trainings) and row.levels else None,
        exam=isinstance(row, ExamPassed),
    )


def _component(row: Trainings, pack: Pack) -> frozenset[str] | None:
    if row.component is None:
        return only_category(row)
    return frozenset(one.code for one in pack.categories if one.component == row.component)
