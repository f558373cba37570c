"""What each requirement of a pack asks of one person on one day: how much, in which days, of which entries.

A requirement for another audience, or for a post the person does not hold, yields no demand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from xuefen.policy.calendar import Calendar, Cycle, Period, whole_months, years_after
from xuefen.policy.entries import Entry, Person
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.pack import Pack, category
from xuefen.policy.pack_rows import (
    CategoryPerCycle,
    CreditsInPost,
    Fixed,
    FixedAward,
    HoursInPost,
    HoursOfNewcomer,
    Requirement,
    TotalPerCycle,
    TotalPerYear,
)
from xuefen.policy.vocabulary import Unit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """`required_centi` None: the requirement does not bind this person here; `note` says why, or how much."""

    row: Requirement
    unit: Unit
    period: Period
    required_centi: int | None
    category: str | None = None
    mode: DeliveryMode | None = None
    note: str | None = None

    def concerns(self, entry: Entry) -> bool:
        """Whether the entry is of the kind and the days this demand looks at."""
        return (
            entry.event_on in self.period
            and self.category in (None, entry.category)
            and self.mode in (None, entry.mode)
        )


def demands(pack: Pack, person: Person, on: date) -> Iterator[Demand]:
    """The demands on `person`, in the order of the pack; refuses a day outside any cycle (`OutsideCycle`)."""
    calendar = Calendar(pack)
    cycle = calendar.cycle_of(on)
    for row in pack.requirements:
        demand = _demand(row, pack, person, on, cycle)
        if demand is not None:
            yield demand


def _demand(row: Requirement, pack: Pack, person: Person, on: date, cycle: Cycle) -> Demand | None:
    match row:
        case TotalPerCycle() | CategoryPerCycle():
            return _of_cycle(row, pack, person, cycle)
        case FixedAward():
            return _of_award(row, pack, person, cycle)
        case TotalPerYear():
            return _of_year(row, person, Calendar(pack).year_of(on))
        case HoursOfNewcomer():
            return _of_newcomer(row, person, on, cycle)
        case HoursInPost() | CreditsInPost():
            return _of_post(row, person, on)


def _of_cycle(row: TotalPerCycle | CategoryPerCycle, pack: Pack, person: Person, cycle: Cycle) -> Demand:
    required, note = _share_of_cycle(row.credits.centi, pack, person, cycle)
    return Demand(
        row=row,
        unit=Unit.credits,
        period=cycle,
        required_centi=required,
        category=row.category if isinstance(row, CategoryPerCycle) else None,
        note=note,
    )


def _of_award(row: FixedAward, pack: Pack, person: Person, cycle: Cycle) -> Demand:
    """Fixed awards are never pro-rated."""
    worth = category(pack, row.category).worth
    award = worth.credits.centi if isinstance(worth, Fixed) else 0
    waits = _waits_for_next_cycle(pack, person, cycle)
    return Demand(
        row=row,
        unit=Unit.credits,
        period=cycle,
        required_centi=None if waits else award,
        category=row.category,
        note=waits,
    )


def _share_of_cycle(full: int, pack: Pack, person: Person, cycle: Cycle) -> tuple[int | None, str | None]:
    """Months in service ÷ months of the cycle, floored to hundredths, for who was hired after it began."""
    waits = _waits_for_next_cycle(pack, person, cycle)
    if waits:
        return None, waits
    hired_on = person.hired_on
    if hired_on is None or hired_on <= cycle.starts_on or pack.joining.late == "full":
        return full, None
    months = whole_months(hired_on, cycle.ends_on)
    if months == 0:
        return None, "本周期内在职不满一个月，不作要求"
    return full * months // cycle.months, f"按在职{months}个月折算（周期共{cycle.months}个月）"


def _waits_for_next_cycle(pack: Pack, person: Person, cycle: Cycle) -> str | None:
    hired_on = person.hired_on
    if hired_on is None or hired_on <= cycle.starts_on:
        return None
    if hired_on > cycle.ends_on:
        return "本周期内尚未入职，不作要求"
    return "周期中途入职，自下一周期起要求" if pack.joining.late == "from_next_cycle" else None


def _of_year(row: TotalPerYear, person: Person, year: Period) -> Demand:
    """In the year of hiring or of leaving the line is pro rata by month."""
    full = row.credits.centi
    begins = max(person.hired_on or date.min, year.starts_on)
    ends = min(person.leaves_on or date.max, year.ends_on)
    months = whole_months(begins, ends)
    demand = Demand(row=row, unit=Unit.credits, period=year, required_centi=full)
    if (begins, ends) == (year.starts_on, year.ends_on):
        return demand
    return Demand(
        row=row,
        unit=Unit.credits,
        period=year,
        required_centi=full * months // year.months if months else None,
        note=f"按本年度在职{months}个月折算" if months else "本年度在职不满一个月，不作要求",
    )


def _of_newcomer(row: HoursOfNewcomer, person: Person, on: date, cycle: Cycle) -> Demand | None:
    """Any day before the start counts, until the day before its first anniversary."""
    since = _new_since(row, person, on)
    ends_on = years_after(since, 1) - _DAY if since else cycle.ends_on
    designate = row.designate_post is not None and person.holds(row.designate_post, on)
    if since is None and not designate:
        return None
    if since is not None and (ends_on < cycle.starts_on or since > cycle.ends_on):
        return None
    return Demand(
        row=row,
        unit=Unit.hours,
        period=Period(f"截至{ends_on}", date.min, ends_on),
        required_centi=row.hours.centi,
        category=row.category,
        mode=row.mode,
    )


def _new_since(row: HoursOfNewcomer, person: Person, on: date) -> date | None:
    if row.post is None:
        return person.hired_on
    return person.first_held(row.post) if person.holds(row.post, on) else None


def _of_post(row: HoursInPost | CreditsInPost, person: Person, on: date) -> Demand | None:
    since = person.first_held(row.post)
    if since is None or not person.holds(row.post, on):
        return None
    in_hours = isinstance(row, HoursInPost)
    return Demand(
        row=row,
        unit=Unit.hours if in_hours else Unit.credits,
        period=_span_of_years(since, row.years, on),
        required_centi=row.hours.centi if isinstance(row, HoursInPost) else row.credits.centi,
        category=row.category if isinstance(row, HoursInPost) else None,
    )


def _span_of_years(since: date, years: int, on: date) -> Period:
    """The span of so many years, counted without a gap from `since`, that contains `on`."""
    turn = 0
    while years_after(since, (turn + 1) * years) <= on:
        turn += 1
    starts_on = years_after(since, turn * years)
    ends_on = years_after(since, (turn + 1) * years) - _DAY
    return Period(f"{starts_on}至{ends_on}", starts_on, ends_on)
