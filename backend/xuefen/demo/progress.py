"""What the terminal shows while the demo city is written, and how fast it went."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from xuefen.demo.growth.size import Growth

PARTS = 9
PARTS_OF_GROWTH = 3


class Loading:
    """`with Loading(console) as loading:` a bar for the parts and one for a long history; off a terminal nothing."""

    def __init__(self, say: Console, *, grows: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._say = say
        self._progress = Progress(*columns, console=say, transient=True, disable=not say.is_terminal)
        self._parts = self._progress.add_task("演示城市", total=PARTS + PARTS_OF_GROWTH * grows)
        self._history = self._progress.add_task("学分历史", total=None, visible=False)
        self._started: float | None = None
        self._written, self._seconds = 0, 0.0

    def __enter__(self) -> "Loading":
        self._progress.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._progress.stop()

    def part(self, name: str) -> None:
        self._progress.update(self._parts, advance=1, description=name)
        self._started = time.perf_counter()

    def entries(self, done: int, total: int, written: int) -> None:
        """`done` of `total` batches stand; they hold `written` entries."""
        self._written, self._seconds = written, time.perf_counter() - (self._started or 0)
        description = f"学分历史 {written:,} 笔，每秒 {self._rate:,.0f} 笔"
        self._progress.update(
            self._history, completed=done, total=total, description=description, visible=True
        )

    def tell_growth(self, growth: Growth) -> None:
        self._say.print(
            f"全市扩大到 {growth.schools} 所学校、{growth.teachers:,} 名教师：另写入学分 {self._written:,} 笔，"
            f"{self._seconds:,.0f} 秒，每秒 {self._rate:,.0f} 笔",
            highlight=False,
            soft_wrap=True,
        )

    @property
    def _rate(self) -> float:
        return self._written / self._seconds if self._seconds else 0.0
