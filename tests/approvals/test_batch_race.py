"""A batch on 1,000 claims while eight reviewers decide single ones: over HTTP, on both databases."""

import asyncio
from datetime import timedelta
from itertools import islice

import httpx
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from tests.make.approvals import adopt_policy, claim_request
from tests.make.city import CityFixture, make_city
from tests.make.people import Person, make_teacher, make_user
from tests.serving import Server
from xuefen.approvals.deciding import Order, decide
from xuefen.approvals.intake import open_claims
from xuefen.approvals.models import Claim, Decision
from xuefen.approvals.states import ClaimState, Verdict
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.tokens import Audience, tokens
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.verification import verify
from xuefen.organisations.roles import Role

CLAIMS, TEACHERS, REVIEWERS, SINGLES = 1000, 100, 8, 15


async def claims_before_audit(database: Database, city: CityFixture) -> list[Claim]:
    """Claims that the school registered and the county reviewed, ready for the last step."""
    people = [await make_teacher(database, city.school) for _ in range(TEACHERS)]
    today = clock.today()
    wanted = [
        claim_request(people[number % TEACHERS], event_on=today - timedelta(days=number // TEACHERS))
        for number in range(CLAIMS)
    ]
    async with database.write() as db:
        opened = await open_claims(db, city.id, wanted, clock.now())
        for version, who in enumerate((city.clerk, city.north_reviewer), start=1):
            versions = {one.claim.id: version for one in opened}
            outcome = await decide(db, who.viewer, versions, Order(verdict=Verdict.approve), clock.now())
            assert len(outcome.done) == CLAIMS
    return [one.claim for one in opened]


def bearer(who: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens().issue(who.id, who.city_id, Audience.user)}"}


async def batch(client: httpx.AsyncClient, who: Person, ids: list) -> httpx.Response:
    items = [{"id": str(identity), "version": 3} for identity in ids]
    body = {"verdict": "approve", "items": items}
    return await client.post("/api/v1/claims/decisions", json=body, headers=bearer(who))


async def singles(client: httpx.AsyncClient, who: Person, ids: list) -> list[httpx.Response]:
    return [
        await client.post(
            f"/api/v1/claims/{identity}/decisions",
            json={"verdict": "approve"},
            headers=bearer(who) | {"If-Match": '"3"'},
        )
        for identity in ids
    ]


async def test_a_batch_and_eight_reviewers_meet_without_a_deadlock(database: Database, server: Server):
    city = await make_city(database)
    await adopt_policy(database, city.city)
    claims = await claims_before_audit(database, city)
    auditors = [await make_user(database, city.city, Role.city_auditor) for _ in range(REVIEWERS)]
    ids = sorted((claim.id for claim in claims), reverse=True)
    every = iter(ids[:: CLAIMS // (REVIEWERS * SINGLES)])
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        answers = await asyncio.gather(
            batch(client, city.auditor, ids),
            *(singles(client, who, list(islice(every, SINGLES))) for who in auditors),
        )
    whole, rest = answers[0], [one for some in answers[1:] for one in some]
    assert whole.status_code == 200, whole.text
    assert {one.status_code for one in rest} <= {200, 409, 412}, [one.text for one in rest]
    done, conflicts = whole.json()["done"], whole.json()["conflicts"]
    alone = [one for one in rest if one.status_code == 200]
    assert len(done) + len(alone) == CLAIMS
    assert len(conflicts) == len(alone)
    async with database.read() as db:
        audited = await db.scalar(select(func.count()).where(col(Claim.state) == ClaimState.audited))
        posted = await db.scalar(select(func.count()).select_from(LedgerEntry))
        decisions = await db.scalar(select(func.count()).where(col(Decision.step) == 2))
        assert (audited, posted, decisions) == (CLAIMS, CLAIMS, CLAIMS)
        assert (await verify(db, city.id)).sound


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_locks_taken_in_another_order_would_deadlock(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    """The control: the same two sets of claims, each locked row by row in its own order."""
    from sqlalchemy.exc import DBAPIError

    city = await make_city(database)
    await adopt_policy(database, city.city)
    first = (await _open(database, city))[0]
    second = (await _open(database, city))[0]
    meeting = asyncio.Barrier(2)

    async def lock(order: list) -> None:
        async with database.write() as db:
            for identity in order:
                await db.execute(select(col(Claim.id)).where(col(Claim.id) == identity).with_for_update())
                if identity == order[0]:
                    await meeting.wait()

    results = await asyncio.gather(lock([first, second]), lock([second, first]), return_exceptions=True)
    assert any(isinstance(result, DBAPIError) for result in results)


async def _open(database: Database, city: CityFixture) -> list:
    async with database.write() as db:
        opened = await open_claims(db, city.id, [claim_request(city.teacher)], clock.now())
        return [one.claim.id for one in opened]
