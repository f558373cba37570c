"""Pro rata (折算) and exemption (免修): how much of a line binds a person who was not there the whole time."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from xuefen.policy.calendar import Period, months_covered
from xuefen.policy.entries import Person
from xuefen.policy.pack import Pack

_TWELVE = 12


@dataclass(frozen=True, slots=True)
class Share:
    """`required_centi` None: the line does not bind; `note` says why, or how it was reckoned.

    `exempt`: it is an exemption that takes the line away. The note never tells which.
    """

    required_centi: int | None
    note: str | None = None
    exempt: bool = False


class _Words(NamedTuple):
    absent: str
    exempt: str
    served: str


_YEAR = _Words("本年度在职不满一个月，不作要求", "本年度免修", "按本年度在职{}个月折算")
_CYCLE = _Words("本周期内在职不满一个月，不作要求", "本周期免修", "按在职{}个月折算（周期共{}个月）")
_POST = _Words("任职不满一个月，不作要求", "本年度免修", "按本年度任职{}个月折算")
_AVERAGE = _Words("任职不满一个月，不作要求", "任职期间免修", "按任职{}个月、平均每年计")


def share_of_year(full: int, pack: Pack, person: Person, year: Period) -> Share:
    """The yearly line: pro rata by month in the year of hiring or leaving, and without months of exemption."""
    served = _served(person, year)
    if served and _relieved(pack, person, year):
        return Share(None, _YEAR.exempt, exempt=True)
    return _share(full, served, _excused(pack, person, year), year.months, _YEAR)


def share_of_cycle(full: int, pack: Pack, person: Person, cycle: Period) -> Share:
    """A line of the cycle: months in service ÷ months of the cycle, floored to hundredths, by the pack's rule."""
    waiting = _waits_for_next_cycle(pack, person, cycle)
    if waiting:
        return Share(None, waiting)
    # `full` speaks of joining alone: the months before are owed too, those after leaving are not.
    served = _served(person, cycle, from_the_start=pack.joining.late == "full")
    return _share(full, served, _excused(pack, person, cycle), cycle.months, _CYCLE)


def undivided(amount: int, share: Share) -> Share:
    """The whole of what cannot be divided (an award, a training), unless nothing of the period binds."""
    return share if share.required_centi is None else Share(amount)


def share_of_post(full: int, pack: Pack, person: Person, post: str, year: Period) -> Share:
    """A year's line of a post: pro rata by the months for which it is held in the training year."""
    held = _in_post(person, post, year)
    if held and _relieved(pack, person, year):
        return Share(None, _POST.exempt, exempt=True)
    return _share(full, held, _excused(pack, person, year), year.months, _POST)


def share_of_average(per_year: int, pack: Pack, person: Person, post: str, so_far: Period) -> Share:
    """平均每年: by the months in the post within the period, in years of twelve."""
    held = _in_post(person, post, so_far)
    return _share(per_year, held, _excused(pack, person, so_far), _TWELVE, _AVERAGE)


def _share(full: int, served: Set[int], excused: Set[int], out_of: int, words: _Words) -> Share:
    if not served:
        return Share(None, words.absent)
    bound = len(served - excused)
    if not bound:
        return Share(None, words.exempt, exempt=True)
    parts = [words.served.format(len(served), out_of)] if len(served) != out_of or words is _AVERAGE else []
    if bound < len(served):
        parts.append(f"扣除免修{len(served) - bound}个月")
    return Share(full * bound // out_of, "，".join(parts) or None)


def _waits_for_next_cycle(pack: Pack, person: Person, cycle: Period) -> str | None:
    """Why nothing of this cycle binds the person yet; None when it does."""
    hired_on = person.hired_on
    if hired_on is None or hired_on <= cycle.starts_on:
        return None
    if hired_on > cycle.ends_on:
        return "本周期内尚未入职，不作要求"
    return "周期中途入职，自下一周期起要求" if pack.joining.late == "from_next_cycle" else None


def _served(person: Person, period: Period, *, from_the_start: bool = False) -> set[int]:
    """Calendar months of the period, wholly in service."""
    hired_on = None if from_the_start else person.hired_on
    return months_covered([(hired_on or date.min, person.leaves_on or date.max)], period)


def _in_post(person: Person, post: str, period: Period) -> set[int]:
    """Calendar months of the period, wholly in the post and in service."""
    return months_covered(person.held(post), period) & _served(person, period)


def _excused(pack: Pack, person: Person, period: Period) -> set[int]:
    """Calendar months of the period that exemptions which the pack knows cover wholly, taken together."""
    known = {row.kind for row in pack.exemptions}
    return months_covered(
        [(from_on, until_on) for kind, from_on, until_on in person.exemptions if kind in known], period
    )


def _relieved(pack: Pack, person: Person, year: Period) -> bool:
    """Whether a case that relieves of whole years falls on any day of this one."""
    whole = {row.kind for row in pack.exemptions if row.relieves == "year"}
    return any(
        kind in whole and from_on <= year.ends_on and until_on >= year.starts_on
        for kind, from_on, until_on in person.exemptions
    )
