"""Letting the demo city grow: the schools that join, then their history, sealed as it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from xuefen.core.rowsets import RowSet, table_of, update_guarded
from xuefen.demo import accounts, roster
from xuefen.demo.city import DemoCity
from xuefen.demo.growth.bulk import add_all
from xuefen.demo.growth.chronicle import Batch, Chronicle
from xuefen.demo.growth.crowd import Crowd, gather
from xuefen.demo.growth.entries import COLUMNS, Learner
from xuefen.demo.growth.programs import Programs
from xuefen.demo.growth.rounds import rounds_until
from xuefen.demo.growth.seals import SEAL_COLUMNS, Sealer
from xuefen.demo.growth.size import Growth
from xuefen.demo.rows import add_models, add_rows
from xuefen.demo.seed import SEED, Seed
from xuefen.demo.tree import organisations
from xuefen.demo.writing import Tell, renew_statistics
from xuefen.ledger.models import Account, AccountKind, LedgerEntry, Seal
from xuefen.ledger.posting import account_id
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import policy_for
from xuefen.people.models import DirectoryEntry, Employment, RoleBinding, Teacher, TeacherPost, User

BATCHES_AT_ONCE = 128
"""About ten thousand entries."""
TOTALS_AT_ONCE = 5000
SEED_OF_GROWTH = SEED + 1
"""Another sequence than that of the usual part, which stays as it is."""
Advance = Callable[[int, int, int], None]
"""Told how many batches are written, of how many, and how many entries that makes."""


async def grow(db: AsyncSession, city: DemoCity, growth: Growth, tell: Tell, advance: Advance) -> None:
    """Add to `city`, which `db` has just written, what `growth` says it lacks."""
    tell("全市学校与教师")
    seed = Seed(SEED_OF_GROWTH)
    crowd = gather(city, seed, growth)
    await _write_crowd(db, city, crowd, seed)
    rounds = rounds_until(city.days.settled_on, growth.rounds)
    programs = Programs(city, seed, rounds)
    await add_models(db, list(programs.rows()))
    policy = await policy_for(db, city.tree.city.id, city.tree.city.path, city.days.today)
    chronicle = Chronicle(city, crowd, rounds, programs, seed, policy)
    await _open_accounts(db, city.tree.city.id, chronicle)
    await renew_statistics(db)
    tell("全市学分历史")
    await _write_history(db, city.tree.city.id, chronicle, advance)
    await _write_totals(db, city.tree.city.id, chronicle.learners)
    await renew_statistics(db)


async def _write_crowd(db: AsyncSession, city: DemoCity, crowd: Crowd, seed: Seed) -> None:
    tree, people, days = crowd.tree, crowd.people, city.days
    joining = {school.id for school in tree.schools}
    users = list(accounts.users(tree, crowd.clerks, people, {}, days))
    schools = [one.model_dump() for one in organisations(tree) if one.id in joining]
    await _add(db, Organisation, schools)
    await _add(db, User, users)
    await _add(db, DirectoryEntry, accounts.directory(users))
    await _add(db, RoleBinding, accounts.bindings(tree, crowd.clerks, people, seed, days))
    await _add(db, Teacher, roster.teachers(tree, people, seed, days))
    await _add(db, Employment, roster.employments(tree, people, seed, days))
    await _add(db, TeacherPost, roster.posts(tree, people, seed, days))


async def _add(db: AsyncSession, model: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows of a table that others refer to: counted at once, or each reference would search all of it."""
    await add_rows(db, model, rows)
    await db.execute(text(f"ANALYZE {model.__tablename__}"))


async def _open_accounts(db: AsyncSession, city_id: UUID, chronicle: Chronicle) -> None:
    """Accounts of the new teachers, and those of issuers that the usual part did not need."""
    owners = [(AccountKind.teacher, UUID(learner.id)) for learner in chronicle.learners]
    await add_rows(db, Account, [_account(city_id, *owner) for owner in owners])
    build: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    issuers = [_account(city_id, AccountKind.issuer, owner) for owner in chronicle.issuers()]
    await db.execute(build(Account).on_conflict_do_nothing(), issuers)


def _account(city_id: UUID, kind: AccountKind, owner: UUID) -> dict[str, Any]:
    identity = account_id(kind, owner)
    return {
        "city_id": city_id,
        "id": identity,
        "kind": kind,
        "owner_id": owner,
        "balance_centi": 0,
        "entries": 0,
    }


async def _write_history(db: AsyncSession, city_id: UUID, chronicle: Chronicle, advance: Advance) -> None:
    sealer = await Sealer.of(db, city_id)
    done = entries = 0
    for batches in _by(BATCHES_AT_ONCE, chronicle.batches()):
        rows = [row for batch in batches for row in batch.rows]
        await add_all(db, LedgerEntry, COLUMNS, rows)
        await add_all(db, Seal, SEAL_COLUMNS, list(sealer.seals(batches)))
        done, entries = done + len(batches), entries + len(rows)
        advance(done, len(chronicle), entries)


def _by(number: int, batches: Iterator[Batch]) -> Iterator[list[Batch]]:
    while taken := list(islice(batches, number)):
        yield taken


async def _write_totals(db: AsyncSession, city_id: UUID, learners: list[Learner]) -> None:
    changes = [
        {
            "id": UUID(learner.account_id),
            "entries": 0,
            "new_entries": learner.entries,
            "new_balance_centi": learner.balance_centi,
        }
        for learner in learners
    ]
    for start in range(0, len(changes), TOTALS_AT_ONCE):
        given = RowSet(table_of(Account), {"city_id": city_id}, changes[start : start + TOTALS_AT_ONCE])
        await update_guarded(db, given)
