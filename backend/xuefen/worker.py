"""The worker: delivers the outbox, above all to the sealer, renews figures, and sweeps out what has expired.

In-process by default, or `xuefen worker` beside API processes that have none of their own.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from xuefen.core import clock, outbox
from xuefen.core.db import Database
from xuefen.core.errors import Unavailable
from xuefen.core.outbox import OutboxEvent
from xuefen.credits import renewing
from xuefen.ledger.posting import POSTED
from xuefen.ledger.sealing import seal_posted
from xuefen.people.service import sweep

log = logging.getLogger(__name__)
IDLE_SECONDS = 1.0
SWEEP_EVERY = timedelta(hours=1)


async def seal_and_ask_for_figures(db: AsyncSession, event: OutboxEvent) -> None:
    """What follows a posting: its entries are sealed, and its people's figures are due."""
    await seal_posted(db, event)
    await renewing.ask_for_posted(db, event)


HANDLERS = {
    POSTED: seal_and_ask_for_figures,
    renewing.DUE: renewing.renew_due,
    renewing.BEHIND: renewing.catch_up,
}


async def deliver_waiting(database: Database) -> int:
    """Deliver everything that waits now; returns how many events."""
    total = 0
    while delivered := await outbox.deliver(database, HANDLERS):
        total += delivered
    return total


async def work(database: Database, stop: asyncio.Event | None = None) -> None:
    """Deliver until `stop` is set; a failing database is tried again, what was leased comes back by itself.

    What only time brings (expired rows, figures of a year that has begun) is looked for every hour.
    """
    stop = stop or asyncio.Event()
    swept_at = clock.now() - SWEEP_EVERY
    while not stop.is_set():
        try:
            await deliver_waiting(database)
            if clock.now() - swept_at >= SWEEP_EVERY:
                await database.transact(lambda db: sweep(db, clock.now()))
                await database.transact(renewing.look_after_figures)
                swept_at = clock.now()
        except (SQLAlchemyError, OSError, Unavailable):
            log.exception("delivery failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), IDLE_SECONDS)


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[None]:
    """The worker beside the API in one process; it ends between two deliveries, never inside one."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(database, stop))
    try:
        yield
    finally:
        stop.set()
        await task
