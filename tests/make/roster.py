"""Rosters to upload: rows as a school types them, as .csv or .xlsx.

sheet = roster(row(1), row(2, 手机="13800000002"))
answer = await upload(api, bearer(app, clerk), as_csv(sheet))
"""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from tests.core.hostile_files import workbook
from xuefen.core.ids import new_id

HEADER = (
    *("工号", "姓名", "学校代码", "学校名称", "学段", "学科", "入职日期"),
    *("学历", "手机", "身份证号", "岗位"),
)
PATH = "/api/v1/imports"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def row(number: int, **cells: Any) -> list[Any]:
    """The `number`-th teacher of school S01; `cells` by column name replace what is in them."""
    plain = {
        "工号": f"R{number:05}",
        "姓名": f"新{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}",
        "学校代码": "S01",
        "学段": "小学",
        "学科": "语文",
        "入职日期": "2014-09-01",
    }
    return [(plain | cells).get(name, "") for name in HEADER]


def roster(*rows: list[Any]) -> list[list[Any]]:
    return [list(HEADER), *rows]


def as_csv(rows: list[list[Any]], encoding: str = "utf-8") -> tuple[str, bytes]:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return "教师名册.csv", target.getvalue().encode(encoding)


def as_xlsx(rows: list[list[Any]]) -> tuple[str, bytes]:
    return "教师名册.xlsx", workbook(rows, default_date_format="yyyy-mm-dd")


def id_number(serial: int) -> str:
    """A made-up id number with a right check digit, another one for each `serial`."""
    born = date(1970, 1, 1) + timedelta(days=serial // 999)
    digits = f"430203{born:%Y%m%d}{serial % 999:03}"
    remainder = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
    return digits + "10X98765432"[remainder]


async def upload(
    api: httpx.AsyncClient,
    headers: dict[str, str],
    file: tuple[str, bytes],
    import_id: UUID | None = None,
    **fields: str,
) -> httpx.Response:
    form = {"id": str(import_id or new_id()), **fields}
    return await api.post(PATH, data=form, files={"file": file}, headers=headers)


async def commit(
    api: httpx.AsyncClient, headers: dict[str, str], import_id: str, version: int | None = 1
) -> httpx.Response:
    tag = {} if version is None else {"If-Match": f'"{version}"'}
    return await api.post(f"{PATH}/{import_id}/commit", headers=headers | tag)
