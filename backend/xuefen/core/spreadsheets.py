"""Tables that people upload: .xlsx or .csv, read to rows of strings.

    table = await read_table(data, file.filename, columns=("工号", "姓名"))
    for row in table.rows:
        row.cells, row.number, row.lost_digits

The file is opened in a child process with limits (`core.spreadsheet_child`), two at a time, off the event
loop: whatever is in it, the server stays up, and the answer says what to do.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from xuefen.core import spreadsheet_child as child
from xuefen.core.errors import Invalid, TooLarge, UnsupportedMedia

MAX_BYTES = 20_000_000
_WALL_SECONDS = 10
_HEADER_WITHIN_ROWS = 20
_ORNAMENTS = str.maketrans("", "", " \u3000\n*＊")
"""Blanks that widen a column's name (`姓　名`) and the star of a required one."""
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"MZ",
    b"\x7fELF",
)
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="spreadsheet")


class WrongFileType(UnsupportedMedia):
    code, title = "wrong_file_type", "请上传 .xlsx 或 .csv 表格"


class SpreadsheetTooLarge(TooLarge):
    code, title = "spreadsheet_too_large", "表格太大，请拆成几份上传"


class SpreadsheetUnreadable(Invalid):
    code, title = "spreadsheet_unreadable", "表格无法读取"


class HeaderNotFound(Invalid):
    code, title = "header_not_found", "没有找到表头"


@dataclass(frozen=True)
class Row:
    """One row below the header. `number` is the sheet's own, from 1; `cells` has the width of the header.

    `lost_digits` holds the positions of cells typed as numbers of more than 15 digits: what was an id
    number there is not any more, and the row must be refused.
    """

    number: int
    cells: tuple[str, ...]
    lost_digits: frozenset[int]


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]


async def read_table(data: bytes, filename: str, columns: Collection[str] = ()) -> Table:
    """The first visible sheet of an .xlsx, or a .csv in UTF-8, UTF-16 or GB18030.

    The header is the first row, or with `columns` the first that holds all of them, for many sheets begin
    with a title. Raises `WrongFileType` (415), `SpreadsheetTooLarge` (413), `SpreadsheetUnreadable` or
    `HeaderNotFound` (422).
    """
    kind = _kind(data, filename)
    loop = asyncio.get_running_loop()
    answer = await loop.run_in_executor(_threads, _read_in_child, kind, data)
    if "refused" in answer:
        raise _refusal(answer)
    return _table(answer["rows"], columns)


def _kind(data: bytes, filename: str) -> str:
    """What the file is, by name and by content; both must agree."""
    if len(data) > MAX_BYTES:
        raise SpreadsheetTooLarge(f"文件不能超过 {MAX_BYTES // 1_000_000} MB")
    if not data.strip(b"\0\t\r\n "):
        raise SpreadsheetUnreadable("文件是空的")
    if data.startswith(_OLD_OFFICE):
        raise WrongFileType("这是旧版或加密的 Excel 文件，请用 Excel 打开，另存为不加密码的 .xlsx 后再上传")
    suffix = PurePath(filename).suffix.lower()
    if suffix == ".xlsx":
        if not data.startswith(_ZIP):
            raise WrongFileType("文件名是 .xlsx，内容却不是，请用 Excel 打开，另存为 .xlsx 后再上传")
        return "xlsx"
    if suffix in (".csv", ".txt"):
        if data.startswith((_ZIP, *_OTHER_FILES)):
            raise WrongFileType("文件名是 .csv，内容却不是文字，请用 Excel 打开，另存为 .csv 后再上传")
        return "csv"
    raise WrongFileType


def _read_in_child(kind: str, data: bytes) -> dict[str, Any]:
    """The child's answer. When the kernel or the clock ended it, it asked for too much."""
    command = [sys.executable, "-I", child.__file__, kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, two fixed words
            command, input=data, capture_output=True, timeout=_WALL_SECONDS, env={}, check=True
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, BrokenPipeError):
        return {"refused": "too_large"}
    return answer


def _refusal(answer: dict[str, Any]) -> Invalid | TooLarge | UnsupportedMedia:
    where = f"第 {answer['row']} 行第 {answer['column']} 列" if answer.get("row") else ""
    match answer["refused"]:
        case "too_large":
            limit = f"最多 {child.MAX_ROWS} 行、{child.MAX_COLUMNS} 列、{child.MAX_CELLS} 格"
            return SpreadsheetTooLarge(f"{limit}，请删去空白的行列，或拆成几份上传")
        case "not_a_workbook" | "not_a_table":
            return WrongFileType("这不是表格文件，请用 Excel 打开，另存为 .xlsx 后再上传")
        case "control_characters":
            return SpreadsheetUnreadable(f"{where}含有不能使用的字符，请删除后重新输入")
        case "cell_too_long":
            return SpreadsheetUnreadable(f"{where}内容太长，最多 {child.MAX_CELL_CHARACTERS} 个字")
        case "unknown_encoding":
            return SpreadsheetUnreadable("无法识别文字编码，请用 Excel 另存为 .xlsx 后再上传")
        case "empty":
            return SpreadsheetUnreadable("没有可见的工作表")
        case _:
            return SpreadsheetUnreadable("文件已损坏，请用 Excel 打开，另存为 .xlsx 后再上传")


def _table(rows: Sequence[tuple[int, list[str], list[int]]], columns: Collection[str]) -> Table:
    position = _header_position(rows, columns)
    header = tuple(rows[position][1])
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise HeaderNotFound("表头有重复的列名，请改成不同的名称")
    width = len(header)
    return Table(header, tuple(_row(width, *row) for row in rows[position + 1 :]))


def _header_position(rows: Sequence[tuple[int, list[str], list[int]]], columns: Collection[str]) -> int:
    for position, (_, cells, _) in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        if set(columns) <= {cell.translate(_ORNAMENTS) for cell in cells}:
            return position
    needed = f"表头应含有：{'、'.join(columns)}" if columns else "表格里没有内容"
    raise HeaderNotFound(needed)


def _row(width: int, number: int, cells: list[str], damaged: list[int]) -> Row:
    padded = (cells + [""] * width)[:width]
    return Row(number, tuple(padded), frozenset(column for column in damaged if column < width))
