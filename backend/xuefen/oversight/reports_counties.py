"""周期完成率: the city against its target, the counties beside it, and a forecast of the rest of the cycle."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.credits.regions import Region, region_of
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
from xuefen.policy.rates import Rate
from xuefen.policy.units import centi_text

DIRECT = "市直属"


@dataclass(slots=True)
class _Area:
    """The tallies of the units of one county, of the direct schools, or of everything in reach.

    `attainment`: the target that the area's own rules set for the yearly line.
    """

    name: str
    unit: UnitHead | None = None
    attainment: TargetRow | None = None
    years: list[YearTally] = field(default_factory=list)
    cycles: list[CycleTally] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What every area is held against: the target of completion, and the days of the forecast."""

    target: TargetRow | None
    until: tuple[date, ...]


async def counties_report(db: AsyncSession, reach: Reach) -> CountiesReport:
    """Everything in reach together, then each county of it, and what lies under the city itself.

    The forecast asks of each person: with the credits that came in the months of the cycle so far, and as
    many in each month to come, is the total of the cycle reached by the end of the year named? Who is
    complete is counted; the other conditions of completion (an exam, a category) are taken to follow in time,
    and who joined late is taken at the pace of the whole cycle. The last line is the end of the cycle.
    """
    region = reach.region
    completion = next((row for row in region.pack.targets if row.measure == "completion"), None)
    outlook = _Outlook(completion, tuple(_year_ends(region)))
    years, cycles = await year_tallies(db, reach), await cycle_tallies(db, reach, outlook.until)
    total = _Area("合计", None, _attainment(region), years, cycles)
    return CountiesReport(
        year=reach.year.year,
        label=region.year.label,
        as_of=reach.as_of,
        cycle=region.cycle.label,
        cycle_ends_on=region.cycle.ends_on,
        target=_target(completion),
        total=_row(total, outlook),
        items=[_row(area, outlook) for area in await _areas(db, reach, years, cycles)],
    )


def _year_ends(region: Region) -> Iterator[date]:
    """The last days of this training year and of those to come, and of the cycle."""
    ends_on = region.year.ends_on
    while ends_on < region.cycle.ends_on:
        yield ends_on
        ends_on = region.pack.calendar.year_of(ends_on + timedelta(days=1)).ends_on
    yield region.cycle.ends_on


def _attainment(region: Region | None) -> TargetRow | None:
    if region is None:
        return None
    yearly = {row.id for row in region.pack.yearly}
    return next(
        (row for row in region.pack.targets if row.measure == "attainment" and row.requirement in yearly),
        None,
    )


async def _areas(
    db: AsyncSession, reach: Reach, years: Iterable[YearTally], cycles: Iterable[CycleTally]
) -> list[_Area]:
    """By county, in the order of the tree; the direct schools come first, as the city does.

    A county that the caller does not see as a whole is only named.
    """
    known = await places(db, reach)
    counties = await county_paths(db, reach.year.city_id)
    areas: dict[str, _Area] = {}

    def area_of(school_id: UUID) -> _Area:
        path = known[school_id].path
        above = next((county for county in counties if path.startswith(county)), "")
        if above not in areas:
            identity, name = counties.get(above, (None, DIRECT))
            unit = UnitHead(id=identity, name=name) if identity in known and identity else None
            areas[above] = _Area(name, unit, _attainment(region_of(reach.year.regions, above or path)))
        return areas[above]

    for year in years:
        area_of(year.school_id).years.append(year)
    for cycle in cycles:
        area_of(cycle.school_id).cycles.append(cycle)
    return [areas[path] for path in sorted(areas)]


def _row(area: _Area, outlook: _Outlook) -> AreaRow:
    bound, exempt = sum_of(area.cycles, "members"), sum_of(area.cycles, "exempt")
    complete = Rate(sum_of(area.cycles, "complete"), bound)
    attained = Rate(sum_of(area.years, "attained"), sum_of(area.years, "members"))
    return AreaRow(
        unit=area.unit,
        name=area.name,
        people=sum_of(area.years, "people"),
        complete=rate_out(complete),
        complete_with_exempt=rate_out(Rate(complete.part, bound + exempt)),
        reaches_target=_reaches(complete, outlook.target),
        attained=rate_out(attained),
        attained_with_exempt=rate_out(Rate(attained.part, attained.whole + sum_of(area.years, "exempt"))),
        attainment_target=_target(area.attainment),
        reaches_attainment_target=_reaches(attained, area.attainment),
        forecast=[_forecast(area, place, outlook) for place in range(len(outlook.until))],
    )


def _forecast(area: _Area, place: int, outlook: _Outlook) -> ForecastOut:
    expected = Rate(sum(one.on_course[place] for one in area.cycles), sum_of(area.cycles, "members"))
    return ForecastOut(
        by=outlook.until[place],
        complete=rate_out(expected),
        reaches_target=_reaches(expected, outlook.target),
    )


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
    "达到达标目标",
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
        yes_no(row.reaches_attainment_target),
        last.complete.share,
        _percent(last.complete),
        yes_no(last.reaches_target),
    ]


def _percent(rate: RateOut) -> str:
    return "" if rate.percent is None else f"{rate.percent}%"
