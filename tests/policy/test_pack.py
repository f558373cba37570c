"""Packs load, cite their clauses, and tell their faults with line, clause and remedy."""

from datetime import date

import pytest

from tests.make.policy import zhuzhou
from xuefen.core.errors import FieldError
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import (
    CategoryUnknown,
    PackInvalid,
    PackUnknown,
    apply_overrides,
    category,
    load_pack,
    pack_keys,
    pack_text,
    parse_pack,
)
from xuefen.policy.pack_rows import Cap, Clause, Fixed, NotCredited
from xuefen.policy.requirement_rows import TotalPerCycle
from xuefen.policy.units import Credits
from xuefen.policy.vocabulary import Audience


def faults_of(text: str) -> tuple[FieldError, ...]:
    with pytest.raises(PackInvalid) as refused:
        parse_pack(text)
    return refused.value.errors


def line_number(text: str, needle: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line == needle)


@pytest.mark.parametrize("key", pack_keys())
def test_every_pack_of_the_product_loads_and_is_named_as_its_file(key: str) -> None:
    assert load_pack(key).key == key


def test_an_absent_pack_is_refused() -> None:
    with pytest.raises(PackUnknown):
        load_pack("../secrets")


@pytest.mark.parametrize("key", pack_keys())
def test_every_line_of_a_pack_cites_its_clause(key: str) -> None:
    pack = load_pack(key)
    rows: list[Clause] = [pack.cycle, pack.year, pack.conversion, pack.joining, pack.routes, pack.deadlines]
    rows += [*pack.terms, *pack.categories, *pack.requirements, *pack.return_reasons]
    rows += [*pack.offsets, *pack.exemptions, *pack.thresholds, *pack.targets, *pack.funding, *pack.duties]
    rows += [row for row in (pack.ethics_veto, pack.closing, pack.warnings, pack.interviews) if row]
    assert all(row.clause.startswith(pack.source) for row in rows)


# 表1，逐行
@pytest.mark.parametrize(
    ("code", "audience", "compulsory", "floor", "modes"),
    [
        pytest.param(
            "school_based", "everyone", True, "school", "school_based", marks=pytest.mark.requirement("003-30")
        ),
        pytest.param(
            "post_training", "everyone", False, "county", "onsite online base",
            marks=pytest.mark.requirement("003-32"),
        ),
        pytest.param(
            "backbone", "backbone", False, "county", "onsite online base", marks=pytest.mark.requirement("003-33")
        ),
        pytest.param("master", "master_candidate", False, "city", "base", marks=pytest.mark.requirement("003-34")),
        pytest.param(
            "weak_subject", "weak_subject", False, "county", "onsite online base",
            marks=pytest.mark.requirement("003-35"),
        ),
        pytest.param(
            "off_subject", "off_subject", False, "city", "onsite online base",
            marks=pytest.mark.requirement("003-36"),
        ),
        pytest.param(
            "induction", "novice", False, "county", "onsite online base school_based",
            marks=pytest.mark.requirement("003-37"),
        ),
        pytest.param("edtech", "everyone", True, "county", "blended", marks=pytest.mark.requirement("003-38")),
        pytest.param(
            "mental_health_general", "ordinary", False, "school", "", marks=pytest.mark.requirement("003-39")
        ),
        pytest.param(
            "mental_health_special", "counsellor", False, "county", "onsite online base",
            marks=pytest.mark.requirement("003-40"),
        ),
        pytest.param(
            "safety", "everyone", False, "school", "school_based", marks=pytest.mark.requirement("003-41")
        ),
        pytest.param(
            "homeroom", "homeroom", True, "county", "onsite online base", marks=pytest.mark.requirement("003-42")
        ),
        pytest.param(
            "principal", "principal", False, "county", "onsite online base",
            marks=pytest.mark.requirement("003-43"),
        ),
        pytest.param("degree", "degree_seeker", False, None, "study", marks=pytest.mark.requirement("003-44")),
        pytest.param("policy_bonus", "applicant", False, None, "", marks=pytest.mark.requirement("003-45")),
    ],
)  # fmt: skip
def test_table_1_row_by_row(
    code: str, audience: str, compulsory: bool, floor: str | None, modes: str
) -> None:
    row = category(zhuzhou(), code)
    assert row.audience is Audience(audience)
    assert row.compulsory is compulsory
    assert row.organiser_at_least == (Level(floor) if floor else None)
    assert row.modes == tuple(DeliveryMode(mode) for mode in modes.split())


def test_table_1_has_no_other_row() -> None:
    assert len(zhuzhou().categories) == 15


# 表1：“每期满分为12学分”“记80学分”“不单独计分”“凭毕业证书登记100学分”
def test_what_the_rows_are_worth() -> None:
    worth = {row.code: row.worth for row in zhuzhou().categories}
    assert worth["school_based"] == Cap(kind="cap_per_term", cap=Credits.whole(12))
    assert worth["edtech"] == Fixed(kind="fixed", credits=Credits.whole(80), exam=True, once="cycle")
    assert worth["degree"] == Fixed(kind="fixed", credits=Credits.whole(100), exam=False, once="diploma")
    assert worth["safety"] == worth["mental_health_general"] == NotCredited(kind="not_credited")
    assert worth["policy_bonus"].kind == "applied_yearly"
    others = {"school_based", "edtech", "degree", "safety", "mental_health_general", "policy_bonus"}
    assert {worth[code].kind for code in worth.keys() - others} == {"per_program"}


# 表1：“混合式培训（集中50、远程15、研修15）”
@pytest.mark.requirement("003-38")
def test_the_parts_of_the_edtech_training_make_its_80() -> None:
    row = category(zhuzhou(), "edtech")
    assert [(part.name, str(part.hours)) for part in row.parts] == [
        ("集中", "50.00"),
        ("远程", "15.00"),
        ("研修", "15.00"),
    ]


# 三(一)6：“鼓励和支持45岁以下中小学教师……提高学历水平”: an age encourages and never bars.
@pytest.mark.requirement("003-07")
def test_raising_a_degree_is_encouraged_up_to_45() -> None:
    assert category(zhuzhou(), "degree").encouraged_until_age == 45


# 三(一)5：“音乐、体育、美术、英语、信息技术、科学、通用技术课程等紧缺薄弱学科”
def test_the_weak_subjects_are_named() -> None:
    assert category(zhuzhou(), "weak_subject").subjects == (
        "音乐", "体育", "美术", "英语", "信息技术", "科学", "通用技术",
    )  # fmt: skip


# “必修项目要求为：校本研训120学分，教育技术能力培训考试80学分。”
@pytest.mark.requirement("003-16")
def test_the_certificate_waits_for_450_and_the_two_compulsory_parts_alone() -> None:
    waits_for = [row.id for row in zhuzhou().requirements if row.for_completion]
    assert waits_for == ["total", "school_based", "edtech"]


def test_the_generic_default_asks_for_360_in_five_years_and_72_a_year() -> None:
    pack = load_pack("three-tier")
    amounts = [(row.id, getattr(row, "credits", None)) for row in pack.requirements]
    assert amounts == [("total", Credits.whole(360)), ("year", Credits.whole(72))]
    assert (pack.cycle.starts_on, pack.cycle.ends_on) == (date(2021, 1, 1), date(2025, 12, 31))
    assert pack.routes.city_audit == "each"


def test_a_category_that_the_pack_does_not_know_is_refused() -> None:
    with pytest.raises(CategoryUnknown):
        category(zhuzhou(), "astronomy")


def test_an_unknown_key_is_refused_with_its_line_its_clause_and_the_likely_key() -> None:
    text = pack_text("zhuzhou-2014").replace("credits = 120\n", "credit = 120\n")
    found = {fault.pointer: fault for fault in faults_of(text)}
    fault = found["/requirements/1/credit"]
    line = line_number(text, "credit = 120")
    assert fault.code == "extra_forbidden"
    assert fault.message == (
        f"第 {line} 行 requirements[1].credit（依据 株教函〔2014〕29号 五(三)1）："
        "没有这个键。改法：是否想写“credits”？否则删去这一行"
    )


def test_a_missing_key_points_to_the_table_that_lacks_it() -> None:
    text = pack_text("zhuzhou-2014").replace("starts_month = 1\n", "")
    (fault,) = faults_of(text)
    assert fault.pointer == "/year/starts_month"
    assert fault.message.startswith(f"第 {line_number(text, '[year]')} 行 year.starts_month（依据 ")
    assert fault.message.endswith("缺少这一项。改法：补上这一项")


@pytest.mark.parametrize("amount", ["12.5", "nan", "-12", "0", '"12.345"', '"twelve"', "true"])
def test_an_amount_that_is_not_exact_and_positive_is_refused(amount: str) -> None:
    text = pack_text("zhuzhou-2014").replace("credits = 450\n", f"credits = {amount}\n")
    (fault,) = faults_of(text)
    assert (fault.pointer, fault.code) == ("/requirements/0/credits", "amount")
    assert f"第 {line_number(text, f'credits = {amount}')} 行" in fault.message


@pytest.mark.parametrize(
    ("old", "new", "pointer", "says"),
    [
        ('audience = "backbone"', 'audience = "stars"', "/categories/2/audience", "不在可选值之内"),
        ('kind = "fixed_award"', 'kind = "award"', "/requirements/2", "没有这种 kind"),
        ('category = "edtech"', 'category = "edteck"', "/requirements/2/category", "没有“edteck”这个类别"),
        ('category = "edtech"', 'category = "backbone"', "/requirements/2/category", "不是固定计分的类别"),
        ('code = "backbone"', 'code = "master"', "/categories/2", "“master”出现了2次"),
        ("ends_on = 2015-12-31", "ends_on = 2015-12-30", "/cycle/starts_on", "周期不是整月"),
        ("ends_on = 2015-12-31", "ends_on = 2008-12-31", "/cycle/ends_on", "早于第一天"),
        ("ends_on = 2015-12-31", "ends_on = 20151231", "/cycle/ends_on", "不是日期"),
        ('starts = "02-15"', 'starts = "02-30"', "/terms/0/starts", "写法不对"),
        ('starts = "02-15"', 'starts = "09-01"', "/terms/0/starts", "“春季学期”与另一学期同日开始"),
        (
            "for_completion = true",
            'for_completion = "yes"',
            "/requirements/0/for_completion",
            "不是 true 或 false",
        ),
        (
            "review_working_days = 15",
            "review_working_days = 0",
            "/deadlines/review_working_days",
            "不符合要求",
        ),
        ("cap = 12", "cap = 1.2", "/categories/0/worth/cap", "不是精确的正数"),
    ],
)
def test_a_fault_is_told_where_it_stands(old: str, new: str, pointer: str, says: str) -> None:
    text = pack_text("zhuzhou-2014").replace(old, new, 1)
    fault = next(fault for fault in faults_of(text) if fault.pointer == pointer)
    assert says in fault.message
    assert "第 " in fault.message
    assert "改法：" in fault.message


def test_two_totals_contradict_each_other() -> None:
    text = pack_text("zhuzhou-2014").replace('kind = "total_per_year"', 'kind = "total_per_cycle"')
    (fault,) = faults_of(text)
    assert fault.pointer == "/requirements/3"


def test_what_is_no_toml_is_refused_with_the_line_of_the_parser() -> None:
    (fault,) = faults_of('key = "a"\nname = \n')
    assert fault.code == "toml"
    assert "line 2" in fault.message


def test_an_override_changes_one_row_and_leaves_the_pack_alone() -> None:
    pack = apply_overrides(
        zhuzhou(), {"requirements": {"total": {"credits": "400.50"}}, "routes": {"city_audit": "each"}}
    )
    assert pack.totals
    assert pack.totals[0].credits == Credits.parse("400.50")
    assert pack.routes.city_audit == "each"
    assert pack.requirements[1:] == zhuzhou().requirements[1:]
    assert zhuzhou().routes.city_audit == "sample"


def test_an_override_may_drop_a_row_and_add_one() -> None:
    row = {
        "kind": "total_per_cycle",
        "name": "总学分",
        "credits": 300,
        "for_completion": True,
        "clause": "本市规定",
    }
    pack = apply_overrides(zhuzhou(), {"requirements": {"total": None, "edtech": None, "sum": row}})
    assert "edtech" not in [one.id for one in pack.requirements]
    assert isinstance(pack.requirements[-1], TotalPerCycle)
    assert pack.totals == (pack.requirements[-1],)


def test_a_worth_that_becomes_another_kind_keeps_nothing_of_the_old_one() -> None:
    changes = {"categories": {"school_based": {"worth": {"kind": "per_program"}}}}
    assert category(apply_overrides(zhuzhou(), changes), "school_based").worth.kind == "per_program"


def test_overridden_packs_are_checked_as_a_whole_again() -> None:
    with pytest.raises(PackInvalid) as refused:
        apply_overrides(zhuzhou(), {"categories": {"edtech": None}})
    (fault,) = refused.value.errors
    assert fault.pointer == "/requirements/2/category"
    assert "没有“edtech”这个类别" in fault.message


def test_no_override_gives_the_same_pack() -> None:
    assert apply_overrides(zhuzhou(), {}) == zhuzhou()
