"""Uploads that must be refused, each within two seconds; and the parts that workbooks are made of."""

import io
import zipfile
from collections.abc import Callable, Mapping

from xlsxwriter import Workbook

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>"""
WORKBOOK = """<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
WORKBOOK_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="worksheets/sheet1.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>
<Relationship Id="rId2" Target="sharedStrings.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>
</Relationships>"""
SHEET_START = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(*rows: str) -> str:
    return SHEET_START + "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, 1)) + SHEET_END


GOOD_SHEET = sheet(
    text_cell("A1", "工号") + text_cell("B1", "姓名"), text_cell("A2", "T1") + text_cell("B2", "王芳")
)


def package(parts: Mapping[str, str | bytes] | None = None, leave_out: str = "") -> bytes:
    """A small workbook with `parts` in place of, or beside, its own."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": GOOD_SHEET,
        **(parts or {}),
    }
    members.pop(leave_out, None)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def with_sheet(content: str | bytes) -> bytes:
    return package({"xl/worksheets/sheet1.xml": content})


def workbook(rows: list[list[object]], **options: object) -> bytes:
    """A workbook as Excel writes it; numbers stay numbers."""
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True, **options}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write(number, column, value)
    return target.getvalue()


def two_cells_far_apart(corner: str) -> bytes:
    row = corner.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return with_sheet(
        f'{SHEET_START}<row r="1">{text_cell("A1", "x")}</row>'
        f'<row r="{row}">{text_cell(corner, "x")}</row>{SHEET_END}'
    )


def zeros(megabytes: int) -> bytes:
    return b" " * (megabytes * 1_000_000)


def with_false_size(megabytes: int) -> bytes:
    """A bomb whose directory says that it is small."""
    bomb = SHEET_START.encode() + zeros(megabytes) + SHEET_END.encode()
    packed = bytearray(with_sheet(bomb))
    real = len(bomb).to_bytes(4, "little")
    return bytes(packed).replace(real, (1000).to_bytes(4, "little"))


def shared_strings(count: int) -> bytes:
    strings = "<si><t>" + "x" * 30 + "</t></si>"
    return package(
        {
            "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            + strings * count
            + "</sst>",
            "xl/worksheets/sheet1.xml": sheet('<c r="A1" t="s"><v>0</v></c>'),
        }
    )


def one_string_everywhere(length: int, rows: int) -> bytes:
    """Small when packed, and small when unpacked; large when every cell holds its own copy."""
    string = f"<si><t>{'x' * length}</t></si>"
    row = "<row>" + '<c t="s"><v>0</v></c>' * 90 + "</row>"
    return package(
        {
            "xl/sharedStrings.xml": f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{string}</sst>',
            "xl/worksheets/sheet1.xml": SHEET_START + row * rows + SHEET_END,
        }
    )


def many_sheets(count: int) -> bytes:
    entry = '<sheet name="x" sheetId="2" r:id="rId1"/>'
    return package({"xl/workbook.xml": WORKBOOK.replace("<sheets>", "<sheets>" + entry * count)})


def many_cells(count: int) -> bytes:
    row = "".join(f"<c><v>{n}</v></c>" for n in range(10))
    return with_sheet(SHEET_START + f"<row>{row}</row>" * (count // 10) + SHEET_END)


def nested_zip() -> bytes:
    inner = package({"xl/x.bin": zeros(50)})
    for _ in range(5):
        inner = package({f"xl/{n}.zip": inner for n in range(3)}, leave_out="xl/workbook.xml")
    return inner


SHORT_ROW = "<row><c><v>1</v></c></row>"
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

HOSTILE: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("a.xlsx", lambda: b""),
    "only blanks": ("a.csv", lambda: b" \r\n\t" * 100),
    "only nul": ("a.csv", lambda: bytes(1000)),
    "grid bomb, whole sheet": ("a.xlsx", lambda: two_cells_far_apart("XFD1048576")),
    "grid bomb, last column": ("a.xlsx", lambda: two_cells_far_apart("XFD1")),
    "grid bomb, last row": ("a.xlsx", lambda: two_cells_far_apart("A1048576")),
    "grid bomb, beyond the format": ("a.xlsx", lambda: two_cells_far_apart("ZZZZZ99999999")),
    "a million cells": ("a.xlsx", lambda: many_cells(1_000_000)),
    "a million short rows": (
        "a.xlsx",
        lambda: with_sheet(
            SHEET_START + "<row/>" * 10 + "<row><c><v>1</v></c></row>" * 1_000_000 + SHEET_END
        ),
    ),
    "zip bomb in the sheet": (
        "a.xlsx",
        lambda: with_sheet(SHEET_START.encode() + zeros(150) + SHEET_END.encode()),
    ),
    "zip bomb beside the sheet": ("a.xlsx", lambda: package({"xl/media/a.bin": zeros(150)})),
    "zip bomb that lies": ("a.xlsx", lambda: with_false_size(150)),
    "zip bomb of shared strings": ("a.xlsx", lambda: shared_strings(2_300_000)),
    "one string everywhere": ("a.xlsx", lambda: one_string_everywhere(30_000, 5000)),
    "two million sheets": ("a.xlsx", lambda: many_sheets(2_000_000)),
    "zip in zip": ("a.xlsx", nested_zip),
    "thousands of members": ("a.xlsx", lambda: package({f"xl/{n}.xml": "" for n in range(5000)})),
    "entities": ("a.xlsx", lambda: with_sheet(GOOD_SHEET.replace("<worksheet", DOCTYPE + "<worksheet"))),
    "external entity": (
        "a.xlsx",
        lambda: with_sheet(GOOD_SHEET.replace("<worksheet", XXE + "<worksheet").replace("T1", "&e;")),
    ),
    "doctype in the workbook": (
        "a.xlsx",
        lambda: package({"xl/workbook.xml": WORKBOOK.replace("<workbook", DOCTYPE + "<workbook")}),
    ),
    "broken xml": ("a.xlsx", lambda: with_sheet(GOOD_SHEET[:200])),
    "no sheet": ("a.xlsx", lambda: package(leave_out="xl/worksheets/sheet1.xml")),
    "a word document": (
        "a.xlsx",
        lambda: package({"word/document.xml": "<x/>"}, leave_out="xl/workbook.xml"),
    ),
    "an android app": ("a.xlsx", lambda: package({"classes.dex": "dex"}, leave_out="xl/workbook.xml")),
    "half a file": ("a.xlsx", lambda: package()[: len(package()) // 2]),
    "damaged inside": ("a.xlsx", lambda: package()[:900] + b"\xff" * 40 + package()[940:]),
    "only the signature": ("a.xlsx", lambda: b"PK\x03\x04" + bytes(100)),
    "empty zip": ("a.xlsx", lambda: b"PK\x05\x06" + bytes(18)),
    "old excel": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
    "old excel, old name": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
    "text as xlsx": ("a.xlsx", lambda: "工号,姓名".encode()),
    "pdf as xlsx": ("a.xlsx", lambda: b"%PDF-1.7\n"),
    "pdf as csv": ("a.csv", lambda: b"%PDF-1.7\nplain text follows"),
    "picture as csv": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "workbook as csv": ("a.csv", package),
    "program as csv": ("a.csv", lambda: b"\x7fELF\x02\x01\x01" + bytes(100)),
    "page as csv": ("a.csv", lambda: b"<html><table><tr><td>1</td></tr></table></html>"),
    "another suffix": ("a.exe", package),
    "no suffix": ("xlsx", package),
    "double suffix": ("a.xlsx.exe", package),
    "nul in a cell": ("a.csv", lambda: b"a,b\n1,\x002\n"),
    "escape in a cell": ("a.csv", lambda: b"a,b\n1,\x1b[31m\n"),
    "control character in a workbook": ("a.xlsx", lambda: workbook([["a"], ["x\x01y"]])),
    "csv of one endless quote": ("a.csv", lambda: b'a,b\n"' + b"x\n" * 1_000_000),
    "csv of one endless line": ("a.csv", lambda: b"x" * 5_000_000),
    "csv of commas": ("a.csv", lambda: b"," * 5_000_000),
    "csv of words": ("a.csv", lambda: b"x," * 2_500_000),
    "csv of rows": ("a.csv", lambda: b"1\n" * 1_000_000),
    "csv of empty rows": ("a.csv", lambda: b"a,b\n" + b"\n" * 2_000_000),
    "csv in no encoding": ("a.csv", lambda: b"a,b\n\xff\xff\xff,\x80\n"),
    "csv cut in utf-16": ("a.csv", lambda: "工号,姓名".encode("utf-16")[:-1]),
    "long cell": ("a.xlsx", lambda: with_sheet(sheet(text_cell("A1", "x" * 6000)))),
    "same column twice": ("a.csv", lambda: "工号,姓名,工号\n1,2,3".encode()),
}
