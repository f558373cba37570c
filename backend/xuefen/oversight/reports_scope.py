"""Whom a report on figures is about, and that it rests on none that is out of date.

    return await reported(caller, query, lambda db, reach: schools_report(db, reach))

What is stale is computed and kept before the report is made, where it is little; the report is then of the
moment in which it was asked for. Where it is much, the worker is set to it and the caller told to come again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.errors import Conflict, Unavailable
from xuefen.credits.figures import (
    Renewal,
    YearOfCity,
    compute,
    count_stale,
    keep,
    stale_ids,
    year_of_city,
)
from xuefen.credits.models import YearFigure
from xuefen.credits.regions import Region, region_of, years_of
from xuefen.credits.renewing import BATCH, ask_to_catch_up
from xuefen.organisations.access import Bulk
from xuefen.organisations.policies import NoPolicy, Policies, policies_of
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.scope import below, visible
from xuefen.organisations.service import organisation_within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.downloads import ReportQuery

FEW = 500
"""So many stale figures are computed while somebody waits."""
Report = TypeVar("Report")


class FiguresRecomputing(Unavailable):
    """`recomputing`: so many people's figures are being computed anew; none of the old ones is shown."""

    code, title = "figures_recomputing", "统计数据正在重新计算，请稍后再看"


class YearUnknown(Conflict):
    code, title = "year_unknown", "该年度还没有开始，或不在现行制度的周期内"


class UnitQuery(ReportQuery):
    """`organisation_id`: only the people at or below that unit; everybody in the caller's scope without it."""

    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose figures a report may count. `path`: the unit asked for. `paths`: None for a whole city."""

    viewer: Viewer
    year: YearOfCity
    path: str | None
    paths: tuple[str, ...] | None

    def covers(self, model: Any) -> ColumnElement[bool]:
        """The rows of `model` (a table with `scope_columns`) in reach."""
        mine = visible(model, self.viewer)
        if self.path is None:
            return mine
        return and_(mine, below(getattr(model, model.scope_columns.organisation), self.path))

    @property
    def figures(self) -> ColumnElement[bool]:
        """The figures in reach, each of the region that judges its school now."""
        regions = [region.covers(col(YearFigure.org_path)) for region in self.year.regions]
        return and_(self.covers(YearFigure), col(YearFigure.year) == self.year.year, or_(*regions))

    @property
    def region(self) -> Region:
        """The region of the unit asked for, or of the caller's first: it names the year of the report."""
        paths = (self.path,) if self.path else self.paths or ()
        found = (region_of(self.year.regions, path) for path in paths)
        return next((region for region in found if region), self.year.regions[0])

    @property
    def as_of(self) -> date:
        return self.region.on


async def reported(
    caller: Bulk, query: UnitQuery, make: Callable[[AsyncSession, Reach], Awaitable[Report]]
) -> Report:
    """What `make` reports, from figures that are current. `FiguresRecomputing` when too many are not."""
    async with caller.database.read() as db:
        reach = await reach_of(db, await caller.load(db, caller.who), query)
        behind = await count_stale(db, reach.year, reach.paths)
        if not behind:
            return await make(db, reach)
        renewal = None
        if behind <= FEW:
            renewal = await compute(db, reach.year, await stale_ids(db, reach.year, reach.paths))
    if renewal is None:
        raise await _left_to_the_worker(caller, reach.year, behind)
    await _keep(caller, renewal)
    async with caller.database.read() as db:
        return await make(db, reach)


async def reach_of(db: AsyncSession, viewer: Viewer, query: UnitQuery) -> Reach:
    """What the viewer asks about: whose rows, and of which training year."""
    reader = viewer.acting_as(*UNIT_READERS)
    path = None
    if query.organisation_id is not None:
        path = (await organisation_within(db, reader, query.organisation_id)).path
    paths = (path,) if path else tuple(sorted(set(reader.paths(*UNIT_READERS))))
    whole_city = any(one.count("/") == 1 for one in paths)
    year = await _year(db, viewer.city_id, query.year, paths)
    return Reach(reader, year, path, None if whole_city else paths)


async def _year(db: AsyncSession, city_id: UUID, wanted: int | None, paths: Sequence[str]) -> YearOfCity:
    policies = await policies_of(db, city_id)
    if not policies.versions:
        raise NoPolicy
    year = await year_of_city(db, city_id, wanted or _running(policies, paths, clock.today()))
    if not year.regions:
        raise YearUnknown
    return year


def _running(policies: Policies, paths: Sequence[str], today: date) -> int:
    """The year that runs for the first of `paths` with rules; without one the latest of the city."""
    ruled = [path for path in paths if any(path.startswith(at) for at, _, _ in policies.versions)]
    if not ruled:
        return years_of(policies, today)[-1]
    return policies.at(ruled[0], today).calendar.year_of(today).starts_on.year


async def _keep(caller: Bulk, renewal: Renewal) -> None:
    async def work(db: AsyncSession) -> None:
        await keep(db, renewal)

    await caller.database.transact(work)


async def _left_to_the_worker(caller: Bulk, year: YearOfCity, behind: int) -> FiguresRecomputing:
    async def work(db: AsyncSession) -> None:
        await ask_to_catch_up(db, year.city_id, year.year)

    await caller.database.transact(work)
    return FiguresRecomputing(
        f"还有 {behind} 人的数据需要重新计算",
        retry_after=1 + behind // BATCH,
        extra={"recomputing": behind},
    )
