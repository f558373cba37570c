"""The ethics veto over HTTP: it bars evaluations for its time, and touches nothing else."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.exemptions.conftest import version_of, vetoes_of
from tests.journeys.conftest import World
from tests.make.city import CityFixture
from tests.make.ledger import post_all, posting
from tests.make.people import Person, bind
from tests.make.programs import make_program, make_run, make_session
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.organisations.roles import Role

LAST_DAY = date(2026, 8, 31)


def document(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": str(uuid4()),
        "document_no": "北教通〔2026〕3号",
        "from_on": "2026-03-02",
        "until_on": LAST_DAY.isoformat(),
    }
    return plain | changes


async def recorded(world: World, who: Person, teacher: Person, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = await world.ask(who, "POST", vetoes_of(teacher), document(**changes), status=201)
    return made


async def lift(world: World, who: Person, veto: dict[str, Any], status: int = 200) -> dict[str, Any]:
    path = f"/ethics-vetoes/{veto['id']}/lift"
    answer: dict[str, Any] = await world.ask(who, "POST", path, seen=veto["version"], status=status)
    return answer


async def complete(world: World, database: Database, teacher: Person) -> dict[str, Any]:
    """The standing of a teacher whom four credits have made complete."""
    await post_all(database, teacher, posting(teacher, event_on=date(2026, 2, 20)))
    standing = await world.standing(teacher)
    assert (standing["complete"], standing["attained"], standing["barred"]) == (True, True, [])
    return standing


async def posted(world: World, who: Person) -> list[dict[str, Any]]:
    """The entries; whether the worker has sealed them yet is left out."""
    page = await world.ask(who, "GET", "/me/ledger")
    return [entry | {"sealed": None} for entry in page["items"]]


def figures(standing: dict[str, Any]) -> tuple[Any, ...]:
    """All that rests on credits; the verdicts are left out."""
    return standing["total"], standing["lines"], standing["groups"], standing["uncounted"]


@pytest.mark.requirement("002-14")
async def test_a_veto_bars_the_evaluation_until_its_last_day(
    world: World, city: CityFixture, database: Database
):
    before = await complete(world, database, city.teacher)
    version = await version_of(database, city.teacher)
    veto = await recorded(world, city.north_reviewer, city.teacher)
    assert (veto["in_force"], veto["authority_name"]) == (True, "北河县")
    assert await version_of(database, city.teacher) == version + 1
    barred = await world.standing(city.teacher)
    assert (barred["complete"], barred["attained"]) == (False, False)
    assert barred["barred"] == ["year", "completion"]
    assert figures(barred) == figures(before)
    world.at(LAST_DAY)
    assert (await world.standing(city.teacher))["complete"] is False
    world.at(date(2026, 9, 1))
    after = await world.standing(city.teacher)
    assert (after["complete"], after["attained"], after["barred"]) == (True, False, ["year"])


@pytest.mark.requirement("002-14")
async def test_a_veto_touches_neither_enrolment_nor_the_ledger(
    world: World, city: CityFixture, database: Database
):
    await complete(world, database, city.teacher)
    ledger = await posted(world, city.teacher)
    await recorded(world, city.north_reviewer, city.teacher)
    assert await posted(world, city.teacher) == ledger
    run = await make_run(database, await make_program(database, city.provider, city.city))
    await make_session(database, run)
    made = await world.ask(
        city.teacher, "POST", "/enrollments", {"id": str(uuid4()), "run_id": str(run.id)}, status=201
    )
    assert made["state"] == "enrolled"
    await post_all(database, city.teacher, posting(city.teacher, event_on=date(2026, 3, 1)))
    assert (await world.standing(city.teacher))["total"]["counted"] == "8.00"


async def test_lifting_ends_it_at_once(world: World, city: CityFixture, database: Database):
    await complete(world, database, city.teacher)
    veto = await recorded(world, city.north_reviewer, city.teacher)
    world.at(date(2026, 4, 1))
    version = await version_of(database, city.teacher)
    lifted = await lift(world, city.north_reviewer, veto)
    assert (lifted["in_force"], lifted["version"]) == (False, 2)
    assert await version_of(database, city.teacher) == version + 1
    standing = await world.standing(city.teacher)
    assert (standing["complete"], standing["barred"]) == (True, ["year"])
    assert (await lift(world, city.north_reviewer, lifted, 409))["code"] == "ethics_veto_ended"


async def test_a_veto_lifted_on_its_first_day_never_was(world: World, city: CityFixture, database: Database):
    await complete(world, database, city.teacher)
    await lift(world, city.north_reviewer, await recorded(world, city.north_reviewer, city.teacher))
    assert (await world.standing(city.teacher))["barred"] == []


async def test_who_recorded_it_or_stands_above_may_lift_it(world: World, city: CityFixture):
    of_city = await recorded(world, city.auditor, city.teacher)
    assert of_city["authority_name"] == "青禾市"
    assert (await lift(world, city.north_reviewer, of_city, 409))["code"] == "not_your_case"
    of_county = await recorded(world, city.north_reviewer, city.colleague)
    await lift(world, city.second_auditor, of_county)
    await lift(world, city.second_auditor, of_city)
    await world.ask(city.south_reviewer, "POST", vetoes_of(city.teacher), document(), status=404)


@pytest.mark.requirement("002-14")
async def test_the_teacher_replies_once_while_it_is_in_force(
    world: World, city: CityFixture, database: Database
):
    veto = await recorded(world, city.north_reviewer, city.teacher)
    path = f"/ethics-vetoes/{veto['id']}/reply"
    words = {"text": "事情经过与文件所述不符，\n已提交情况说明。"}
    version = await version_of(database, city.teacher)
    replied = await world.ask(city.teacher, "POST", path, words)
    assert (replied["reply"], replied["version"]) == (words["text"], 2)
    assert await world.ask(city.teacher, "POST", path, words) == replied
    again = await world.ask(city.teacher, "POST", path, {"text": "补充"}, status=409)
    assert again["code"] == "already_replied"
    assert await version_of(database, city.teacher) == version
    for who in (city.clerk, city.north_reviewer, city.auditor, city.teacher_office, city.teacher):
        [seen] = (await world.ask(who, "GET", vetoes_of(city.teacher)))["items"]
        assert seen["reply"] == words["text"]
    other = await recorded(world, city.north_reviewer, city.colleague)
    await world.ask(city.teacher, "POST", f"/ethics-vetoes/{other['id']}/reply", words, status=404)
    world.at(date(2026, 9, 1))
    late = await world.ask(city.colleague, "POST", f"/ethics-vetoes/{other['id']}/reply", words, status=409)
    assert late["code"] == "ethics_veto_ended"


async def test_a_document_counts_once_and_a_retry_is_no_second_veto(world: World, city: CityFixture):
    body = document()
    path = vetoes_of(city.teacher)
    made = await world.ask(city.north_reviewer, "POST", path, body, status=201)
    assert await world.ask(city.north_reviewer, "POST", path, body) == made
    same = await world.ask(city.north_reviewer, "POST", path, document(), status=409)
    assert same["code"] == "document_used"
    other = await world.ask(city.north_reviewer, "POST", path, body | {"until_on": "2026-12-31"}, status=409)
    assert other["code"] == "id_used"
    backwards = document(document_no="北教通〔2026〕4号", until_on="2026-03-01")
    await world.ask(city.north_reviewer, "POST", path, backwards, status=422)


async def test_nobody_judges_themselves_and_the_trail_names_no_document(
    world: World, city: CityFixture, database: Database
):
    await bind(database, city.teacher, Role.county_reviewer, city.north)
    own = await world.ask(city.teacher, "POST", vetoes_of(city.teacher), document(), status=409)
    assert own["code"] == "own_case"
    veto = await recorded(world, city.north_reviewer, city.teacher)
    assert (await lift(world, city.teacher, veto, 409))["code"] == "own_case"
    await world.ask(city.supervisor, "GET", vetoes_of(city.teacher), status=403)
    await world.ask(city.colleague, "GET", vetoes_of(city.teacher), status=404)
    async with database.read() as db:
        [trail] = await db.scalars(select(AuditEvent).where(col(AuditEvent.object_kind) == "ethics_veto"))
    assert trail.action == "ethics_veto.recorded"
    assert veto["document_no"] not in str(trail.model_dump())
