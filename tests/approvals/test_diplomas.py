"""An award once per diploma, over HTTP: what must be told, what is kept, what is refused, who wins a race."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col

from tests.journeys.conftest import World
from tests.make.people import Person, bearer, make_teacher
from xuefen.approvals.models import Claim
from xuefen.core.db import Database
from xuefen.ledger.models import LedgerEntry
from xuefen.ledger.verification import verify
from xuefen.people.degrees import Degree
from xuefen.people.models import Teacher

NUMBER = "1053 0520 2512 0001 23"
ISSUED = "2025-12-30"


def paper(**changes: Any) -> dict[str, Any]:
    return {"number": NUMBER, "degree": "bachelor", "issued_on": ISSUED} | changes


def body(world: World, *teachers: Person, diploma: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    """The county registers a diploma for each of `teachers`."""
    items = [{"id": str(uuid4()), "teacher_id": str(one.teacher_id)} for one in teachers]
    for item in items if diploma else []:
        item["diploma"] = diploma
    plain = {
        "id": str(uuid4()),
        "title": "本科毕业证书（汉语言文学，自考）",
        "category": "degree",
        "organisation_id": str(world.city.north.id),
        "mode": "study",
        "event_on": ISSUED,
        "hours": "0.00",
        "credits": "100.00",
        "late_reason": "寒假后补交",
        "items": items,
    }
    return plain | changes


async def register(world: World, sent: dict[str, Any], status: int = 200) -> Any:
    return await world.ask(world.city.north_reviewer, "POST", "/claims/batch", sent, status=status)


async def recognised(world: World, sent: dict[str, Any]) -> str:
    """Registered by the county and audited by the city; the claim's id."""
    made = await register(world, sent)
    [item] = made["items"]
    assert (item["state"], item["problem"]) == ("registered", None)
    audited = await world.approve(world.city.auditor, item["claim_id"])
    assert audited["state"] == "audited"
    claim_id: str = item["claim_id"]
    return claim_id


async def teacher(database: Database, who: Person) -> Teacher:
    async with database.read() as db:
        return (await db.scalars(select(Teacher).where(col(Teacher.id) == who.teacher_id))).one()


async def hold(database: Database, who: Person, degree: Degree) -> None:
    async with database.write() as db:
        await db.execute(update(Teacher).where(col(Teacher.id) == who.teacher_id).values(degree=degree))


async def entries(database: Database) -> list[LedgerEntry]:
    async with database.read() as db:
        return list(await db.scalars(select(LedgerEntry).order_by(col(LedgerEntry.sequence))))


@pytest.mark.requirement("003-44")
async def test_a_diploma_earns_its_award_and_raises_the_degree(world: World, database: Database):
    who = world.city.teacher
    await hold(database, who, Degree.associate)
    before = await teacher(database, who)
    claim_id = await recognised(world, body(world, who, diploma=paper()))
    after = await teacher(database, who)
    assert (after.degree, after.version) == (Degree.bachelor, before.version + 1)
    [entry] = await entries(database)
    async with database.read() as db:
        claim = (await db.scalars(select(Claim))).one()
        assert (await verify(db, world.city.id)).sound
    assert entry.award_key == claim.award_key is not None
    assert (claim.awarded_degree, claim.degree_before) == (Degree.bachelor, Degree.associate)
    shown = await world.ask(world.city.auditor, "GET", f"/claims/{claim_id}")
    written = f"{claim.model_dump()} {entry.model_dump()} {shown}"
    assert NUMBER not in written
    assert NUMBER.replace(" ", "") not in written
    assert (await world.standing(who))["total"]["counted"] == "100.00"


@pytest.mark.parametrize(
    ("diploma", "changes", "status", "code", "pointer"),
    [
        (None, {}, 422, "diploma_required", "/items/0/diploma"),
        (paper(issued_on="2025-12-29"), {}, 422, "diploma_day_differs", "/items/0/diploma/issued_on"),
        (paper(number="无编号"), {}, 422, "invalid", "/items/0/diploma/number"),
        (paper(degree="doctor"), {}, 422, "invalid", "/items/0/diploma/degree"),
        (
            paper(issued_on="2005-08-31"),
            {"event_on": "2005-08-31"},
            409,
            "diploma_before_service",
            "/items/0/diploma",
        ),
        (
            paper(issued_on="2019-12-30"),
            {"event_on": "2019-12-30"},
            409,
            "diploma_outside_cycle",
            "/items/0/diploma",
        ),
        (paper(degree="associate"), {}, 409, "degree_not_higher", "/items/0/diploma"),
        (
            paper(),
            {"category": "post_training", "mode": "onsite", "credits": "4.00"},
            422,
            "diploma_misplaced",
            "/items/0/diploma",
        ),
    ],
)
@pytest.mark.requirement("003-44")
async def test_what_is_wrong_with_a_diploma_is_told(
    world: World,
    database: Database,
    diploma: dict[str, Any] | None,
    changes: dict[str, Any],
    status: int,
    code: str,
    pointer: str,
):
    await hold(database, world.city.teacher, Degree.associate)
    sent = body(world, world.city.teacher, diploma=diploma, **changes)
    answer = await register(world, sent, status)
    assert (answer["code"], answer["errors"][0]["pointer"]) == (code, pointer)
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(Claim)) == 0


@pytest.mark.requirement("003-44")
async def test_a_diploma_serves_nobody_twice(world: World):
    city = world.city
    sent = body(world, city.teacher, diploma=paper())
    made = await register(world, sent)
    again = await register(world, sent)
    assert [(item["claim_id"], item["made"]) for item in again["items"]] == [
        (made["items"][0]["claim_id"], False)
    ]
    written_otherwise = paper(number=NUMBER.replace(" ", "-"))
    for who in (city.teacher, city.colleague, city.neighbour):
        answer = await register(world, body(world, who, diploma=written_otherwise), 409)
        assert (answer["code"], answer["errors"][0]["pointer"]) == ("diploma_used", "/items/0/diploma")
    twins = body(world, city.neighbour, city.union_teacher, diploma=paper(number="106305202512000999"))
    answer = await register(world, twins, 409)
    assert (answer["code"], answer["errors"][0]["pointer"]) == ("diploma_used", "/items/1/diploma")
    other_paper = sent | {"items": [sent["items"][0] | {"diploma": paper(number="106305202512000998")}]}
    assert (await register(world, other_paper, 409))["code"] in ("id_used", "degree_not_higher")


async def test_two_diplomas_of_one_degree_earn_one_award(world: World):
    await register(world, body(world, world.city.teacher, diploma=paper()))
    second = paper(number="106305202512000997")
    answer = await register(world, body(world, world.city.teacher, diploma=second), 409)
    assert answer["code"] == "degree_not_higher"
    master = paper(number="106305202512000996", degree="master")
    await register(world, body(world, world.city.teacher, diploma=master))


async def test_a_rejected_diploma_may_be_claimed_again(world: World):
    made = await register(world, body(world, world.city.teacher, diploma=paper()))
    claim_id = made["items"][0]["claim_id"]
    version = (await world.ask(world.city.auditor, "GET", f"/claims/{claim_id}"))["version"]
    order = {"verdict": "reject", "reason_code": "evidence_unclear"}
    await world.ask(world.city.auditor, "POST", f"/claims/{claim_id}/decisions", order, seen=version)
    await recognised(world, body(world, world.city.teacher, diploma=paper()))


async def test_a_reversal_frees_the_diploma_and_lowers_the_degree(world: World, database: Database):
    who = world.city.teacher
    await hold(database, who, Degree.associate)
    await recognised(world, body(world, who, diploma=paper()))
    [entry] = await entries(database)
    raised = await teacher(database, who)
    wanted = {"id": str(uuid4()), "entry_id": str(entry.id), "reason_code": "wrong_person"}
    await world.ask(world.city.second_auditor, "POST", "/ledger/reversals", wanted, status=201)
    lowered = await teacher(database, who)
    assert (raised.degree, lowered.degree) == (Degree.bachelor, Degree.associate)
    assert lowered.version == raised.version + 1
    [credit, reversal] = await entries(database)
    assert reversal.award_key == credit.award_key is not None
    assert (await world.standing(who))["total"]["counted"] == "0.00"
    await recognised(world, body(world, who, diploma=paper()))
    assert (await world.standing(who))["total"]["counted"] == "100.00"
    async with database.read() as db:
        assert (await verify(db, world.city.id)).sound


async def test_a_degree_that_was_raised_meanwhile_stays(world: World, database: Database):
    who = world.city.teacher
    first = await recognised(world, body(world, who, diploma=paper()))
    await recognised(world, body(world, who, diploma=paper(number="1063052025120996", degree="master")))
    async with database.read() as db:
        entry_id = await db.scalar(
            select(col(LedgerEntry.id)).where(col(LedgerEntry.claim_id) == UUID(first))
        )
    wanted = {"id": str(uuid4()), "entry_id": str(entry_id), "reason_code": "wrong_person"}
    await world.ask(world.city.auditor, "POST", "/ledger/reversals", wanted, status=201)
    assert (await teacher(database, who)).degree is Degree.master


async def raced(world: World, people: list[Person]) -> list[int]:
    async def send(who: Person) -> int:
        answer = await world.api.post(
            "/api/v1/claims/batch",
            json=body(world, who, diploma=paper()),
            headers=bearer(world.app, world.city.north_reviewer),
        )
        return answer.status_code

    return sorted(await asyncio.gather(*(send(who) for who in people)))


async def live_claims(database: Database) -> int:
    async with database.read() as db:
        return await db.scalar(select(func.count()).select_from(Claim)) or 0


async def test_of_many_who_bring_one_diploma_at_once_one_gets_it(world: World, database: Database):
    people = [await make_teacher(database, world.city.school, hired_on=date(2015, 9, 1)) for _ in range(8)]
    assert await raced(world, people) == [200] + [409] * 7
    assert await live_claims(database) == 1


async def test_without_its_index_one_diploma_would_serve_many(world: World, database: Database):
    """The control: nothing but the index decides the race."""
    async with database.write() as db:
        await db.execute(text("DROP INDEX uq_claims_award_key"))
    people = [await make_teacher(database, world.city.school, hired_on=date(2015, 9, 1)) for _ in range(4)]
    assert await raced(world, people) == [200] * 4
    assert await live_claims(database) == 4
