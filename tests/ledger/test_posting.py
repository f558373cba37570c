"""Posting and verification: totals, conservation, races, and every kind of tampering found."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from tests.make.city import CityFixture, make_city
from tests.make.ledger import post_all, posting, tamper
from xuefen.core.db import Database
from xuefen.ledger.models import Account, AccountKind, LedgerEntry
from xuefen.ledger.posting import post
from xuefen.ledger.verification import Report, chain_heads, verify, verify_teacher
from xuefen.worker import deliver_waiting


@pytest.fixture
async def city(database: Database) -> CityFixture:
    return await make_city(database)


async def report_of(database: Database, city: CityFixture, **kept: tuple[int, str]) -> Report:
    async with database.read() as db:
        return await verify(db, city.id, kept)


async def test_a_total_is_the_sum_of_its_entries(database: Database, city: CityFixture):
    first, second = posting(city.teacher), posting(city.teacher, credits_centi=250)
    await post_all(database, city.teacher, first, posting(city.colleague), second)
    await post_all(database, city.teacher, posting(city.teacher, reverses_id=first.id))
    async with database.read() as db:
        rows = await db.execute(
            select(col(Account.owner_id), col(Account.balance_centi), col(Account.entries))
        )
        totals = {owner: (balance, count) for owner, balance, count in rows}
    assert totals[city.teacher.teacher_id] == (250, 3)
    assert totals[city.colleague.teacher_id] == (400, 1)
    assert (await report_of(database, city)).sound


async def test_debits_equal_credits(database: Database, city: CityFixture):
    first = posting(city.teacher)
    await post_all(database, city.teacher, first, posting(city.south_teacher))
    await post_all(database, city.teacher, posting(city.teacher, reverses_id=first.id))
    async with database.read() as db:
        debits = dict((await db.execute(_sums(LedgerEntry.debit_id))).all())
        credits = dict((await db.execute(_sums(LedgerEntry.credit_id))).all())
        accounts = (await db.scalars(select(Account))).all()
    balance = {one.id: credits.get(one.id, 0) - debits.get(one.id, 0) for one in accounts}
    assert sum(balance.values()) == 0
    teachers = [one for one in accounts if one.kind is AccountKind.teacher]
    assert all(balance[one.id] == one.balance_centi for one in teachers)


def _sums(side):
    return select(col(side), func.sum(col(LedgerEntry.credits_centi))).group_by(col(side))


async def test_the_same_entry_is_never_posted_twice(database: Database, city: CityFixture):
    one = posting(city.teacher)
    await post_all(database, city.teacher, one)
    with pytest.raises(IntegrityError):
        await post_all(database, city.teacher, one)
    assert (await report_of(database, city)).entries == 1


async def test_an_entry_is_reversed_once(database: Database, city: CityFixture):
    one = posting(city.teacher)
    await post_all(database, city.teacher, one, posting(city.teacher))
    await post_all(database, city.teacher, posting(city.teacher, reverses_id=one.id))
    with pytest.raises(IntegrityError):
        await post_all(database, city.teacher, posting(city.teacher, reverses_id=one.id))


async def test_racing_posts_lose_nothing(database: Database, city: CityFixture):
    """Sixteen writers over the same three teachers, each in another order."""
    people = [city.teacher, city.colleague, city.south_teacher]

    async def write(turn: int) -> None:
        order = people[turn % 3 :] + people[: turn % 3]
        wanted = [posting(person) for person in order]

        await database.transact(lambda db: post(db, city.id, wanted))

    await asyncio.gather(*(write(turn) for turn in range(16)))
    report = await report_of(database, city)
    assert (report.entries, report.faults) == (48, [])


async def test_entries_are_sealed_into_the_chain_of_their_county(database: Database, city: CityFixture):
    await post_all(
        database,
        city.teacher,
        posting(city.teacher),
        posting(city.union_teacher),
        posting(city.south_teacher),
        posting(city.direct_teacher),
    )
    assert (await report_of(database, city)).unsealed == 4
    assert await deliver_waiting(database) == 2, "one to seal, one for the figures"
    assert await deliver_waiting(database) == 0
    async with database.read() as db:
        heads = {chain: position for chain, position, _ in await chain_heads(db, city.id)}
    assert heads == {city.north.id: 2, city.south.id: 1, city.city.id: 1}
    report = await report_of(database, city)
    assert (report.sound, report.sealed, report.unsealed) == (True, 4, 0)


TAMPERING = {
    "content": "UPDATE ledger_entries SET title = 'x' WHERE sequence = 2",
    "balance": "UPDATE ledger_entries SET credits_centi = 9900 WHERE sequence = 2",
    "total": "UPDATE ledger_accounts SET balance_centi = 100 WHERE balance_centi > 0",
    "sequence": "UPDATE ledger_entries SET sequence = 9 WHERE sequence = 3",
    "chain_gap": "DELETE FROM ledger_seals WHERE position = 2",
    "chain_broken": "UPDATE ledger_seals SET previous_hash = seal_hash WHERE position = 2",
    "entry_changed": "UPDATE ledger_entries SET content_hash = policy_sha256 WHERE sequence = 2",
}


@pytest.mark.parametrize("code", TAMPERING)
async def test_tampering_is_found_and_named(database: Database, city: CityFixture, code: str):
    await post_all(database, city.teacher, *(posting(city.teacher) for _ in range(4)))
    await deliver_waiting(database)
    assert (await report_of(database, city)).sound
    await tamper(database, TAMPERING[code])
    assert code in {fault.code for fault in (await report_of(database, city)).faults}


async def test_a_cut_tail_shows_against_a_checkpoint(database: Database, city: CityFixture):
    await post_all(database, city.teacher, *(posting(city.teacher) for _ in range(3)))
    await deliver_waiting(database)
    kept = (await report_of(database, city)).heads
    await tamper(
        database,
        "DELETE FROM ledger_seals WHERE position = 3",
        "DELETE FROM ledger_entries WHERE sequence = 3",
        "UPDATE ledger_accounts SET balance_centi = 800, entries = 2 WHERE kind = 'teacher'",
    )
    assert (await report_of(database, city)).sound
    async with database.read() as db:
        report = await verify(db, city.id, kept)
    assert [fault.code for fault in report.faults] == ["tail_cut"]


async def test_one_teacher_can_be_verified_alone(database: Database, city: CityFixture):
    await post_all(database, city.teacher, posting(city.teacher, credits_centi=250), posting(city.colleague))
    await deliver_waiting(database)
    assert city.teacher.teacher_id
    assert city.colleague.teacher_id
    await tamper(database, "UPDATE ledger_entries SET title = 'x' WHERE credits_centi = 250")
    async with database.read() as db:
        mine = await verify_teacher(db, city.id, city.teacher.teacher_id)
        other = await verify_teacher(db, city.id, city.colleague.teacher_id)
    assert (mine.entries, [fault.code for fault in mine.faults]) == (1, ["content"])
    assert other.sound
    assert (other.entries, other.sealed) == (1, 1)
