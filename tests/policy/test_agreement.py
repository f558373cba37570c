"""Lines of a pack that cannot hold together are refused, with the key to change and the remedy."""

from typing import Any

import pytest

from tests.make.policy import zhuzhou
from xuefen.policy.pack import PackInvalid, apply_overrides

CLAUSE = "甲教〔2014〕1号 三"
RESEARCH = {"categories": {"post_training": {"component": "research"}}}


def row(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": "一项", "for_completion": False, "clause": CLAUSE, **more}


def trainings(**more: Any) -> dict[str, Any]:
    return row("trainings", count=1, per="cycle", **more)


def refusals(**changes: Any) -> list[tuple[str, str]]:
    """Where, and what is said; none when the pack is accepted."""
    try:
        apply_overrides(zhuzhou(), changes)
    except PackInvalid as refused:
        return [(error.pointer, error.message.partition("）：")[2]) for error in refused.errors]
    return []


def index(requirement: int) -> str:
    return f"/requirements/{len(zhuzhou().requirements) + requirement}"


def offset(category: str, by: str, **more: Any) -> dict[str, Any]:
    return {"category": category, "by": by, "clause": CLAUSE, **more}


def test_one_line_of_the_year_for_each_person() -> None:
    [(where, said)] = refusals(requirements={"again": row("total_per_year", credits=50)})
    assert where == index(0)
    assert said == "年度要求不止一条。改法：只保留一条 total_per_year，或用 binds 分清对象"


def test_one_total_for_each_person() -> None:
    [(where, said)] = refusals(requirements={"again": row("total_per_cycle", credits=50)})
    assert where == index(0)
    assert said == "周期总学分要求不止一条。改法：只保留一条 total_per_cycle，或用 binds 分清对象"


@pytest.mark.parametrize(
    ("first", "second", "accepted"),
    [
        ({"stages": ["primary"]}, {"stages": ["junior"]}, True),
        ({"stages": ["primary"]}, {"stages": ["primary"]}, False),
        ({"stages": ["primary"]}, None, False),
    ],
)
def test_people_are_told_apart_by_what_binds_them(first: Any, second: Any, accepted: bool) -> None:
    rows = {"year": {"binds": first}, "other": row("total_per_year", credits=50)}
    if second:
        rows["other"]["binds"] = second
    assert (refusals(requirements=rows) == []) == accepted


def test_a_component_stands_instead_of_a_category_and_is_named_by_one() -> None:
    assert refusals(requirements={"a": trainings(component="research")}, **RESEARCH) == []
    [(where, said)] = refusals(requirements={"a": trainings(component="elective")}, **RESEARCH)
    assert where == f"{index(0)}/component"
    assert said == "没有属于“elective”的类别。改法：在类别中写明 component，或删去这一条"
    both = trainings(component="research", category="post_training")
    [(where, said)] = refusals(requirements={"a": both}, **RESEARCH)
    assert where == f"{index(0)}/component"
    assert said == "component 与 category 只能写一个。改法：删去其中一项"


@pytest.mark.parametrize(
    ("more", "accepted"),
    [
        ({"levels": ["city", "county"]}, True),
        ({"levels": ["provincial", "city"]}, False),
        ({"levels": ["provincial"], "per": "year"}, True),
        ({"levels": ["provincial"], "category": "backbone"}, True),
        ({"levels": ["provincial"], "binds": {"posts": ["cadre"]}}, False),
        ({}, True),
    ],
)
def test_one_training_answers_one_row_of_levels(more: dict[str, Any], accepted: bool) -> None:
    rows = {"high": trainings(levels=["national", "provincial"]), "low": trainings() | more}
    assert (refusals(requirements=rows) == []) == accepted


def test_rows_of_levels_for_different_people_may_share_a_level() -> None:
    of = {"cadres": {"posts": ["cadre"]}, "others": {"except_posts": ["cadre"]}}
    rows = {name: trainings(levels=["provincial"], binds=binds) for name, binds in of.items()}
    assert refusals(requirements=rows) == []


def test_a_level_counted_twice_is_told() -> None:
    rows = {name: trainings(levels=["provincial", "national"]) for name in ("high", "low")}
    [(where, said)] = refusals(requirements=rows)
    assert where == f"{index(1)}/levels"
    assert (
        said == "“national、provincial”已由“high”计数，同一次培训不重复计算。改法：每个层次只写在一条要求中"
    )


def test_an_offset_is_written_once() -> None:
    twice = [offset("school_based", "backbone", most=5), offset("school_based", "backbone", most=9)]
    [(where, said)] = refusals(offsets=twice)
    assert where == "/offsets/0"
    assert said == "“backbone抵school_based”出现了2次。改法：每行用不同的名称，删去重复的一行"


@pytest.mark.parametrize(
    "offsets",
    [
        [offset("school_based", "school_based")],
        [offset("school_based", "backbone"), offset("backbone", "school_based")],
        [offset("school_based", "backbone"), offset("backbone", "master"), offset("master", "school_based")],
    ],
)
def test_offsets_never_come_back_to_where_they_began(offsets: list[dict[str, Any]]) -> None:
    [(where, said)] = refusals(offsets=offsets)
    assert where == f"/offsets/{len(offsets) - 1}"
    last = offsets[-1]
    assert said == f"“{last['by']}”与“{last['category']}”互相抵扣。改法：抵扣只能单向，删去其中一行"


def test_offsets_may_go_on_and_may_meet() -> None:
    chain = [
        offset("school_based", "backbone"),
        offset("backbone", "master"),
        offset("school_based", "master"),
    ]
    assert refusals(offsets=chain) == []


def test_what_fills_and_what_is_filled_are_reckoned_in_one_unit() -> None:
    in_hours = {"back": row("category_per_cycle", category="backbone", hours=30)}
    [(where, said)] = refusals(requirements=in_hours, offsets=[offset("school_based", "backbone")])
    assert where == "/offsets/0"
    assert (
        said == "“backbone”与“school_based”的要求有的按学分、有的按学时，不能相抵。改法：两类要求用同一单位"
    )
    assert refusals(requirements=in_hours, offsets=[offset("school_based", "master")]) == []
    award = {"weak": row("category_per_year", category="weak_subject", hours=30)}
    [(where, _)] = refusals(requirements=award, offsets=[offset("weak_subject", "edtech")])
    assert where == "/offsets/0"


def terms(**days: tuple[str, str | None]) -> dict[str, Any]:
    return {
        key: {"name": key, "starts": starts, "teaching_ends": ends, "clause": CLAUSE}
        for key, (starts, ends) in days.items()
    }


@pytest.mark.parametrize(
    ("spring", "autumn", "refused"),
    [
        ("02-15", "09-01", None),
        ("08-31", "02-14", None),
        ("09-01", "01-20", 0),
        ("02-14", "01-20", 0),
        ("07-01", "02-15", 1),
        ("07-01", "08-31", 1),
    ],
)
def test_lessons_end_within_their_own_term(spring: str, autumn: str, refused: int | None) -> None:
    found = refusals(terms=terms(spring=("02-15", spring), autumn=("09-01", autumn)))
    assert [where for where, _ in found] == ([] if refused is None else [f"/terms/{refused}/teaching_ends"])


@pytest.mark.parametrize("ends", ["01-01", "02-28", "03-01", "12-28"])
def test_a_term_alone_is_the_whole_year(ends: str) -> None:
    assert refusals(terms={"autumn": None, **terms(spring=("03-01", ends))}) == []


def test_two_terms_do_not_begin_on_one_day() -> None:
    found = refusals(terms=terms(spring=("02-15", None), autumn=("02-15", None)))
    assert found == [("/terms/0/starts", "“spring”与另一学期同日开始，两学期重叠。改法：改正起始日")]


DUTY = {"name": "一项", "of": "school", "every": "term", "clause": CLAUSE}
TARGET = {"name": "达标率", "measure": "attainment", "percent": 90, "of": "city", "clause": CLAUSE}
THRESHOLD = {
    "name": "未达标比例",
    "percent": 20,
    "inclusive": True,
    "clause": CLAUSE,
    "consequences": [{"code": "bulletin", "text": "通报"}],
}
NO_CATEGORY = "没有“nowhere”这个类别。改法：改为 categories 中已有的 code"
NO_REQUIREMENT = "没有“nothing”这条要求。改法：改为 requirements 中已有的 id"


@pytest.mark.parametrize(
    ("changes", "where", "said"),
    [
        (
            {"requirements": {"a": row("category_per_year", category="nowhere", credits=1)}},
            index(0) + "/category",
            NO_CATEGORY,
        ),
        ({"offsets": [offset("nowhere", "backbone")]}, "/offsets/0/category", NO_CATEGORY),
        ({"offsets": [offset("backbone", "nowhere")]}, "/offsets/0/by", NO_CATEGORY),
        (
            {"duties": [DUTY | {"id": "a", "measure": {"category": "nowhere", "hours": 1}}]},
            "/duties/0/measure/category",
            NO_CATEGORY,
        ),
        (
            {"thresholds": [THRESHOLD | {"id": "a", "requirement": "nothing"}]},
            "/thresholds/0/requirement",
            NO_REQUIREMENT,
        ),
        (
            {"targets": [TARGET | {"id": "a", "requirement": "nothing"}], "thresholds": []},
            "/targets/0/requirement",
            NO_REQUIREMENT,
        ),
        (
            {"requirements": {"a": row("fixed_award", category="backbone")}},
            index(0) + "/category",
            '“backbone”不是固定计分的类别。改法：改用 kind = "category_per_cycle"，或把该类别的 worth 改为 fixed',
        ),
    ],
)
def test_a_name_that_nothing_bears_is_told(changes: dict[str, Any], where: str, said: str) -> None:
    assert refusals(**changes)[0] == (where, said)


def test_names_that_something_bears_are_accepted() -> None:
    good = {
        "duties": [DUTY | {"id": "a", "measure": {"category": "backbone", "hours": 1}}, DUTY | {"id": "b"}],
        "thresholds": [THRESHOLD | {"id": "a", "requirement": "year"}],
        "targets": [
            TARGET | {"id": "a", "requirement": "year"},
            TARGET | {"id": "b", "measure": "completion"},
        ],
    }
    assert refusals(**good) == []


FUNDING = {"id": "a", "name": "经费", "base": "payroll", "percent": "1.5", "clause": CLAUSE}
LEAVE = {"kind": "sick_leave", "name": "病假", "relieves": "months", "clause": CLAUSE}
BY_TABLE = {
    "exemptions": (LEAVE, "sick_leave"),
    "funding": (FUNDING, "a"),
    "duties": (DUTY | {"id": "a"}, "a"),
    "thresholds": (THRESHOLD | {"id": "a", "requirement": "year"}, "a"),
    "targets": (TARGET | {"id": "a", "requirement": "year"}, "a"),
}


@pytest.mark.parametrize("table", BY_TABLE)
def test_two_rows_of_a_table_do_not_bear_one_name(table: str) -> None:
    one, name = BY_TABLE[table]
    assert refusals(**{table: [one]}) == []
    [(where, said)] = refusals(**{table: [one, one]})
    assert (where, said) == (f"/{table}/0", f"“{name}”出现了2次。改法：每行用不同的名称，删去重复的一行")


@pytest.mark.parametrize(
    ("table", "name"),
    [("categories", "code"), ("requirements", "id"), ("return_reasons", "code"), ("terms", "key")],
)
def test_a_row_written_twice_is_told(table: str, name: str) -> None:
    rows = zhuzhou().model_dump(exclude_none=True)[table]
    where, said = refusals(**{table: [*rows, rows[-1]]})[0]
    assert where == f"/{table}/{len(rows) - 1}"
    assert said == f"“{rows[-1][name]}”出现了2次。改法：每行用不同的名称，删去重复的一行"
