"""What is said about a field that does not fit: a Chinese message and a pointer, never the input itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic_core import core_schema

from xuefen.core.errors import FieldError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PARAMETER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_OWN_KEYS = frozenset({"extra_forbidden", "invalid_key"})
"""Errors whose last location is a key that the caller made up."""

_OTHER = "内容不符合要求"
_MESSAGES: Mapping[str, str] = {
    "missing": "请填写",
    "extra_forbidden": "含有未知的字段或参数",
    "invalid_key": "含有未知的字段或参数",
    "none_required": "应为空",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "数字太大",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "string_type": "应为文字",
    "string_unicode": "含有不能使用的字符，请删除后重新输入",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不正确",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "multiple_of": "应为 {multiple_of} 的倍数",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "set_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "enum": "不是可选的值",
    "literal_error": "不是可选的值",
    "union_tag_invalid": "不是可选的值",
    "union_tag_not_found": "缺少类型",
    "date_type": "日期应写成 2014-10-25 的样式",
    "date_parsing": "日期应写成 2014-10-25 的样式",
    "date_from_datetime_parsing": "日期应写成 2014-10-25 的样式",
    "date_from_datetime_inexact": "日期应写成 2014-10-25 的样式",
    "datetime_type": "时间应写成 2014-10-25T01:30:00Z 的样式",
    "datetime_parsing": "时间应写成 2014-10-25T01:30:00Z 的样式",
    "datetime_from_date_parsing": "时间应写成 2014-10-25T01:30:00Z 的样式",
    "timezone_aware": "时间须带时区，如 2014-10-25T01:30:00Z",
    "uuid_type": "编号格式不正确",
    "uuid_parsing": "编号格式不正确",
    "uuid_version": "编号格式不正确",
    "url_type": "网址格式不正确",
    "url_parsing": "网址格式不正确",
    "url_scheme": "网址格式不正确",
    "url_too_long": "网址太长",
}
_BOUNDS = frozenset({"min_length", "max_length", "gt", "ge", "lt", "le", "multiple_of"})
_LIBRARY_TYPES = frozenset(get_args(core_schema.ErrorType))


def field_errors(errors: Iterable[Mapping[str, Any]], limit: int = 50) -> list[FieldError]:
    """The first `limit` errors of a pydantic validation, fit to be shown to anyone."""
    found: list[FieldError] = []
    for error in errors:
        if len(found) == limit:
            break
        code = str(error["type"])
        found.append(FieldError(pointer(error["loc"], code), code, message(error)))
    return found


def message(error: Mapping[str, Any]) -> str:
    """Our own refusals carry their words; the library's get ours, with the bound that was broken."""
    code = str(error["type"])
    if code not in _LIBRARY_TYPES:
        return str(error["msg"])
    bounds = {name: value for name, value in error.get("ctx", {}).items() if name in _BOUNDS}
    try:
        return _MESSAGES.get(code, _OTHER).format_map(bounds)
    except KeyError:
        return _OTHER


def pointer(loc: Sequence[int | str], code: str) -> str:
    """Where the error is: `/items/3/hours` in the body, `query/page_size`, `path/id` or `header/if-match`.

    Keys that the caller invented are left out, so the pointer of an unknown field is that of its parent.
    """
    place, *parts = loc or ("body",)
    if code in _OWN_KEYS:
        parts = parts[:-1]
    if place == "body":
        return "".join(f"/{part}" for part in parts if _is_ours(part))
    named = [str(part).lower() for part in parts if _PARAMETER_NAME.fullmatch(str(part))]
    return "/".join([str(place), *named[:1]])


def _is_ours(part: int | str) -> bool:
    return isinstance(part, int) or _NAME.fullmatch(part) is not None
