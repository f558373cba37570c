"""Concluding a run (结班): who completed it, and one claim for each of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.intake import ClaimRequest, open_claims
from xuefen.approvals.models import Claim
from xuefen.approvals.states import DEAD, ClaimSource
from xuefen.attendance import queries, rules
from xuefen.attendance.queries import Attender, Class
from xuefen.attendance.rules import Performance, Standard
from xuefen.attendance.schemas import ConclusionOut, OutcomeOut
from xuefen.attendance.service import require_open
from xuefen.attendance.states import Result
from xuefen.core import audit, outbox
from xuefen.core.etag import Expected
from xuefen.core.ids import new_id
from xuefen.enrollments.models import Enrollment
from xuefen.enrollments.states import EnrollmentState
from xuefen.organisations.roles import Role
from xuefen.organisations.viewer import Viewer
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs.models import ClassRun, Program
from xuefen.programs.states import RunState

CONCLUDED = "run.concluded"
UNSEEN = {"synchronize_session": False}
"""Enrolments are read as plain rows here; no object in the session needs to follow."""


async def conclude(
    db: AsyncSession, viewer: Viewer, run_id: UUID, expected: Expected, now: datetime
) -> ConclusionOut:
    """End the run; concluding it again answers with what stands, and makes nothing."""
    known = await queries.class_of(db, viewer, run_id, lock=True)
    expected.given()
    if known.run.state != RunState.concluded:
        require_open(known.run)
        expected.check(known.run.version)
        await _conclude(db, viewer, known, now)
    return await conclusion(db, known)


async def _conclude(db: AsyncSession, viewer: Viewer, known: Class, now: datetime) -> None:
    run, standard = known.run, standard_of(known.program)
    sessions = await queries.sessions_held(db, run)
    people = await queries.attenders(db, run, lock=True)
    unassessed = sum(person.result is None for person in people)
    rules.require_ready(standard, sessions, unassessed, now)
    completed = [person for person in people if rules.completed(standard, performance(person, len(sessions)))]
    await _close(db, run, [person.enrollment_id for person in completed], now)
    requests = [_claim(viewer, known, person, len(sessions)) for person in completed]
    await open_claims(db, run.city_id, requests, now)
    audit.record(
        db,
        run.city_id,
        "class_run.conclude",
        "class_run",
        run.id,
        actor_id=viewer.user_id,
        capacity=Role.provider_staff,
        org_path=run.org_path,
    )
    outbox.publish(db, run.city_id, CONCLUDED, {"run_id": str(run.id), "completed": len(completed)})


async def conclusion(db: AsyncSession, known: Class) -> ConclusionOut:
    """How a concluded run ended, person by person."""
    people = await queries.attenders(db, known.run)
    held = len(await queries.sessions_of(db, known.run))
    claims = await _claims_of(db, known)
    outcomes = [_outcome(standard_of(known.program), person, held, claims) for person in people]
    states = Counter(outcome.state for outcome in outcomes)
    return ConclusionOut(
        run_id=known.run.id,
        state=RunState(known.run.state),
        version=known.run.version,
        completed=states[EnrollmentState.completed],
        not_completed=states[EnrollmentState.not_completed],
        outcomes=outcomes,
    )


def standard_of(program: Program) -> Standard:
    return Standard(program.attendance_percent, program.has_exam, program.has_assignment)


def performance(person: Attender, held: int) -> Performance:
    return Performance(
        attended=person.attended,
        held=held,
        result=Result(person.result) if person.result else None,
        exam_passed=bool(person.exam_passed),
        assignment_passed=bool(person.assignment_passed),
    )


def activity(program: Program) -> str:
    """What a claim names as done: the program, whichever run or platform taught it."""
    return f"program:{program.code}"


async def _close(db: AsyncSession, run: ClassRun, completed: Sequence[UUID], now: datetime) -> None:
    """The run and its enrolments in their last states."""
    run.state = RunState.concluded
    run.version += 1
    await db.flush()
    still_enrolled = (
        col(Enrollment.city_id) == run.city_id,
        col(Enrollment.run_id) == run.id,
        col(Enrollment.state) == EnrollmentState.enrolled,
    )
    ended = {"concluded_at": now, "version": col(Enrollment.version) + 1}
    done = update(Enrollment).where(*still_enrolled, col(Enrollment.id).in_(completed))
    await db.execute(done.values(state=EnrollmentState.completed, **ended), execution_options=UNSEEN)
    rest = update(Enrollment).where(*still_enrolled)
    await db.execute(rest.values(state=EnrollmentState.not_completed, **ended), execution_options=UNSEEN)


def _claim(viewer: Viewer, known: Class, person: Attender, held: int) -> ClaimRequest:
    run, program = known.run, known.program
    return ClaimRequest(
        id=new_id(),
        teacher_id=person.teacher_id,
        source=ClaimSource.class_run,
        activity=activity(program),
        title=program.title,
        category=program.category,
        level=Level(program.level),
        mode=DeliveryMode(program.mode),
        sponsor_id=program.sponsor_id,
        program_id=program.id,
        run_id=run.id,
        event_on=run.ends_on,
        hours_centi=program.hours_centi,
        credits_centi=program.credits_centi,
        exam_passed=program.has_exam and bool(person.exam_passed),
        attended=person.attended,
        held=held,
        made_by=viewer.user_id,
    )


async def _claims_of(db: AsyncSession, known: Class) -> dict[UUID, UUID]:
    """Teacher -> the live claim for this program and day, whichever source made it first."""
    rows = await db.execute(
        select(col(Claim.teacher_id), col(Claim.id))
        .join(Enrollment, col(Enrollment.teacher_id) == col(Claim.teacher_id))
        .where(
            col(Enrollment.city_id) == known.run.city_id,
            col(Enrollment.run_id) == known.run.id,
            col(Claim.city_id) == known.run.city_id,
            col(Claim.activity) == activity(known.program),
            col(Claim.event_on) == known.run.ends_on,
            col(Claim.state).not_in(DEAD),
        )
    )
    return dict(rows.all())


def _outcome(standard: Standard, person: Attender, held: int, claims: Mapping[UUID, UUID]) -> OutcomeOut:
    state = EnrollmentState(person.state)
    completed = state is EnrollmentState.completed
    return OutcomeOut(
        enrollment_id=person.enrollment_id,
        state=state,
        attended=person.attended,
        held=held,
        shortfalls=[] if completed else list(rules.shortfalls(standard, performance(person, held))),
        claim_id=claims.get(person.teacher_id) if completed else None,
    )
