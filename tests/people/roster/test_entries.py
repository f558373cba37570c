"""Rows of a sheet: which columns there are, what is missing, what comes twice."""

from datetime import date
from typing import Any

import pytest

from tests.make.roster import as_csv, as_xlsx, id_number, roster, row
from xuefen.core.spreadsheets import HeaderNotFound, read_table
from xuefen.people.roster.columns import Column
from xuefen.people.roster.entries import Reading, read_entries
from xuefen.people.roster.template import template

TODAY = date(2026, 3, 1)


async def reading(rows: list[list[Any]], *, xlsx: bool = False) -> Reading:
    filename, data = (as_xlsx if xlsx else as_csv)(rows)
    return read_entries(await read_table(data, filename, columns=[Column.name]), TODAY)


def found(read: Reading) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column.value, finding.code) for finding in read.errors]


async def test_a_row_becomes_an_entry_with_the_number_that_the_sheet_shows() -> None:
    read = await reading([["河东小学教师名册"], [], *roster(row(1), row(2))])
    assert [(entry.row, entry.staff_no, entry.hired_on) for entry in read.entries] == [
        (4, "R00001", date(2014, 9, 1)),
        (5, "R00002", date(2014, 9, 1)),
    ]
    assert (read.total, found(read)) == (2, [])


async def test_columns_are_known_by_their_other_names_in_any_order() -> None:
    header = ["姓　名*", "备注", "职工号（必填）", "任教学科", "任教学段", "参加工作时间", "手机号码"]
    read = await reading([header, ["王芳", "-", "T1", "语文", "小学", "2014.9.1", "13812345678"]])
    (entry,) = read.entries
    assert (entry.staff_no, entry.subject, entry.phone) == ("T1", "语文", "13812345678")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (["工号", "姓名", "学段"], "表头缺少：学科、入职日期"),
        (["工号", "姓名", "学段", "学科", "科目", "入职日期"], "有两列都是“学科”"),
        (["工号", "名字"], "表头应含有：姓名"),
    ],
)
async def test_a_header_that_does_not_do_is_told_what_it_needs(header: list[str], says: str) -> None:
    with pytest.raises(HeaderNotFound, match=says):
        await reading([header, ["1"]])


async def test_the_templates_own_rows_are_no_teachers() -> None:
    table = await read_table(await template(), "模板.xlsx", columns=[Column.name])
    assert table.header == tuple(column.value for column in Column)
    assert read_entries(table, TODAY).total == 0
    example = table.rows[1]
    as_teacher = type(example)(3, ("T0001", *example.cells[1:]), frozenset())
    read = read_entries(type(table)(table.header, (as_teacher,)), TODAY)
    assert (len(read.entries), found(read)) == (1, [])


async def test_every_wrong_cell_of_a_row_is_named() -> None:
    wrong = row(
        1, 工号="", 学段="大学", 学科="魔药学", 入职日期="2014", 手机="123", 身份证号="1", 岗位="班长"
    )
    read = await reading(roster(wrong, row(2)))
    assert sorted(found(read)) == sorted(
        [
            (2, "工号", "missing"),
            (2, "学段", "stage_unknown"),
            (2, "学科", "subject_unknown"),
            (2, "入职日期", "date"),
            (2, "手机", "phone"),
            (2, "身份证号", "id_number"),
            (2, "岗位", "post_unknown"),
        ]
    )
    assert [entry.row for entry in read.entries] == [3]
    sentence = next(f.sentence for f in read.errors if f.column is Column.hired_on)
    assert sentence == "第 2 行 入职日期：应为 2014-09-01 这样的日期"


async def test_an_id_number_typed_as_a_number_has_lost_its_last_digits() -> None:
    read = await reading(
        roster(row(1, 身份证号=430203199002280017), row(2, 身份证号=id_number(2))), xlsx=True
    )
    assert found(read) == [(2, "身份证号", "digits_lost")]


async def test_a_day_that_excel_keeps_as_a_day_is_one() -> None:
    read = await reading(roster(row(1, 入职日期=date(2014, 9, 1)), row(2, 入职日期=41883)), xlsx=True)
    assert {entry.hired_on for entry in read.entries} == {date(2014, 9, 1)}


async def test_what_comes_twice_points_to_where_it_came_first() -> None:
    read = await reading(
        roster(
            row(1, 手机="13812345678", 身份证号=id_number(1)),
            row(2, 工号="r00001"),
            row(3, 手机="138 1234 5678"),
            row(4, 身份证号=id_number(1).lower()),
            row(5),
        )
    )
    assert found(read) == [(3, "工号", "repeated"), (4, "手机", "repeated"), (5, "身份证号", "repeated")]
    assert {finding.message for finding in read.errors} == {"与第 2 行相同，请核对；重复的行请删去"}


async def test_a_thousand_findings_are_kept_and_all_are_counted() -> None:
    read = await reading(roster(*(row(number, 学段="?", 学科="?") for number in range(1200))))
    assert (len(list(read.errors)), read.errors.total, len(read.errors.rows)) == (1000, 2400, 1200)
