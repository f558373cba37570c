"""What changed between two packs, by the names of rows."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY, zhuzhou
from xuefen.policy.diff import Change, ChangeKind, differences
from xuefen.policy.pack import Pack, apply_overrides, load_pack, pack_keys, pack_text, parse_pack

CLAUSE = "株教函〔2014〕29号 五(三)1"
TABLE = "株教函〔2014〕29号 表1·校本培训"


def changed(overrides: dict[str, object]) -> Pack:
    return apply_overrides(zhuzhou(), overrides)


def test_a_figure_is_found_by_the_name_of_its_row() -> None:
    changes = differences(zhuzhou(), changed({"requirements": {"total": {"credits": 400}}}))
    assert changes == [
        Change("requirements.total.credits", ChangeKind.changed, "450.00", "400.00", CLAUSE),
    ]


def test_a_cap_lies_deeper_than_its_row_and_keeps_the_clause_of_it() -> None:
    changes = differences(
        zhuzhou(), changed({"categories": {"school_based": {"worth": {"cap": 10}, "compulsory": False}}})
    )
    assert {one.path for one in changes} == {
        "categories.school_based.compulsory",
        "categories.school_based.worth.cap",
    }
    assert {one.clause for one in changes} == {TABLE}


def test_the_clause_is_that_of_the_line_as_it_will_be() -> None:
    changes = differences(
        zhuzhou(), changed({"requirements": {"year": {"credits": 80, "clause": "青教〔2026〕7号 二"}}})
    )
    assert {(one.path, one.clause) for one in changes} == {
        ("requirements.year.credits", "青教〔2026〕7号 二"),
        ("requirements.year.clause", "青教〔2026〕7号 二"),
    }


def test_a_row_that_only_one_of_them_has_is_one_change() -> None:
    new = {"kind": "category_per_cycle", "name": "安全", "category": "safety", "hours": 8} | {
        "for_completion": False,
        "clause": "青教〔2026〕7号 三",
    }
    after = changed({"requirements": {"safety_hours": new, "homeroom": None}})
    added, removed = differences(zhuzhou(), after)
    assert (added.path, added.kind, added.before) == ("requirements.safety_hours", ChangeKind.added, None)
    assert (added.after["hours"], added.clause) == ("8.00", "青教〔2026〕7号 三")
    assert (removed.path, removed.kind, removed.after) == ("requirements.homeroom", ChangeKind.removed, None)
    assert removed.clause == "株教函〔2014〕29号 三(三)2"


def test_the_order_of_rows_means_nothing() -> None:
    data = tomllib.loads(pack_text("zhuzhou-2014"))
    turned = Pack.model_validate(data | {"requirements": list(reversed(data["requirements"]))})
    assert turned != zhuzhou()
    assert differences(zhuzhou(), turned) == []


def test_a_list_of_plain_values_changes_as_a_whole() -> None:
    [change] = differences(zhuzhou(), changed({"year": {"teaching_months": [3, 4, 5]}}))
    assert (change.path, change.before[-1], change.after) == ("year.teaching_months", 12, [3, 4, 5])


def test_a_table_that_was_not_there_is_added_row_by_row() -> None:
    leave = {"sick_leave": {"name": "病假", "relieves": "months", "clause": "青教〔2026〕7号 四"}}
    offset = {"category": "post_training", "by": "school_based", "clause": "青教〔2026〕7号 五"}
    veto = {"bars": ["year"], "clause": "青教〔2026〕7号 六"}
    plain = changed({"exemptions": None, "offsets": None, "ethics_veto": None})
    after = apply_overrides(plain, {"exemptions": leave, "offsets": [offset], "ethics_veto": veto})
    found = {one.path: (one.kind, one.clause) for one in differences(plain, after)}
    assert found == {
        "exemptions.sick_leave": (ChangeKind.added, "青教〔2026〕7号 四"),
        "offsets.school_based→post_training": (ChangeKind.added, "青教〔2026〕7号 五"),
        "ethics_veto": (ChangeKind.added, "青教〔2026〕7号 六"),
    }


def test_rows_of_one_name_are_told_apart() -> None:
    twice = 'parts = [{ name = "集中", hours = 50 }, { name = "集中", hours = 30 }]'
    text = pack_text("zhuzhou-2014")
    before = 'parts = [{ name = "集中", hours = 50 }, { name = "远程", hours = 15 }, { name = "研修", hours = 15 }]'
    assert before in text
    found = [one.path for one in differences(zhuzhou(), parse_pack(text.replace(before, twice)))]
    assert "categories.edtech.parts.集中#2" in found


@pytest.mark.parametrize("key", pack_keys())
def test_a_pack_does_not_differ_from_itself(key: str) -> None:
    assert differences(load_pack(key), parse_pack(pack_text(key))) == []


@BRIEFLY
@given(st.sampled_from(pack_keys()), st.sampled_from(pack_keys()))
def test_there_and_back_are_the_same_changes(one: str, other: str) -> None:
    """Every change of the one direction stands in the other, with before and after exchanged."""
    a, b = load_pack(one), load_pack(other)
    there = {(change.path, str(change.before), str(change.after)) for change in differences(a, b)}
    back = {(change.path, str(change.after), str(change.before)) for change in differences(b, a)}
    assert there == back
    assert bool(there) is (a != b)
