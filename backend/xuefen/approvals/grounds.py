"""What the intake must know to make claims: schools on the day, the offices around, rules, what was claimed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.approvals.degrees import graduates
from xuefen.approvals.desks import Map, Place
from xuefen.approvals.diplomas import Graduate
from xuefen.approvals.models import Claim
from xuefen.approvals.requests import ClaimRequest
from xuefen.approvals.states import DEAD
from xuefen.core.errors import Conflict
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import Policies, policies_of
from xuefen.people.models import Employment

Earlier = Mapping[tuple[UUID, UUID | None], Sequence[tuple[date, str]]]
"""(teacher, program) -> days and activities already claimed."""


class NeverEmployed(Conflict):
    code, title = "never_employed", "这位教师没有任职记录，不能登记学分"


@dataclass(frozen=True, slots=True)
class Grounds:
    """`schools`: request -> the school on the event date. `graduates`: teachers whose diplomas are claimed."""

    schools: Mapping[UUID, Place]
    places: Map
    policies: Policies
    earlier: Earlier
    graduates: Mapping[UUID, Graduate]


async def grounds_of(db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest]) -> Grounds:
    """All of it in a fixed number of queries, whatever the number of requests."""
    schools = await _schools_on_event(db, city_id, requests)
    places = await map_around(db, city_id, [*schools.values(), *(r.sponsor_id for r in requests)])
    awarded = [request.teacher_id for request in requests if request.diploma is not None]
    return Grounds(
        {request_id: places.places[school_id] for request_id, school_id in schools.items()},
        places,
        await policies_of(db, city_id),
        await _earlier(db, city_id, requests),
        await graduates(db, city_id, awarded) if awarded else {},
    )


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


async def _earlier(db: AsyncSession, city_id: UUID, requests: Sequence[ClaimRequest]) -> Earlier:
    """To notice the same program twice."""
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
