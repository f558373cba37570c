"""A teacher's standing as the page shows it: with what is in review, and what is to do.

It lives here, and not in credits, because it looks at claims and enrolments too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import bindparam, false, func, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.models import Claim
from xuefen.approvals.queries import OPEN
from xuefen.approvals.todo import todo_of
from xuefen.core.db import connection_of
from xuefen.credits.schemas import (
    GroupOut,
    LineOut,
    PeriodOut,
    PolicyHead,
    StandingOut,
    TeacherHead,
    TotalOut,
    UncountedOut,
)
from xuefen.credits.standing import ENTRY_COLUMNS, TeacherRecord, key_of, teacher_head
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.reading import in_force
from xuefen.organisations.policies import PolicyInForce
from xuefen.organisations.viewer import Viewer
from xuefen.policy.entries import Entry
from xuefen.policy.pack import Pack
from xuefen.policy.requirements import Line, Standing
from xuefen.policy.vocabulary import GROUP_NAMES

BARRED: tuple[Literal["year", "completion"], ...] = ("year", "completion")
"""What a veto may bar, in the order shown."""


async def standing_page(db: AsyncSession, viewer: Viewer, teacher_id: UUID, on: date) -> StandingOut:
    """The explained standing of a teacher within scope on `on`; `NotFound` otherwise."""
    head = await teacher_head(db, viewer, teacher_id)
    record, pending, titles = await with_credits(db, head)
    policy = record.policy_on(on)
    standing = record.standing(on, pending)
    return StandingOut(
        teacher=head_of(record),
        on=on,
        policy=_policy(policy),
        cycle=PeriodOut.model_validate(standing.cycle),
        year=PeriodOut.model_validate(standing.year),
        complete=standing.complete,
        attained=standing.attained,
        barred=[what for what in BARRED if what in standing.barred],
        total=_total(standing),
        lines=[_line(line, policy.pack) for line in standing.lines],
        groups=_groups(standing, policy.pack),
        uncounted=_uncounted(standing, titles),
        todo=await todo_of(db, record.teacher, policy.pack, standing),
    )


async def with_credits(
    db: AsyncSession, head: TeacherRecord
) -> tuple[TeacherRecord, list[Entry], dict[UUID, tuple[str, date]]]:
    """The record with its posted credits, the claims under way, and title and day of each credit. One query.

    A claim stands at what was granted so far, or else claimed.
    """
    rows = (await (await connection_of(db)).execute(_CREDITS, key_of(head.teacher))).all()
    posted: list[Entry] = []
    pending: list[Entry] = []
    titles: dict[UUID, tuple[str, date]] = {}
    for under_way, title, *columns in rows:
        entry = Entry(*columns)
        (pending if under_way else posted).append(entry)
        titles[columns[0]] = (title, entry.event_on)
    return replace(head, entries=tuple(posted)), pending, titles


_CREDITS = union_all(
    select(false(), col(LedgerEntry.title), *ENTRY_COLUMNS).where(
        col(LedgerEntry.city_id) == bindparam("city"),
        col(LedgerEntry.teacher_id) == bindparam("teacher"),
        in_force(),
    ),
    select(
        true(),
        col(Claim.title),
        col(Claim.id),
        col(Claim.category),
        func.coalesce(col(Claim.credits_granted_centi), col(Claim.credits_claimed_centi)),
        col(Claim.hours_centi),
        col(Claim.event_on),
        col(Claim.level),
        col(Claim.mode),
        col(Claim.exam_passed),
        col(Claim.award_key),
    ).where(
        col(Claim.city_id) == bindparam("city"),
        col(Claim.teacher_id) == bindparam("teacher"),
        col(Claim.state).in_(OPEN),
    ),
)


def head_of(record: TeacherRecord) -> TeacherHead:
    teacher = record.teacher
    return TeacherHead(
        id=teacher.id,
        name=teacher.name,
        staff_no=teacher.staff_no,
        school_name=record.school_name,
        stage=teacher.stage,
        subject=teacher.subject,
    )


def _policy(policy: PolicyInForce) -> PolicyHead:
    return PolicyHead(
        key=policy.pack.key, name=policy.name, source=policy.pack.source, from_on=policy.from_on
    )


def _total(standing: Standing) -> TotalOut | None:
    line = standing.total
    if line is None or line.required_centi is None:
        return None
    return TotalOut(
        required=line.required_centi,
        counted=line.counted_centi,
        pending=line.pending_centi,
        missing=line.missing_centi,
        missing_after_pending=line.missing_after_pending_centi,
        met=line.met,
        deadline=line.deadline,
    )


def _line(line: Line, pack: Pack) -> LineOut:
    category = pack.find_category(line.category) if line.category else None
    return LineOut(
        id=line.id,
        name=line.name,
        kind=line.kind,
        unit=line.unit,
        category=line.category,
        group=category.group if category else None,
        compulsory=bool(category and category.compulsory),
        required=line.required_centi,
        counted=line.counted_centi,
        pending=line.pending_centi,
        missing=line.missing_centi,
        missing_after_pending=line.missing_after_pending_centi,
        met=line.met,
        period_label=line.period_label,
        starts_on=line.starts_on,
        deadline=line.deadline,
        clause=line.clause,
        for_completion=line.for_completion,
        exempt=line.exempt,
        consequence=line.consequence,
        converted=line.converted_centi,
        offset=line.offset_centi,
        entry_ids=_ids(line.entry_ids),
        note=line.note,
        explanation=line.explanation,
    )


def _ids(entry_ids: Iterable[UUID | str]) -> list[UUID]:
    """The policy takes any name for an entry; those of the ledger are ids."""
    return [entry_id for entry_id in entry_ids if isinstance(entry_id, UUID)]


def _groups(standing: Standing, pack: Pack) -> list[GroupOut]:
    counted = _by_group(standing.by_category, pack)
    pending = _by_group(standing.pending_by_category, pack)
    return [
        GroupOut(group=group, name=name, counted=counted[group], pending=pending[group])
        for group, name in GROUP_NAMES.items()
    ]


def _by_group(amounts: Mapping[str, int], pack: Pack) -> Counter[str]:
    totals: Counter[str] = Counter()
    for code, amount in amounts.items():
        category = pack.find_category(code)
        if category is not None:
            totals[category.group] += amount
    return totals


def _uncounted(standing: Standing, titles: Mapping[UUID, tuple[str, date]]) -> list[UncountedOut]:
    found = []
    for one in standing.uncounted:
        (identity,) = _ids([one.entry_id])
        title, event_on = titles[identity]
        found.append(
            UncountedOut(
                entry_id=identity,
                title=title,
                event_on=event_on,
                credits=one.credits_centi,
                reason_code=one.reason_code,
                reason=one.reason,
                clause=one.clause,
            )
        )
    return found
