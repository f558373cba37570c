"""What is put where something else is expected. Text carries the canary, which no answer may hold."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CANARY = "canary7f3ac2"
LONG = 20_000


@dataclass(frozen=True)
class Value:
    """A JSON value. `never`: no field of any type may accept it, so the answer must be a refusal."""

    name: str
    json: str
    never: bool = True


def _text(name: str, text: str, never: bool = True) -> Value:
    return Value(name, json.dumps(text), never)


VALUES = (
    _text("nul", f"{CANARY}\0"),
    _text("only nul", "\0"),
    _text("high surrogate", f"{CANARY}\ud800"),
    _text("low surrogate", f"\udfff{CANARY}"),
    _text("escape character", f"\x1b[31m{CANARY}"),
    _text("right-to-left override", f"{CANARY}\u202e"),
    _text("no character", f"{CANARY}\uffff"),
    _text("very long", CANARY * LONG),
    Value("surrogates in the wrong order", f'"{CANARY}\\udc00\\ud800"'),
    _text("empty", "", never=False),
    _text("blanks", " \t\u3000", never=False),
    _text("sql", f"{CANARY}' OR '1'='1'; DROP TABLE users; --", never=False),
    _text("markup", f"<script>{CANARY}</script>", never=False),
    _text("format", f"{CANARY} %s %n {{0.__class__}} ${{x}}", never=False),
    _text("wildcards", f"%_\\{CANARY}", never=False),
    _text("path", f"../../../../{CANARY}", never=False),
    _text("formula", f"=cmd|' /C {CANARY}'!A0", never=False),
    _text("number as text", "１２３", never=False),
    _text("date out of range", "9999-12-31", never=False),
    _text("date that is none", "2026-02-30", never=False),
    _text("instant without end", "+275760-09-13T00:00:00Z", never=False),
    _text("id of nothing", "00000000-0000-0000-0000-000000000000", never=False),
    Value("NaN", "NaN"),
    Value("Infinity", "Infinity"),
    Value("-Infinity", "-Infinity"),
    Value("1e999", "1e999"),
    Value("-1e999", "-1e999"),
    Value("a million zeros", "1e1000000"),
    Value("2**31", str(2**31)),
    Value("2**63", str(2**63)),
    Value("-2**63-1", str(-(2**63) - 1)),
    Value("10**40", str(10**40)),
    Value("5000 digits", "9" * 5000),
    Value("-1", "-1"),
    Value("zero", "0", never=False),
    Value("minus zero", "-0.0", never=False),
    Value("a tenth", "0.1"),
    Value("true", "true", never=False),
    Value("null", "null", never=False),
    Value("empty list", "[]", never=False),
    Value("empty object", "{}", never=False),
    Value("list in a list", f'[["{CANARY}"]]'),
    Value("object in a list", f'[{{"{CANARY}": 1}}]'),
    Value("object with a strange key", f'{{"{CANARY}\\u0000\\ud800": {{"__proto__": null}}}}'),
    Value("deep list", "[" * 500 + "]" * 500),
    Value("list of two thousand", json.dumps([CANARY] * 2_000)),
)


class Raw:
    """JSON text inside a structure that is dumped as JSON: the library itself cannot write 1e999."""

    def __init__(self, text: str) -> None:
        self.text = text


def dumps(value: Any) -> bytes:
    """`value` as JSON, with every `Raw` in it as it is written."""
    raws: list[str] = []

    def hold(raw: Any) -> str:
        raws.append(raw.text)
        return f"\0raw{len(raws) - 1}\0"

    text = json.dumps(value, default=hold)
    for number, raw in enumerate(raws):
        text = text.replace(f'"\\u0000raw{number}\\u0000"', raw)
    return text.encode("utf-8", "surrogatepass")


def raw_bodies() -> Iterator[tuple[str, bytes, Mapping[str, str | bytes]]]:
    """Bodies that are no JSON, or no object, and what the caller says that they are."""
    for name, body in {
        "nothing": b"",
        "blanks": b" \n",
        "half an object": b'{"id": ',
        "single quotes": b"{'id': 1}",
        "trailing comma": b'{"id": 1,}',
        "comment": b"{} // " + CANARY.encode(),
        "two objects": b"{}{}",
        "text after it": b"{}" + CANARY.encode(),
        "raw newline in a string": b'{"id": "\n"}',
        "null": b"null",
        "list": b"[]",
        "list of objects": b"[{}]",
        "text": json.dumps(CANARY).encode(),
        "number": b"7",
        "bare NaN": b"NaN",
        "bare 1e999": b"1e999",
        "bare 5000 digits": b"9" * 5000,
        "deep lists": b"[" * 10_000 + b"]" * 10_000,
        "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        "deep and unfinished": b"[" * 100_000,
        "no utf-8": b'{"id": "\xff\xfe"}',
        "utf-8 of a surrogate": b'{"id": "\xed\xa0\x80"}',
        "a byte order mark": b"\xef\xbb\xbf{}",
        "utf-16": json.dumps({"id": CANARY}).encode("utf-16"),
        "gzip": b"\x1f\x8b\x08\x00" + CANARY.encode(),
        "nul": b"\0",
        "many keys": json.dumps({f"{CANARY}{n}": n for n in range(5_000)}).encode(),
        "duplicate keys": b'{"id": 1, "id": "' + CANARY.encode() + b'"}',
        "strange keys": b'{"\\u0000": 1, "\\ud800": 2, "": 3, "__proto__": 4, "' + CANARY.encode() + b'": 5}',
        "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "three megabytes": b'{"id": "' + b"x" * 3_000_000 + b'"}',
    }.items():
        yield f"body: {name}", body, {"content-type": "application/json"}
    form = b"id=1&title=" + CANARY.encode()
    for media_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        f"multipart/form-data; boundary={CANARY}",
        "text/plain",
        "application/xml",
        "application/jsonp",
        "application/problem+json",
        "",
        b"\xff\xfe",
        "application/json; charset=utf-7",
        "application/json" + "; a=b" * 2_000,
    ):
        yield f"type: {media_type[:40]!r}", form, {"content-type": media_type}
    yield "no type", form, {}
    yield "object without a type", b"{}", {}
