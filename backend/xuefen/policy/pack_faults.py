"""What is wrong with a pack, told to the person who writes it: where, by which clause, and how to mend it."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from tomllib import TOMLDecodeError
from typing import Any

from xuefen.core.errors import FieldError
from xuefen.policy.toml_lines import line_of

_SAYINGS = {
    "missing": ("缺少这一项", "补上这一项"),
    "amount": ("不是精确的正数", '写整数或最多两位小数的字符串，例如 12 或 "7.20"，不用小数字面量'),
    "percent": ("不是百分数", '写 20 或 "1.5" 这样大于 0、不超过 100 的数'),
    "date_type": ("不是日期", "写成 2009-01-01 的形式"),
    "date_parsing": ("不是日期", "写成 2009-01-01 的形式"),
    "date_from_datetime_parsing": ("不是日期", "写成 2009-01-01 的形式"),
    "bool_type": ("不是 true 或 false", "写 true 或 false，不加引号"),
    "int_type": ("不是整数", "写整数，不加引号"),
    "string_type": ("不是文字", "用双引号括起来"),
    "string_pattern_mismatch": ("写法不对", "代码用小写字母、数字和下划线，学期起始日写 MM-DD（不用 02-29）"),
    "union_tag_not_found": ("没有写明 kind", "补上 kind"),
    "too_short": ("一行也没有", "至少写一行"),
}
_MOST_KEYS = 300
_OTHERWISE = ("内容不符合要求", "对照同类的行改正")


def unreadable(error: ValueError | RecursionError) -> FieldError:
    """The text is no TOML at all; the parser's own words carry line and column where it knows them."""
    if not isinstance(error, TOMLDecodeError):
        return FieldError("", "toml", "不是有效的 TOML：嵌套太深或数字太长。改法：改为普通的表和数字")
    return FieldError("", "toml", f"不是有效的 TOML：{error}。改法：改正该处的引号、括号或等号")


def fault_of(error: Mapping[str, Any], data: Mapping[str, Any], text: str) -> FieldError:
    """One fault of the shape (`type`, `loc`, `ctx` as the validator gives them) as a field error.

    The message reads: 第 41 行 requirements[0].credits（依据 …）：缺少这一项。改法：…
    """
    path = _path(error, data)
    saying, remedy = _saying(error, data, path)
    line = line_of(text, path)
    place = (f"第 {line} 行 " if line else "") + _dotted(path)
    clause = _clause(data, path)
    basis = f"（依据 {clause}）" if clause else ""
    pointer = "".join(f"/{part}" for part in path)
    return FieldError(pointer, str(error["type"]), f"{place}{basis}：{saying}。改法：{remedy}")


def _path(error: Mapping[str, Any], data: Mapping[str, Any]) -> list[str | int]:
    """The key path in the data; the validator's own path also names the kind it tried, which is no key."""
    context = error.get("ctx", {})
    path = _without_kinds(list(error["loc"]), data, keep_last=error["type"] != "contradiction")
    return path + list(context.get("path", ()))


def _without_kinds(location: Sequence[str | int], data: Any, *, keep_last: bool) -> list[str | int]:
    """`keep_last`: the last part is a key even where the data lack it; a contradiction ends at its row."""
    path: list[str | int] = []
    here = data
    for index, part in enumerate(location):
        last = keep_last and index == len(location) - 1
        known = part in here if isinstance(here, Mapping) else isinstance(part, int)
        if known:
            here = here[part]
        if known or last:
            path.append(part)
    return path


def _saying(error: Mapping[str, Any], data: Mapping[str, Any], path: Sequence[str | int]) -> tuple[str, str]:
    context = error.get("ctx", {})
    match error["type"]:
        case "contradiction":
            return context["message"], context["remedy"]
        case "extra_forbidden":
            return _unknown_key(data, path)
        case "enum" | "literal_error":
            return "不在可选值之内", f"改为其中之一：{context['expected'].replace(' or ', '、')}"
        case "union_tag_invalid":
            return "没有这种 kind", f"改为其中之一：{context['expected_tags']}"
        case other:
            return _SAYINGS.get(other, _OTHERWISE)


def _unknown_key(data: Mapping[str, Any], path: Sequence[str | int]) -> tuple[str, str]:
    known = {str(key) for row in _alike(data, path) for key in row} - {str(path[-1])}
    close = get_close_matches(str(path[-1])[:40], sorted(known)[:_MOST_KEYS], n=1)
    hint = f"是否想写“{close[0]}”？否则" if close else ""
    return "没有这个键", f"{hint}删去这一行"


def _alike(data: Mapping[str, Any], path: Sequence[str | int]) -> list[Mapping[str, Any]]:
    """The rows of the same table, which show how the key is usually spelled."""
    table = data.get(str(path[0])) if len(path) > 1 else data
    rows = table if isinstance(table, list) else [table]
    return [row for row in rows if isinstance(row, Mapping)]


def _clause(data: Any, path: Sequence[str | int]) -> str | None:
    """The clause of the innermost table on the path that cites one."""
    found: str | None = None
    here = data
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(here, Mapping) and isinstance(here.get("clause"), str):
            found = here["clause"]
    return found


def _dotted(path: Sequence[str | int]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".") or "整个文件"
