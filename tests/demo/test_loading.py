"""The loaded city, on both databases: the ledger is sound, every entry says who decided, the desks are full."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from io import StringIO

import httpx
import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import func, select
from sqlmodel import col

from tests.demo.conftest import PASSWORD, TODAY
from tests.demo.judging import recorded
from tests.postgres import run_apart
from xuefen.approvals.models import Claim, Decision
from xuefen.approvals.states import ClaimState, Verdict
from xuefen.core.db import Database
from xuefen.core.settings import Settings
from xuefen.demo.accounts import OPEN
from xuefen.demo.city import DemoCity, imagine
from xuefen.demo.loading import CityThere, DemoPasswordRefused, NotMigrated, load_demo
from xuefen.demo.tree import SMALL
from xuefen.enrollments.models import Enrollment
from xuefen.ledger.models import EntryKind, LedgerEntry
from xuefen.ledger.verification import verify
from xuefen.people.models import Teacher, User
from xuefen.programs.models import Program, Seat
from xuefen.programs.states import ProgramState


async def sign_in(api: httpx.AsyncClient, staff_no: str) -> dict[str, str]:
    form = {"grant_type": "password", "username": staff_no, "password": PASSWORD}
    answer = await api.post("/api/v1/auth/token", data=form)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def queue(api: httpx.AsyncClient, staff_no: str) -> dict[str, object]:
    answer = await api.get("/api/v1/claims?queue=mine&page_size=100", headers=await sign_in(api, staff_no))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_ledger_is_sound_and_sealed(database: Database, city: DemoCity) -> None:
    async with database.read() as db:
        report = await verify(db, city.tree.city.id)
    assert report.sound
    assert report.unsealed == 0
    assert report.entries == len(city.earned) + 1  # one was corrected


async def test_the_ledger_is_the_one_that_was_thought_out(database: Database) -> None:
    """Ids and content come from the day and the seed alone: both databases hold the same ledger."""
    thought_out = {
        (one.id, one.teacher_id, one.posted_at) for one in recorded(imagine(TODAY, SMALL)).postings
    }
    credits = select(col(LedgerEntry.id), col(LedgerEntry.teacher_id), col(LedgerEntry.posted_at)).where(
        col(LedgerEntry.kind) == EntryKind.credit
    )
    async with database.read() as db:
        assert {tuple(row) for row in await db.execute(credits)} == thought_out


async def test_every_entry_says_who_decided_and_nobody_decided_twice(database: Database) -> None:
    async with database.read() as db:
        rows = await db.execute(
            select(col(Decision.claim_id), col(Decision.step), col(Decision.actor_id)).where(
                col(Decision.verdict) == Verdict.approve
            )
        )
        steps: dict[object, dict[int, object]] = defaultdict(dict)
        for claim_id, step, actor_id in rows:
            steps[claim_id][step] = actor_id
        final = await db.scalars(select(Claim).where(col(Claim.state) == ClaimState.audited))
        for claim in final:
            actors = steps[claim.id]
            assert len(set(actors.values())) == len(actors) == len(claim.route)


async def test_nobody_decided_on_their_own_credits(database: Database) -> None:
    own = (
        select(func.count())
        .select_from(Decision)
        .join(Teacher, col(Teacher.id) == col(Decision.teacher_id))
        .where(col(Teacher.user_id) == col(Decision.actor_id))
    )
    async with database.read() as db:
        assert await db.scalar(own) == 0


async def test_nothing_lies_in_the_future(database: Database) -> None:
    midnight = datetime(2026, 11, 21, 16, tzinfo=UTC)
    async with database.read() as db:
        assert (await db.scalar(select(func.max(LedgerEntry.event_on)))) < TODAY
        assert (await db.scalar(select(func.max(LedgerEntry.posted_at)))) < midnight
        assert (await db.scalar(select(func.max(Decision.decided_at)))) < midnight
        assert (await db.scalar(select(func.max(Claim.event_on)))) < TODAY
        assert (await db.scalar(select(func.max(Enrollment.enrolled_at)))) <= midnight
        backwards = select(func.count()).where(col(LedgerEntry.posted_at) < col(LedgerEntry.event_on))
        assert await db.scalar(backwards) == 0


async def test_taken_seats_are_those_of_the_enrolled(database: Database) -> None:
    async with database.read() as db:
        rows = await db.execute(select(col(Enrollment.run_id), col(Enrollment.holder_id)))
        enrolled = Counter(tuple(row) for row in rows)
        for seat in await db.scalars(select(Seat)):
            assert seat.taken == enrolled[seat.run_id, seat.holder_id]


async def test_programs_stand_in_every_state(database: Database) -> None:
    async with database.read() as db:
        states = set(await db.scalars(select(col(Program.state)).distinct()))
    assert states == set(ProgramState)


async def test_claims_stand_in_every_state_but_withdrawn(database: Database) -> None:
    async with database.read() as db:
        states = set(await db.scalars(select(col(Claim.state)).distinct()))
    assert states == set(ClaimState) - {ClaimState.withdrawn}


async def test_the_told_accounts_can_sign_in_and_no_others(
    database: Database, api: httpx.AsyncClient
) -> None:
    async with database.read() as db:
        open_accounts = await db.scalars(
            select(col(User.staff_no)).where(col(User.password_hash).is_not(None))
        )
        assert set(open_accounts) == set(OPEN)
    for staff_no in ("T0001", "S0001", "C0001", "A0001", "P0001", "ADMIN"):
        answer = await api.get("/api/v1/me", headers=await sign_in(api, staff_no))
        assert answer.json()["bindings"], staff_no


async def test_the_home_of_the_showcase_is_lively(api: httpx.AsyncClient) -> None:
    headers = await sign_in(api, "T0001")
    day = {"on": TODAY.isoformat()}
    standing = (await api.get("/api/v1/me/standing", params=day, headers=headers)).json()
    total = standing["total"]
    assert (total["counted"], total["pending"], total["missing_after_pending"]) == (
        "328.00",
        "12.00",
        "110.00",
    )
    assert [one["credits"] for one in standing["uncounted"]] == ["2.00"]
    assert {one["kind"] for one in standing["todo"]} == {"class_soon", "claim_returned", "year_warning"}


async def test_every_tier_has_work_and_the_county_something_to_look_at(api: httpx.AsyncClient) -> None:
    clerk, reviewer, auditor = [await queue(api, number) for number in ("S0001", "C0001", "A0001")]
    assert {item["state"] for item in clerk["items"]} == {"draft", "returned"}
    assert reviewer["clean"] >= 20
    assert {flag["code"] for item in reviewer["items"] for flag in item["flags"]} == {
        "late_registration",
        "attendance_short",
        "credits_over_hours",
        "same_program",
    }
    assert auditor["total"] >= 30
    assert "hours_implausible" in {flag["code"] for item in auditor["items"] for flag in item["flags"]}


async def test_what_waits_at_a_school_does_not_show_as_stalled_above(api: httpx.AsyncClient) -> None:
    reviewer = await queue(api, "C0001")
    assert {item["desk"]["tier"] for item in reviewer["items"]} == {"county"}


async def test_a_loaded_city_is_refused_or_left_alone(settings: Settings, database: Database) -> None:
    printed = StringIO()
    say = Console(file=printed, width=200)
    run_apart(lambda: load_demo(settings, say, PASSWORD, TODAY, if_empty=True, scale=SMALL))
    assert "T0001" in printed.getvalue()
    assert PASSWORD not in printed.getvalue()
    with pytest.raises(CityThere):
        run_apart(lambda: load_demo(settings, say, None, TODAY, if_empty=False, scale=SMALL))


def test_one_password_for_all_is_refused_in_production(settings: Settings) -> None:
    """Whether it comes from the command line or from XUEFEN_DEMO_PASSWORD."""
    production = settings.model_copy(update={"environment": "production"})
    configured = production.model_copy(update={"demo_password": SecretStr(PASSWORD)})
    for chosen, given in ((production, PASSWORD), (configured, None)):
        with pytest.raises(DemoPasswordRefused):
            load_demo(chosen, Console(file=StringIO()), given, TODAY, if_empty=True)


def test_a_database_without_tables_is_told_what_to_do(settings: Settings, blank_url: str) -> None:
    blank = settings.model_copy(update={"database_url": blank_url})
    with pytest.raises(NotMigrated):
        load_demo(blank, Console(file=StringIO()), None, TODAY, if_empty=True)
