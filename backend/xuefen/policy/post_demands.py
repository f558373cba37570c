"""What binds a newcomer, and the holder of a post, in windows of their own."""

from datetime import date, timedelta

from xuefen.policy.calendar import Period, years_after
from xuefen.policy.counting import ONE_TRAINING
from xuefen.policy.demand import Asked, Demand, only_category
from xuefen.policy.entries import Person
from xuefen.policy.relief import Share, share_of_average, share_of_post
from xuefen.policy.requirement_rows import (
    AverageInPost,
    CreditsInPost,
    HoursInPost,
    HoursOfNewcomer,
    TrainingsInPost,
    YearInPost,
)
from xuefen.policy.vocabulary import Unit

_DAY = timedelta(days=1)


def of_newcomer(row: HoursOfNewcomer, asked: Asked) -> Demand | None:
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
        categories=only_category(row),
        mode=row.mode,
    )


def _new_since(row: HoursOfNewcomer, person: Person, on: date) -> date | None:
    if row.post is None:
        return person.hired_on
    return person.first_held(row.post) if person.holds(row.post, on) else None


def of_span(row: HoursInPost | CreditsInPost, asked: Asked) -> Demand | None:
    since = asked.person.first_held(row.post)
    if since is None or not asked.person.holds(row.post, asked.on):
        return None
    in_hours = isinstance(row, HoursInPost)
    return Demand(
        row=row,
        unit=Unit.hours if in_hours else Unit.credits,
        period=_span_of_years(since, row.years, asked.on),
        share=Share(row.hours.centi if isinstance(row, HoursInPost) else row.credits.centi),
        categories=only_category(row),
    )


def _span_of_years(since: date, years: int, on: date) -> Period:
    """The span of so many years, counted without a gap from `since`, that contains `on`."""
    turn = 0
    while years_after(since, (turn + 1) * years) <= on:
        turn += 1
    return _from_to(years_after(since, turn * years), years_after(since, (turn + 1) * years) - _DAY)


def of_post(row: AverageInPost | YearInPost | TrainingsInPost, asked: Asked) -> Demand | None:
    """A line that binds while the post is held."""
    if not asked.person.holds(row.post, asked.on):
        return None
    match row:
        case YearInPost():
            return _of_year_in_post(row, asked)
        case AverageInPost():
            return _of_average(row, asked)
        case TrainingsInPost():
            return _while_in_post(row, asked)


def _of_year_in_post(row: YearInPost, asked: Asked) -> Demand:
    return Demand(
        row=row,
        unit=row.unit,
        period=_in_post(row.post, asked, asked.year),
        share=share_of_post(row.centi, asked.pack, asked.person, row.post, asked.year),
        categories=only_category(row),
    )


def _of_average(row: AverageInPost, asked: Asked) -> Demand:
    """Asked for the months so far; what is still to come in the post counts too."""
    so_far = Period("", asked.cycle.starts_on, asked.on)
    return Demand(
        row=row,
        unit=Unit.hours,
        period=_in_post(row.post, asked, asked.cycle),
        share=share_of_average(row.hours.centi, asked.pack, asked.person, row.post, so_far),
        categories=only_category(row),
    )


def _while_in_post(row: TrainingsInPost, asked: Asked) -> Demand:
    """A state that began in an earlier cycle goes on: what was done since then is not lost."""
    held = asked.person.held(row.post)
    starts_on, ends_on = next(span for span in held if span[0] <= asked.on <= span[1])
    return Demand(
        row=row,
        unit=Unit.times,
        period=_from_to(starts_on, asked.cycle.ends_on if ends_on == date.max else ends_on),
        share=Share(row.count * ONE_TRAINING),
        categories=only_category(row),
    )


def _in_post(post: str, asked: Asked, outer: Period) -> Period:
    """From the first day of the post to its last within a year or cycle; between two holdings counts too."""
    inside = [
        (max(first, outer.starts_on), min(last, outer.ends_on))
        for first, last in asked.person.held(post)
        if first <= outer.ends_on and last >= outer.starts_on
    ]
    return _from_to(inside[0][0], inside[-1][1])


def _from_to(starts_on: date, ends_on: date) -> Period:
    return Period(f"{starts_on}至{ends_on}", starts_on, ends_on)
