import json
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from xuefen.core import text


def accepted(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


def refused(kind: Any, value: Any) -> str:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(kind).validate_python(value)
    return str(refusal.value.errors()[0]["type"])


@pytest.mark.parametrize(
    "name", ["王芳", "欧阳娜娜", "买买提·艾力", "𠮷田", "䶮", "O'Neil", "=1+1", "<b>", "NULL"]
)
def test_real_names_pass_unchanged(name: str) -> None:
    assert accepted(text.PersonName, f" {name}\u3000") == name


@pytest.mark.parametrize(
    "hostile",
    [
        "王\x00芳",
        "王\x1b芳",
        "王\n芳",
        "王\t芳",
        "王\x7f芳",
        "王\x85芳",
        "王\u202e芳",
        "王\u2066芳",
        "王\u2028芳",
        "王\ufffe芳",
        "王\U0001ffff芳",
        "王\ud800芳",
        json.loads('"\\ud83d"'),
    ],
)
def test_what_a_database_or_a_page_cannot_hold_is_refused(hostile: str) -> None:
    refused(text.PersonName, hostile)


@pytest.mark.parametrize("value", ["", "  ", "\u3000", "x" * 51, " " * 51, 5, True, None, b"abc", ["a"]])
def test_a_line_is_a_bounded_string_that_says_something(value: Any) -> None:
    refused(text.PersonName, value)


def test_several_lines_keep_their_breaks_in_one_form() -> None:
    assert accepted(text.Note, "一\r\n二\r三\n\t四") == "一\n二\n三\n\t四"
    assert refused(text.Note, "一\x00") == "text_control"


@given(st.text(max_size=60))
def test_whatever_a_line_accepts_can_be_stored_and_shown(value: str) -> None:
    try:
        line = accepted(text.PersonName, value)
    except ValidationError:
        return
    assert line == line.strip() != ""
    assert "\0" not in line
    line.encode("utf-8")
    assert accepted(text.PersonName, line) == line


def test_the_contract_refuses_the_same_strings_as_the_type() -> None:
    schema = TypeAdapter(text.PersonName).json_schema()
    assert schema["maxLength"] == 50
    pattern = re.compile(schema["pattern"])
    assert pattern.search("王芳")
    for bad in ("", "  ", "a\x00", "a\nb", "\u202e"):
        assert not pattern.search(bad), repr(bad)


@pytest.mark.parametrize(
    "value", [True, 1.0, 1.5, "1", -1, 2**31, 2**63, 10**400, float("nan"), float("inf"), None]
)
def test_a_count_is_a_bounded_integer_and_nothing_else(value: Any) -> None:
    refused(text.Count, value)


def test_a_count_may_be_anything_a_column_holds() -> None:
    assert [accepted(text.Count, n) for n in (0, 2**31 - 1)] == [0, 2**31 - 1]


@pytest.mark.parametrize("value", ["yes", "true", 1, 0, "on", None])
def test_a_flag_is_true_or_false(value: Any) -> None:
    refused(text.Flag, value)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("0", 0), ("7", 700), ("7.2", 720), ("7.20", 720), ("0.01", 1), ("9999.99", 999_999), ("450", 45_000)],
)
def test_amounts_are_exact_hundredths(typed: str, amount: int) -> None:
    assert accepted(text.AmountIn, typed) == amount


@pytest.mark.parametrize(
    "value",
    [
        *(
            "NaN",
            "Infinity",
            "-Infinity",
            "1e999",
            "1e2",
            "7.201",
            "-1",
            "+1",
            "10000",
            "9999.991",
            "",
            " 7",
            "7 ",
        ),
        *("07", "7.", ".5", "7,20", "７", "٧", "0x10", "7.2\n", "1_0", "九"),
        *(7, 7.2, True, None, float("nan"), ["7.20"]),
    ],
)
def test_anything_but_a_plain_decimal_string_is_no_amount(value: Any) -> None:
    assert refused(text.AmountIn, value) == "amount"


@given(st.integers(0, 999_999))
def test_an_amount_goes_out_as_it_came_in(centi: int) -> None:
    class Worth(text.Output):
        credits: text.AmountOut

    written = json.loads(Worth(credits=centi).model_dump_json())["credits"]
    assert accepted(text.AmountIn, written) == centi
    assert written == f"{centi // 100}.{centi % 100:02}"


def test_a_reversal_goes_out_negative() -> None:
    assert text.decimal_text(-720) == "-7.20"
    assert text.decimal_text(-5) == "-0.05"


def test_an_amount_is_a_string_in_the_contract_on_both_sides() -> None:
    for kind, mode in ((text.AmountIn, "validation"), (text.AmountOut, "serialization")):
        assert TypeAdapter(kind).json_schema(mode=mode)["type"] == "string"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
    ],
)
def test_a_phone_number_is_read_as_people_type_it(typed: str, number: str) -> None:
    assert accepted(text.PhoneNumber, typed) == number


@pytest.mark.parametrize(
    "value", ["12812345678", "1381234567", "138123456789", "0731-28680000", "", 13812345678]
)
def test_other_numbers_are_no_mobile_phones(value: Any) -> None:
    refused(text.PhoneNumber, value)


def with_check_digit(first_seventeen: str) -> str:
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    total = sum(w * int(d) for w, d in zip(weights, first_seventeen, strict=True))
    return first_seventeen + "10X98765432"[total % 11]


def test_an_id_number_needs_its_check_digit_and_a_real_date() -> None:
    good = with_check_digit("43020319900228001")
    assert accepted(text.IdNumber, good.lower()) == good
    for position in range(17):
        other = str((int(good[position]) + 1) % 10)
        refused(text.IdNumber, good[:position] + other + good[position + 1 :])


def test_the_example_of_the_standard_passes() -> None:
    """GB 11643-1999, appendix: 11010519491231002X."""
    assert accepted(text.IdNumber, "11010519491231002x") == "11010519491231002X"


def test_an_area_code_that_was_abolished_or_came_later_is_no_reason_to_refuse() -> None:
    for area in ("430221", "522122", "110109", "999999"):
        number = with_check_digit(f"{area}19800101001")
        assert accepted(text.IdNumber, number) == number


@time_machine.travel("2026-11-22T12:00:00+08:00")
@pytest.mark.parametrize("born", ["19900230", "18991231", "20261123", "19901301", "00000000"])
def test_an_impossible_birthday_is_refused(born: str) -> None:
    assert refused(text.IdNumber, with_check_digit(f"430203{born}001")) == "id_number"


@pytest.mark.parametrize(
    "value", ["", "43020319900228", "430203199002280011\n", "4302031990022800１1x", 4302031990]
)
def test_other_forms_are_no_id_numbers(value: Any) -> None:
    refused(text.IdNumber, value)


@pytest.mark.parametrize("value", ["T0001", "a1", "ZZ-01_x", "０１２３"])
def test_staff_numbers(value: str) -> None:
    accepted(text.StaffNo, value)


@pytest.mark.parametrize("value", ["", "1", "-1", "工号1", "a b", "a" * 33, "a\x00b", "１" * 100])
def test_no_staff_numbers(value: str) -> None:
    refused(text.StaffNo, value)


def test_days_and_instants_are_iso_and_within_reason() -> None:
    assert accepted(text.Day, "2014-10-25") == date(2014, 10, 25)
    assert accepted(text.Instant, "2014-10-25T09:30:00+08:00") == datetime(2014, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["2014-13-01", "0001-01-01", "9999-12-31", "2014-10-25T00:00:00", 20141025, 1.5e9, True]
)
def test_other_days_are_refused(value: Any) -> None:
    refused(text.Day, value)


@pytest.mark.parametrize(
    "value",
    [
        "2014-10-25T01:30:00",
        "2014-10-25",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1414200600",
        1414200600,
        float("inf"),
    ],
)
def test_other_instants_are_refused(value: Any) -> None:
    refused(text.Instant, value)


class Claim(text.Input):
    name: text.PersonName
    score: float = 0
    motto: Annotated[str, text.Line(5)] | None = None


def test_an_input_refuses_unknown_fields_and_numbers_without_value() -> None:
    assert refused(Claim, {"name": "x", "is_admin": True}) == "extra_forbidden"
    assert refused(Claim, {"name": "x", "score": float("nan")}) == "finite_number"
    assert refused(Claim, {"name": "x", "score": float("inf")}) == "finite_number"


def test_a_refusal_does_not_print_what_was_typed() -> None:
    with pytest.raises(ValidationError) as refusal:
        Claim.model_validate({"name": "430203199002280011\x00"})
    assert "4302" not in str(refusal.value)


def test_braces_in_a_message_are_only_braces() -> None:
    assert text.refusal("code", "写成 {x}").message() == "写成 {x}"
