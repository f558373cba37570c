import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request

from tests.core.conftest import Client
from xuefen.core import logs, problems
from xuefen.core.access_log import AccessLog
from xuefen.core.logs import JsonFormatter, redacted

SECRETS = [
    "11010519491231002X",
    "110105194912310021",
    "110105491231002",
    "13812345678",
    "138 1234 5678",
    "+86 138-1234-5678",
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "手机{}登录", "phone={}", '"{}"', "Key (phone)=({}) exists", "x {}, y"]
)
def test_personal_values_and_tokens_are_blacked_out(secret: str, around: str) -> None:
    assert secret not in redacted(around.format(secret))
    assert "***" in redacted(around.format(secret))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password=hunter22 next", "hunter22"),
        ('{"password": "hunter22"}', "hunter22"),
        ("Authorization: Bearer abcdef.123456", "abcdef"),
        ("basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("client_secret: abc123", "abc123"),
        ("Cookie: xuefen_refresh=abcdef", "abcdef"),
        ("postgresql://xuefen:hunter22@db/x", "hunter22"),
    ],
)
def test_credentials_are_blacked_out(text: str, secret: str) -> None:
    assert secret not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "505e3893-86e5-45c9-a462-56364797fefb",
        "claims 1234567 of 2014-10-25",
        "took 12.5 ms",
        "1795300000",
        "/api/v1/claims/:claim_id",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_long_texts_are_cut_without_leaving_half_a_secret() -> None:
    for offset in range(480, 500):
        cut = redacted("x" * offset + " 13812345678")
        assert len(cut) <= 500
        assert "1381" not in cut


def line(record: logging.LogRecord, **options: Any) -> dict[str, Any]:
    text = JsonFormatter(**options).format(record)
    assert "\n" not in text
    return dict(json.loads(text))


def record(message: str = "saved", *arguments: Any, **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord("xuefen.test", logging.INFO, "file.py", 1, message, arguments, None)
    vars(made).update(extra)
    return made


def test_a_record_is_one_line_of_json() -> None:
    written = line(
        record("saved %s", "13812345678", claims=7, ratio=float("nan"), ok=True, who=None, ids=[1, "a"])
    )
    assert written["event"] == "saved ***"
    assert written["logger"] == "xuefen.test"
    assert written["level"] == "info"
    assert written["at"].endswith("+00:00")
    assert (written["claims"], written["ratio"], written["ok"], written["who"], written["ids"]) == (
        7,
        None,
        True,
        None,
        [1, "a"],
    )


def test_a_line_break_in_a_value_does_not_forge_a_line() -> None:
    assert line(record('x\n{"level":"error"}', note="a\r\nb"))["note"] == "a\r\nb"


def failed() -> logging.LogRecord:
    try:
        try:
            int("13812345678x")
        except ValueError as cause:
            raise RuntimeError("手机 13812345678, 王芳") from cause
    except RuntimeError as error:
        made = record("unhandled error")
        made.exc_info = (type(error), error, error.__traceback__)
        return made
    raise AssertionError


def test_of_an_exception_only_kind_and_place_are_kept() -> None:
    written = line(failed())
    assert [one["type"] for one in written["error"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert all("test_logs.py" in frame for one in written["error"] for frame in one["frames"])
    assert "王芳" not in json.dumps(written, ensure_ascii=False)
    assert "1381" not in json.dumps(written)


def test_development_also_sees_the_message_blacked_out() -> None:
    assert line(failed(), with_messages=True)["error"][0]["message"] == "手机 ***, 王芳"


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(AccessLog)

    @app.get("/people/{phone}")
    async def person(phone: str) -> dict[str, str]:
        logging.getLogger("xuefen.test").warning("looked up")
        return {}

    @app.get("/bug")
    async def bug(request: Request) -> None:
        raise RuntimeError("13812345678")

    @app.get("/livez")
    async def alive() -> dict[str, str]:
        return {}

    return app


@pytest.fixture
def written() -> Iterator[Any]:
    """The lines of the log, read and parsed when called."""
    root, stream = logging.getLogger(), io.StringIO()
    before = (root.handlers[:], root.level)
    logs.configure(stream=stream)
    yield lambda: [json.loads(text) for text in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before


async def test_a_request_is_one_line_without_path_query_or_body(
    app: FastAPI, client: Client, written: Any
) -> None:
    async with client(app) as api:
        await api.get("/people/13812345678?name=wangfang&token=abc")
    warning, access = written()
    assert access["method"] == "GET"
    assert access["route"] == "/people/:phone"
    assert access["status"] == 200
    assert access["ms"] >= 0
    assert warning["request_id"] == access["request_id"]
    assert "1381" not in json.dumps([warning, access])
    assert "wangfang" not in json.dumps([warning, access])


async def test_the_answer_names_the_request(app: FastAPI, client: Client, written: Any) -> None:
    given = str(uuid4())
    async with client(app) as api:
        taken = await api.get("/people/1", headers={"X-Request-ID": given})
        refused = await api.get("/people/1", headers={"X-Request-ID": "13812345678"})
    assert taken.headers["x-request-id"] == given
    assert refused.headers["x-request-id"] != "13812345678"
    assert {entry["request_id"] for entry in written()} == {given, refused.headers["x-request-id"]}


async def test_bugs_unknown_addresses_and_odd_methods_are_logged_without_what_was_sent(
    app: FastAPI, client: Client, written: Any
) -> None:
    async with client(app) as api:
        await api.get("/bug")
        await api.get("/nowhere/13812345678")
        await api.request("WANGFANG", "/people/1")
    lines = written()
    access = [entry for entry in lines if entry["event"] == "request"]
    assert [(entry["method"], entry["route"], entry["status"]) for entry in access] == [
        ("GET", "/bug", 500),
        ("GET", "/", 404),
        ("OTHER", "/people/:phone", 405),
    ]
    assert "1381" not in json.dumps(lines)
    assert "WANGFANG" not in json.dumps(lines)


async def test_health_checks_are_not_logged(app: FastAPI, client: Client, written: Any) -> None:
    async with client(app) as api:
        await api.get("/livez")
    assert written() == []


def test_the_servers_own_access_log_is_silent(written: Any) -> None:
    logging.getLogger("uvicorn.access").info('"GET /people?phone=13812345678 HTTP/1.1" 200')
    logging.getLogger("uvicorn.error").info("Started server process")
    assert [entry["event"] for entry in written()] == ["Started server process"]
