"""What a training is worth, what a claim may not say, and how full the term is."""

from datetime import date

import pytest

from tests.make.policy import three_tier, zhuzhou
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.policy.pack import CategoryUnknown, apply_overrides
from xuefen.policy.units import Credits, Hours
from xuefen.policy.worth import cap_state, claim_refusals, credits_for, rule_of


def refused(
    code: str,
    credits: str,
    *,
    exam_passed: bool = False,
    mode: DeliveryMode | None = None,
    level: Level | None = None,
) -> list[str]:
    claimed = Credits.parse(credits)
    found = claim_refusals(zhuzhou(), code, claimed, exam_passed=exam_passed, mode=mode, level=level)
    return [refusal.code for refusal in found]


@pytest.mark.parametrize(
    ("code", "hours", "credits"),
    [
        ("post_training", "7.5", "7.50"),
        ("school_based", "13", "13.00"),
        ("edtech", "75", "80.00"),
        ("degree", "0", "100.00"),
        ("safety", "4", "0.00"),
        ("mental_health_general", "4", "0.00"),
    ],
)
def test_hours_become_credits_by_the_row(code: str, hours: str, credits: str) -> None:
    assert str(credits_for(zhuzhou(), code, Hours.parse(hours))) == credits


# 002-2: “72学时＝7.2学分”: a conversion is data, floored to hundredths.
def test_a_row_may_convert_otherwise() -> None:
    ten_to_one = {"hours": 10, "credits": 1, "clause": "本市规定"}
    pack = apply_overrides(zhuzhou(), {"categories": {"post_training": {"conversion": ten_to_one}}})
    assert str(credits_for(pack, "post_training", Hours.parse("72"))) == "7.20"
    assert str(credits_for(pack, "post_training", Hours.parse("0.99"))) == "0.09"
    assert str(credits_for(pack, "backbone", Hours.parse("72"))) == "72.00"


# 五(三)1：“教育技术能力培训考试80学分”
@pytest.mark.requirement("003-38")
def test_the_fixed_award_needs_the_exam_and_is_never_more_or_less() -> None:
    assert refused("edtech", "80", exam_passed=True) == []
    assert refused("edtech", "80", exam_passed=False) == ["exam_not_passed"]
    assert refused("edtech", "79.99", exam_passed=True) == ["award_differs"]
    assert refused("edtech", "90", exam_passed=False) == ["award_differs", "exam_not_passed"]


@pytest.mark.requirement("003-44")
def test_a_diploma_is_worth_100_without_an_exam() -> None:
    assert refused("degree", "100", level=Level.self, mode=DeliveryMode.study) == []
    assert refused("degree", "50") == ["award_differs"]


def test_what_is_not_credited_separately_takes_no_credits() -> None:
    assert refused("safety", "0") == []
    assert refused("safety", "1") == ["category_not_credited"]


def test_credits_are_neither_negative_nor_more_than_a_whole_cycle() -> None:
    assert refused("post_training", "0") == []
    assert refused("post_training", "450") == []
    assert refused("post_training", "450.01") == ["credits_out_of_bounds"]
    assert refused("post_training", "-0.01") == ["credits_out_of_bounds"]


# A full term is information, never a reason to grant less.
@pytest.mark.requirement("003-47")
def test_more_than_the_cap_of_the_term_is_no_refusal() -> None:
    assert refused("school_based", "13", level=Level.school, mode=DeliveryMode.school_based) == []


def test_mode_and_organiser_of_the_row_bind_a_claim() -> None:
    assert refused("master", "10", mode=DeliveryMode.online) == ["mode_not_foreseen"]
    assert refused("master", "10", level=Level.county) == ["sponsor_too_low"]
    assert refused("post_training", "10", level=Level.self) == []
    assert refused("mental_health_general", "0", mode=DeliveryMode.online) == []


def test_an_unknown_category_is_refused() -> None:
    assert refused("astronomy", "10") == ["category_unknown"]
    with pytest.raises(CategoryUnknown):
        credits_for(zhuzhou(), "astronomy", Hours.whole(1))


@pytest.mark.requirement("003-47")
@pytest.mark.parametrize(
    ("posted", "claimed", "says"),
    [
        (8_00, 4_00, "2014年春季学期校本培训 已认定 8/12，通过后 12/12"),
        (8_00, 6_50, "2014年春季学期校本培训 已认定 8/12，通过后 12/12"),
        (0, 2_50, "2014年春季学期校本培训 已认定 0/12，通过后 2.5/12"),
        (14_00, 1_00, "2014年春季学期校本培训 已认定 12/12，通过后 12/12"),
    ],
)
def test_the_reviewer_sees_how_full_the_term_is(posted: int, claimed: int, says: str) -> None:
    state = cap_state(zhuzhou(), "school_based", date(2014, 5, 20), posted, claimed)
    assert state is not None
    assert state.text == says


def test_a_row_without_a_cap_has_no_cap_state() -> None:
    assert cap_state(zhuzhou(), "post_training", date(2014, 5, 20), 0, 1_00) is None
    assert cap_state(three_tier(), "school_based", date(2014, 5, 20), 0, 1_00) is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("school_based", "校本培训：每期满分12学分，超出部分不计入"),
        ("edtech", "教育技术能力培训：记80学分，每周期一次，须通过考试"),
        ("degree", "学历提高培训：记100学分，每份毕业证书一次"),
        ("policy_bonus", "政策性补助与奖励：每年申报、审核一次"),
        ("safety", "安全教育：不单独计分，只记参训情况"),
        ("backbone", "骨干教师培训：分项目计分"),
    ],
)
def test_every_credit_names_the_rule_it_rests_on(code: str, text: str) -> None:
    rule = rule_of(zhuzhou(), code)
    assert rule.text == text
    assert rule.clause.startswith("株教函〔2014〕29号 表1")


def test_a_credit_of_another_city_is_told_as_such() -> None:
    assert rule_of(zhuzhou(), "astronomy").text == "外地认定的类别，只计入总学分和年度学分"


def test_a_cap_of_a_year_is_no_cap_of_a_term() -> None:
    yearly = {"school_based": {"worth": {"kind": "cap_per_year", "cap": 12}}}
    pack = apply_overrides(zhuzhou(), {"categories": yearly})
    assert cap_state(pack, "school_based", date(2014, 3, 1), 5_00, 5_00) is None
    assert cap_state(pack, "post_training", date(2014, 3, 1), 5_00, 5_00) is None


def test_a_code_of_another_city_rests_on_the_notice_as_a_whole() -> None:
    rule = rule_of(zhuzhou(), "of_another_city")
    assert (rule.clause, rule.text) == ("株教函〔2014〕29号", "外地认定的类别，只计入总学分和年度学分")


def test_an_exam_is_not_passed_unless_it_is_said() -> None:
    [refusal] = claim_refusals(zhuzhou(), "edtech", Credits.whole(80))
    assert refusal.code == "exam_not_passed"


def test_a_pack_without_a_total_in_credits_bounds_no_claim() -> None:
    in_hours = {"total": {"credits": None, "hours": 360}}
    pack = apply_overrides(zhuzhou(), {"requirements": in_hours})
    assert claim_refusals(pack, "post_training", Credits.whole(9999)) == ()
    assert claim_refusals(zhuzhou(), "post_training", Credits.whole(450)) == ()
    assert [one.code for one in claim_refusals(zhuzhou(), "post_training", Credits(450_01))] == [
        "credits_out_of_bounds"
    ]
