"""Reports as JSON, CSV or xlsx: one way for all of them.

    class FundingQuery(ReportQuery): ...

    @router.get("/reports/funding", response_model=FundingReport, responses=problems(...) | FILES)
    async def report_funding(viewer: ..., db: ReadSession, query: Annotated[FundingQuery, Query()]) -> Any:
        report = await funding_report(db, viewer, query)
        return await delivered(report, query.format, lambda: funding_table(report))

JSON is the report itself. CSV begins with a byte order mark and xlsx holds text alone, so that a name which
begins with `=` computes nothing (`core.spreadsheet_writer`). A `Table` holds words for people: amounts as
they are read, and no ids.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import Response
from pydantic import Field

from xuefen.core.spreadsheet_writer import write_csv, write_xlsx
from xuefen.core.text import Input, decimal_text

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = {"schema": {"type": "string", "format": "binary"}}
FILES: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: _FILE, XLSX: _FILE}}}
"""What a report may be beside its model, for `responses=`."""

Report = TypeVar("Report")


class Format(StrEnum):
    json = "json"
    csv = "csv"
    xlsx = "xlsx"


class ReportQuery(Input):
    """`year`: the year in which the training year begins; the present one when left out."""

    year: int | None = Field(default=None, ge=2000, le=2100)
    format: Format = Format.json


@dataclass(frozen=True, slots=True)
class Table:
    """`title` names the sheet and the file."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


async def delivered(report: Report, wanted: Format, table: Callable[[], Table]) -> Report | Response:
    """The report as it is, or its table as a file to keep."""
    if wanted is Format.json:
        return report
    made = await asyncio.to_thread(table)
    if wanted is Format.csv:
        content = await asyncio.to_thread(write_csv, made.header, made.rows)
        return _attachment(content, f"{CSV}; charset=utf-8", f"{made.title}.csv")
    content = await write_xlsx(made.header, made.rows, made.title)
    return _attachment(content, XLSX, f"{made.title}.xlsx")


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def yes_no(answer: bool | None) -> str:
    """是, 否, or nothing where there is no answer."""
    return "" if answer is None else "是" if answer else "否"


def percent_text(percent_centi: int | None) -> str:
    """Hundredths of a percent as people read them: 9512 -> "95.12%"."""
    return "" if percent_centi is None else f"{decimal_text(percent_centi)}%"
