"""The completion sync over HTTP: credited once and only once, one bad item never fails the others."""

import random
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from tests.make.approvals import claim_request
from tests.make.attendance import crowd
from tests.make.city import CityFixture
from tests.make.people import Person, make_teacher
from tests.make.platforms import Registered, an_hour_ago, completions, give_numbers, item, make_platform
from tests.platforms.reporting import claims_of, codes, report, states
from xuefen.approvals.intake import open_claims
from xuefen.core import clock
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.outbox import OutboxEvent
from xuefen.programs.models import Program


async def test_a_completion_becomes_a_claim_at_its_registering_desk(
    api: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    city: CityFixture,
    program: Program,
    platform: Registered,
) -> None:
    [answer] = await report(api, app, platform, item(city.teacher, external_id="A-1", score="91.5"))
    assert (answer["external_id"], answer["status"], answer["problem"]) == ("A-1", "accepted", None)
    [claim] = await claims_of(database)
    assert str(claim.id) == answer["claim_id"]
    assert (claim.source, claim.state, claim.activity) == ("platform", "draft", f"program:{program.code}")
    assert (claim.desk_id, claim.event_on) == (city.city.id, clock.today())
    assert (claim.credits_claimed_centi, claim.hours_centi, claim.flags) == (1000, 1000, [])
    [completion] = await completions(database)
    assert (str(completion.id), completion.status) == (answer["completion_id"], "accepted")
    assert (completion.score_centi, completion.org_path) == (9150, city.school.path)
    async with database.read() as db:
        assert "completions.sync" in list(await db.scalars(select(col(AuditEvent.action))))
        [event] = await db.scalars(
            select(OutboxEvent).where(col(OutboxEvent.topic) == "completions.accepted")
        )
    assert event.payload["completion_ids"] == [answer["completion_id"]]


async def test_a_completion_sent_three_times_is_credited_once(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    sent = item(city.teacher)
    first, *again = [(await report(api, app, platform, sent))[0] for _ in range(3)]
    assert (first["status"], states(again)) == ("accepted", ["duplicate"] * 2)
    for one in again:
        assert (one["completion_id"], one["claim_id"]) == (first["completion_id"], first["claim_id"])
    assert len(await claims_of(database)) == len(await completions(database)) == 1


async def test_repeats_inside_one_shuffled_batch_are_credited_once(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    teachers = [city.teacher, city.colleague, city.neighbour, city.south_teacher]
    batch = [item(teacher) for teacher in teachers] * 3
    random.Random(7).shuffle(batch)
    answered = await report(api, app, platform, *batch)
    assert [one["external_id"] for one in answered] == [one["external_id"] for one in batch]
    assert (states(answered).count("accepted"), states(answered).count("duplicate")) == (4, 8)
    assert len(await claims_of(database)) == 4


async def test_the_same_training_under_another_id_is_a_duplicate(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    [first] = await report(api, app, platform, item(city.teacher))
    answered = await report(
        api, app, platform, item(city.teacher), item(city.colleague), item(city.colleague)
    )
    assert states(answered) == ["duplicate", "accepted", "duplicate"]
    assert answered[0]["claim_id"] == first["claim_id"]
    assert answered[0]["completion_id"] != first["completion_id"]
    kept = {str(one.id): one for one in await completions(database)}
    assert str(kept[answered[0]["completion_id"]].duplicate_of) == first["completion_id"]
    assert len(await claims_of(database)) == 2


async def test_the_same_training_from_another_platform_is_a_duplicate(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    other = await make_platform(database, city.city, name="同课云")
    sent = item(city.teacher)
    [first] = await report(api, app, platform, sent)
    [second] = await report(api, app, other, sent)
    assert (second["status"], second["claim_id"]) == ("duplicate", first["claim_id"])
    assert len(await claims_of(database)) == 1


async def test_what_a_class_already_claimed_is_a_duplicate(
    api: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    city: CityFixture,
    program: Program,
    platform: Registered,
) -> None:
    standing = claim_request(city.teacher, activity=f"program:{program.code}", event_on=clock.today())
    async with database.write() as db:
        await open_claims(db, city.id, [standing], clock.now())
    [answer] = await report(api, app, platform, item(city.teacher))
    assert (answer["status"], answer["claim_id"]) == ("duplicate", str(standing.id))
    assert len(await claims_of(database)) == 1


async def test_the_same_id_with_another_body_is_refused(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    sent = item(city.teacher)
    await report(api, app, platform, sent)
    answered = await report(api, app, platform, sent | {"hours": "9"}, sent | {"hours": "10.0"})
    assert (states(answered), codes(answered)) == (["refused", "duplicate"], ["completion_differs", None])
    fresh = item(city.colleague)
    answered = await report(api, app, platform, fresh, fresh | {"score": "70"})
    assert (states(answered), codes(answered)) == (["accepted", "refused"], [None, "completion_differs"])
    assert len(await claims_of(database)) == 2


async def test_people_are_found_by_id_number_and_by_phone_with_their_name(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    await give_numbers(database, city.teacher, id_number="43020219850312003X")
    await give_numbers(database, city.colleague, phone="13900001111")
    answered = await report(
        api,
        app,
        platform,
        item({"id_number": "43020219850312003x"}),
        item({"phone": "139 0000 1111", "name": city.colleague.name}),
        item({"phone": "13900001111"}),
        item({"phone": "13900001111", "name": "别人"}),
        item({"staff_no": city.neighbour.staff_no, "name": "别人"}),
        item(
            {
                "staff_no": city.neighbour.staff_no,
                "name": f" {city.neighbour.name[0]} {city.neighbour.name[1:]}",
            }
        ),
    )
    assert states(answered) == ["accepted", "accepted", "unmatched", "unmatched", "unmatched", "accepted"]
    claimed = {claim.teacher_id for claim in await claims_of(database)}
    assert claimed == {who.teacher_id for who in (city.teacher, city.colleague, city.neighbour)}


async def test_an_unmatched_completion_goes_on_when_it_is_sent_again_and_the_person_is_there(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    late = item({"staff_no": "NEW-1"}), item({"staff_no": "NEW-1"})
    first = await report(api, app, platform, *late)
    assert states(first) == ["unmatched", "unmatched"]
    assert await claims_of(database) == []
    assert states(await report(api, app, platform, *late)) == ["unmatched", "unmatched"]
    teacher = await make_teacher(database, city.school, staff_no="NEW-1")
    again = await report(api, app, platform, *late)
    assert states(again) == ["accepted", "duplicate"]
    assert [one["completion_id"] for one in again] == [one["completion_id"] for one in first]
    [claim] = await claims_of(database)
    assert claim.teacher_id == teacher.teacher_id
    kept = await completions(database)
    assert [one.org_path for one in kept] == [city.school.path] * 2
    assert states(await report(api, app, platform, *late)) == ["duplicate", "duplicate"]


async def test_a_program_is_named_by_its_id_as_well(
    api: httpx.AsyncClient, app: FastAPI, city: CityFixture, program: Program, platform: Registered
) -> None:
    named = item(city.teacher, program_code=None, activity_id=str(program.id))
    assert states(await report(api, app, platform, named)) == ["accepted"]


@pytest.mark.parametrize(
    ("hours", "claimed", "flags"),
    [
        ("10.00", 1000, []),
        ("10.01", 1000, ["hours_implausible"]),
        ("500", 1000, ["hours_implausible"]),
        ("8", 800, ["hours_implausible"]),
    ],
)
async def test_implausible_hours_are_flagged_and_never_claimed_beyond_the_program(
    api: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    city: CityFixture,
    platform: Registered,
    hours: str,
    claimed: int,
    flags: list[str],
) -> None:
    await report(api, app, platform, item(city.teacher, hours=hours))
    [claim] = await claims_of(database)
    assert claim.hours_centi == claimed
    assert set(flags) <= set(claim.flags)
    assert bool(claim.flags) is bool(flags)


async def test_the_same_program_again_in_the_cycle_is_claimed_and_flagged(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    earlier = (an_hour_ago() - timedelta(days=3)).isoformat()
    await report(api, app, platform, item(city.teacher, completed_at=earlier))
    assert states(await report(api, app, platform, item(city.teacher))) == ["accepted"]
    flags = [claim.flags for claim in await claims_of(database)]
    assert sorted(flags) == [[], ["same_program"]]


async def test_a_thousand_completions_are_one_call(
    api: httpx.AsyncClient, app: FastAPI, database: Database, city: CityFixture, platform: Registered
) -> None:
    people: list[Person] = await crowd(database, city.school, 1000)
    batch = [item(person) for person in people]
    assert set(states(await report(api, app, platform, *batch))) == {"accepted"}
    random.Random(11).shuffle(batch)
    assert set(states(await report(api, app, platform, *batch))) == {"duplicate"}
    assert len(await claims_of(database)) == 1000
