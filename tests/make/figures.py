"""Builders of a year's figures: people with so many credits in 2014, under 株洲's rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlmodel import col

from tests.make.crowd import make_crowd
from tests.make.ledger import post_all, posting
from tests.make.organisations import Unit
from tests.make.people import Person
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.credits.figures import bring_up_to_date
from xuefen.credits.models import YearFigure
from xuefen.exemptions.models import Exemption, ExemptionKind, ExemptionState
from xuefen.ledger.posting import Posting, post
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import adopt
from xuefen.people.models import Employment, Teacher
from xuefen.policy.pack import pack_text

YEAR = 2014
LAST_DAY = date(2014, 12, 31)


async def adopt_zhuzhou(
    database: Database,
    unit: Unit,
    *,
    from_on: date = date(2009, 1, 1),
    **changes: Any,
) -> None:
    """The pack with the cycle of its notice, 2009 to 2015, and `changes` laid over it."""
    async with database.write() as db:
        organisation = (await db.scalars(select(Organisation).where(col(Organisation.id) == unit.id))).one()
        adopt(db, organisation, pack_text("zhuzhou-2014"), from_on, changes)


async def make_members(database: Database, school: Unit, credits: Sequence[int]) -> list[Person]:
    """One teacher of `school` for each number, with so many credits of post training in 2014."""
    people = await make_crowd(database, school, len(credits))
    await earn_each(database, people, credits)
    return people


async def earn_each(database: Database, people: Sequence[Person], credits: Sequence[int]) -> None:
    given = [earned(person, amount) for person, amount in zip(people, credits, strict=True) if amount]
    async with database.write() as db:
        await post(db, people[0].city_id, given)


def earned(person: Person, credits: int, **changes: Any) -> Posting:
    """So many whole credits, in October 2014 unless said otherwise."""
    plain = posting(
        person, credits_centi=credits * 100, hours_centi=credits * 100, event_on=date(2014, 10, 20)
    )
    return replace(plain, **changes)


async def earn(database: Database, person: Person, credits: int, **changes: Any) -> None:
    await post_all(database, person, earned(person, credits, **changes))


async def exempt(database: Database, person: Person, from_on: date, until_on: date) -> None:
    """Approved sick leave; the teacher's version moves as the product moves it."""
    case = {
        "city_id": person.city_id,
        "id": new_id(),
        "teacher_id": person.teacher_id,
        "org_path": person.unit.path,
        "kind": ExemptionKind.sick_leave,
        "from_on": from_on,
        "until_on": until_on,
        "desk_path": person.unit.path.split("/")[0] + "/",
        "evidence": "诊断证明",
        "state": ExemptionState.approved,
        "proposed_by": person.id,
    }
    async with database.write() as db:
        await db.execute(insert(Exemption).values(**case))
    await touch(database, person)


async def touch(database: Database, person: Person, **changes: Any) -> None:
    """An edit of the teacher: the version moves on."""
    async with database.write() as db:
        await db.execute(
            update(Teacher)
            .where(col(Teacher.id) == person.teacher_id)
            .values(version=Teacher.version + 1, **changes)
        )


async def transfer(database: Database, person: Person, to: Unit, on: date) -> None:
    """The personnel relation moves to another school on a day."""
    async with database.write() as db:
        await db.execute(
            update(Employment)
            .where(col(Employment.teacher_id) == person.teacher_id, col(Employment.ends_on).is_(None))
            .values(ends_on=on)
        )
        begun = {"teacher_id": person.teacher_id, "starts_on": on}
        place = {"school_id": to.id, "org_path": to.path}
        await db.execute(insert(Employment).values(city_id=person.city_id, id=new_id(), **begun, **place))
    await touch(database, person, school_id=to.id, org_path=to.path)


async def figures(database: Database, unit: Unit, on: date = LAST_DAY) -> dict[UUID, YearFigure]:
    """The figures at or below `unit`, brought up to date."""
    async with database.write() as db:
        await bring_up_to_date(db, unit.city_id, unit.path, on)
    async with database.read() as db:
        rows = await db.scalars(
            select(YearFigure).where(
                col(YearFigure.city_id) == unit.city_id,
                col(YearFigure.year) == on.year,
                col(YearFigure.org_path).startswith(unit.path),
            )
        )
        return {row.teacher_id: row for row in rows}
