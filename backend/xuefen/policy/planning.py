"""The planner: which open courses close a person's gaps before their deadlines, and which gaps none can close.

How courses are chosen, and how far the choice is exact, is told in `policy.choosing`. A course adds to lines
of its own category only: what an offset of the pack would lend to another category is not planned with. Two
runs of one program are never planned together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from xuefen.policy.calendar import Period
from xuefen.policy.choosing import Hindrance, Offer, Worth, choose, days_of
from xuefen.policy.pack import Pack
from xuefen.policy.requirements import Line, Standing

__all__ = ["WHY_TITLES", "Chosen", "Gap", "Hindrance", "Offer", "Plan", "Why", "plan"]

_ALWAYS = Period("", date.min, date.max)


class Why(StrEnum):
    """Why a gap cannot be closed by what is open."""

    none_open = "none_open"
    after_deadline = "after_deadline"
    not_counted = "not_counted"
    not_eligible = "not_eligible"
    clash = "clash"
    full = "full"
    opens_later = "opens_later"
    not_enough = "not_enough"


WHY_TITLES = {
    Why.none_open: "菜单上目前没有可补这一项的课程",
    Why.after_deadline: "菜单上的相关课程都在截止日期之后才结束",
    Why.not_counted: "相关课程所得学分已满上限或已计过，不再计入",
    Why.not_eligible: "您不在相关课程的培训对象之内，或本周期已参加过",
    Why.clash: "相关课程的上课时间互相冲突，或与已报名的课程冲突",
    Why.full: "相关课程的名额已满",
    Why.opens_later: "相关课程尚未开放报名",
    Why.not_enough: "菜单上能报名的相关课程加起来仍不够",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A line that is short, with what the plan does for it. Amounts are hundredths of the line's unit.

    `closable`: the plan closes it. Otherwise `why` says what stands in the way, and `most_centi` what all
    that the person could enroll in would add.
    """

    line: Line
    missing_centi: int
    planned_centi: int
    most_centi: int
    closable: bool
    why: Why | None

    @property
    def left_centi(self) -> int:
        return max(0, self.missing_centi - self.planned_centi)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A course of the plan. `adds`: line id -> what it adds, in the order of the lines."""

    offer: Offer
    adds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """`days`: calendar days with sessions of all chosen courses; `exact`: no other choice is better."""

    gaps: tuple[Gap, ...]
    courses: tuple[Chosen, ...]
    days: int
    exact: bool


def plan(pack: Pack, standing: Standing, offers: Iterable[Offer]) -> Plan:
    """The plan for a standing whose pending entries include what is enrolled in already."""
    found = tuple(sorted(offers, key=lambda offer: (offer.entry.event_on, str(offer.id))))
    lines = [line for line in standing.lines if line.missing_after_pending_centi]
    free = [offer for offer in found if offer.hindrance is None]
    worth = Worth(pack, standing.taken, lines)
    most = worth.of_all(free)
    within_reach = [line for line in lines if most[line.id] >= line.missing_after_pending_centi]
    picked, exact = choose(Worth(pack, standing.taken, within_reach), free)
    adds = worth.of_each(picked)
    planned = {line.id: sum(one.get(line.id, 0) for one in adds) for line in lines}
    gaps = tuple(_gap(worth, line, found, planned[line.id], most[line.id]) for line in lines)
    courses = tuple(Chosen(offer, one) for offer, one in zip(picked, adds, strict=True))
    return Plan(gaps, courses, len(days_of(picked)), exact)


def _gap(worth: Worth, line: Line, offers: Sequence[Offer], planned: int, most: int) -> Gap:
    missing = line.missing_after_pending_centi
    closable = planned >= missing
    return Gap(
        line=line,
        missing_centi=missing,
        planned_centi=planned,
        most_centi=most,
        closable=closable,
        why=None if closable else _why(worth, line, offers, most),
    )


def _why(worth: Worth, line: Line, offers: Sequence[Offer], most: int) -> Why:
    """The first of the reasons that holds for all offers of the kind that the line asks for."""
    anytime = replace(line.demand, period=_ALWAYS)
    of_its_kind = [offer for offer in offers if anytime.concerns(offer.entry)]
    if not of_its_kind:
        return Why.none_open
    in_time = [offer for offer in of_its_kind if line.looks_at(offer.entry)]
    if not in_time:
        return Why.after_deadline
    place = worth.lines.index(line)
    adding = [offer for offer in in_time if worth.add(offer, worth.taken)[0][place]]
    if not adding:
        return Why.not_counted
    if any(offer.hindrance is None for offer in adding):
        return Why.clash if most >= line.missing_after_pending_centi else Why.not_enough
    met = {offer.hindrance for offer in adding}
    order = (Hindrance.opens_later, Hindrance.full, Hindrance.clash, Hindrance.not_eligible)
    return next(Why(hindrance.value) for hindrance in order if hindrance in met)
