"""Late corrections: what the record says of a closed period today, beside what was frozen.

The frozen figures stay. Whoever was corrected since is listed with both, and with the entries that did it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.page import Page
from xuefen.credits import figures as year_figures
from xuefen.ledger.models import LedgerEntry
from xuefen.organisations.viewer import Viewer
from xuefen.oversight import closing_figures, closing_queries
from xuefen.oversight.closing_figures import Reach
from xuefen.oversight.closing_queries import BY_PERSON, FigureRow, closing_within, reach_of
from xuefen.oversight.closing_rules import figure_year, require_closed
from xuefen.oversight.closing_schemas import (
    Correction,
    CorrectionEntry,
    CorrectionQuery,
    FiguresOut,
    UnitHead,
)
from xuefen.oversight.closing_views import figures_out, person_out
from xuefen.oversight.models import Closing, ClosingFigure, ClosingKind


async def corrections(
    db: AsyncSession, viewer: Viewer, closing_id: UUID, query: CorrectionQuery
) -> Page[Correction]:
    closing = await closing_within(db, viewer, closing_id)
    require_closed(closing.state)
    reach = await reach_of(db, closing)
    statement = closing_queries.figures(viewer, closing.id).where(
        or_(_posted_since(closing), closing_figures.moved_since(reach))
    )
    found = (await db.execute(BY_PERSON.select(statement, query))).all()
    frozen = [FigureRow(*row) for row in found]
    rows, token = BY_PERSON.cut(frozen, query, lambda row: (row.figure.teacher_id,))
    people = [row.figure.teacher_id for row in rows]
    now = await _now(db, reach, people)
    entries = await _entries(db, closing, people)
    items = [_correction(row, now, entries[row.figure.teacher_id]) for row in rows]
    return Page(items=[one for one in items if one.entries or one.now != one.frozen], next_page_token=token)


def _since(closing: Closing) -> Any:
    """Entries about a day of the period that came after those which the frozen figure rests on."""
    return (
        (col(LedgerEntry.city_id) == col(ClosingFigure.city_id))
        & (col(LedgerEntry.teacher_id) == col(ClosingFigure.teacher_id))
        & (col(LedgerEntry.sequence) > col(ClosingFigure.entries))
        & col(LedgerEntry.event_on).between(closing.starts_on, closing.ends_on)
    )


def _posted_since(closing: Closing) -> Any:
    return exists().where(_since(closing)).correlate(ClosingFigure)


async def _entries(
    db: AsyncSession, closing: Closing, teacher_ids: Sequence[UUID]
) -> defaultdict[UUID, list[CorrectionEntry]]:
    rows = await db.scalars(
        select(LedgerEntry)
        .join(ClosingFigure, _since(closing))
        .where(
            col(ClosingFigure.city_id) == closing.city_id,
            col(ClosingFigure.closing_id) == closing.id,
            col(ClosingFigure.teacher_id).in_(teacher_ids),
        )
        .order_by(col(LedgerEntry.teacher_id), col(LedgerEntry.sequence))
    )
    entries: defaultdict[UUID, list[CorrectionEntry]] = defaultdict(list)
    for row in rows:
        entries[row.teacher_id].append(_entry(row))
    return entries


async def _now(db: AsyncSession, reach: Reach, teacher_ids: Sequence[UUID]) -> dict[UUID, FiguresOut]:
    """The figures of the last day of the period as the engine gives them now; kept nowhere."""
    closing = reach.closing
    year = await year_figures.year_of_city(db, closing.city_id, figure_year(closing.ends_on))
    renewal = await year_figures.compute(db, year, teacher_ids)
    return {row["teacher_id"]: _figures(reach, row) for row in renewal.rows}


def _figures(reach: Reach, row: Mapping[str, Any]) -> FiguresOut:
    if reach.closing.kind is ClosingKind.year:
        unit, required, counted = row["unit"], row["required_centi"], row["counted_centi"]
        met, exempt = row["met"], row["exempt"]
    else:
        unit, required, counted = (
            reach.cycle_unit,
            row["cycle_required_centi"],
            row["cycle_counted_centi"],
        )
        met, exempt = required is not None and counted >= required, row["cycle_exempt"]
    return FiguresOut(
        unit=unit, required=required, counted=counted, met=met, exempt=exempt, complete=row["complete"]
    )


def _correction(
    row: FigureRow, now: Mapping[UUID, FiguresOut], entries: Sequence[CorrectionEntry]
) -> Correction:
    figure = row.figure
    return Correction(
        teacher=person_out(row.teacher),
        school=UnitHead(id=figure.school_id, name=row.school_name),
        frozen=figures_out(figure),
        now=now.get(figure.teacher_id),
        entries=list(entries),
    )


def _entry(row: LedgerEntry) -> CorrectionEntry:
    return CorrectionEntry(
        id=row.id,
        kind=row.kind,
        title=row.title,
        category=row.category,
        event_on=row.event_on,
        posted_at=row.posted_at,
        credits=row.credits_centi,
        reverses_id=row.reverses_id,
    )
