"""`xuefen import roster FILE`, as an operator runs it."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from tests.make.city import CityFixture, make_city
from tests.make.roster import as_csv, as_xlsx, roster, row
from tests.serving import COMMAND, inherited
from xuefen.core.audit import AuditEvent
from xuefen.core.db import Database
from xuefen.core.single_writer import single_writer
from xuefen.people.models import Import, Teacher


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Any:
    async def run(file: tuple[str, bytes], *options: str, stdin: int = asyncio.subprocess.DEVNULL) -> Said:
        path = tmp_path / file[0]
        path.write_bytes(file[1])
        process = await asyncio.create_subprocess_exec(
            COMMAND,
            "import",
            "roster",
            path,
            *options,
            env=inherited() | environment | {"COLUMNS": "200"},
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return Said(process.returncode or 0, out.decode(), err.decode())

    return run


async def imported(database: Database) -> int:
    async with database.read() as db:
        return await db.scalar(select(func.count()).where(col(Teacher.staff_no).startswith("R"))) or 0


async def test_a_roster_is_imported_for_the_only_city_without_a_question(
    run: Any, city: CityFixture, database: Database
) -> None:
    said = await run(as_xlsx(roster(*(row(n, 学校代码=f"S0{1 + n % 4}") for n in range(1, 8)))))
    assert (said.code, said.err) == (0, "")
    assert "青禾市　共 7 行：新增 7，更改 0，不变 0，有错 0" in said.out
    assert "已导入：新增 7 人，更改 0 人" in said.out
    assert await imported(database) == 7
    async with database.read() as db:
        kept = (await db.scalars(select(Import))).one()
        assert (kept.state, kept.made_by, kept.rows_cipher) == ("committed", None, None)
        acts = await db.execute(
            select(col(AuditEvent.actor_id), col(AuditEvent.capacity), col(AuditEvent.action)).distinct()
        )
        assert {tuple(act) for act in acts} == {
            (None, "administrator", action)
            for action in ("import.checked", "import.committed", "teacher.created")
        }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "options", "teachers"), [(b"n\n", [], 0), (b"y\n", [], 1), (b"", ["--yes"], 1)]
)
async def test_on_a_terminal_the_operator_is_asked(
    run: Any, city: CityFixture, database: Database, typed: bytes, options: list[str], teachers: int
) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, typed)
    said = await run(as_csv(roster(row(1))), *options, stdin=terminal)
    os.close(keyboard)
    os.close(terminal)
    assert ("导入？" in said.out) is bool(typed)
    assert ("什么也没有导入" in said.out) is (teachers == 0)
    assert (said.code, await imported(database)) == (int(teachers == 0), teachers)


async def test_a_dry_run_imports_nothing_even_while_the_server_runs(
    run: Any, city: CityFixture, database: Database, database_url: str
) -> None:
    with single_writer(database_url):
        said = await run(as_csv(roster(row(1))), "--dry-run")
    assert (said.code, "新增 1" in said.out) == (0, True)
    assert await imported(database) == 0


async def test_errors_are_shown_as_a_table_and_nothing_is_imported(
    run: Any, city: CityFixture, database: Database
) -> None:
    said = await run(
        as_csv(roster(row(1), row(2, 入职日期="去年"), row(3, 学校代码="S99")), "gb18030"), "--yes"
    )
    assert said.code == 1
    lines = [line for line in said.err.splitlines() if "入职日期" in line or "学校代码" in line]
    assert ["3" in lines[0], "应为 2014-09-01 这样的日期" in lines[0], "4" in lines[1]] == [True, True, True]
    assert await imported(database) == 0


async def test_of_several_cities_one_must_be_named(run: Any, city: CityFixture, database: Database) -> None:
    await make_city(database, code="430900", name="白露市")
    file = as_csv(roster(row(1)))
    said = await run(file)
    assert (said.code, said.err) == (1, "请用 --city 指定城市：430200 青禾市、430900 白露市\n")
    assert "没有代码为 999 的城市" in (await run(file, "--city", "999")).err
    assert (await run(file, "--city", "430900")).code == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_beside_a_running_server_an_embedded_database_is_not_written(
    run: Any, city: CityFixture, database_url: str
) -> None:
    with single_writer(database_url):
        said = await run(as_csv(roster(row(1))))
    assert (said.code, "数据库正在使用中" in said.err) == (1, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_that_is_no_sheet_is_one_plain_line(run: Any, city: CityFixture) -> None:
    said = await run(("名册.pdf", b"%PDF-1.7"))
    assert (said.code, said.err) == (1, "请上传 .xlsx 或 .csv 表格\n")
