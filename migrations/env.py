"""Alembic: the same migrations on SQLite and PostgreSQL, each run in one transaction.

On SQLite foreign keys are off while tables are rebuilt, set outside the transaction: with them on, a
rebuild would cascade deletes to children. Append-only tables are never batch-altered (their triggers
would be dropped with the old table).
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, event, pool
from sqlalchemy.ext.asyncio import create_async_engine

from xuefen.core.db import async_url
from xuefen.tables import metadata

config = context.config


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run() -> None:
    engine = create_async_engine(async_url(config.attributes["url"]), poolclass=pool.NullPool)

    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def configure(connection, _):
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def open_transaction(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    async with engine.connect() as connection, connection.begin():
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(run())
