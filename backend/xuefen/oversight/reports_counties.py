"""周期完成率: the city against its target, the counties beside it, and a forecast of the rest of the cycle."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.credits.regions import Region
from xuefen.organisations.policies import county_paths
from xuefen.oversight.downloads import Table, yes_no
from xuefen.oversight.reports_schemas import (
    AreaRow,
    CountiesReport,
    ForecastOut,
    RateOut,
    TargetOut,
    UnitHead,
    rate_out,
)
from xuefen.oversight.reports_scope import Reach
from xuefen.oversight.reports_tallies import (
    CycleTally,
    YearTally,
    cycle_tallies,
    places,
    sum_of,
    year_tallies,
)
from xuefen.policy.accountability_rows import TargetRow
from xuefen.policy.calendar import years_after
from xuefen.policy.rates import Rate
from xuefen.policy.units import centi_text

DIRECT = "市直属"


@dataclass(slots=True)
class _Area:
    """The tallies of the units of one county, of the direct schools, or of everything in reach."""

    years: list[YearTally] = field(default_factory=list)
    cycles: list[CycleTally] = field(default_factory=list)


async def counties_report(db: AsyncSession, reach: Reach) -> CountiesReport:
    """Everything in reach together, then each county of it, and what lies under the city itself.

    The forecast asks of each person: with the credits that came in the months of the cycle so far, and as
    many in each month to come, is the total of the cycle reached by the end of the year named? Who is
    complete is counted; the other conditions of completion (an exam, a category) are taken to follow in time,
    and who joined late is taken at the pace of the whole cycle. The last line is the end of the cycle.
    """
    region = reach.region
    until = _year_ends(region)
    years, cycles = await year_tallies(db, reach), await cycle_tallies(db, reach, until)
    target = next((row for row in region.pack.targets if row.measure == "completion"), None)
    areas = await _areas(db, reach, years, cycles)
    return CountiesReport(
        year=reach.year.year,
        label=region.year.label,
        as_of=reach.as_of,
        cycle=region.cycle.label,
        cycle_ends_on=region.cycle.ends_on,
        target=_target(target),
        total=_row(None, "合计", _Area(years, cycles), until, target),
        items=[_row(unit, name, area, until, target) for unit, name, area in areas],
    )


def _year_ends(region: Region) -> list[date]:
    """The last days of this training year and of those to come in the cycle."""
    days, ends_on = [], region.year.ends_on
    while ends_on < region.cycle.ends_on:
        days.append(ends_on)
        ends_on = years_after(ends_on, 1)
    return [*days, region.cycle.ends_on]


async def _areas(
    db: AsyncSession, reach: Reach, years: Iterable[YearTally], cycles: Iterable[CycleTally]
) -> list[tuple[UnitHead | None, str, _Area]]:
    """By county, in the order of the tree; the direct schools come first, as the city does.

    A county that the caller does not see as a whole is only named.
    """
    known = await places(db, reach)
    counties = await county_paths(db, reach.year.city_id)
    areas: defaultdict[str, _Area] = defaultdict(_Area)

    def area_of(school_id: UUID) -> _Area:
        path = known[school_id].path
        return areas[next((county for county in counties if path.startswith(county)), "")]

    for year in years:
        area_of(year.school_id).years.append(year)
    for cycle in cycles:
        area_of(cycle.school_id).cycles.append(cycle)
    heads = {path: UnitHead(id=identity, name=name) for path, (identity, name) in counties.items()}
    seen = {path: head for path, head in heads.items() if head.id in known}
    names = {path: head.name for path, head in heads.items()}
    return [(seen.get(path), names.get(path, DIRECT), areas[path]) for path in sorted(areas)]


def _row(
    unit: UnitHead | None, name: str, area: _Area, until: Sequence[date], target: TargetRow | None
) -> AreaRow:
    bound, exempt = sum_of(area.cycles, "members"), sum_of(area.cycles, "exempt")
    complete = Rate(sum_of(area.cycles, "complete"), bound)
    attained, members = sum_of(area.years, "attained"), sum_of(area.years, "members")
    return AreaRow(
        unit=unit,
        name=name,
        people=sum_of(area.years, "people"),
        complete=rate_out(complete),
        complete_with_exempt=rate_out(Rate(complete.part, bound + exempt)),
        reaches_target=_reaches(complete, target),
        attained=rate_out(Rate(attained, members)),
        attained_with_exempt=rate_out(Rate(attained, members + sum_of(area.years, "exempt"))),
        forecast=[_forecast(area, place, day, bound, target) for place, day in enumerate(until)],
    )


def _forecast(area: _Area, place: int, day: date, bound: int, target: TargetRow | None) -> ForecastOut:
    expected = Rate(sum(one.on_course[place] for one in area.cycles), bound)
    return ForecastOut(by=day, complete=rate_out(expected), reaches_target=_reaches(expected, target))


def _reaches(rate: Rate, target: TargetRow | None) -> bool | None:
    return rate.reaches(target.percent) if target else None


def _target(row: TargetRow | None) -> TargetOut | None:
    if row is None:
        return None
    return TargetOut(id=row.id, name=row.name, percent=centi_text(row.percent), clause=row.clause)


HEADER = (
    "单位",
    "教师",
    "周期完成",
    "完成率",
    "完成率（含免修）",
    "达到目标",
    "年度达标",
    "达标率",
    "达标率（含免修）",
    "预计周期末完成",
    "预计完成率",
    "预计达到目标",
)


def counties_table(report: CountiesReport) -> Table:
    rows = [_cells(one) for one in (report.total, *report.items)]
    return Table(f"{report.label}周期完成情况", HEADER, rows)


def _cells(row: AreaRow) -> list[str]:
    last = row.forecast[-1]
    return [
        row.name,
        str(row.people),
        row.complete.share,
        _percent(row.complete),
        _percent(row.complete_with_exempt),
        yes_no(row.reaches_target),
        row.attained.share,
        _percent(row.attained),
        _percent(row.attained_with_exempt),
        last.complete.share,
        _percent(last.complete),
        yes_no(last.reaches_target),
    ]


def _percent(rate: RateOut) -> str:
    return "" if rate.percent is None else f"{rate.percent}%"
