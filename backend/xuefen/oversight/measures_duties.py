"""Duties of schools: what their records answer month by month, and what people judge by when.

A record is a claim of the school's own or its union's training that the school has registered and that
nothing has undone, or a posted entry without a claim. However many teachers took part, one activity on one
day is held once, for as long as the longest of their hours says.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.models import Claim
from xuefen.approvals.states import ClaimState
from xuefen.core import clock
from xuefen.core.text import decimal_text
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.organisations.roles import UNIT_READERS
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.downloads import Table
from xuefen.oversight.measures_schemas import DutyLine, DutyReport, JudgedDuty
from xuefen.oversight.measures_units import Unit, schools_of
from xuefen.policy.accountability_rows import DutyRow
from xuefen.policy.levels import Level
from xuefen.policy.pack import Pack
from xuefen.policy.school_duties import Activity, DutyAnswer, days_asked, next_due, school_duties
from xuefen.policy.vocabulary import UNIT_NAMES
from xuefen.policy.vocabulary import Unit as Measured

OWN_LEVELS = (Level.school, Level.union)
RECORDED = (ClaimState.registered, ClaimState.reviewed, ClaimState.audited)
STATES = {"met": "已履行", "open": "未到期", "unmet": "未履行"}
HEADER = ("学校", "职责", "时段", "单位", "要求", "已记录", "期限", "状态", "依据")

Activities = defaultdict[str, list[Activity]]
"""By the path of the school that held them."""


async def duty_report(db: AsyncSession, viewer: Viewer, year: int | None) -> DutyReport:
    """Every duty of the schools in scope in one training year of each."""
    today = clock.today()
    schools = await schools_of(db, viewer, year)
    activities = await _activities(db, viewer, [school for school in schools if _measured(school.pack)])
    items = [
        _line(school, answer, answer.unit, today)
        for school in schools
        for answer in school_duties(school.pack, activities[school.path], school.year)
        if answer.unit is not None and answer.row.of == "school"
    ]
    return DutyReport(
        on=today,
        unmet=sum(line.state == "unmet" for line in items),
        items=items,
        judged=_judged(schools, today),
    )


def duty_table(report: DutyReport) -> Table:
    """What records answer; what people judge follows below, with its next due date."""
    rows = [_row(line) for line in report.items]
    return Table("学校职责", HEADER, rows + [_judged_row(duty) for duty in report.judged])


def _measured(pack: Pack) -> frozenset[str]:
    """The categories that some duty of a school is measured by."""
    return frozenset(row.measure.category for row in pack.duties if row.measure and row.of == "school")


async def _activities(db: AsyncSession, viewer: Viewer, schools: Sequence[Unit]) -> Activities:
    activities: Activities = defaultdict(list)
    if not schools:
        return activities
    periods = [days_asked(school.pack, school.year) for school in schools]
    first, last = min(one.starts_on for one in periods), max(one.ends_on for one in periods)
    categories = sorted(frozenset().union(*(_measured(school.pack) for school in schools)))
    for model, statement in ((Claim, _CLAIMS), (LedgerEntry, _ENTRIES)):
        asked: Any = model
        wanted = statement.where(
            col(asked.event_on).between(first, last), col(asked.category).in_(categories)
        )
        rows = await db.execute(within(wanted, viewer.acting_as(*UNIT_READERS), model))
        for path, category, event_on, _, hours_centi in rows:
            activities[path].append(Activity(event_on, category, hours_centi))
    return activities


def _held(model: Any, name: Any) -> Select[Any]:
    """Path, category, day, name and hours of each activity."""
    what = (col(model.org_path), col(model.category), col(model.event_on), col(name))
    return (
        select(*what, func.max(col(model.hours_centi)))
        .where(col(model.level).in_(OWN_LEVELS))
        .group_by(*what)
    )


_CLAIMS = _held(Claim, Claim.activity).where(col(Claim.state).in_(RECORDED))
_ENTRIES = _held(LedgerEntry, LedgerEntry.title).where(col(LedgerEntry.claim_id).is_(None), in_force())


def _line(school: Unit, answer: DutyAnswer, measured_in: Measured, today: date) -> DutyLine:
    return DutyLine(
        school_id=school.id,
        school_name=school.name,
        duty=answer.row.id,
        name=answer.row.name,
        every=answer.row.every,
        period_label=answer.period.label,
        starts_on=answer.period.starts_on,
        ends_on=answer.period.ends_on,
        unit=measured_in,
        required=answer.required_centi or 0,
        held=answer.held_centi or 0,
        deadline=answer.deadline or answer.period.ends_on,
        state=_state(answer, today),
        clause=answer.clause,
    )


def _state(answer: DutyAnswer, today: date) -> Literal["met", "open", "unmet"]:
    if answer.met:
        return "met"
    return "unmet" if answer.unmet(today) else "open"


def _judged(schools: Sequence[Unit], today: date) -> list[JudgedDuty]:
    """Once for each pack that schools in scope live under, of whatever office the duty is."""
    packs = {id(school.pack): school.pack for school in schools}
    return [
        _judged_duty(pack, row, today)
        for pack in packs.values()
        for row in pack.duties
        if row.measure is None or row.of != "school"
    ]


def _judged_duty(pack: Pack, row: DutyRow, today: date) -> JudgedDuty:
    return JudgedDuty(
        policy_key=pack.key,
        policy_name=pack.name,
        duty=row.id,
        name=row.name,
        of=row.of,
        every=row.every,
        next_due_on=next_due(pack, row, today),
        days_before_event=row.due.days_before_event if row.due else None,
        clause=row.clause,
    )


def _row(line: DutyLine) -> list[str]:
    return [
        line.school_name,
        line.name,
        line.period_label,
        UNIT_NAMES[line.unit],
        decimal_text(line.required),
        decimal_text(line.held),
        str(line.deadline),
        STATES[line.state],
        line.clause,
    ]


def _judged_row(duty: JudgedDuty) -> list[str]:
    due = str(duty.next_due_on or "")
    if duty.days_before_event is not None:
        due = f"活动前{duty.days_before_event}天"
    return ["", duty.name, "", "", "", "", due, "由人判断", duty.clause]
