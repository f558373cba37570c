"""Builders of postings, and a hand on the database that the product itself never has."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import text

from tests.make.people import Person
from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.ledger.posting import Posting, post
from xuefen.policy.levels import DeliveryMode, Level

TRIGGERS = ("ledger_entries", "ledger_seals")


def posting(teacher: Person, **changes: Any) -> Posting:
    """Four credits of post training granted by the teacher's own unit."""
    assert teacher.teacher_id is not None
    plain = Posting(
        id=new_id(),
        teacher_id=teacher.teacher_id,
        issuer_id=teacher.unit.id,
        org_path=teacher.unit.path,
        credits_centi=400,
        hours_centi=400,
        category="post_training",
        level=Level.county,
        mode=DeliveryMode.onsite,
        exam_passed=False,
        event_on=date(2026, 5, 20),
        title="小学数学课堂提问设计",
        policy_sha256="0" * 64,
        posted_by=teacher.id,
        posted_at=clock.now(),
    )
    return replace(plain, **changes)


async def post_all(database: Database, teacher: Person, *postings: Posting) -> None:
    async with database.write() as db:
        await post(db, teacher.city_id, postings)


async def tamper(database: Database, *statements: str) -> None:
    """Change the database behind the product's back, with the guards off."""
    async with database.write() as db:
        for table in TRIGGERS:
            if database.dialect == "sqlite":
                await db.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
                await db.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
            else:
                await db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            await db.execute(text(statement))
