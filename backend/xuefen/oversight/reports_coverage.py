"""学科培训覆盖: which share of the teachers of each subject trained on site, and which online.

Counted are the credits that stand in the ledger for events of the training year; teachers are those in
service in it, by their present school and subject. A blended course meets on site, so it counts there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.text import decimal_text
from xuefen.credits.figures import in_service
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.oversight.downloads import Table
from xuefen.oversight.reports_schemas import (
    Coverage,
    CoverageReport,
    RateOut,
    SubjectCoverage,
    rate_out,
)
from xuefen.oversight.reports_scope import Reach
from xuefen.people.models import Teacher
from xuefen.policy.levels import DeliveryMode
from xuefen.policy.rates import Rate

ON_SITE = (DeliveryMode.onsite, DeliveryMode.base, DeliveryMode.blended, DeliveryMode.school_based)
ONLINE = (DeliveryMode.online,)
"""Study for a diploma is neither: it is done beside the training of a subject."""


@dataclass(frozen=True, slots=True)
class _Tally:
    """Of one subject, or of all. `both` are among `on_site` and among `online`."""

    subject: str
    teachers: int
    on_site: int
    online: int
    both: int
    on_site_centi: int
    online_centi: int


async def coverage_report(db: AsyncSession, reach: Reach) -> CoverageReport:
    """The subject with the most teachers first."""
    tallies = sorted(await _tallies(db, reach), key=lambda one: (-one.teachers, one.subject))
    return CoverageReport(
        year=reach.year.year,
        label=reach.region.year.label,
        as_of=reach.as_of,
        total=Coverage(**_shares(_total(tallies))),
        items=[SubjectCoverage(subject=one.subject, **_shares(one)) for one in tallies],
    )


async def _tallies(db: AsyncSession, reach: Reach) -> list[_Tally]:
    taken = _taken(reach)
    on_site, online = taken.c.on_site > 0, taken.c.online > 0
    rows = await db.execute(
        select(
            col(Teacher.subject),
            func.count(),
            func.count().filter(on_site),
            func.count().filter(online),
            func.count().filter(on_site, online),
            func.coalesce(func.sum(taken.c.on_site_centi), 0),
            func.coalesce(func.sum(taken.c.online_centi), 0),
        )
        .outerjoin(taken, taken.c.teacher_id == col(Teacher.id))
        .where(_teachers(reach))
        .group_by(col(Teacher.subject))
    )
    return [_Tally(subject, *(int(number) for number in numbers)) for subject, *numbers in rows]


def _taken(reach: Reach) -> Subquery:
    """What each teacher in reach took in the year, on site and online."""
    on_site, online = (col(LedgerEntry.mode).in_(modes) for modes in (ON_SITE, ONLINE))
    hours = func.sum(col(LedgerEntry.hours_centi))
    of_teacher = and_(
        col(LedgerEntry.city_id) == col(Teacher.city_id), col(LedgerEntry.teacher_id) == col(Teacher.id)
    )
    return (
        select(
            col(LedgerEntry.teacher_id),
            func.count().filter(on_site).label("on_site"),
            func.count().filter(online).label("online"),
            hours.filter(on_site).label("on_site_centi"),
            hours.filter(online).label("online_centi"),
        )
        .join(Teacher, of_teacher)
        .where(_teachers(reach), or_(on_site, online), _in_the_year(reach), in_force())
        .group_by(col(LedgerEntry.teacher_id))
        .subquery()
    )


def _teachers(reach: Reach) -> ColumnElement[bool]:
    return and_(reach.covers(Teacher), in_service(reach.year.regions))


def _in_the_year(reach: Reach) -> ColumnElement[bool]:
    """The event lies in the training year by the calendar of the present school."""
    of_region = [
        and_(
            region.covers(col(Teacher.org_path)),
            col(LedgerEntry.event_on).between(region.year.starts_on, region.year.ends_on),
        )
        for region in reach.year.regions
    ]
    return or_(*of_region)


def _total(tallies: Iterable[_Tally]) -> _Tally:
    known = list(tallies)

    def together(name: str) -> int:
        return sum(getattr(one, name) for one in known)

    return _Tally("合计", *(together(name) for name in _Tally.__slots__[1:]))


def _shares(one: _Tally) -> dict[str, Any]:
    def of_teachers(part: int) -> RateOut:
        return rate_out(Rate(part, one.teachers))

    return {
        "teachers": one.teachers,
        "on_site": of_teachers(one.on_site),
        "online": of_teachers(one.online),
        "both": of_teachers(one.both),
        "neither": of_teachers(one.teachers - one.on_site - one.online + one.both),
        "on_site_hours": one.on_site_centi,
        "online_hours": one.online_centi,
    }


HEADER = (
    "学科",
    "教师",
    "现场培训",
    "现场覆盖率",
    "网络培训",
    "网络覆盖率",
    "两者都有",
    "两者都有占比",
    "两者都无",
    "两者都无占比",
    "现场学时",
    "网络学时",
)


def coverage_table(report: CoverageReport) -> Table:
    """All subjects together first."""
    rows = [_cells("合计", report.total), *(_cells(one.subject, one) for one in report.items)]
    return Table(f"{report.label}学科培训覆盖", HEADER, rows)


def _cells(subject: str, row: Coverage) -> list[str]:
    shares = [
        text
        for rate in (row.on_site, row.online, row.both, row.neither)
        for text in (str(rate.part), f"{rate.percent}%" if rate.percent else "")
    ]
    hours = [decimal_text(amount) for amount in (row.on_site_hours, row.online_hours)]
    return [subject, str(row.teachers), *shares, *hours]
