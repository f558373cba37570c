"""Types for what people and systems type in, and for amounts that go out.

Every string is bounded and refuses what a database or a page cannot hold: NUL, control characters, lone
surrogates, invisible direction marks. A validator that refuses raises `refusal(code, message)`: only such
messages reach the caller, so that no input is ever echoed.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from xuefen.core import clock

MAX_INT = 2_147_483_647
FIRST_YEAR, LAST_YEAR = 1900, 2199
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
_FORBIDDEN_IN_LINE = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
_FORBIDDEN_IN_LINES = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"


def refusal(code: str, message: str) -> PydanticCustomError:
    """The error to raise in a validator: a stable code and a Chinese message that holds no input."""
    return PydanticCustomError(code, message)


class Input(BaseModel):
    """What crosses HTTP inwards: unknown fields, NaN and infinity are refused."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )


class Output(BaseModel):
    """What crosses HTTP outwards. Fields have no defaults: the contract says what is always there."""

    model_config = ConfigDict(
        extra="forbid", allow_inf_nan=False, frozen=True, from_attributes=True, hide_input_in_errors=True
    )


def is_clean(text: str, *, breaks: bool = False) -> bool:
    """Whether a database column and a page can hold `text`; `breaks` allows newline and tab."""
    if text.isprintable():
        return True
    allowed = "\n\t" if breaks else ""
    return all(char in allowed or _is_plain(char) for char in text)


def _is_plain(char: str) -> bool:
    if char in _DIRECTION_MARKS or ord(char) & 0xFFFE == 0xFFFE:
        return False
    return unicodedata.category(char) not in ("Cc", "Cs")


@dataclass(frozen=True)
class Line:
    """Marks a one-line string: `Annotated[str, Line(50)]`. Surrounding blanks are cut off."""

    maximum: int
    minimum: int = 1

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _string(self.clean)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return _json_string(self.minimum, self.maximum, _FORBIDDEN_IN_LINE)

    def clean(self, text: str) -> str:
        return _bounded(text, self.minimum, self.maximum, breaks=False)


@dataclass(frozen=True)
class Lines:
    """Marks a string of several lines: `Annotated[str, Lines(2000)]`. Line ends become newlines."""

    maximum: int
    minimum: int = 1

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _string(self.clean)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return _json_string(self.minimum, self.maximum, _FORBIDDEN_IN_LINES)

    def clean(self, text: str) -> str:
        newlines = text.replace("\r\n", "\n").replace("\r", "\n")
        return _bounded(newlines, self.minimum, self.maximum, breaks=True)


def _string(clean: Callable[[str], str]) -> CoreSchema:
    return core_schema.no_info_after_validator_function(clean, core_schema.str_schema(strict=True))


def _json_string(minimum: int, maximum: int, forbidden: str) -> JsonSchemaValue:
    any_char = f"[^{forbidden}]"
    pattern = f"^{any_char}*[^{forbidden}\\s]{any_char}*$" if minimum else f"^{any_char}*$"
    return {"type": "string", "minLength": minimum, "maxLength": maximum, "pattern": pattern}


def _bounded(text: str, minimum: int, maximum: int, *, breaks: bool) -> str:
    if len(text) > maximum:
        raise refusal("text_too_long", f"最多 {maximum} 个字")
    stripped = text.strip()
    if len(stripped) < minimum:
        raise refusal("text_too_short", "请填写" if minimum == 1 else f"至少 {minimum} 个字")
    if not is_clean(stripped, breaks=breaks):
        raise refusal("text_control", "含有不能使用的字符，请删除后重新输入")
    return stripped


PersonName = Annotated[str, Line(50)]
Title = Annotated[str, Line(200)]
Note = Annotated[str, Lines(2000)]
SearchText = Annotated[str, Line(50)]
Code = Annotated[str, Strict(), StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$", max_length=60)]
"""A stable code of the product, such as a category or a return reason."""


@dataclass(frozen=True)
class Whole:
    """Marks an integer in a JSON body: bounded, and never a boolean, a float or a string."""

    minimum: int = 0
    maximum: int = MAX_INT

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.int_schema(strict=True, ge=self.minimum, le=self.maximum)


Count = Annotated[int, Whole()]
Version = Annotated[int, Whole()]
Flag = Annotated[bool, Strict()]
"""A boolean in a JSON body. In a query use plain `bool`: there everything is text."""


def _half_width(text: Any) -> Any:
    """Full-width digits and letters, as Chinese input methods make them, become plain ones."""
    if not isinstance(text, str) or len(text) > 64 or not is_clean(text):
        return text
    return unicodedata.normalize("NFKC", text).strip()


_STAFF_NO = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{1,31}")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def staff_no(text: str) -> str:
    """A staff number (工号): 2 to 32 letters, digits, `-` or `_`."""
    if not _STAFF_NO.fullmatch(text):
        raise refusal("staff_no", "工号应为 2 至 32 位字母或数字")
    return text


def phone_number(text: str) -> str:
    """A mainland mobile number as 11 digits; blanks, hyphens and +86 are cut off."""
    digits = re.sub(r"[ -]", "", text).removeprefix("+86")
    if not _PHONE.fullmatch(digits):
        raise refusal("phone", "手机号应为 11 位数字")
    return digits


def id_number(text: str) -> str:
    """An 18-digit citizen id number: form, date of birth and check digit (GB 11643-1999).

    The area code is not looked up: codes were abolished and reused, so tables of them refuse real people.
    """
    upper = text.upper()
    if not _ID_NUMBER.fullmatch(upper) or not _is_birth_date(upper[6:14]):
        raise refusal("id_number", "身份证号应为 18 位，请核对")
    remainder = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, upper, strict=False)) % 11
    if upper[17] != _ID_CHECKS[remainder]:
        raise refusal("id_number_check", "身份证号的校验位不对，请核对")
    return upper


def _is_birth_date(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return day.year >= FIRST_YEAR and day <= clock.today()


StaffNo = Annotated[
    str,
    Strict(),
    BeforeValidator(_half_width),
    AfterValidator(staff_no),
    WithJsonSchema({"type": "string", "pattern": f"^{_STAFF_NO.pattern}$"}),
]
PhoneNumber = Annotated[
    str,
    Strict(),
    BeforeValidator(_half_width),
    AfterValidator(phone_number),
    WithJsonSchema({"type": "string", "pattern": f"^{_PHONE.pattern}$"}),
]
IdNumber = Annotated[
    str,
    Strict(),
    BeforeValidator(_half_width),
    AfterValidator(id_number),
    WithJsonSchema({"type": "string", "pattern": f"^{_ID_NUMBER.pattern}$"}),
]


_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,2})?")


def centi(text: str) -> int:
    """`"7.20"` -> 720. Credits and hours are exact hundredths; at most 9999.99, never negative."""
    if not _AMOUNT.fullmatch(text):
        raise refusal("amount", "应为不超过 9999.99 的数字，最多两位小数")
    units, _, hundredths = text.partition(".")
    return int(units) * 100 + int(hundredths.ljust(2, "0"))


def decimal_text(amount_centi: int) -> str:
    """720 -> `"7.20"`; a reversal is negative: -720 -> `"-7.20"`."""
    units, hundredths = divmod(abs(amount_centi), 100)
    return f"{'-' if amount_centi < 0 else ''}{units}.{hundredths:02}"


def _centi_of_text(value: Any) -> int:
    if not isinstance(value, str):
        raise refusal("amount", '学分和学时须写成带引号的小数，如 "7.20"')
    return centi(value)


AmountIn = Annotated[
    int,
    BeforeValidator(_centi_of_text),
    WithJsonSchema({"type": "string", "pattern": f"^{_AMOUNT.pattern}$", "examples": ["7.20"]}),
]
"""Credits or hours that come in: a decimal string, held as hundredths."""

AmountOut = Annotated[
    int,
    Strict(),
    PlainSerializer(decimal_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "examples": ["7.20"]}),
]
"""Credits or hours that go out: hundredths, written as a decimal string with two places."""


def _iso_day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise refusal("date", "日期应写成 2014-10-25 的样式")
    return value


def _known_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refusal("date", "日期超出范围")
    return day


def _iso_instant(value: Any) -> Any:
    if not isinstance(value, str | datetime) or (isinstance(value, str) and "T" not in value.upper()):
        raise refusal("instant", "时间应写成 2014-10-25T01:30:00Z 的样式")
    return value


def _in_utc(instant: datetime) -> datetime:
    _known_year(instant)
    return instant.astimezone(UTC)


Day = Annotated[date, BeforeValidator(_iso_day), AfterValidator(_known_year)]
"""A calendar day, ISO, 1900 to 2199. A number or an instant is no day."""

Instant = Annotated[AwareDatetime, BeforeValidator(_iso_instant), AfterValidator(_in_utc)]
"""An instant with its offset, held in UTC."""

Password = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=128)]
"""A password as typed: nothing is cut off."""
