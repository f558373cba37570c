"""Amounts are exact integers in hundredths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.policy import BRIEFLY
from xuefen.policy.units import Credits, Hours, centi_text, short_text


@pytest.mark.parametrize(
    ("text", "centi"), [("7", 700), ("7.2", 720), ("7.20", 720), ("0", 0), ("0.01", 1), ("-7.20", -720)]
)
def test_an_amount_is_read_exactly(text: str, centi: int) -> None:
    assert Credits.parse(text).centi == centi


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 7",
        "7.",
        ".5",
        "7.201",
        "7,20",
        "1e3",
        "NaN",
        "Infinity",
        "+7",
        "12345678",
        "７",
        "7.2\n",
        "--7",
        "0x7",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        Credits.parse(text)


@BRIEFLY
@given(st.integers(min_value=-999_999_999, max_value=999_999_999))
def test_writing_and_reading_again_changes_nothing(centi: int) -> None:
    assert Credits.parse(str(Credits(centi))).centi == centi


def test_amounts_are_written_with_two_places_or_without_idle_zeros() -> None:
    assert [centi_text(one) for one in (720, 1200, 5, -5)] == ["7.20", "12.00", "0.05", "-0.05"]
    assert [short_text(one) for one in (720, 1200, 5, 0, 12000)] == ["7.2", "12", "0.05", "0", "120"]


def test_credits_add_up_without_rounding() -> None:
    assert sum([Credits.parse("0.10")] * 10, Credits(0)) == Credits.whole(1)
    assert Credits.parse("0.3") - Credits.parse("0.1") == Credits.parse("0.2")


def test_credits_and_hours_never_mix() -> None:
    with pytest.raises(TypeError):
        _ = Credits(100) + Hours(100)  # type: ignore[operator]  # the refusal is what is tested
    with pytest.raises(TypeError):
        _ = Credits(100) < Hours(200)  # type: ignore[operator]  # the refusal is what is tested


def test_a_difference_and_an_opposite_are_exact_and_of_one_unit() -> None:
    assert Credits(5) - Credits(7) == Credits(-2)
    assert -Credits(5) == Credits(-5)
    assert isinstance(-Hours(5), Hours)
    with pytest.raises(TypeError):
        Credits(5) - Hours(2)  # type: ignore[operator]
