"""What every command of `xuefen` shares: its settings, a database, and refusals as plain lines."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from xuefen.core.db import Database
from xuefen.core.errors import DomainError
from xuefen.core.settings import Settings, settings

say = Console()
complain = Console(stderr=True)
T = TypeVar("T")


def configured() -> Settings:
    """The settings of the environment; what is wrong with them ends the command with exit 2."""
    try:
        return settings()
    except ValidationError as error:
        for wrong in error.errors():
            complain.print(wrong["msg"].removeprefix("Value error, "))
        raise typer.Exit(2) from error


async def with_database(use: Callable[[Database], Awaitable[T]]) -> T:
    database = Database(configured())
    try:
        return await use(database)
    finally:
        await database.close()


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal is one plain line on the terminal, not a traceback."""
    try:
        yield
    except DomainError as error:
        complain.print(error.detail or error.title, markup=False)
        for wrong in error.errors:
            complain.print(f"  {wrong.pointer} {wrong.message}", markup=False)
        raise typer.Exit(1) from error
