"""Rates and targets: exact shares, and what is unknown stays unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY
from xuefen.policy.accountability_rows import TargetRow
from xuefen.policy.rates import Rate, Turnout, degree_answer, total


def target(percent: str = "95", degree: str = "bachelor") -> TargetRow:
    return TargetRow.model_validate(
        {
            "id": "t",
            "name": "学历",
            "measure": "degree",
            "percent": percent,
            "of": "county",
            "stage": "junior",
            "degree": degree,
            "clause": "甲",
        }
    )


@pytest.mark.requirement("003-04", "002-01")
def test_a_share_is_compared_exactly_and_includes_the_target() -> None:
    assert Rate(95, 100).reaches(95_00)
    assert Rate(94_999, 100_000).reaches(95_00) is False
    assert Rate(2, 3).reaches(66_67) is False
    assert Rate(2, 3).reaches(66_66)
    assert Rate(199_999, 200_000).percent_centi == 99_99
    assert Rate(0, 0).reaches(1) is False
    assert (Rate(9, 46).percent_centi, Rate(9, 46).percent, Rate(0, 0).percent) == (19_56, "19.56", None)
    assert (Rate(9, 46).share, Rate(1, 2) + Rate(2, 5)) == ("9/46", Rate(3, 7))


@pytest.mark.requirement("004-01", "004-02")
def test_rates_are_of_those_enrolled() -> None:
    turnout = total([Turnout(3, 3, 2, 2, 1), Turnout(1, 0, 0, 0, 0)])
    assert turnout == Turnout(4, 3, 2, 2, 1)
    assert turnout.rate("participation") == Rate(3, 4)
    assert turnout.rate("pass") == Rate(2, 4)
    assert turnout.rate("excellent") == Rate(1, 4)
    assert total([]) == Turnout()


# 雉水: “幼儿园、小学、初中教师本科及以上学历必须分别达到45%、65%、95%”. 及以上 includes the degree itself.
@pytest.mark.requirement("000-08", "002-35")
def test_a_higher_degree_counts_for_a_lower_target() -> None:
    teachers: dict[str | None, int] = {"associate": 5, "bachelor": 90, "master": 5}
    answer = degree_answer(target(), teachers)
    assert (answer.holding, answer.known, answer.unknown, answer.met) == (95, 100, 0, True)
    assert degree_answer(target("95.01"), teachers).met is False
    assert degree_answer(target("5", "master"), teachers).met
    assert degree_answer(target("100", "associate"), teachers).met


@pytest.mark.requirement("000-08", "002-35")
def test_while_the_unknown_decide_nothing_is_met_or_missed() -> None:
    undecided = degree_answer(target(), {"bachelor": 94, "associate": 1, None: 5})
    assert (undecided.met, undecided.unknown, undecided.rate) == (None, 5, Rate(94, 95))
    assert degree_answer(target(), {"bachelor": 95, None: 5}).met
    assert degree_answer(target(), {"bachelor": 89, "associate": 6, None: 5}).met is False
    assert degree_answer(target(), {}).met is None
    assert degree_answer(target(), {None: 3}).met is None


counts = st.dictionaries(st.sampled_from([None, "associate", "bachelor", "master"]), st.integers(0, 50))


@BRIEFLY
@given(counts, st.integers(1, 100_00), st.sampled_from(["associate", "bachelor", "master"]))
def test_learning_the_unknown_never_turns_a_settled_answer(
    teachers: dict[str | None, int], percent: int, degree: str
) -> None:
    row = target(f"{percent // 100}.{percent % 100:02}", degree)
    settled = degree_answer(row, teachers).met
    unknown = teachers.pop(None, 0)
    for found in ("associate", "master"):
        learnt = teachers | {found: teachers.get(found, 0) + unknown}
        if settled is not None:
            assert degree_answer(row, learnt).met is settled
