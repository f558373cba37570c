"""Reading a report as a file, the way a spreadsheet program would."""

import csv
import io
import zipfile

import httpx

from tests.make.oversight import Office
from tests.make.people import Person, bearer
from xuefen.core.spreadsheets import read_table

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


async def download(office: Office, who: Person, path: str) -> httpx.Response:
    """The file; it is offered to be kept."""
    answer = await office.api.get(f"/api/v1{path}", headers=bearer(office.app, who))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    return answer


async def csv_rows(office: Office, who: Person, path: str) -> list[list[str]]:
    """The cells of the CSV, the header first."""
    answer = await download(office, who, path)
    assert answer.content.startswith(BYTE_ORDER_MARK)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def xlsx_rows(office: Office, who: Person, path: str) -> list[list[str]]:
    """The cells of the workbook below its header; none of them is active."""
    answer = await download(office, who, path)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    table = await read_table(answer.content, "report.xlsx")
    return [list(row.cells) for row in table.rows]
