"""Builders of claims: a policy in force, and claims made through the real intake."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from tests.make.organisations import Unit
from tests.make.people import Person
from xuefen.approvals.deciding import Order, decide_one
from xuefen.approvals.intake import ClaimRequest, open_claims
from xuefen.approvals.models import Claim
from xuefen.approvals.states import ClaimSource, Verdict
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.organisations.models import Organisation, PolicyState, PolicyVersion
from xuefen.organisations.policies import adopt, content_hash
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import pack_text

CYCLE = {"cycle": {"starts_on": "2020-01-01", "ends_on": "2026-12-31", "repeats": True}}
"""A seven-year cycle that contains the days the tests use."""
EACH = {"routes": {"city_audit": "each"}}


async def adopt_policy(
    database: Database,
    unit: Unit,
    *,
    key: str = "zhuzhou-2014",
    overrides: dict[str, Any] | None = None,
    from_on: date = date(2014, 2, 26),
) -> None:
    """Put a pack in force for a unit; by default 株洲's, every school-level claim audited by the city."""
    async with database.write() as db:
        organisation = (await db.scalars(select(Organisation).where(col(Organisation.id) == unit.id))).one()
        adopt(db, organisation, pack_text(key), from_on, CYCLE | EACH if overrides is None else overrides)


async def draft_policy(
    database: Database,
    unit: Unit,
    *,
    overrides: dict[str, Any] | None = None,
    from_on: date = date(2199, 1, 1),
) -> UUID:
    """A draft of 株洲's pack with changes; it binds nobody."""
    text, changes = pack_text("zhuzhou-2014"), CYCLE | EACH if overrides is None else overrides
    version = PolicyVersion(
        city_id=unit.city_id,
        organisation_id=unit.id,
        org_path=unit.path,
        pack_key="zhuzhou-2014",
        from_on=from_on,
        text=text,
        sha256=content_hash(text, changes),
        overrides=changes,
        state=PolicyState.draft,
    )
    async with database.write() as db:
        db.add(version)
    return version.id


def claim_request(teacher: Person, **changes: Any) -> ClaimRequest:
    """A school-based activity of four credits held by the teacher's own school."""
    assert teacher.teacher_id is not None
    number = new_id()
    request = ClaimRequest(
        id=number,
        teacher_id=teacher.teacher_id,
        source=ClaimSource.school_batch,
        activity=f"batch:{number}",
        title="同课异构：分数的初步认识",
        category="school_based",
        level=Level.school,
        mode=DeliveryMode.school_based,
        event_on=clock.today(),
        hours_centi=400,
        credits_centi=400,
        sponsor_id=teacher.unit.id,
    )
    return replace(request, **changes)


async def make_claim(database: Database, teacher: Person, **changes: Any) -> Claim:
    """A draft claim at its registering desk."""
    async with database.write() as db:
        request = claim_request(teacher, **changes)
        return (await open_claims(db, teacher.city_id, [request], clock.now()))[0].claim


async def act(
    database: Database, who: Person, claim_id: UUID, verdict: str = "approve", **order: Any
) -> Claim:
    """`who` takes one decision on the claim as it stands; returns it afterwards."""
    async with database.write() as db:
        version = await db.scalar(select(col(Claim.version)).where(col(Claim.id) == claim_id))
        wanted = Order(verdict=Verdict(verdict), **order)
        await decide_one(db, who.viewer, claim_id, version or 0, wanted, clock.now())
    return await read_claim(database, claim_id)


async def read_claim(database: Database, claim_id: UUID) -> Claim:
    async with database.read() as db:
        return (await db.scalars(select(Claim).where(col(Claim.id) == claim_id))).one()
