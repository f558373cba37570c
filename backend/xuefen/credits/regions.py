"""Regions: which of a city's units are judged by the same versions of the rules in one training year."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_

from xuefen.organisations.policies import Policies, PolicyInForce
from xuefen.organisations.scope import below
from xuefen.policy.calendar import Cycle, Year
from xuefen.policy.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The units at or below `path` but not at or below one of `nested`, in one training year.

    `on` is the day that the year is judged on: its last, or today while it runs. `caps` gives the pack in
    force on the day of an event, and `policies` names all the versions that could matter until `on`.
    """

    path: str
    nested: tuple[str, ...]
    year: Year
    cycle: Cycle
    on: date
    pack: Pack
    caps: Callable[[date], Pack]
    policies: str
    changes_on: date | None
    """The next day on which another version comes into force, where one is adopted."""

    def holds(self, org_path: str) -> bool:
        return org_path.startswith(self.path) and not org_path.startswith(self.nested)

    def covers(self, column: Any) -> ColumnElement[bool]:
        """The same of a path column."""
        return and_(below(column, self.path), *(~below(column, path) for path in self.nested))


def regions_of(policies: Policies, year: int, today: date) -> tuple[Region, ...]:
    """The regions of the training years that begin in `year`, as far as they have begun and lie in a cycle."""
    return tuple(_regions(policies, year, today))


def region_of(regions: Iterable[Region], org_path: str) -> Region | None:
    return next((region for region in regions if region.holds(org_path)), None)


def years_of(policies: Policies, on: date) -> tuple[int, ...]:
    """The years that contain `on`, by the calendar of each unit that has adopted rules; mostly one."""
    paths = {path for path, _, _ in policies.versions}
    return tuple(sorted({policies.at(path, on).calendar.year_of(on).starts_on.year for path in paths}))


def _regions(policies: Policies, year: int, today: date) -> Iterator[Region]:
    paths = sorted({path for path, _, _ in policies.versions})
    for path in paths:
        # Whatever the month it begins in, the year that begins in `year` contains the last day of `year`.
        last = date(year, 12, 31)
        ends_on = policies.at(path, min(last, today)).calendar.year_of(last).ends_on
        on = min(ends_on, today)
        in_force = policies.at(path, on)
        cycle = in_force.calendar.find_cycle(on)
        judged = in_force.calendar.year_of(on)
        if cycle is None or judged.starts_on.year != year:
            continue
        versions = policies.of_unit(path)
        yield Region(
            path=path,
            nested=tuple(other for other in paths if other != path and other.startswith(path)),
            year=judged,
            cycle=cycle,
            on=on,
            pack=in_force.pack,
            caps=_caps(versions),
            policies=_named(_in_force(versions, on)),
            changes_on=next((version.from_on for version in versions if version.from_on > on), None),
        )


def _caps(versions: Sequence[PolicyInForce]) -> Callable[[date], Pack]:
    if len(versions) == 1:
        return lambda _: versions[0].pack
    return cache(lambda day: _in_force(versions, day)[-1].pack)


def _in_force(versions: Sequence[PolicyInForce], on: date) -> Sequence[PolicyInForce]:
    """The versions until `on`; the first one holds for every day before it."""
    return [version for version in versions if version.from_on <= on] or versions[:1]


def _named(versions: Sequence[PolicyInForce]) -> str:
    """A hash over versions and their days."""
    content = [(version.from_on, version.sha256) for version in versions]
    return hashlib.sha256(repr(content).encode()).hexdigest()
