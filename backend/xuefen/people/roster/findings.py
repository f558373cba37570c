"""What is wrong with a roster, row by row; the first ones are kept and all are counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from xuefen.people.roster.columns import Column

KEPT = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """What to do about one cell. It never repeats what is in it: findings are stored and shown."""

    row: int
    column: Column
    code: str
    message: str

    @property
    def sentence(self) -> str:
        return f"第 {self.row} 行 {self.column}：{self.message}"


class Findings:
    """Findings of one pass over the rows."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self.rows: set[int] = set()
        self.total = 0

    def __iter__(self) -> Iterator[Finding]:
        """The first ones, row by row."""
        return iter(sorted(self._kept, key=lambda finding: finding.row)[:KEPT])

    def add(self, row: int, column: Column, code: str, message: str) -> None:
        self.total += 1
        self.rows.add(row)
        if len(self._kept) < KEPT:
            self._kept.append(Finding(row, column, code, message))

    def join(self, later: "Findings") -> None:
        """Add those of another pass over the same rows."""
        self._kept += later._kept
        self.total += later.total
        self.rows |= later.rows
