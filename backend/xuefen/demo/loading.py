"""`xuefen demo`: loads the demo city into an empty database and prints its accounts."""

import asyncio
import gc
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import inspect, select
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.db import Database
from xuefen.core.errors import Conflict
from xuefen.core.settings import Settings
from xuefen.demo import accounts, telling
from xuefen.demo.city import DemoCity, imagine
from xuefen.demo.tree import FULL, Scale
from xuefen.demo.writing import Tell, renew_statistics, write
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.people.models import User
from xuefen.worker import deliver_waiting

PARTS = 9


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
) -> None:
    """Load the city around `today` (default: today), and print who can sign in and how.

    `password`, or else XUEFEN_DEMO_PASSWORD, is for all accounts (`DemoPasswordRefused` in production); with
    neither, one is drawn. A database that holds a city is left alone: `CityThere`, or with `if_empty` no error;
    one without tables is `NotMigrated`.
    """
    given = password or (chosen.demo_password.get_secret_value() if chosen.demo_password else None)
    if given and not chosen.relaxed:
        raise DemoPasswordRefused
    asyncio.run(_load(chosen, say, given, today or clock.today(), if_empty=if_empty, scale=scale))


async def _load(
    chosen: Settings, say: Console, given: str | None, today: date, *, if_empty: bool, scale: Scale
) -> None:
    database = Database(chosen)
    try:
        if not await _is_empty(database):
            if not if_empty:
                raise CityThere
            telling.tell_existing(say, await _accounts_there(database))
            return
        password = given or secrets.token_urlsafe(9)
        with _progress(say) as tell:
            city, secret = await make(database, password, today, scale, tell)
        telling.tell_city(say, city, password, secret)
    finally:
        await database.close()


async def make(
    database: Database, password: str, today: date, scale: Scale = FULL, tell: Tell = lambda _: None
) -> tuple[DemoCity, str]:
    """Think the city out, write it in one transaction, seal its ledger. Returns it, and the platform's secret."""
    with _without_collecting():
        tell("构想城市")
        city = imagine(today, scale)
        hashed = await accounts.hashes(password)
        async with database.write() as db:
            secret = await write(db, city, hashed, tell)
        tell("封存学分账")
        await deliver_waiting(database)
        async with database.write() as db:
            await renew_statistics(db)
    return city, secret


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


@contextmanager
def _progress(say: Console) -> Iterator[Tell]:
    """A bar on a terminal; elsewhere nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=say, transient=True, disable=not say.is_terminal) as progress:
        task = progress.add_task("演示城市", total=PARTS)

        def tell(part: str) -> None:
            progress.update(task, advance=1, description=part)

        yield tell
