"""What is uploaded as a roster and is none: forms, sheets and files that are refused; and the template."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import col

from tests.core.hostile_files import HOSTILE
from tests.make.city import CityFixture
from tests.make.people import bearer
from tests.make.roster import HEADER, as_csv, roster, row, upload
from tests.people.roster.conftest import Office
from xuefen.core.db import Database
from xuefen.core.ids import new_id
from xuefen.people.models import Import

OfficeOf = Callable[..., Office]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["工号", "姓名"], ["T1", "王芳"]], "header_not_found"),
        ([list(HEADER)], "roster_empty"),
        ([list(HEADER), ["示例1", "王芳"]], "roster_empty"),
    ],
)
async def test_a_sheet_without_teachers_is_refused(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, rows: list[list[Any]], code: str
) -> None:
    answer = await upload(api, bearer(app, city.clerk), as_csv(rows))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("missing", ["id", "file", "both"])
async def test_a_form_that_lacks_something_is_refused(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, missing: str
) -> None:
    form = {} if missing in ("id", "both") else {"id": str(new_id())}
    files = None if missing in ("file", "both") else {"file": as_csv(roster(row(1)))}
    answer = await api.post("/api/v1/imports", data=form, files=files, headers=bearer(app, city.clerk))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} <= {"/id", "/file"}


HOSTILE_ONES = [
    "grid bomb, whole sheet",
    "a million cells",
    "zip bomb in the sheet",
    "pdf as xlsx",
    "old excel",
    "external entity",
    "program as csv",
    "nul in a cell",
    "another suffix",
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_hostile_file_is_refused_and_nothing_is_kept(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture, database: Database
) -> None:
    for name in HOSTILE_ONES:
        filename, make = HOSTILE[name]
        answer = await upload(api, bearer(app, city.clerk), (filename, make()))
        assert answer.status_code in (413, 415, 422), name
        assert answer.headers["content-type"] == "application/problem+json"
    async with database.read() as db:
        assert await db.scalar(select(func.count(col(Import.id)))) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_beyond_the_limit_of_uploads_is_refused(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    answer = await upload(api, bearer(app, city.clerk), ("a.csv", b"x" * 20_100_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_the_template_can_be_filled_in_and_computes_nothing(
    app: FastAPI, api: httpx.AsyncClient, city: CityFixture
) -> None:
    answer = await api.get("/api/v1/imports/template.xlsx", headers=bearer(app, city.clerk))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    refused = await upload(api, bearer(app, city.clerk), ("模板.xlsx", answer.content))
    assert refused.json()["code"] == "roster_empty"


async def test_a_formula_is_read_as_its_text_and_stays_text(city: CityFixture, office: OfficeOf) -> None:
    checked = await office(city.clerk).check(row(1, 姓名='=HYPERLINK("http://attacker.example","点我")'))
    assert checked["preview"][0]["name"].startswith("=HYPERLINK")
