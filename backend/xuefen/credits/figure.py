"""One person's figure of one training year. Pure: from what was read, with the engine that answers the person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from xuefen.credits.regions import Region, region_of
from xuefen.policy.entries import Entry, Person
from xuefen.policy.pack import Pack
from xuefen.policy.requirements import Standing, standing
from xuefen.policy.vocabulary import Unit

_DAY = timedelta(days=1)
_BY_MONTH = frozenset({"average_in_post", "hours_in_post", "credits_in_post"})
"""Requirements whose figure moves with every day in the post."""


class Employed(NamedTuple):
    """A personnel relation: from when, with which school."""

    starts_on: date
    school_id: UUID
    org_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a figure is checked against, read before everything that it is computed from.

    Whatever is written in between then leaves the figure marked as older than it is, never as newer.
    """

    teacher_id: UUID
    version: int
    entries: int
    hired_on: date
    left_on: date | None
    school: Employed
    """The present one."""
    schools: tuple[Employed, ...]
    """All, oldest first."""


def in_service(region: Region, marks: Marks) -> bool:
    """Whether the person was in service on some day of the year so far."""
    left_before = marks.left_on is not None and marks.left_on < region.year.starts_on
    return marks.hired_on <= region.on and not left_before


def figure(marks: Marks, person: Person, entries: Sequence[Entry], regions: Sequence[Region]) -> Any | None:
    """The columns of the person's `YearFigure`; None for who was not in service in the year."""
    home = region_of(regions, marks.school.org_path)
    if home is None or not in_service(home, marks):
        return None
    school = _school_on(marks, home.on)
    region = region_of(regions, school.org_path)
    if region is None:
        school, region = marks.school, home
    return {
        "teacher_id": marks.teacher_id,
        "school_id": school.school_id,
        "org_path": school.org_path,
        "year_starts_on": region.year.starts_on,
        "year_ends_on": region.year.ends_on,
        **_amounts(judged(region, person, entries)),
        "entries": marks.entries,
        "teacher_version": marks.version,
        "policies": region.policies,
        "current_until": min(_days_until_change(region, marks, person)),
    }


def judged(
    region: Region, person: Person, entries: Sequence[Entry], pending: Sequence[Entry] = ()
) -> Standing:
    """The standing at the end of the region's year, or today; it knows nothing of what came after the year."""
    known = [entry for entry in entries if entry.event_on <= region.year.ends_on]
    return standing(region.pack, person, known, region.on, pending, in_force=region.caps)


def _school_on(marks: Marks, on: date) -> Employed:
    """Where the personnel relation lies on the day; who has left by then counts at the last school."""
    begun = [school for school in marks.schools if school.starts_on <= on]
    return begun[-1] if begun else marks.school


def _amounts(answer: Standing) -> dict[str, Any]:
    line, total = answer.year_line, answer.total
    return {
        "requirement_id": line.id if line else None,
        "unit": line.unit if line else Unit.credits,
        "required_centi": line.required_centi if line else None,
        "counted_centi": line.counted_centi if line else 0,
        "met": line is not None and line.met,
        "exempt": line is not None and line.exempt,
        "barred": "year" in answer.barred,
        "cycle_required_centi": total.required_centi if total else None,
        "cycle_counted_centi": total.counted_centi if total else answer.total_counted_centi,
        "cycle_exempt": total is not None and total.exempt,
        "complete": answer.complete,
    }


def _days_until_change(region: Region, marks: Marks, person: Person) -> Iterator[date]:
    """The last days for which nothing turns by the mere passing of time."""
    yield region.year.ends_on
    if _moves_daily(region.pack, person):
        yield region.on
    turns: list[date | None] = [region.changes_on, *(school.starts_on for school in marks.schools)]
    for from_on, until_on in _spans(person):
        turns += [from_on, until_on and until_on + _DAY]
    yield from (day - _DAY for day in turns if day is not None and day > region.on)


def _spans(person: Person) -> Iterable[tuple[date, date | None]]:
    yield from ((from_on, until_on) for _, from_on, until_on in person.positions)
    yield from person.vetoes


def _moves_daily(pack: Pack, person: Person) -> bool:
    held = {post for post, _, _ in person.positions}
    return any(
        row.for_completion and row.kind in _BY_MONTH and getattr(row, "post", None) in held
        for row in pack.requirements
    )
