"""Addresses, queries and headers that no client of good faith sends."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from tests.hostile.values import CANARY
from xuefen.core.page import make_token

IDS: Mapping[str, bytes] = {
    "word": CANARY.encode(),
    "nul": b"%00",
    "id with nul": str(UUID(int=7)).encode() + b"%00",
    "up": b"..%2f..%2f..%2fetc%2fpasswd",
    "plain up": b"../" + CANARY.encode(),
    "surrogate": b"%ED%A0%80",
    "no utf-8": b"%FF%FE",
    "broken percent": b"%zz%",
    "percent of percent": b"%2500",
    "line break": b"%0d%0aSet-Cookie:%20" + CANARY.encode() + b"=1",
    "override": b"%E2%80%AE" + CANARY.encode(),
    "zero": b"0",
    "minus one": b"-1",
    "2**63": b"9223372036854775808",
    "NaN": b"NaN",
    "null": b"null",
    "sql": b"'%20OR%20'1'='1",
    "braces": b"{" + str(UUID(int=7)).encode() + b"}",
    "urn": b"urn:uuid:" + str(UUID(int=7)).encode(),
    "id and more": str(UUID(int=7)).encode() + b";a=b",
    "id with blank": str(UUID(int=7)).encode() + b"%20",
    "other digits": "٠٠٠٠٠٠٠٠".encode(),
    "raw bytes": b"\xff\x00\xfe",
    "long": CANARY.encode() * 5_000,
    "empty": b"",
}

QUERY_VALUES: Mapping[str, bytes] = {
    "empty": b"",
    "nul": b"%00",
    "text with nul": CANARY.encode() + b"%00",
    "surrogate": b"%ED%A0%80" + CANARY.encode(),
    "no utf-8": b"%FF" + CANARY.encode(),
    "raw bytes": b"\xff\xfe" + CANARY.encode(),
    "broken percent": b"%zz%",
    "control": b"%1b%5b" + CANARY.encode(),
    "override": b"%E2%80%AE" + CANARY.encode(),
    "wildcards": b"%25_%5C%25",
    "sql": b"'%20OR%20'1'='1",
    "minus one": b"-1",
    "zero": b"0",
    "plus": b"%2B1",
    "a tenth": b"0.1",
    "1e9": b"1e9",
    "1_0": b"1_0",
    "10**9": b"1000000000",
    "2**31": b"2147483648",
    "2**63": b"9223372036854775808",
    "10**40": b"1" + b"0" * 40,
    "5000 digits": b"9" * 5_000,
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "other digits": "١٢٣".encode(),
    "json": b'{"$ne":null}',
    "date that is none": b"2026-02-30",
    "date out of range": b"0001-01-01",
    "last date": b"9999-12-31",
    "first day that is taken": b"1900-01-01",
    "last day that is taken": b"2199-12-31",
    "leap day": b"2024-02-29",
    "last instant that is taken": b"2199-12-31T23:59:59-14:00",
    "instant at the end": b"9999-12-31T23:59:59-14:00",
    "instant before time": b"0001-01-01T00:00:00%2B14:00",
    "null": b"null",
    "long": CANARY.encode() * 2_000,
}
NEVER_A_SIZE = frozenset(QUERY_VALUES) - {"plus", "other digits", "1_0"}


def page_tokens() -> Mapping[str, bytes]:
    """None of them was made for the list it is sent to."""
    other = make_token("some other list", [CANARY, 1, UUID(int=7)])
    return {
        "of another list": other.encode(),
        "cut": other[:-3].encode(),
        "padding": b"====",
        "one letter": b"A",
        "only a signature": b"A" * 22,
        "no base64": "翻页".encode(),
        "offset": b"100",
    }


def queries(parameters: list[Mapping[str, Any]]) -> Iterator[tuple[str, bytes, bool]]:
    """Name, query, and whether it can only be refused."""
    for parameter in parameters:
        name = parameter["name"].encode()
        for kind, value in QUERY_VALUES.items():
            never = name == b"page_size" and kind in NEVER_A_SIZE
            yield f"{parameter['name']} = {kind}", name + b"=" + value, never
        yield f"{parameter['name']} twice", name + b"=1&" + name + b"=" + CANARY.encode(), False
        yield f"{parameter['name']} as list", name + b"[]=" + CANARY.encode(), True
        yield f"{parameter['name']} in capitals", name.upper() + b"=1", True
        if name == b"page_token":
            for kind, value in page_tokens().items():
                yield f"page_token {kind}", b"page_token=" + value, True
    if parameters:
        yield "unknown parameter", CANARY.encode() + b"=1", True
        yield "nul as a name", b"%00=1", True
        yield "many parameters", b"&".join(CANARY.encode() + b"%d=1" % n for n in range(3_000)), True
        yield "only signs", b"&&&===;;;", False


IF_MATCH: Mapping[str, bytes] = {
    "star": b"*",
    "weak": b'W/"1"',
    "list": b'"1", "2"',
    "bare": b"1",
    "negative": b'"-1"',
    "leading zero": b'"01"',
    "2**31": b'"2147483648"',
    "10**40": b'"1' + b"0" * 40 + b'"',
    "other digits": '"١"'.encode(),
    "open": b'"1',
    "empty": b"",
    "empty tag": b'""',
    "bytes": b'"\xff\xfe"',
    "nul": b'"1\0"',
    "word": f'"{CANARY}"'.encode(),
    "long": b'"' + b"1" * 50_000 + b'"',
}

AUTHORIZATION: Mapping[str, bytes] = {
    "bytes": b"\xff\xfe\x00",
    "bearer of bytes": b"Bearer \xff\xfe\x00",
    "bearer alone": b"Bearer",
    "no scheme": CANARY.encode(),
    "empty": b"",
    "basic of no base64": b"Basic !!!!" + CANARY.encode(),
    "basic of bytes": b"Basic \xff",
    "basic of no utf-8": b"Basic //79",
    "basic without a colon": b"Basic Y2FuYXJ5",
    "basic of nothing": b"Basic Og==",
    "basic of nul": b"Basic AAA6AAA=",
    "digest": b'Digest username="' + CANARY.encode() + b'"',
    "long": b"Bearer " + CANARY.encode() * 20_000,
}

HEADERS: Mapping[str, Mapping[str, str | bytes]] = {
    "cookie of bytes": {"cookie": b"\xff=\xff; xuefen_refresh=\xff\x00" + CANARY.encode()},
    "cookie long": {"cookie": b"xuefen_refresh=" + CANARY.encode() * 10_000},
    "cookie empty": {"cookie": b"xuefen_refresh="},
    "cookie broken": {"cookie": b'; ;=; xuefen_refresh="' + CANARY.encode()},
    "accept": {"accept": b"\xff/\xff;q=NaN"},
    "language": {"accept-language": b"*;q=" + b"9" * 9_000},
    "range": {"range": b"bytes=-1-,99999999999999999999-"},
    "host of brackets": {"host": b"[::" + CANARY.encode()},
    "host of bytes": {"host": b"\xff\xfe"},
    "host empty": {"host": b""},
    "forwarded": {"x-forwarded-for": CANARY.encode(), "x-forwarded-proto": b"\xff", "forwarded": b"for=["},
    "override": {"x-http-method-override": b"DELETE", "x-original-url": b"/" + CANARY.encode()},
    "origin": {"origin": b"null", "referer": CANARY.encode()},
    "length negative": {"content-length": b"-1"},
    "length of letters": {"content-length": CANARY.encode()},
    "length endless": {"content-length": b"9" * 30},
    "length of bytes": {"content-length": b"\xff"},
    "encoding": {"content-encoding": b"gzip", "transfer-encoding": b"gzip, chunked"},
    "expect": {"expect": b"200-maybe", "upgrade": CANARY.encode()},
    "trace": {"traceparent": CANARY.encode(), "x-request-id": b"\xff" + CANARY.encode() * 500},
}
