"""Reads one hostile spreadsheet in a process of its own, which the kernel ends when it takes too much.

A workbook of 5 kB can ask the reader for 549 GB, and the reader's answer to "no" is to abort. So this file
runs as a program: bytes on standard input, one JSON document on standard output, `xlsx` or `csv` as its
argument. It imports nothing of the product. `core.spreadsheets` starts it.
"""

import csv
import io
import json
import re
import signal
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MAX_ROWS = 50_020
"""Fifty thousand below a title, a header and notes."""
MAX_COLUMNS = 100
MAX_CELLS = 600_000
MAX_CELL_CHARACTERS = 5_000
MAX_CHARACTERS = 10_000_000
MAX_MEMBERS = 1_000
MAX_UNPACKED_BYTES = 100_000_000
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 1.8

_FIRST_UNSAFE_INTEGER = 10**15
"""Excel keeps 15 significant digits: a longer number has lost its last ones."""

_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+(?:1[5-9]|[2-9][0-9])")
_WRAPPED = re.compile(r'="([^"]*)"')
_QUOTES = ("'", "`")
_QUOTED = re.compile(r"['`][0-9]+[Xx]?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DELIMITERS = ",;\t"

Cell = tuple[str, bool]
"""The text of a cell, and whether it was a number too long for the program that wrote it."""


class Refused(Exception):
    """A code for `core.spreadsheets`, and where in the sheet, counted from 1."""

    def __init__(self, code: str, row: int | None = None, column: int | None = None) -> None:
        super().__init__(code)
        self.answer = {"refused": code, "row": row, "column": column}


def read(kind: str, data: bytes) -> dict[str, Any]:
    """`{"rows": [[number, cells, damaged columns], …]}` without empty rows, or `{"refused": …}`."""
    try:
        rows = _workbook_rows(data) if kind == "xlsx" else _text_rows(data)
        return {"rows": list(_bounded(rows))}
    except Refused as refused:
        return refused.answer


def _bounded(rows: Iterable[list[Cell]]) -> Iterator[tuple[int, list[str], list[int]]]:
    cells = characters = 0
    for number, row in enumerate(rows, start=1):
        while row and not row[-1][0]:
            row.pop()
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            raise Refused("too_large")
        cells += len(row)
        characters += sum(len(text) for text, _ in row)
        if cells > MAX_CELLS or characters > MAX_CHARACTERS:
            raise Refused("too_large")
        for column, (text, _) in enumerate(row, start=1):
            if len(text) > MAX_CELL_CHARACTERS:
                raise Refused("cell_too_long", number, column)
            if _FORBIDDEN.search(text):
                raise Refused("control_characters", number, column)
        if row:
            yield number, [text for text, _ in row], [i for i, (_, damaged) in enumerate(row) if damaged]


def _workbook_rows(data: bytes) -> Iterator[list[Cell]]:
    _check_package(data)
    try:
        sheet = _first_sheet(CalamineWorkbook.from_filelike(io.BytesIO(data)))
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= MAX_ROWS or last_column >= MAX_COLUMNS:
            raise Refused("too_large")
        # The reader counts rows from the top of the sheet, but cells from the first column in use.
        left: list[Cell] = [("", False)] * (sheet.start[1] if sheet.start else 0)
        for row in sheet.iter_rows():
            yield left + [_cell(value) for value in row]
    except CalamineError:
        raise Refused("damaged") from None


def _first_sheet(book: CalamineWorkbook) -> Any:
    for index, sheet in enumerate(book.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            return book.get_sheet_by_index(index)
    raise Refused("empty")


def _check_package(data: bytes) -> None:
    """Refuse what claims to be too much, or is no workbook, before the reader unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
                raise Refused("too_large")
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                raise Refused("not_a_workbook")
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and _has_doctype(package, member):
                    raise Refused("damaged")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise Refused("damaged") from None


def _has_doctype(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Office never writes a document type; it is there to declare entities."""
    with package.open(member) as file:
        return b"<!DOCTYPE" in file.read(2048)


def _cell(value: Any) -> Cell:
    match value:
        case bool():
            return ("TRUE" if value else "FALSE"), False
        case int() | float():
            return _number(value)
        case datetime():
            return value.isoformat(" ", "seconds"), False
        case date() | time():
            return value.isoformat(), False
        case str():
            return _text(value)
        case _:
            return str(value), False


def _number(value: float) -> Cell:
    """A number as it reads in the sheet: `13800000000`, `7.2`."""
    if value != int(value):
        return format(value, ".15g"), False
    return str(int(value)), abs(value) >= _FIRST_UNSAFE_INTEGER


def _text_rows(data: bytes) -> Iterator[list[Cell]]:
    text = _decoded(data)
    if "\0" in text or text.lstrip()[:1] == "<":
        raise Refused("not_a_table")
    delimiter = _delimiter(text)
    if text.count(delimiter) > 2 * MAX_CELLS:
        raise Refused("too_large")
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_text(field) for field in row]
    except csv.Error:
        raise Refused("broken_csv") from None


def _decoded(data: bytes) -> str:
    """By byte order mark, else strict UTF-8, else GB18030, in which Excel in China saves."""
    encodings = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("unknown_encoding")


def _delimiter(text: str) -> str:
    """The one that the first lines hold most of."""
    head = "\n".join(text[:20_000].splitlines()[:5])
    return max(_DELIMITERS, key=head.count)


def _text(value: str) -> Cell:
    """A text cell without blanks around it and without the marks that keep Excel from counting with it."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if text[:1] == "=" and (wrapped := _WRAPPED.fullmatch(text)):
        text = wrapped[1]
    if text[:1] in _QUOTES and _QUOTED.fullmatch(text):
        text = text[1:]
    return text, "+" in text and _EXPONENT.fullmatch(text) is not None


def _limit_this_process() -> None:
    """Memory, time, files: a breach ends the process, never the server."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)


if __name__ == "__main__":
    _limit_this_process()
    answer = read(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
