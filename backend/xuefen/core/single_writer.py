"""One process at a time may write an embedded database: a lock on a file beside it.

SQLite has one writer; a command that writes while the server runs would make people wait or fail.
PostgreSQL needs no such lock.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xuefen.core.db import async_url
from xuefen.core.errors import Conflict


class DatabaseInUse(Conflict):
    code, title = "database_in_use", "数据库正在使用中：请先停止正在运行的服务，再执行这个命令"


@contextmanager
def single_writer(database_url: str) -> Iterator[None]:
    """Hold the lock of `database_url` while inside; `DatabaseInUse` when another process holds it."""
    url = async_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    lock = Path(f"{url.database}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DatabaseInUse from error
        yield
