"""Intake: completions, batches and reports become draft claims at the registering desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals import rules
from xuefen.approvals.desks import Map, Place, stored
from xuefen.approvals.models import Claim
from xuefen.approvals.states import DEAD, ClaimSource, ClaimState, Flag
from xuefen.core.clock import office_date
from xuefen.core.errors import Conflict
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies, policies_of
from xuefen.people.models import Employment
from xuefen.policy.calendar import Calendar
from xuefen.policy.levels import ActivityForm, DeliveryMode, Level
from xuefen.policy.routes import route


class NeverEmployed(Conflict):
    code, title = "never_employed", "这位教师没有任职记录，不能登记学分"


class IdUsed(Conflict):
    code, title = "id_used", "这个编号已用于另一条内容，请换一个编号重新提交"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRequest:
    """What is claimed. `activity` names what was done: a teacher can claim it once for one day.

    `event_on` is the day the training ended, in Asia/Shanghai; amounts are hundredths.
    """

    id: UUID
    teacher_id: UUID
    source: ClaimSource
    activity: str
    title: str
    category: str
    level: Level
    mode: DeliveryMode
    event_on: date
    hours_centi: int
    credits_centi: int
    form: ActivityForm | None = None
    sponsor_id: UUID | None = None
    program_id: UUID | None = None
    run_id: UUID | None = None
    batch_id: UUID | None = None
    exam_passed: bool = False
    attended: int | None = None
    held: int | None = None
    made_by: UUID | None = None
    late_reason: str | None = None
    flags: tuple[Flag, ...] = ()

    @property
    def natural_key(self) -> tuple[str, str, date]:
        return (str(self.teacher_id), self.activity, self.event_on)


@dataclass(frozen=True, slots=True)
class Opened:
    """The claim of a request, and whether this call made it (else it stood already)."""

    claim: Claim
    made: bool


async def open_claims(
    db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest], now: datetime
) -> list[Opened]:
    """One claim for each request, in the order given; set-based, for up to some thousands.

    A live claim with the same (teacher, activity, day) is returned instead of a second one.
    """
    if not requests:
        return []
    schools = await _schools_on_event(db, city_id, requests)
    places = await map_around(db, city_id, [*schools.values(), *(r.sponsor_id for r in requests)])
    policies = await policies_of(db, city_id)
    earlier = await _earlier(db, city_id, requests)
    rows = [
        _row(city_id, request, schools[request.id], places, policies, earlier, now)
        for request in sorted(requests, key=lambda one: one.natural_key)
    ]
    known = await _known(db, city_id, requests)
    await _insert(db, rows)
    return await _stand(db, city_id, requests, known)


async def map_around(db: AsyncSession, city_id: UUID, ids: Iterable[UUID | None]) -> Map:
    """The city, all its counties, and the organisations named by `ids`."""
    wanted = {identity for identity in ids if identity is not None} | {city_id}
    found = await db.scalars(
        select(Organisation).where(
            col(Organisation.city_id) == city_id,
            or_(
                col(Organisation.kind) == OrganisationKind.county,
                col(Organisation.id).in_(sorted(wanted)),
            ),
        )
    )
    places = {organisation.id: Place.of(organisation) for organisation in found}
    counties = {place.path: place for place in places.values() if place.kind is OrganisationKind.county}
    return Map(places[city_id], counties, places)


async def _schools_on_event(
    db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest]
) -> dict[UUID, UUID]:
    """Request -> the school on the event date; training before employment belongs to the first school."""
    rows = await db.execute(
        select(col(Employment.teacher_id), col(Employment.school_id), col(Employment.starts_on))
        .where(
            col(Employment.city_id) == city_id,
            col(Employment.teacher_id).in_(sorted({request.teacher_id for request in requests})),
        )
        .order_by(col(Employment.starts_on))
    )
    history: dict[UUID, list[tuple[date, UUID]]] = {}
    for teacher_id, school_id, starts_on in rows:
        history.setdefault(teacher_id, []).append((starts_on, school_id))
    return {
        request.id: _school_on(history.get(request.teacher_id, []), request.event_on) for request in requests
    }


def _school_on(history: Sequence[tuple[date, UUID]], event_on: date) -> UUID:
    if not history:
        raise NeverEmployed
    begun = [school_id for starts_on, school_id in history if starts_on <= event_on]
    return begun[-1] if begun else history[0][1]


async def _earlier(
    db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest]
) -> dict[tuple[UUID, UUID | None], list[tuple[date, str]]]:
    """(teacher, program) -> days and activities already claimed, to notice the same program twice."""
    programs = {request.program_id for request in requests if request.program_id}
    if not programs:
        return {}
    rows = await db.execute(
        select(col(Claim.teacher_id), col(Claim.program_id), col(Claim.event_on), col(Claim.activity)).where(
            col(Claim.city_id) == city_id,
            col(Claim.teacher_id).in_(sorted({request.teacher_id for request in requests})),
            col(Claim.program_id).in_(sorted(programs)),
            col(Claim.state).not_in(DEAD),
        )
    )
    known: dict[tuple[UUID, UUID | None], list[tuple[date, str]]] = {}
    for teacher_id, program_id, event_on, activity in rows:
        known.setdefault((teacher_id, program_id), []).append((event_on, activity))
    return known


def _row(
    city_id: UUID,
    request: ClaimRequest,
    school_id: UUID,
    places: Map,
    policies: Policies,
    earlier: Mapping[tuple[UUID, UUID | None], Sequence[tuple[date, str]]],
    now: datetime,
) -> dict[str, Any]:
    school = places.places[school_id]
    sponsor = places.places[request.sponsor_id] if request.sponsor_id else None
    policy = policies.at(school.path, request.event_on)
    steps = route(policy.pack, request.category, request.level, places.school_place(school))
    desks = places.desks(steps, sponsor, school)
    found = rules.flags(
        request.hours_centi,
        request.credits_centi,
        request.event_on,
        office_date(now),
        policy.pack.deadlines.registration_days,
        request.attended,
        request.held,
    )
    if _same_program(request, policy.calendar, earlier):
        found.append(Flag.same_program)
    return {
        "city_id": city_id,
        "id": request.id,
        "number": f"XF-{request.event_on.year}-{str(request.id)[-6:].upper()}",
        "teacher_id": request.teacher_id,
        "school_id": school.id,
        "org_path": school.path,
        "category": request.category,
        "level": request.level,
        "mode": request.mode,
        "form": request.form,
        "sponsor_id": request.sponsor_id,
        "sponsor_path": sponsor.path if sponsor else None,
        "program_id": request.program_id,
        "run_id": request.run_id,
        "batch_id": request.batch_id,
        "source": request.source,
        "activity": request.activity,
        "title": request.title,
        "event_on": request.event_on,
        "hours_centi": request.hours_centi,
        "credits_claimed_centi": request.credits_centi,
        "exam_passed": request.exam_passed,
        "attended_sessions": request.attended,
        "held_sessions": request.held,
        "late_reason": request.late_reason,
        "flags": sorted({*found, *request.flags}),
        "route": stored(desks),
        "step": 0,
        "state": ClaimState.draft,
        "desk_id": desks[0].organisation_id,
        "desk_path": desks[0].path,
        "arrived_at": now,
        "made_by": request.made_by,
        "made_at": now,
        "version": 1,
    }


def _same_program(
    request: ClaimRequest,
    calendar: Calendar,
    earlier: Mapping[tuple[UUID, UUID | None], Sequence[tuple[date, str]]],
) -> bool:
    """The same program claimed for another day of the same cycle, from whatever source."""
    if request.program_id is None:
        return False
    cycle = calendar.find_cycle(request.event_on)
    days = [day for day, _ in earlier.get((request.teacher_id, request.program_id), ())]
    return cycle is not None and any(day != request.event_on and day in cycle for day in days)


async def _insert(db: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert in the order of the natural key: two batches that overlap wait and never deadlock."""
    dialect = db.get_bind().dialect.name
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    await db.execute(build(Claim).on_conflict_do_nothing(), list(rows))


async def _known(db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest]) -> frozenset[UUID]:
    """Ids that were sent before: their claims stand already."""
    found = await db.scalars(
        select(col(Claim.id)).where(
            col(Claim.city_id) == city_id, col(Claim.id).in_([request.id for request in requests])
        )
    )
    return frozenset(found)


async def _stand(
    db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest], known: frozenset[UUID]
) -> list[Opened]:
    found = await db.scalars(
        select(Claim).where(
            col(Claim.city_id) == city_id,
            col(Claim.teacher_id).in_(sorted({request.teacher_id for request in requests})),
            col(Claim.activity).in_(sorted({request.activity for request in requests})),
            col(Claim.event_on).in_(sorted({request.event_on for request in requests})),
            col(Claim.state).not_in(DEAD),
        )
    )
    claims = {(str(claim.teacher_id), claim.activity, claim.event_on): claim for claim in found}
    opened = []
    for request in requests:
        claim = claims.get(request.natural_key)
        if claim is None:
            raise IdUsed
        opened.append(Opened(claim, made=claim.id == request.id and claim.id not in known))
    return opened
