"""The 20 % rule of a school, worked by hand, and what holds for every threshold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY
from xuefen.policy.accountability_rows import ThresholdRow
from xuefen.policy.rates import Rate
from xuefen.policy.thresholds import judge


def threshold(percent: Any = 20, *, inclusive: bool = True) -> ThresholdRow:
    return ThresholdRow.model_validate(
        {
            "id": "fifth",
            "name": "年度未达标教师比例",
            "requirement": "year",
            "percent": percent,
            "inclusive": inclusive,
            "consequences": [{"code": "no_award", "text": "取消评优资格"}],
            "clause": "株教函〔2014〕29号 六(四)3",
        }
    )


# 株教函〔2014〕29号 六(四)3：“20%以上”; 002-1：“20%及以上”
@pytest.mark.requirement("002-18")
@pytest.mark.parametrize(
    ("members", "below", "inclusive", "failed", "more"),
    [
        (46, 9, True, False, 1),
        (46, 10, True, True, 0),
        (50, 10, True, True, 0),
        (50, 9, True, False, 1),
        (50, 10, False, False, 1),
        (50, 11, False, True, 0),
        (50, 7, True, False, 3),
        (3, 0, True, False, 1),
        (1, 0, True, False, 1),
        (1, 1, True, True, 0),
        (46, 46, True, True, 0),
        (0, 0, True, False, 1),
        (0, 0, False, False, 1),
    ],
)
def test_a_school_fails_at_a_fifth_of_its_teachers(
    members: int, below: int, inclusive: bool, failed: bool, more: int
) -> None:
    verdict = judge(threshold(inclusive=inclusive), members, below)
    assert (verdict.members, verdict.below) == (members, below)
    assert (verdict.failed, verdict.more_until_failed) == (failed, more)


def test_a_threshold_may_stand_between_two_whole_percents() -> None:
    assert judge(threshold("1.5"), 200, 3).failed
    assert not judge(threshold("1.5"), 201, 3).failed


@BRIEFLY
@given(
    percent=st.integers(1, 100),
    inclusive=st.booleans(),
    members=st.integers(0, 400),
    data=st.data(),
)
def test_so_many_more_and_not_one_fewer_make_it_fail(
    percent: int, inclusive: bool, members: int, data: st.DataObject
) -> None:
    row = threshold(percent, inclusive=inclusive)
    below = data.draw(st.integers(0, members))
    verdict = judge(row, members, below)
    share = below * 100 >= percent * members if inclusive else below * 100 > percent * members
    assert verdict.failed == (members > 0 and share)
    more = verdict.more_until_failed
    assert judge(row, members, below + more).failed
    assert more == 0 or not judge(row, members, below + more - 1).failed


def test_a_rate_is_compared_exactly_and_never_rounded_up() -> None:
    assert Rate(95, 100).reaches(95_00)
    assert not Rate(94_999, 100_000).reaches(95_00)
    assert Rate(94_999, 100_000).percent == "94.99"
    assert (Rate(9, 46).share, Rate(9, 46).percent) == ("9/46", "19.56")
    assert Rate(10, 50) + Rate(9, 46) == Rate(19, 96)


def test_of_nobody_there_is_no_rate() -> None:
    assert Rate(0, 0).percent is None
    assert not Rate(0, 0).reaches(1)
