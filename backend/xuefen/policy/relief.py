"""Pro rata (折算) and exemption (免修): how much of a line binds a person who was not there the whole time."""

from dataclasses import dataclass
from datetime import date, timedelta

from xuefen.policy.calendar import Period, add_months
from xuefen.policy.entries import Person
from xuefen.policy.pack import Pack

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """`required_centi` None: the line does not bind; `note` says why, or how it was reckoned.

    `exempt`: it is an exemption that takes the line away. The note never tells which.
    """

    required_centi: int | None
    note: str | None = None
    exempt: bool = False


def share_of_year(full: int, pack: Pack, person: Person, year: Period) -> Share:
    """The yearly line: pro rata by month in the year of hiring or leaving, and without months of exemption."""
    served = _served(person, year)
    if not served:
        return Share(None, "本年度在职不满一个月，不作要求")
    if _touched(pack, person, year):
        return Share(None, "本年度免修", exempt=True)
    excused = served & _excused(pack, person, year)
    if excused == served:
        return Share(None, "本年度免修", exempt=True)
    bound = len(served - excused)
    if bound == year.months:
        return Share(full)
    parts = [f"按本年度在职{len(served)}个月折算"] if len(served) < year.months else []
    parts += [f"扣除免修{len(excused)}个月"] if excused else []
    return Share(full * bound // year.months, "，".join(parts))


def share_of_cycle(full: int, pack: Pack, person: Person, cycle: Period) -> Share:
    """A line of the cycle: months in service ÷ months of the cycle, floored to hundredths, by the pack's rule."""
    waiting = waits_for_next_cycle(pack, person, cycle)
    if waiting:
        return Share(None, waiting)
    whole = set(_months(cycle.starts_on, cycle.ends_on))
    served = whole if pack.joining.late == "full" else _served(person, cycle)
    if not served:
        return Share(None, "本周期内在职不满一个月，不作要求")
    excused = served & _excused(pack, person, cycle)
    if excused == served:
        return Share(None, "本周期免修", exempt=True)
    bound = len(served - excused)
    if bound == len(whole):
        return Share(full)
    parts = [f"按在职{len(served)}个月折算（周期共{len(whole)}个月）"] if len(served) < len(whole) else []
    parts += [f"扣除免修{len(excused)}个月"] if excused else []
    return Share(full * bound // len(whole), "，".join(parts))


def waits_for_next_cycle(pack: Pack, person: Person, cycle: Period) -> str | None:
    """Why nothing of this cycle binds the person yet; None when it does."""
    hired_on = person.hired_on
    if hired_on is None or hired_on <= cycle.starts_on:
        return None
    if hired_on > cycle.ends_on:
        return "本周期内尚未入职，不作要求"
    return "周期中途入职，自下一周期起要求" if pack.joining.late == "from_next_cycle" else None


def _served(person: Person, period: Period) -> set[date]:
    """Calendar months of the period, wholly in service, by their first day."""
    begins = max(person.hired_on or date.min, period.starts_on)
    ends = min(person.leaves_on or date.max, period.ends_on)
    return set(_months(begins, ends))


def _excused(pack: Pack, person: Person, period: Period) -> set[date]:
    """Calendar months of the period that lie wholly inside an exemption which the pack knows."""
    known = {row.kind for row in pack.exemptions}
    return {
        month
        for kind, from_on, until_on in person.exemptions
        if kind in known
        for month in _months(max(from_on, period.starts_on), min(until_on, period.ends_on))
    }


def _touched(pack: Pack, person: Person, year: Period) -> bool:
    """Whether a case that relieves of whole years falls on any day of this one."""
    whole = {row.kind for row in pack.exemptions if row.relieves == "year"}
    return any(
        kind in whole and from_on <= year.ends_on and until_on >= year.starts_on
        for kind, from_on, until_on in person.exemptions
    )


def _months(starts_on: date, ends_on: date) -> list[date]:
    """First days of the calendar months that lie wholly between two days, both included."""
    month = starts_on if starts_on.day == 1 else add_months(starts_on, 1)
    found = []
    while month <= ends_on and add_months(month, 1) - _DAY <= ends_on:
        found.append(month)
        month = add_months(month, 1)
    return found
