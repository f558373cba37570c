"""每所学校的年度未达标比例: the thresholds of its policy, today and as it looks, with those who may tip it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.credits.regions import region_of
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.policies import county_paths
from xuefen.oversight.downloads import Table, yes_no
from xuefen.oversight.reports_coming import Coming, coming
from xuefen.oversight.reports_schemas import (
    PersonAtRisk,
    SchoolRow,
    SchoolsReport,
    ThresholdOut,
    UnitHead,
    rate_out,
)
from xuefen.oversight.reports_scope import Reach
from xuefen.oversight.reports_tallies import Place, YearTally, places, sum_of, year_tallies
from xuefen.oversight.reports_thresholds import Group, threshold_out
from xuefen.people.models import Teacher
from xuefen.policy.accountability_rows import ThresholdRow
from xuefen.policy.rates import Rate

Carried = Mapping[tuple[UUID, str | None], Sequence[tuple[UUID, Coming]]]
"""By school and yearly line: who is below it and carried over it by what is coming, the thinnest first."""


@dataclass(frozen=True, slots=True)
class _Facts:
    reach: Reach
    counties: Mapping[str, str]
    """Path -> name."""
    carried: Carried
    at_most: int
    people: Mapping[UUID, tuple[str, str]]
    """Name and staff number of those who are named."""


async def schools_report(db: AsyncSession, reach: Reach, at_most: int) -> SchoolsReport:
    """Every school in reach that has people, in the order of the tree; at most so many names for each."""
    tallies: defaultdict[UUID, list[YearTally]] = defaultdict(list)
    for tally in await year_tallies(db, reach):
        tallies[tally.school_id].append(tally)
    facts = await _facts(db, reach, at_most)
    known = (await places(db, reach)).values()
    schools = [one for one in known if one.kind is OrganisationKind.school and one.id in tallies]
    items = [_row(facts, school, tallies[school.id]) for school in sorted(schools, key=lambda one: one.path)]
    return SchoolsReport(
        year=reach.year.year,
        label=reach.region.year.label,
        as_of=reach.as_of,
        schools=len(items),
        failing=sum(any(one.failed for one in item.thresholds) for item in items),
        expected_failing=sum(any(one.expected_failed for one in item.thresholds) for item in items),
        items=items,
    )


async def _facts(db: AsyncSession, reach: Reach, at_most: int) -> _Facts:
    carried = _carried(await coming(db, reach))
    named = [person for group in carried.values() for person, _ in group[:at_most]]
    counties = {path: name for path, (_, name) in (await county_paths(db, reach.year.city_id)).items()}
    return _Facts(reach, counties, carried, at_most, await _people(db, reach, named))


def _carried(people: Mapping[UUID, Coming]) -> Carried:
    carried: defaultdict[tuple[UUID, str | None], list[tuple[UUID, Coming]]] = defaultdict(list)
    for person, one in people.items():
        if one.carries:
            carried[one.school_id, one.requirement_id].append((person, one))
    for group in carried.values():
        group.sort(key=lambda pair: (pair[1].adds_centi - pair[1].missing_centi, str(pair[0])))
    return carried


async def _people(db: AsyncSession, reach: Reach, named: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Name and staff number of people who were found within the reach."""
    if not named:
        return {}
    rows = await db.execute(
        select(col(Teacher.id), col(Teacher.name), col(Teacher.staff_no)).where(
            col(Teacher.city_id) == reach.year.city_id, col(Teacher.id).in_(named)
        )
    )
    return {row.id: (row.name, row.staff_no) for row in rows}


def _row(facts: _Facts, school: Place, tallies: Sequence[YearTally]) -> SchoolRow:
    members, exempt, attained = (sum_of(tallies, name) for name in ("members", "exempt", "attained"))
    below = sum_of(tallies, "below")
    carried = sum(len(facts.carried.get((school.id, one.requirement_id), ())) for one in tallies)
    return SchoolRow(
        school=UnitHead(id=school.id, name=school.name),
        county=next((name for path, name in facts.counties.items() if school.path.startswith(path)), None),
        people=sum_of(tallies, "people"),
        members=members,
        exempt=exempt,
        below=below,
        expected_below=below - carried,
        attained=rate_out(Rate(attained, members)),
        attained_with_exempt=rate_out(Rate(attained, members + exempt)),
        thresholds=[_threshold(facts, school, row, tallies) for row in _thresholds(facts.reach, school)],
    )


def _thresholds(reach: Reach, school: Place) -> list[ThresholdRow]:
    """Those of the pack that judges the school, as far as they speak of its yearly line."""
    region = region_of(reach.year.regions, school.path)
    if region is None:
        return []
    yearly = {row.id for row in region.pack.yearly}
    return [row for row in region.pack.thresholds if row.requirement in yearly]


def _threshold(facts: _Facts, school: Place, row: ThresholdRow, tallies: Sequence[YearTally]) -> ThresholdOut:
    bound = [one for one in tallies if one.requirement_id == row.requirement]
    carried = facts.carried.get((school.id, row.requirement), ())
    group = Group(members=sum_of(bound, "members"), below=sum_of(bound, "below"), carried=len(carried))
    return threshold_out(row, group, [_at_risk(facts, *one) for one in carried[: facts.at_most]])


def _at_risk(facts: _Facts, person: UUID, one: Coming) -> PersonAtRisk:
    name, staff_no = facts.people[person]
    return PersonAtRisk(
        teacher_id=person,
        name=name,
        staff_no=staff_no,
        missing=one.missing_centi,
        coming=one.adds_centi,
    )


HEADER = (
    "县市区",
    "学校",
    "教师",
    "应达标",
    "免修",
    "未达标",
    "预计未达标",
    "达标率",
    "达标率（含免修）",
    "条款",
    "未达标比例",
    "不合格",
    "预计不合格",
    "预警",
    "涉及教师",
)


def schools_table(report: SchoolsReport) -> Table:
    """A line for each school and threshold."""
    rows = [line for item in report.items for line in _lines(item)]
    return Table(f"{report.label}学校达标情况", HEADER, rows)


def _lines(item: SchoolRow) -> list[list[str]]:
    school = [item.county or "市直属", item.school.name]
    school += [str(number) for number in (item.people, item.members, item.exempt, item.below)]
    school += [str(item.expected_below), _percent(item.attained.percent)]
    school += [_percent(item.attained_with_exempt.percent)]
    return [[*school, *_cells(one)] for one in item.thresholds] or [[*school, *[""] * 6]]


def _cells(one: ThresholdOut) -> list[str]:
    people = "、".join(person.name for person in one.at_risk)
    share = f"{one.share.share} {_percent(one.share.percent)}".strip()
    return [one.name, share, yes_no(one.failed), yes_no(one.expected_failed), one.warning, people]


def _percent(text: str | None) -> str:
    return "" if text is None else f"{text}%"
