"""`xuefen demo`: loads the demo city into an empty database and prints its accounts."""

import asyncio
import gc
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rich.console import Console
from sqlalchemy import inspect, select
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.errors import Conflict
from xuefen.core.settings import Settings
from xuefen.credits.figures import renew, stale_ids, year_of_city
from xuefen.credits.regions import years_of
from xuefen.demo import accounts, telling
from xuefen.demo.city import DemoCity, imagine
from xuefen.demo.growth.bulk import take_time
from xuefen.demo.growth.growing import Advance, grow
from xuefen.demo.growth.size import Growth
from xuefen.demo.progress import Loading
from xuefen.demo.tree import FULL, Scale
from xuefen.demo.writing import Tell, renew_statistics, write
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.policies import policies_of
from xuefen.people.models import User
from xuefen.worker import deliver_waiting

FIGURES_AT_ONCE = 1000
"""People in one transaction."""


@dataclass(frozen=True)
class Size:
    """Which day is today, how much of the usual city is made, and what it grows to."""

    today: date
    scale: Scale = FULL
    growth: Growth | None = None


class DemoPasswordRefused(Conflict):
    code, title = (
        "demo_password_refused",
        "统一的演示密码只用于开发和测试；正式环境请去掉密码，由系统随机生成",
    )


class NotMigrated(Conflict):
    code, title = "not_migrated", "数据库里还没有表，请先运行 xuefen migrate"


class CityThere(Conflict):
    code, title = "city_there", "数据库里已经有一个市，演示数据只能装入空库"


def load_demo(
    chosen: Settings,
    say: Console,
    password: str | None,
    today: date | None,
    *,
    if_empty: bool,
    scale: Scale = FULL,
    growth: Growth | None = None,
) -> None:
    """Load the city around `today` (default: today), and print who can sign in and how.

    With `growth` it becomes that large, in the same transaction: what is interrupted leaves nothing behind.

    `password`, or else XUEFEN_DEMO_PASSWORD, is for all accounts (`DemoPasswordRefused` in production); with
    neither, one is drawn. A database that holds a city is left alone: `CityThere`, or with `if_empty` no error;
    one without tables is `NotMigrated`.
    """
    given = password or (chosen.demo_password.get_secret_value() if chosen.demo_password else None)
    if given and not chosen.relaxed:
        raise DemoPasswordRefused
    asyncio.run(_load(chosen, say, given, Size(today or clock.today(), scale, growth), if_empty=if_empty))


async def _load(chosen: Settings, say: Console, given: str | None, size: Size, *, if_empty: bool) -> None:
    database = Database(chosen)
    try:
        if not await _is_empty(database):
            if not if_empty:
                raise CityThere
            telling.tell_existing(say, await _accounts_there(database))
            return
        password = given or secrets.token_urlsafe(9)
        with Loading(say, grows=size.growth is not None) as loading:
            city, secret = await make(database, password, size, loading.part, loading.entries)
        telling.tell_city(say, city, password, secret)
        if size.growth:
            loading.tell_growth(size.growth)
    finally:
        await database.close()


async def make(
    database: Database,
    password: str,
    size: Size,
    tell: Tell = lambda _: None,
    advance: Advance = lambda *_: None,
) -> tuple[DemoCity, str]:
    """Think the city out, write it in one transaction, seal its ledger. Returns it, and the platform's secret."""
    with _without_collecting():
        tell("构想城市")
        city = imagine(size.today, size.scale)
        hashed = await accounts.hashes(password)
        async with database.write() as db:
            await take_time(db)
            secret = await write(db, city, hashed, tell)
            if size.growth:
                await grow(db, city, size.growth, tell, advance)
        tell("封存学分账")
        await deliver_waiting(database)
        async with database.write() as db:
            await take_time(db)
            await renew_statistics(db)
        if size.growth:
            tell("年度数字")
            await _bring_figures(database, city)
    return city, secret


async def _bring_figures(database: Database, city: DemoCity) -> None:
    """Everybody's figures of the running year, so that the first report need not wait for them."""
    city_id = city.tree.city.id
    async with database.read() as db:
        numbers = years_of(await policies_of(db, city_id), city.days.today)
    for number in numbers:
        while await _bring_some(database, city_id, number) == FIGURES_AT_ONCE:
            pass


async def _bring_some(database: Database, city_id: UUID, number: int) -> int:
    async with database.write() as db:
        await take_time(db)
        year = await year_of_city(db, city_id, number)
        return await renew(db, year, await stale_ids(db, year, None, FIGURES_AT_ONCE))


async def _is_empty(database: Database) -> bool:
    cities = select(col(Organisation.id)).where(col(Organisation.kind) == OrganisationKind.city).limit(1)
    async with database.read() as db:
        connection = await db.connection()
        if not await connection.run_sync(lambda plain: inspect(plain).has_table(Organisation.__tablename__)):
            raise NotMigrated
        return (await db.scalar(cities)) is None


async def _accounts_there(database: Database) -> list[str]:
    """Those of the demo's accounts that the database has."""
    async with database.read() as db:
        found = await db.scalars(
            select(col(User.staff_no))
            .where(col(User.staff_no).in_(accounts.OPEN), col(User.password_hash).is_not(None))
            .order_by(col(User.staff_no))
        )
        return list(found)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hundreds of thousands of rows are alive at once; looking for cycles among them took a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
