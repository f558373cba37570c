"""The preview of a change of the rules: the standing of real people under the present rules and the new ones.

People are judged in chunks: each is read in a session of its own that is over before it is judged, and judged
beside the event loop. So nothing is held for long, and other requests go on.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.db import Database
from xuefen.core.errors import Conflict
from xuefen.credits.records import teacher_records
from xuefen.credits.standing import TeacherRecord
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import NoPolicy, Policies, PolicyInForce
from xuefen.organisations.scope import below
from xuefen.oversight.preview_rules import Effects, judge
from xuefen.people.models import Teacher
from xuefen.policy.calendar import OutsideCycle
from xuefen.policy.requirements import Standing

MOST_PEOPLE = 6_000
"""More than a large county has. Beyond it an answer takes minutes, and a county at a time tells more."""
CHUNK = 500


class TooManyPeople(Conflict):
    code, title = "too_many_people", f"一次最多预演 {MOST_PEOPLE} 人，请选择一个县区或学校"


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a preview names."""

    teacher_id: UUID
    name: str
    staff_no: str
    school_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`version`, as if adopted at `path`, for the people of `unit` whom `seen` lets through, judged on `on`.

    `present`: what is in force now, without that version.
    """

    city_id: UUID
    unit: Organisation
    seen: ColumnElement[bool]
    path: str
    present: Policies
    version: PolicyInForce
    on: date


@dataclass(frozen=True, slots=True)
class Preview:
    """`own_rules`: so many people live under rules of a nearer unit, which the change does not touch.

    `units`: path -> (id, name) of every unit that `effects` counts.
    """

    effects: Effects[Who]
    own_rules: int
    units: dict[str, tuple[UUID, str]]


class Changed(Policies):
    """The present rules, and from the first day of `version` on that one, for units that it would decide about."""

    def __init__(self, present: Policies, version: PolicyInForce) -> None:
        super().__init__(present.versions)
        self._present, self._version = present, version
        self._known: dict[str, tuple[PolicyInForce, ...]] = {}

    def of_unit(self, org_path: str) -> tuple[PolicyInForce, ...]:
        if org_path not in self._known:
            before = (
                one for one in _versions(self._present, org_path) if one.from_on < self._version.from_on
            )
            self._known[org_path] = (*before, self._version)
        return self._known[org_path]


def _versions(policies: Policies, org_path: str) -> tuple[PolicyInForce, ...]:
    try:
        return policies.of_unit(org_path)
    except NoPolicy:
        return ()


async def previewed(
    database: Database,
    question: Question,
    *,
    most: int | None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Preview:
    """Who would newly meet or miss what. `TooManyPeople` for more than `most`.

    `OutsideCycle` for a day that the new rules have no cycle for. `tell` hears how many are done, of how many.
    """
    question.version.calendar.cycle_of(question.on)
    async with database.read() as db:
        ids, own_rules = await _people(db, question, most)
    after = Changed(question.present, question.version)
    effects: Effects[Who] = Effects()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        async with database.read() as db:
            records = await teacher_records(db, question.city_id, chunk, question.present)
        await asyncio.to_thread(_judge, question, after, records, effects)
        tell(start + len(chunk), len(ids))
    async with database.read() as db:
        return Preview(effects, own_rules, await _named(db, question.city_id, list(effects.units)))


async def _people(db: AsyncSession, question: Question, most: int | None) -> tuple[Sequence[UUID], int]:
    """The people whom the change concerns, unit by unit, and the number of the others. `TooManyPeople`."""
    nearer = {
        path
        for path, from_on, _ in question.present.versions
        if path != question.path and path.startswith(question.path) and from_on <= question.on
    }
    elsewhere = or_(false(), *(below(col(Teacher.org_path), path) for path in sorted(nearer)))
    own_rules = await db.scalar(_in_service(select(func.count()), question).where(elsewhere)) or 0
    concerned = _in_service(select(col(Teacher.id)), question).where(~elsewhere)
    ordered = concerned.order_by(col(Teacher.org_path), col(Teacher.staff_no))
    ids = (await db.scalars(ordered.limit(most and most + 1))).all()
    if most is not None and len(ids) > most:
        raise TooManyPeople
    return ids, own_rules


def _in_service(statement: Select[Any], question: Question) -> Select[Any]:
    return statement.where(
        and_(
            question.seen,
            below(col(Teacher.org_path), question.unit.path),
            col(Teacher.hired_on) <= question.on,
            or_(col(Teacher.left_on).is_(None), col(Teacher.left_on) >= question.on),
        )
    )


def _judge(
    question: Question, after: Policies, records: Sequence[TeacherRecord], effects: Effects[Who]
) -> None:
    for record in sorted(records, key=lambda one: (one.teacher.org_path, one.teacher.staff_no)):
        teacher = record.teacher
        who = Who(teacher.id, teacher.name, teacher.staff_no, record.school_name)
        new = replace(record, policies=after).standing(question.on)
        found = judge(_standing(record, question.on), new)
        effects.add(who, _unit_of(question.unit, teacher.org_path), found)


def _standing(record: TeacherRecord, on: date) -> Standing | None:
    """None: nothing was in force on that day."""
    try:
        return record.standing(on)
    except (NoPolicy, OutsideCycle):
        return None


def _unit_of(unit: Organisation, org_path: str) -> str:
    """Of a city the county or direct school, of everything else the school itself."""
    if unit.kind is not OrganisationKind.city or org_path == unit.path:
        return org_path
    first = org_path.removeprefix(unit.path).split("/")[0]
    return f"{unit.path}{first}/"


async def _named(db: AsyncSession, city_id: UUID, paths: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    rows = await db.execute(
        select(col(Organisation.path), col(Organisation.id), col(Organisation.name)).where(
            col(Organisation.city_id) == city_id, col(Organisation.path).in_(paths)
        )
    )
    return {path: (identity, name) for path, identity, name in rows}
