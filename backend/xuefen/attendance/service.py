"""Attendance (考勤) and results (考核) of a class run, posted in bulk by the centre that teaches it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.attendance import queries, rules
from xuefen.attendance.models import Assessment, AttendanceCorrection, AttendanceMark
from xuefen.attendance.rules import Change, Posted, Recorded, Settlement
from xuefen.attendance.schemas import BulkAnswer, Done, MarkIn, Reason, Refused, ResultIn, Stale
from xuefen.attendance.states import Mark, Result
from xuefen.core import audit
from xuefen.core.clock import office_date
from xuefen.core.ids import new_id
from xuefen.core.rowsets import RowSet, insert_rows, table_of, upsert_versions
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.programs.models import ClassRun, ClassSession, Program
from xuefen.programs.states import RunState

MARKS = table_of(AttendanceMark)
CORRECTIONS = table_of(AttendanceCorrection)
ASSESSMENTS = table_of(Assessment)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an assessment says, as far as completion depends on it, and the score."""

    result: Result
    score_centi: int | None
    exam_passed: bool
    assignment_passed: bool


async def post_marks(
    db: AsyncSession, viewer: Viewer, session_id: UUID, marks: Sequence[MarkIn], now: datetime
) -> BulkAnswer:
    """Write the marks of one class session; a changed mark leaves a correction behind."""
    session, run = await queries.session_to_mark(db, viewer, session_id)
    require_open(run)
    roster = await queries.marks_at(db, session)
    posted = [Posted(item.enrollment_id, item.mark, item.version) for item in marks]
    recorded = {row.enrollment_id: _recorded_mark(row) for row in roster}
    early = rules.too_early(posted, office_date(session.starts_at), office_date(now))
    settlement = rules.settle(posted, recorded, early)
    paths = {row.enrollment_id: row.org_path for row in roster}
    await _write_marks(db, viewer, session, settlement.changes, paths, now)
    reasons = {item.enrollment_id: item.reason for item in marks}
    await _write_corrections(db, viewer, session, settlement.changes, paths, reasons, now)
    _audit(db, viewer, run, "attendance.mark", "class_session", session.id, settlement)
    return _answer(settlement, recorded)


async def post_results(
    db: AsyncSession, viewer: Viewer, run_id: UUID, results: Sequence[ResultIn], now: datetime
) -> BulkAnswer:
    """Write the results of a run. Whoever changes one is named by the audit trail, person by person."""
    known = await queries.class_of(db, viewer, run_id, lock=True)
    require_open(known.run)
    roster = await queries.results_of(db, known.run)
    posted = [Posted(item.enrollment_id, _judged(item, known.program), item.version) for item in results]
    recorded = {row.enrollment_id: _recorded_result(row) for row in roster}
    settlement = rules.settle(posted, recorded, {})
    paths = {row.enrollment_id: row.org_path for row in roster}
    await _write_results(db, viewer, known.run, settlement.changes, paths, now)
    _audit_changed_results(db, viewer, known.run, settlement.changes)
    _audit(db, viewer, known.run, "results.post", "class_run", known.run.id, settlement)
    return _answer(settlement, recorded)


def require_open(run: ClassRun) -> None:
    """Attendance and results of a run that is over stand as they are."""
    if run.state == RunState.concluded:
        raise rules.RunConcluded
    if run.state == RunState.cancelled:
        raise rules.RunCancelled


def _recorded_mark(row: queries.RosterMark) -> Recorded[Mark]:
    return Recorded(Mark(row.mark), row.version or 0) if row.mark else Recorded()


def _recorded_result(row: queries.RosterResult) -> Recorded[Judgement]:
    if row.result is None:
        return Recorded()
    judgement = Judgement(
        Result(row.result), row.score_centi, bool(row.exam_passed), bool(row.assignment_passed)
    )
    return Recorded(judgement, row.version or 0)


def _judged(item: ResultIn, program: Program) -> Judgement:
    """An exam that the program does not have cannot be passed."""
    passed = item.result is not Result.failed
    exam = passed if item.exam_passed is None else item.exam_passed
    assignment = passed if item.assignment_passed is None else item.assignment_passed
    return Judgement(
        item.result, item.score, program.has_exam and exam, assignment or not program.has_assignment
    )


async def _write_marks(
    db: AsyncSession,
    viewer: Viewer,
    session: ClassSession,
    changes: Sequence[Change[Mark]],
    paths: Mapping[UUID, str],
    now: datetime,
) -> None:
    shared = {
        "city_id": session.city_id,
        "session_id": session.id,
        "provider_id": session.provider_id,
        "marked_by": viewer.user_id,
        "marked_at": now,
    }
    rows = [
        {
            "enrollment_id": change.enrollment_id,
            "org_path": paths[change.enrollment_id],
            "mark": change.after,
            "version": change.version,
        }
        for change in changes
    ]
    await upsert_versions(db, RowSet(MARKS, shared, rows))


async def _write_corrections(
    db: AsyncSession,
    viewer: Viewer,
    session: ClassSession,
    changes: Sequence[Change[Mark]],
    paths: Mapping[UUID, str],
    reasons: Mapping[UUID, str],
    now: datetime,
) -> None:
    shared = {
        "city_id": session.city_id,
        "session_id": session.id,
        "provider_id": session.provider_id,
        "corrected_by": viewer.user_id,
        "corrected_at": now,
    }
    rows = [
        {
            "id": new_id(),
            "enrollment_id": change.enrollment_id,
            "org_path": paths[change.enrollment_id],
            "before": change.before,
            "after": change.after,
            "reason": reasons[change.enrollment_id],
        }
        for change in changes
        if change.before is not None
    ]
    await insert_rows(db, RowSet(CORRECTIONS, shared, rows))


async def _write_results(
    db: AsyncSession,
    viewer: Viewer,
    run: ClassRun,
    changes: Sequence[Change[Judgement]],
    paths: Mapping[UUID, str],
    now: datetime,
) -> None:
    shared = {
        "city_id": run.city_id,
        "run_id": run.id,
        "provider_id": run.provider_id,
        "assessed_by": viewer.user_id,
        "assessed_at": now,
    }
    rows = [
        {
            "enrollment_id": change.enrollment_id,
            "org_path": paths[change.enrollment_id],
            "result": change.after.result,
            "score_centi": change.after.score_centi,
            "exam_passed": change.after.exam_passed,
            "assignment_passed": change.after.assignment_passed,
            "version": change.version,
        }
        for change in changes
    ]
    await upsert_versions(db, RowSet(ASSESSMENTS, shared, rows))


def _audit(
    db: AsyncSession,
    viewer: Viewer,
    run: ClassRun,
    action: str,
    kind: str,
    object_id: UUID,
    settlement: Settlement[Any],
) -> None:
    """One row for the call; a call that changed nothing leaves none."""
    if settlement.changes:
        audit.record(
            db,
            run.city_id,
            action,
            kind,
            object_id,
            actor_id=viewer.user_id,
            capacity=Role.provider_staff,
            org_path=run.org_path,
        )


def _audit_changed_results(
    db: AsyncSession, viewer: Viewer, run: ClassRun, changes: Sequence[Change[Judgement]]
) -> None:
    for change in changes:
        if change.before is not None:
            audit.record(
                db,
                run.city_id,
                "result.change",
                "enrollment",
                change.enrollment_id,
                actor_id=viewer.user_id,
                capacity=Role.provider_staff,
                org_path=run.org_path,
                fields=_changed_fields(change.before, change.after),
            )


def _changed_fields(before: Judgement, after: Judgement) -> list[str]:
    names = Judgement.__dataclass_fields__
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _answer(settlement: Settlement[Any], recorded: Mapping[UUID, Recorded[Any]]) -> BulkAnswer:
    stands = {identity: recorded[identity].version for identity in settlement.unchanged}
    written = {change.enrollment_id: change.version for change in settlement.changes}
    return BulkAnswer(
        done=[Done(enrollment_id=key, version=version) for key, version in {**written, **stands}.items()],
        conflicts=[Stale(enrollment_id=key, version=recorded[key].version) for key in settlement.conflicts],
        refused=[
            Refused(enrollment_id=key, problem=Reason(code=refusal.code, title=refusal.title))
            for key, refusal in settlement.refused
        ],
    )
