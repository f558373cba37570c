"""Training money against budgets: exact, and inclusive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY
from xuefen.policy.accountability_rows import FundingRow
from xuefen.policy.funding import Reported, funding_answers, main_stage
from xuefen.policy.pack import load_pack


def row(percent: str = "5", base: str = "public_funds", **more: object) -> FundingRow:
    return FundingRow.model_validate(
        {"id": f"{base}_{percent[0]}", "name": "经费", "base": base, "percent": percent, "clause": "甲"}
        | more
    )


# 000: “不低于学校年度公用经费总额的5%”: exactly 5 % is not below.
@pytest.mark.requirement("003-22")
@pytest.mark.parametrize(
    ("spent", "met", "ratio"), [(5_000_00, True, 500), (4_999_99, False, 499), (5_000_01, True, 500)]
)
def test_exactly_five_percent_meets_and_a_fen_less_does_not(spent: int, met: bool, ratio: int) -> None:
    [answer] = funding_answers([row()], "primary", Reported(100_000_00, 0, spent))
    assert (answer.required_fen, answer.met, answer.ratio_centi) == (5_000_00, met, ratio)
    assert answer.satisfied is met


@pytest.mark.requirement("003-22", "002-21")
def test_a_share_that_is_no_whole_fen_is_required_rounded_up() -> None:
    rows = [row("1.5", "payroll"), row("8")]
    payroll, funds = funding_answers(rows, "primary", Reported(1, 101, 2))
    assert (payroll.required_fen, payroll.met, payroll.base_fen) == (2, True, 101)
    assert (funds.required_fen, funds.met, funds.ratio_centi) == (1, True, 200_00)
    assert not funding_answers(rows, "primary", Reported(1, 101, 1))[0].met


def test_what_was_not_reported_is_neither_met_nor_missed() -> None:
    [answer] = funding_answers([row()], "primary", None)
    assert (answer.met, answer.satisfied, answer.required_fen, answer.ratio_centi) == (None,) * 4


def test_of_no_budget_nothing_is_required() -> None:
    [answer] = funding_answers([row()], "primary", Reported(0, 0, 0))
    assert (answer.required_fen, answer.met, answer.ratio_centi) == (0, True, None)


@pytest.mark.requirement("000-26")
def test_the_type_of_school_decides_which_base_binds() -> None:
    """县教干教师培训意见 四(三): 5 % of public funds in compulsory schools, 1.5 % of payroll in the others."""
    rows = load_pack("county-2011").funding
    for stage, base in (("primary", "public_funds"), ("junior", "public_funds"), ("senior", "payroll")):
        assert [answer.row.base for answer in funding_answers(rows, stage, None)] == [base]
    assert funding_answers(rows, None, None) == ()


def test_of_two_rows_joined_by_or_one_is_enough() -> None:
    rows = [row(either="fund"), row("1.5", "payroll", either="fund"), row("8")]
    funds, payroll, alone = funding_answers(rows, "primary", Reported(100, 100, 2))
    assert (funds.met, payroll.met, alone.met) == (False, True, False)
    assert (funds.satisfied, payroll.satisfied, alone.satisfied) == (True, True, False)
    neither = funding_answers(rows, "primary", Reported(100, 1_000, 2))
    assert [answer.satisfied for answer in neither] == [False, False, False]


def test_a_school_of_several_stages_is_of_the_type_of_most_of_it() -> None:
    assert main_stage({"senior": 20, "junior": 21}) == "junior"
    assert main_stage({"senior": 20, "junior": 20}) == "junior"
    assert main_stage({}) is None


@BRIEFLY
@given(st.integers(0, 10**13), st.integers(0, 10**12), st.integers(1, 100_00))
def test_whoever_spends_what_is_required_meets_the_row_and_a_fen_less_misses_it(
    base: int, spent: int, percent: int
) -> None:
    text = f"{percent // 100}.{percent % 100:02}"
    [answer] = funding_answers([row(text)], "primary", Reported(base, 0, spent))
    assert answer.required_fen is not None
    assert answer.met == (spent >= answer.required_fen)
