"""Participation, pass and excellent rates (参培率 合格率 优秀率) of training runs, with and without exempt people.

All three are rates of those enrolled. Targets are judged without exempt people, on runs that are concluded.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.organisations.viewer import Viewer
from xuefen.oversight.downloads import Table, percent_text, yes_no
from xuefen.oversight.measures_schemas import (
    ProgramLine,
    ProgramReport,
    RatesOut,
    TargetOut,
    UnitRates,
)
from xuefen.oversight.measures_turnouts import Group, Run, groups_of, runs_of
from xuefen.oversight.measures_units import Unit, compared_units, days_of, year_of_city
from xuefen.policy.accountability_rows import TargetRow
from xuefen.policy.rates import Turnout, total

MEASURES = ("participation", "pass", "excellent")
HEADER = (
    "单位或项目",
    "期次",
    "承办单位",
    "结束日期",
    "报名人数",
    "免修人数",
    "参培率（含免修）",
    "参培率（不含免修）",
    "合格率（含免修）",
    "合格率（不含免修）",
    "优秀率（含免修）",
    "优秀率（不含免修）",
    "目标",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everybody, and those of them whom nothing exempts."""

    everybody: Turnout
    bound: Turnout

    @property
    def exempt(self) -> int:
        return self.everybody.enrolled - self.bound.enrolled


async def program_report(db: AsyncSession, viewer: Viewer, asked: int | None) -> ProgramReport:
    """The runs of one year of the city, and each unit's people in those of its own training year."""
    units = await compared_units(db, viewer, asked)
    year = await year_of_city(db, viewer, asked)
    first, last = days_of([*(unit.year for unit in units), year])
    runs = await runs_of(db, viewer, first, last)
    groups = await groups_of(db, viewer, first, last)
    by_run: defaultdict[UUID, list[Group]] = defaultdict(list)
    for group in groups:
        by_run[group.run_id].append(group)
    return ProgramReport(
        items=[_line(run, by_run[run.id]) for run in runs if run.ends_on in year],
        units=[_unit(unit, runs, groups) for unit in units],
    )


def program_table(report: ProgramReport) -> Table:
    """The units first, then run by run."""
    units = [_unit_row(unit) for unit in report.units]
    return Table("培训项目三率", HEADER, units + [_row(line) for line in report.items])


def _parts(groups: Iterable[Group]) -> Parts:
    known = list(groups)
    return Parts(
        total(group.turnout for group in known),
        total(group.turnout for group in known if not group.exempt),
    )


def _line(run: Run, groups: Sequence[Group]) -> ProgramLine:
    parts = _parts(groups)
    return ProgramLine(
        program_id=run.program_id,
        program_title=run.program_title,
        run_id=run.id,
        run_name=run.name,
        provider_name=run.provider_name,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        concluded=run.concluded,
        exempt=parts.exempt,
        with_exempt=_rates(parts.everybody),
        without_exempt=_rates(parts.bound),
    )


def _unit(unit: Unit, runs: Sequence[Run], groups: Sequence[Group]) -> UnitRates:
    ended = {run.id for run in runs if run.concluded and run.ends_on in unit.year}
    parts = _parts(group for group in groups if group.run_id in ended and group.path.startswith(unit.path))
    targets = [row for row in unit.pack.targets if row.measure in MEASURES and row.of == unit.kind]
    return UnitRates(
        organisation_id=unit.id,
        organisation_name=unit.name,
        kind=unit.kind,
        exempt=parts.exempt,
        with_exempt=_rates(parts.everybody),
        without_exempt=_rates(parts.bound),
        targets=[_target(row, parts.bound) for row in targets],
    )


def _target(row: TargetRow, bound: Turnout) -> TargetOut:
    rate = bound.rate(row.measure)
    return TargetOut(
        id=row.id,
        name=row.name,
        measure=row.measure,
        percent=row.percent,
        clause=row.clause,
        met=rate.reaches(row.percent) if rate.whole else None,
    )


def _rates(turnout: Turnout) -> RatesOut:
    return RatesOut(
        enrolled=turnout.enrolled,
        participated=turnout.participated,
        assessed=turnout.assessed,
        passed=turnout.passed,
        excellent=turnout.excellent,
        participation_rate=turnout.rate("participation").percent_centi,
        pass_rate=turnout.rate("pass").percent_centi,
        excellent_rate=turnout.rate("excellent").percent_centi,
    )


def _row(line: ProgramLine) -> list[str]:
    return [
        line.program_title,
        line.run_name,
        line.provider_name,
        str(line.ends_on),
        *_figures(line),
        "",
    ]


def _unit_row(unit: UnitRates) -> list[str]:
    targets = [f"{one.name}{percent_text(one.percent)}：{yes_no(one.met) or '无人'}" for one in unit.targets]
    return [unit.organisation_name, "", "", "", *_figures(unit), "；".join(targets)]


def _figures(line: ProgramLine | UnitRates) -> list[str]:
    with_exempt, without = line.with_exempt, line.without_exempt
    pairs = [
        (with_exempt.participation_rate, without.participation_rate),
        (with_exempt.pass_rate, without.pass_rate),
        (with_exempt.excellent_rate, without.excellent_rate),
    ]
    rates = [percent_text(rate) for pair in pairs for rate in pair]
    return [str(with_exempt.enrolled), str(line.exempt), *rates]
