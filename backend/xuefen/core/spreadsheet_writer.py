"""Tables that people download: cells hold text and nothing else, whatever a name in them begins with."""

import asyncio
import csv
import io
import re
from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook

_CELL_CHARACTERS = 32_767
_WIDEST = 40
_TEXT = 49
"""Excel's own number for the format "text"."""

_NEUTRAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ACTIVE_START = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


async def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[str]], sheet: str = "Sheet1") -> bytes:
    """A workbook of one sheet, beside the event loop. Every cell is text, so id numbers keep their digits."""
    kept = [tuple(row) for row in rows]
    return await asyncio.to_thread(_xlsx, header, kept, sheet)


def _xlsx(header: Sequence[str], rows: Sequence[Sequence[str]], sheet: str) -> bytes:
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True, **_NEUTRAL}) as book:
        text = book.add_format({"num_format": _TEXT})
        heading = book.add_format({"num_format": _TEXT, "bold": True})
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        for column, name in enumerate(header):
            page.set_column(column, column, _width(name, rows, column), text)
            page.write_string(0, column, name, heading)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                page.write_string(number, column, value[:_CELL_CHARACTERS], text)
    return target.getvalue()


def _width(name: str, rows: Sequence[Sequence[str]], column: int) -> int:
    """Wide enough for the first rows; a Chinese character takes two places."""
    shown = [name, *(row[column] for row in rows[:100] if column < len(row))]
    return min(_WIDEST, 2 + max(len(value.encode("gb18030", "replace")) for value in shown))


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark, by which Excel knows it. A cell that Excel would compute gets a `'`."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    for row in (header, *rows):
        writer.writerow([_passive(value) for value in row])
    return target.getvalue().encode("utf-8-sig")


def _passive(value: str) -> str:
    active = value.lstrip().startswith(_ACTIVE_START) or value.startswith(("\t", "\r", "\n"))
    return f"'{value}" if active and not _NUMBER.fullmatch(value) else value
