"""The worker: delivers the outbox, above all to the sealer. In-process by default, or `xuefen worker`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from xuefen.core import outbox
from xuefen.core.db import Database
from xuefen.core.errors import Unavailable
from xuefen.ledger.posting import POSTED
from xuefen.ledger.sealing import seal_posted

log = logging.getLogger(__name__)
HANDLERS = {POSTED: seal_posted}
IDLE_SECONDS = 1.0


async def deliver_waiting(database: Database) -> int:
    """Deliver everything that waits now; returns how many events."""
    total = 0
    while delivered := await outbox.deliver(database, HANDLERS):
        total += delivered
    return total


async def work(database: Database) -> None:
    """Deliver for ever; a failing database is tried again, what was leased comes back by itself."""
    while True:
        try:
            await deliver_waiting(database)
        except (SQLAlchemyError, OSError, Unavailable):
            log.exception("delivery failed")
        await asyncio.sleep(IDLE_SECONDS)


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[None]:
    """The worker beside the API in one process."""
    task = asyncio.create_task(work(database))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
