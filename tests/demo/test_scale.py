"""The demo city grown beyond its usual size: the bulk loader writes what the product would have written."""

import asyncio
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from rich.console import Console
from sqlalchemy import case, func, select
from sqlmodel import col

from tests.databases import KINDS, TEMPLATE
from tests.demo.conftest import PASSWORD, TODAY, settings_of
from tests.postgres import Cluster, run_apart
from xuefen.core.clock import office_time
from xuefen.core.db import Database
from xuefen.core.settings import Settings
from xuefen.credits.figures import stale
from xuefen.credits.models import YearFigure
from xuefen.credits.records import teacher_records
from xuefen.demo.city import DemoCity, imagine
from xuefen.demo.growth.chronicle import Chronicle
from xuefen.demo.growth.crowd import FAILING_EVERY, gather
from xuefen.demo.growth.entries import COLUMNS
from xuefen.demo.growth.growing import SEED_OF_GROWTH
from xuefen.demo.growth.programs import Programs
from xuefen.demo.growth.rounds import rounds_until
from xuefen.demo.growth.size import Growth
from xuefen.demo.loading import CityThere, Size, load_demo, make
from xuefen.demo.seed import Seed
from xuefen.demo.tree import SMALL
from xuefen.ledger.models import Account, AccountKind, EntryKind, LedgerEntry, Seal
from xuefen.ledger.posting import account_id
from xuefen.ledger.sealing import chain_of
from xuefen.ledger.verification import verify
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import PolicyInForce, county_paths, policies_of, policy_for
from xuefen.people.models import Teacher
from xuefen.programs.models import Program

GROWTH = Growth(schools=23, direct_schools=4, teachers=600)
"""Twelve schools and two hundred teachers more than the small demo city has."""
TOLD: dict[str, list[tuple[int, int, int]]] = {}
"""Database -> what the loader said of its progress."""


@pytest.fixture(scope="module", params=KINDS)
def loaded_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the grown city."""
    folder = tmp_path_factory.mktemp("grown")
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), folder / "grown.db")
        url = f"sqlite:///{folder / 'grown.db'}"
        run_apart(_load, url, folder)
        yield url
        return
    cluster: Cluster = request.getfixturevalue("migrated_cluster")
    url = cluster.create("xuefen_grown", template=TEMPLATE)
    run_apart(_load, url, folder)
    yield url
    cluster.drop("xuefen_grown")


def _load(url: str, folder: Path) -> None:
    told = TOLD[url] = []

    async def load(settings: Settings) -> None:
        database = Database(settings)
        await make(database, PASSWORD, Size(TODAY, SMALL, GROWTH), advance=lambda *now: told.append(now))
        await database.close()

    with settings_of(url, folder) as settings:
        asyncio.run(load(settings))


def chronicle_of(city: DemoCity, policy: PolicyInForce) -> Chronicle:
    """The history as it is thought out, without a database."""
    seed = Seed(SEED_OF_GROWTH)
    crowd = gather(city, seed, GROWTH)
    rounds = rounds_until(city.days.settled_on, GROWTH.rounds)
    return Chronicle(city, crowd, rounds, Programs(city, seed, rounds), seed, policy)


async def test_the_ledger_is_sound_and_every_entry_sealed(database: Database, city: DemoCity) -> None:
    async with database.read() as db:
        report = await verify(db, city.tree.city.id)
        seals = await db.scalar(select(func.count()).select_from(Seal))
    assert report.sound, report.faults[:3]
    assert report.unsealed == 0
    assert report.entries == report.sealed == seals
    assert 12_000 < report.entries - len(city.earned) < 16_000


async def test_the_city_has_the_size_that_was_asked_for(database: Database) -> None:
    async with database.read() as db:
        schools = await db.scalars(select(Organisation).where(col(Organisation.kind) == Kind.school))
        paths = [school.path for school in schools]
        teachers = await db.scalar(select(func.count()).select_from(Teacher))
    assert len(paths) == len(set(paths)) == GROWTH.schools
    assert sum(path.count("/") == 2 for path in paths) == GROWTH.direct_schools
    assert teachers == GROWTH.teachers


async def test_balances_are_the_sums_of_the_entries(database: Database) -> None:
    signed = case(
        (col(LedgerEntry.kind) == EntryKind.credit, col(LedgerEntry.credits_centi)),
        else_=-col(LedgerEntry.credits_centi),
    )
    sums = select(col(LedgerEntry.teacher_id), func.sum(signed), func.count()).group_by(
        col(LedgerEntry.teacher_id)
    )
    totals = select(col(Account.owner_id), col(Account.balance_centi), col(Account.entries)).where(
        col(Account.kind) == AccountKind.teacher, col(Account.entries) > 0
    )
    async with database.read() as db:
        assert {tuple(row) for row in await db.execute(totals)} == {
            tuple(row) for row in await db.execute(sums)
        }


async def test_entries_move_between_the_accounts_that_posting_would_use(database: Database) -> None:
    """A credit from an issuer to the teacher, a reversal back to the issuer, every account open."""
    async with database.read() as db:
        accounts = {account.id: account for account in await db.scalars(select(Account))}
        moves = await db.execute(
            select(
                col(LedgerEntry.kind),
                col(LedgerEntry.teacher_id),
                col(LedgerEntry.debit_id),
                col(LedgerEntry.credit_id),
            ).distinct()
        )
    assert all(account.id == account_id(account.kind, account.owner_id) for account in accounts.values())
    for kind, teacher_id, debit_id, credit_id in moves:
        issuer, teacher = (debit_id, credit_id) if kind == EntryKind.credit else (credit_id, debit_id)
        assert accounts[issuer].kind is AccountKind.issuer
        assert (accounts[teacher].kind, accounts[teacher].owner_id) == (AccountKind.teacher, teacher_id)


async def test_every_seal_stands_in_the_chain_of_the_entry(database: Database, city: DemoCity) -> None:
    city_id = city.tree.city.id
    placed = select(col(Seal.chain_id), col(LedgerEntry.org_path)).join(
        LedgerEntry, col(LedgerEntry.id) == col(Seal.entry_id)
    )
    async with database.read() as db:
        counties = await county_paths(db, city_id)
        chains = Counter(tuple(row) for row in await db.execute(placed))
    assert all(chain_of(path, counties, city_id) == chain for chain, path in chains)
    assert {chain for chain, _ in chains} == {city_id, *(county for county, _ in counties.values())}


async def test_the_history_is_the_one_that_was_thought_out(database: Database) -> None:
    """Down to every hash: the day and the seed alone make it, on both databases."""
    thought_out = imagine(TODAY, SMALL)
    async with database.read() as db:
        policy = await policy_for(db, thought_out.tree.city.id, thought_out.tree.city.path, TODAY)
        stored = set(await db.scalars(select(col(LedgerEntry.content_hash))))
    written = [row for batch in chronicle_of(thought_out, policy).batches() for row in batch.rows]
    assert len({row[-1] for row in written} & stored) == len(written)
    assert Counter(row[COLUMNS.index("kind")] for row in written)[EntryKind.reversal] > 5


async def test_nothing_lies_in_the_future_or_before_the_training(database: Database) -> None:
    midnight = office_time(TODAY, datetime.min.time())
    async with database.read() as db:
        assert (await db.scalar(select(func.max(LedgerEntry.posted_at)))) < midnight
        assert (await db.scalar(select(func.max(LedgerEntry.event_on)))) < TODAY - timedelta(days=44)
        for posted_at, event_on in await db.execute(
            select(col(LedgerEntry.posted_at), func.max(LedgerEntry.event_on)).group_by(
                col(LedgerEntry.posted_at)
            )
        ):
            assert posted_at.date() >= event_on


async def test_a_part_of_the_entries_names_a_program_of_the_same_city(database: Database) -> None:
    imported = col(LedgerEntry.claim_id).is_(None)
    async with database.read() as db:
        named = Counter(
            await db.scalars(
                select(col(LedgerEntry.program_id)).where(imported, col(LedgerEntry.program_id).is_not(None))
            )
        )
        programs = set(await db.scalars(select(col(Program.id))))
        all_imported = await db.scalar(select(func.count()).select_from(LedgerEntry).where(imported))
    assert set(named) <= programs
    assert 0.05 < sum(named.values()) / (all_imported or 1) < 0.3


async def test_standings_are_those_of_a_city_that_keeps_its_rules(database: Database) -> None:
    """Nearly everybody has the year's 72 credits; one school of twenty falls short; most passed the exam."""
    thought_out = imagine(TODAY, SMALL)
    crowd = gather(thought_out, Seed(SEED_OF_GROWTH), GROWTH)
    city_id = thought_out.tree.city.id
    async with database.read() as db:
        policies = await policies_of(db, city_id)
        records = await teacher_records(db, city_id, [person.id for person in crowd.people], policies)
    below: dict[UUID, list[bool]] = defaultdict(list)
    exams = []
    for record in records:
        answer = record.standing(TODAY)
        assert answer.year_line is not None
        assert answer.total is not None
        assert 0 <= answer.total.counted_centi < 900_00
        below[record.teacher.school_id].append(not answer.year_line.met)
        exams.append(answer.line("edtech").met)
    shares = {school: sum(missing) / len(missing) for school, missing in below.items()}
    failing = [school for school, share in shares.items() if share >= 0.2]
    assert crowd.tree.schools[FAILING_EVERY // 2].id in failing
    assert len(failing) <= 3
    assert sum(map(sum, below.values())) / len(records) < 0.2
    assert 0.5 < sum(exams) / len(exams) < 0.95


async def test_the_running_years_figures_are_there(database: Database, city: DemoCity) -> None:
    planted = city.tree.city
    async with database.read() as db:
        assert await stale(db, planted.id, planted.path, TODAY) == 0
        figures = await db.scalar(select(func.count()).where(col(YearFigure.year) == TODAY.year))
    assert GROWTH.teachers * 0.9 < (figures or 0) <= GROWTH.teachers


def test_progress_reaches_its_end(loaded_url: str, database_url: str) -> None:
    told = TOLD[loaded_url]
    batches = GROWTH.rounds * 12
    assert [done for done, _, _ in told] == sorted({done for done, _, _ in told})
    assert told[-1][:2] == (batches, batches)
    assert {total for _, total, _ in told} == {batches}
    assert 12_000 < told[-1][2] < 16_000


async def test_the_told_accounts_can_sign_in(api: httpx.AsyncClient) -> None:
    for staff_no in ("T0001", "S0001", "C0001", "A0001", "P0001", "ADMIN"):
        form = {"grant_type": "password", "username": staff_no, "password": PASSWORD}
        answer = await api.post("/api/v1/auth/token", data=form)
        assert answer.status_code == 200, staff_no


async def test_a_city_that_is_there_is_not_made_larger(settings: Settings, database: Database) -> None:
    with pytest.raises(CityThere):
        run_apart(
            lambda: load_demo(
                settings, Console(file=StringIO()), None, TODAY, if_empty=False, scale=SMALL, growth=GROWTH
            )
        )
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(Teacher)) == GROWTH.teachers


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.mark.parametrize("kind", KINDS)
async def test_an_interrupted_load_leaves_nothing_and_can_be_begun_again(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url: str = request.getfixturevalue(f"{kind}_url")

    def stop(done: int, total: int, written: int) -> None:
        raise Interrupted

    with settings_of(url, tmp_path) as settings:
        database = Database(settings)
        with pytest.raises(Interrupted):
            await make(database, PASSWORD, Size(TODAY, SMALL, GROWTH), advance=stop)
        async with database.read() as db:
            assert await db.scalar(select(func.count()).select_from(Organisation)) == 0
            assert await db.scalar(select(func.count()).select_from(LedgerEntry)) == 0
        await database.close()
        printed = StringIO()
        say = Console(file=printed, width=200)
        run_apart(
            lambda: load_demo(settings, say, PASSWORD, TODAY, if_empty=True, scale=SMALL, growth=GROWTH)
        )
    assert "全市扩大到 23 所学校、600 名教师" in printed.getvalue()
    assert "每秒" in printed.getvalue()
