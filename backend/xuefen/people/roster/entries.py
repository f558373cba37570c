"""The rows of a roster that can be read, and what is wrong with the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from xuefen.core.spreadsheets import Row, Table
from xuefen.people.degrees import Degree
from xuefen.people.models import Stage
from xuefen.people.roster import cells
from xuefen.people.roster.cells import NamedPost, Wrong
from xuefen.people.roster.columns import GUIDES, REQUIRED, Column, positions
from xuefen.people.roster.findings import Findings

_DIGITS_LOST = Wrong(
    "digits_lost", "单元格是数字格式，末几位已经丢失：请把这一列设为“文本”格式，再重新填写完整号码"
)
_MISSING = Wrong("missing", "请填写")


class Entry(NamedTuple):
    """A teacher as a row names them. `row` is the sheet's own number; `posts` None: nothing is said."""

    row: int
    staff_no: str
    name: str
    school_code: str
    school_name: str
    stage: Stage
    subject: str
    hired_on: date
    phone: str | None
    id_number: str | None
    posts: tuple[NamedPost, ...] | None
    degree: Degree | None = None


@dataclass(frozen=True)
class Reading:
    """`total` counts every row of a teacher, readable or not."""

    entries: list[Entry]
    total: int
    errors: Findings


def read_entries(table: Table, today: date) -> Reading:
    """The rows of `table`; `HeaderNotFound` when a required column is missing."""
    places = positions(table.header)
    reader = _Reader(places, today)
    teachers = [row for row in table.rows if not row.cells[places[Column.staff_no]].startswith(GUIDES)]
    entries = [entry for row in teachers if (entry := reader.entry(row)) is not None]
    return Reading(entries, len(teachers), reader.errors)


class _Reader:
    """Reads row after row and remembers what must not come twice."""

    def __init__(self, places: Mapping[Column, int], today: date) -> None:
        self.errors = Findings()
        self._places = places
        self._first_rows: dict[tuple[Column, str], int] = {}
        self._readers: Mapping[Column, Callable[[str], Any]] = {
            Column.staff_no: cells.staff_no,
            Column.name: cells.name,
            Column.school_code: cells.plain,
            Column.school_name: cells.plain,
            Column.stage: cells.stage,
            Column.hired_on: partial(cells.hired_on, today=today),
            Column.degree: cells.degree,
            Column.phone: cells.phone,
            Column.id_number: cells.id_number,
            Column.posts: cells.posts,
        }

    def entry(self, row: Row) -> Entry | None:
        """The row as an entry; None when anything in it is wrong."""
        read = {column: self._value(row, column, reader) for column, reader in self._readers.items()}
        by_stage = partial(cells.subject, at=_right(read[Column.stage]))
        read[Column.subject] = self._value(row, Column.subject, by_stage)
        wrong = [(column, value) for column, value in read.items() if isinstance(value, Wrong)]
        wrong += self._repeated(row.number, read)
        for column, (code, message) in wrong:
            self.errors.add(row.number, column, code, message)
        if wrong:
            return None
        values = {column.name: value for column, value in read.items()}
        values["school_code"], values["school_name"] = (
            values["school_code"] or "",
            values["school_name"] or "",
        )
        return Entry(row=row.number, **values)

    def _value(self, row: Row, column: Column, reader: Callable[[str], Any]) -> Any:
        place = self._places.get(column)
        if place is None:
            return None
        if place in row.lost_digits:
            return _DIGITS_LOST
        if not row.cells[place]:
            return _MISSING if column in REQUIRED else None
        return cells.read(reader, row.cells[place])

    def _repeated(self, number: int, read: Mapping[Column, Any]) -> list[tuple[Column, Wrong]]:
        """What stands in an earlier row already: one person twice, or two who cannot both be right."""
        found = []
        for column in (Column.staff_no, Column.phone, Column.id_number):
            value = _right(read[column])
            if value is None:
                continue
            first = self._first_rows.setdefault((column, value.upper()), number)
            if first != number:
                found.append((column, Wrong("repeated", f"与第 {first} 行相同，请核对；重复的行请删去")))
        return found


def _right(value: Any) -> Any:
    return None if isinstance(value, Wrong) else value
