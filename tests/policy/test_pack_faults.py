"""How a fault of a pack is told where nothing more is known than the fault itself."""

from tomllib import TOMLDecodeError
from typing import Any

import pytest

from xuefen.core.errors import FieldError
from xuefen.policy.pack_faults import fault_of, unreadable


def test_what_is_no_toml_is_told_in_the_words_of_the_parser() -> None:
    said = "不是有效的 TOML：line 3。改法：改正该处的引号、括号或等号"
    assert unreadable(TOMLDecodeError("line 3")) == FieldError("", "toml", said)
    too_deep = "不是有效的 TOML：嵌套太深或数字太长。改法：改为普通的表和数字"
    assert unreadable(RecursionError()) == FieldError("", "toml", too_deep)


@pytest.mark.parametrize(
    ("error", "data", "pointer", "said"),
    [
        ({"type": "missing", "loc": ("key",)}, {}, "/key", "key：缺少这一项。改法：补上这一项"),
        (
            {"type": "extra_forbidden", "loc": ("zzz",)},
            {"zzz": 1},
            "/zzz",
            "zzz：没有这个键。改法：删去这一行",
        ),
        (
            {"type": "extra_forbidden", "loc": ("nmae",)},
            {"nmae": 1, "name": 2},
            "/nmae",
            "nmae：没有这个键。改法：是否想写“name”？否则删去这一行",
        ),
        (
            {"type": "literal_error", "loc": ("late",), "ctx": {"expected": "'full' or 'pro_rata'"}},
            {"late": "x"},
            "/late",
            "late：不在可选值之内。改法：改为其中之一：'full'、'pro_rata'",
        ),
        (
            {"type": "union_tag_invalid", "loc": ("worth",), "ctx": {"expected_tags": "'fixed'"}},
            {"worth": {}},
            "/worth",
            "worth：没有这种 kind。改法：改为其中之一：'fixed'",
        ),
        ({"type": "of_no_kind", "loc": ()}, {}, "", "整个文件：内容不符合要求。改法：对照同类的行改正"),
    ],
)
def test_a_fault_without_line_and_clause(error: Any, data: Any, pointer: str, said: str) -> None:
    assert fault_of(error, data, "") == FieldError(pointer, error["type"], said)
