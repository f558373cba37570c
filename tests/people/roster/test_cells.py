"""What one cell says, whatever a school types into it."""

from datetime import date
from typing import Any

import pytest

from xuefen.people.degrees import Degree
from xuefen.people.models import Post, Stage
from xuefen.people.roster import cells
from xuefen.people.roster.cells import NamedPost, Wrong, read

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2014-09-01",
        "2014-9-1",
        "2014/9/1",
        "2014.9.1",
        "2014年9月1日",
        "2014 年 9 月 1 日",
        "２０１４－９－１",
        "20140901",
        "2014-09-01 00:00:00",
        "41883",
    ],
)
def test_every_way_to_write_a_day_is_the_same_day(text: str) -> None:
    assert cells.day(text) == date(2014, 9, 1)


@pytest.mark.parametrize(
    "text", ["2014-13-01", "2014-02-30", "9/1/2014", "2014年9月", "去年", "1/9", "14-9-1", "418830"]
)
def test_what_is_no_day_is_told_how_one_is_written(text: str) -> None:
    assert read(cells.day, text) == Wrong("date", "应为 2014-09-01 这样的日期")


@pytest.mark.parametrize(
    ("text", "code"), [("1914-09-01", "date_too_early"), ("2027-09-01", "date_too_late")]
)
def test_a_day_of_hiring_is_within_reason(text: str, code: str) -> None:
    assert read(lambda cell: cells.hired_on(cell, TODAY), text)[0] == code
    assert cells.hired_on("2026-09-01", TODAY) == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("幼儿园", Stage.kindergarten),
        ("小学", Stage.primary),
        (" 小 学 ", Stage.primary),
        ("初中", Stage.junior),
        ("普通高中", Stage.senior),
        ("职高", Stage.vocational),
        ("特殊教育", Stage.special),
    ],
)
@pytest.mark.requirement("003-02")
def test_the_stages_are_known_by_their_usual_words(text: str, stage: Stage) -> None:
    assert cells.stage(text) is stage


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("大专", Degree.associate),
        ("专科", Degree.associate),
        ("本科", Degree.bachelor),
        (" 大学 本科 ", Degree.bachelor),
        ("硕士研究生", Degree.master),
        ("博士", Degree.master),
        ("Bachelor", Degree.bachelor),
        ("中师", None),
        ("无", None),
    ],
)
def test_a_degree_is_known_by_its_usual_words(text: str, degree: Degree | None) -> None:
    assert cells.degree(text) is degree


def test_an_unknown_degree_is_told_which_there_are() -> None:
    assert read(cells.degree, "双学位") == Wrong("degree_unknown", "应为 大专、本科、研究生 之一")


def test_a_school_of_two_stages_must_say_which_one_the_teacher_is_in() -> None:
    refused = read(cells.stage, "九年一贯制")
    assert refused == Wrong("stage_unknown", "应为 幼儿园、小学、初中、高中、中职、特教 之一")


@pytest.mark.parametrize(
    ("text", "subject"),
    [("语文", "语文"), ("政治", "思想政治"), ("体育与健康", "体育"), ("计算机", "信息技术")],
)
def test_a_subject_has_one_name_here(text: str, subject: str) -> None:
    assert cells.subject(text, Stage.junior) == subject


def test_an_unknown_subject_is_refused_but_for_the_trades_of_a_vocational_school() -> None:
    assert read(lambda cell: cells.subject(cell, Stage.primary), "魔药学")[0] == "subject_unknown"
    assert cells.subject("汽车维修", Stage.vocational) == "汽车维修"
    assert read(lambda cell: cells.subject(cell, Stage.vocational), "车" * 21)[0] == "text_too_long"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("班主任", (NamedPost(Post.homeroom, None),)),
        ("无", ()),
        ("任课教师", ()),
        ("骨干教师、班主任", (NamedPost(Post.backbone, None), NamedPost(Post.homeroom, None))),
        ("班主任（2023-09-01）", (NamedPost(Post.homeroom, date(2023, 9, 1)),)),
        (
            "班主任(2023年9月1日起)；校长",
            (NamedPost(Post.homeroom, date(2023, 9, 1)), NamedPost(Post.principal, None)),
        ),
    ],
)
def test_posts_stand_beside_each_other_with_or_without_a_day(text: str, named: Any) -> None:
    assert cells.posts(text) == named


@pytest.mark.parametrize(("text", "code"), [("副班长", "post_unknown"), ("班主任（去年）", "date")])
def test_a_post_that_is_not_known_is_refused(text: str, code: str) -> None:
    assert read(cells.posts, text)[0] == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王　芳", "王芳"),
        (" 王 芳 ", "王芳"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("𠮷田䶮", "𠮷田䶮"),
        ("Anna Li", "Anna Li"),
    ],
)
def test_blanks_that_only_widen_a_name_go(text: str, name: str) -> None:
    assert cells.name(text) == name


@pytest.mark.parametrize(
    ("reader", "text", "code"),
    [
        (cells.staff_no, "工号1", "staff_no"),
        (cells.staff_no, "13812345678", "staff_no_like_phone"),
        (cells.phone, "1381234567", "phone"),
        (cells.phone, "0731-2345678", "phone"),
        (cells.id_number, "110105194912310021", "id_number_check"),
        (cells.id_number, "11010519491331002X", "id_number"),
        (cells.id_number, "110105491231002", "id_number"),
    ],
)
def test_a_wrong_number_is_refused_by_its_own_code(reader: Any, text: str, code: str) -> None:
    refused = read(reader, text)
    assert refused[0] == code
    assert text not in refused[1]


def test_full_width_numbers_are_read_as_plain_ones() -> None:
    assert cells.phone("１３８ １２３４ ５６７８") == "13812345678"
    assert cells.id_number("11010519491231002x") == "11010519491231002X"
