"""Bring a database to a revision, by Alembic and the repository's `migrations/`."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from xuefen.core.settings import ROOT

MIGRATIONS = ROOT / "migrations"


def configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate `url` (plain or asynchronous form) up to `revision`; makes a missing SQLite folder.

    Runs its own event loop: call it from synchronous code.
    """
    if url.startswith("sqlite") and ":memory:" not in url:
        Path(url.split(":///", 1)[1]).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str = "base") -> None:
    command.downgrade(configuration(url), revision)


@cache
def newest_revision() -> str | None:
    """The revision that this code is written for."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()
