"""What a row means beside what is known already: rules on values, no database."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from xuefen.core.ids import new_id
from xuefen.people.degrees import Degree
from xuefen.people.models import Post, Stage
from xuefen.people.roster.cells import NamedPost
from xuefen.people.roster.entries import Entry
from xuefen.people.roster.facts import Facts, HeldPost, Keys, Known, School
from xuefen.people.roster.planning import Plan, begins_on, plan, post_changes

TODAY = date(2026, 3, 1)
EAST = School(new_id(), "430200/430221/S01/", "S01", "河东小学")
WEST = School(new_id(), "430200/430221/S02/", "S02", "河西中学")
TWIN = School(new_id(), "430200/430204/S09/", "S09", "河西中学")
ENTRY = Entry(2, "T1", "王芳", "S01", "", Stage.primary, "语文", date(2014, 9, 1), None, None, None)
KEYS = Keys("T1", None, None)
KNOWN = Known(
    teacher_id=new_id(),
    user_id=new_id(),
    version=3,
    name="王芳",
    school_id=EAST.id,
    stage=Stage.primary,
    subject="语文",
    hired_on=date(2014, 9, 1),
    left_on=None,
    phone_index="phone 1",
    id_number_index="id 1",
    degree=None,
    posts=(),
)
SOMEBODY = new_id()


def facts(
    known: dict[str, Known | None] | None = None,
    schools: tuple[School, ...] = (EAST, WEST),
    phones: dict[str, UUID] | None = None,
    id_numbers: dict[str, UUID] | None = None,
    names: frozenset[tuple[UUID, str]] = frozenset(),
) -> Facts:
    named: dict[str, list[School]] = {}
    for school in schools:
        named.setdefault(school.name, []).append(school)
    return Facts({s.code: s for s in schools}, named, known or {}, phones or {}, id_numbers or {}, names)


def planned(given: Facts, entry: Entry = ENTRY, keys: Keys = KEYS) -> Plan:
    return plan([entry], [keys], given, TODAY)


def faults(given: Facts, entry: Entry = ENTRY, keys: Keys = KEYS) -> list[tuple[str, str]]:
    return [(found.column.value, found.code) for found in planned(given, entry, keys).errors]


def test_a_staff_number_that_nobody_has_is_a_new_teacher() -> None:
    made = planned(facts())
    assert [(row.school, row.known, row.seen) for row in made.new] == [(EAST, None, None)]
    assert made.changes == []


def test_a_teacher_who_is_as_the_row_says_is_left_alone() -> None:
    made = planned(facts({"T1": KNOWN}))
    assert (made.new, made.changes, made.errors.total) == ([], [], 0)
    (row,) = made.rows
    assert row.seen == (KNOWN.teacher_id, 3)


@pytest.mark.parametrize(
    ("change", "keys", "fields"),
    [
        ({"name": "王方"}, {}, ("name",)),
        ({"stage": Stage.junior}, {}, ("stage",)),
        ({"subject": "数学"}, {}, ("subject",)),
        ({}, {"phone": "phone 2"}, ("phone",)),
        ({}, {"phone": "phone 1", "id_number": "id 1"}, ()),
        ({"posts": (NamedPost(Post.homeroom, None),)}, {}, ("posts",)),
        ({"posts": ()}, {}, ()),
        ({"degree": Degree.bachelor}, {}, ("degree",)),
        ({"name": "王方", "subject": "数学"}, {"phone": "phone 2"}, ("name", "subject", "phone")),
    ],
)
def test_a_row_changes_what_it_says_otherwise(
    change: dict[str, Any], keys: dict[str, str], fields: tuple[str, ...]
) -> None:
    made = planned(facts({"T1": KNOWN}), ENTRY._replace(**change), replace(KEYS, **keys))
    assert made.rows[0].changed == fields


def test_an_id_number_is_filled_in_but_never_replaced() -> None:
    keys = replace(KEYS, id_number="id 2")
    empty = replace(KNOWN, id_number_index=None)
    assert planned(facts({"T1": empty}), keys=keys).rows[0].changed == ("id_number",)
    assert faults(facts({"T1": KNOWN}), keys=keys) == [("身份证号", "id_number_differs")]


def test_a_degree_is_raised_and_never_lowered() -> None:
    bachelor = replace(KNOWN, degree=Degree.bachelor)
    said = {degree: ENTRY._replace(degree=degree) for degree in Degree}
    assert planned(facts({"T1": bachelor}), said[Degree.master]).rows[0].changed == ("degree",)
    assert planned(facts({"T1": bachelor}), said[Degree.bachelor]).changes == []
    assert planned(facts({"T1": bachelor})).changes == []
    assert faults(facts({"T1": bachelor}), said[Degree.associate]) == [("学历", "degree_lower")]


@pytest.mark.parametrize(
    ("known", "fault"),
    [
        (replace(KNOWN, school_id=WEST.id), ("工号", "other_school")),
        (replace(KNOWN, left_on=date(2025, 7, 1)), ("工号", "left")),
        (replace(KNOWN, hired_on=date(2013, 9, 1)), ("入职日期", "hired_on_differs")),
        (None, ("工号", "staff_no_taken")),
    ],
)
def test_what_an_import_may_not_change_is_refused(known: Known | None, fault: tuple[str, str]) -> None:
    assert faults(facts({"T1": known})) == [fault]


def test_a_phone_or_id_number_of_somebody_else_is_refused() -> None:
    keys = Keys("T1", "phone 9", "id 9")
    others = {"phones": {"phone 9": SOMEBODY}, "id_numbers": {"id 9": SOMEBODY}}
    assert faults(facts(**others), keys=keys) == [("手机", "phone_taken"), ("身份证号", "id_number_taken")]
    own = facts({"T1": KNOWN}, phones={"phone 1": KNOWN.user_id}, id_numbers={"id 1": KNOWN.teacher_id})
    assert faults(own, keys=Keys("T1", "phone 1", "id 1")) == []


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        ("S02", "", WEST),
        ("", "河东小学", EAST),
        ("S01", "河东小学", EAST),
        ("S77", "", ("学校代码", "school_unknown")),
        ("", "没有的学校", ("学校名称", "school_unknown")),
        ("", "河西中学", ("学校名称", "school_ambiguous")),
        ("S01", "河西中学", ("学校名称", "school_mismatch")),
        ("", "", ("学校代码", "missing")),
    ],
)
def test_a_school_is_found_by_code_or_by_a_name_that_only_it_has(code: str, name: str, found: Any) -> None:
    given = facts(schools=(EAST, WEST, TWIN))
    entry = ENTRY._replace(school_code=code, school_name=name)
    if isinstance(found, School):
        assert planned(given, entry).rows[0].school == found
    else:
        assert faults(given, entry) == [found]


def test_where_there_is_but_one_school_a_row_need_not_name_it() -> None:
    entry = ENTRY._replace(school_code="", school_name="")
    assert planned(facts(schools=(EAST,)), entry).rows[0].school == EAST


def test_a_post_from_before_the_first_day_is_refused() -> None:
    early = ENTRY._replace(posts=(NamedPost(Post.homeroom, date(2013, 9, 1)),))
    assert faults(facts(), early) == [("岗位", "post_too_early")]


def test_people_of_one_name_are_told_apart_and_pointed_out() -> None:
    entries = [
        ENTRY,
        ENTRY._replace(row=3, staff_no="T2"),
        ENTRY._replace(row=4, staff_no="T3", school_code="S02"),
    ]
    keys = [Keys("T1", None, None), Keys("T2", None, None), Keys("T3", None, None)]
    made = plan(entries, keys, facts(names=frozenset({(EAST.id, "王芳")})), TODAY)
    assert len(made.new) == 3
    assert [(found.row, found.code) for found in made.warnings] == [(2, "same_name"), (3, "same_name")]
    alone = plan(entries[:2], keys[:2], facts(), TODAY)
    assert [(found.row, found.message) for found in alone.warnings] == [
        (3, "与第 2 行同校同名，工号不同：作为两位教师，请核对是否重复")
    ]


def test_a_name_that_changes_under_a_staff_number_is_pointed_out() -> None:
    made = planned(facts({"T1": KNOWN}), ENTRY._replace(name="李明"))
    assert [found.code for found in made.warnings] == ["name_changes"]
    assert made.errors.total == 0


HOMEROOM = HeldPost(new_id(), Post.homeroom, date(2025, 9, 1), None)
LATER_OVER = HeldPost(new_id(), Post.backbone, date(2025, 9, 1), date(2026, 7, 15))
LONG_OVER = HeldPost(new_id(), Post.trainer, date(2020, 9, 1), date(2021, 7, 15))
HOLDER = replace(KNOWN, posts=(HOMEROOM, LATER_OVER, LONG_OVER))


@pytest.mark.parametrize(
    ("named", "ending", "beginning"),
    [
        (None, [], []),
        ((), [HOMEROOM, LATER_OVER], []),
        ((NamedPost(Post.homeroom, None),), [LATER_OVER], []),
        ((NamedPost(Post.homeroom, date(2024, 9, 1)), NamedPost(Post.backbone, None)), [], []),
        (
            (NamedPost(Post.homeroom, None), NamedPost(Post.trainer, None)),
            [LATER_OVER],
            [NamedPost(Post.trainer, None)],
        ),
    ],
)
def test_a_filled_cell_names_all_posts_of_today_and_an_empty_one_none(
    named: Any, ending: list[HeldPost], beginning: list[NamedPost]
) -> None:
    assert post_changes(named, HOLDER, TODAY) == (ending, beginning)


@pytest.mark.parametrize(
    ("named_on", "hired_on", "begins"),
    [
        (date(2023, 9, 1), date(2014, 9, 1), date(2023, 9, 1)),
        (None, date(2014, 9, 1), TODAY),
        (None, date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_a_post_without_a_day_is_held_from_today(named_on: date | None, hired_on: date, begins: date) -> None:
    assert begins_on(NamedPost(Post.homeroom, named_on), hired_on, TODAY) == begins
