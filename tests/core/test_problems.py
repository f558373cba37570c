import json
import logging
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, File, Form, HTTPException, Query, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator

from tests.core.conftest import Client
from xuefen.core import problems, text
from xuefen.core.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
    TooManyRequests,
    Unavailable,
)
from xuefen.core.page import PageQuery

SECRET = "13812345678"
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "errors"}


class RunFull(Conflict):
    code, title = "run_full", "名额已满"


class AlreadyEnrolled(Conflict):
    code, title = "already_enrolled", "已经报名"


def refuse_seven(value: int) -> int:
    if value == 7:
        raise ValueError(f"seven from {SECRET}")
    return value


class Session(text.Input):
    hours: text.AmountIn
    place: text.Title | None = None


class Body(text.Input):
    id: UUID
    name: text.PersonName
    score: float = 0
    lucky: Annotated[int, AfterValidator(refuse_seven)] = 0
    sessions: list[Session] = []  # noqa: RUF012 - pydantic copies it
    marks: dict[str, int] = {}  # noqa: RUF012


RAISED: dict[str, Exception] = {
    "run_full": RunFull(
        "本期 50 个名额已经报满", extra={"capacity": 50, "opens_on": date(2014, 10, 25), "status": 200}
    ),
    "not_found": NotFound(),
    "forbidden": Forbidden(),
    "fields": Invalid(errors=[FieldError("/quota", "quota", "名额不能少于已报人数")]),
    "throttled": TooManyRequests(retry_after=30),
    "busy": Unavailable(),
    "signed_out": NotAuthenticated(),
    "bug": RuntimeError(f"could not save {SECRET}"),
    "teapot": HTTPException(418, f"I know {SECRET}"),
    "timeout": TimeoutError(SECRET),
    "refused": ConnectionRefusedError(SECRET),
}


def signed_in(who: Annotated[str | None, Query()] = None) -> None:
    if who is None:
        raise NotAuthenticated


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    problems.install(app)
    room = APIRouter(prefix="/runs")

    @room.post("/{run_id}", responses=problems.problems(RunFull, AlreadyEnrolled, NotFound))
    async def change(run_id: UUID, body: Body) -> dict[str, Any]:
        return {"name": body.name}

    @room.get("/{run_id}")
    async def show(run_id: UUID, page: Annotated[PageQuery, Query()]) -> dict[str, Any]:
        return {}

    @room.get("/{run_id}/raise/{what}")
    async def fail(run_id: UUID, what: str) -> dict[str, Any]:
        raise RAISED[what]

    @app.post("/guarded", dependencies=[Depends(signed_in)])
    async def guarded(body: Body) -> dict[str, Any]:
        return {}

    @app.post("/upload")
    async def upload(file: Annotated[UploadFile, File()], note: Annotated[str, Form()]) -> dict[str, Any]:
        return {}

    @app.get("/broken")
    async def broken() -> StreamingResponse:
        async def half() -> Any:
            yield b"half an answer"
            raise RuntimeError(SECRET)

        return StreamingResponse(half())

    app.include_router(room, prefix="/api/v1")
    return app


RUN = "/api/v1/runs/0199d3a0-0000-7000-8000-000000000001"
GOOD = {"id": str(uuid4()), "name": "王芳"}
JSON = {"content-type": "application/json"}


def checked(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem in `answer`, which must have the form of every problem and echo nothing."""
    document = answer.json()
    assert (answer.status_code, document["code"]) == (status, code), document
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(document) >= MEMBERS
    assert (document["status"], document["type"]) == (status, f"urn:xuefen:problem:{code}")
    assert any("\u4e00" <= char <= "\u9fff" for char in document["title"])
    assert SECRET not in answer.text
    return dict(document)


async def raised(api: httpx.AsyncClient, what: str, status: int) -> tuple[dict[str, Any], httpx.Headers]:
    answer = await api.get(f"{RUN}/raise/{what}")
    code = answer.json()["code"]
    return checked(answer, status, code), answer.headers


async def test_a_refusal_says_what_is_wrong_and_what_is_known_of_it(app: FastAPI, client: Client) -> None:
    async with client(app) as api:
        document, _ = await raised(api, "run_full", 409)
    assert document == {
        "type": "urn:xuefen:problem:run_full",
        "title": "名额已满",
        "status": 409,
        "detail": "本期 50 个名额已经报满",
        "instance": "/api/v1/runs/:run_id/raise/:what",
        "code": "run_full",
        "errors": [],
        "capacity": 50,
        "opens_on": "2014-10-25",
    }


async def test_absent_and_foreign_rows_are_answered_with_the_same_bytes(app: FastAPI, client: Client) -> None:
    async with client(app) as api:
        one = await api.get(f"/api/v1/runs/{uuid4()}/raise/not_found")
        other = await api.get(f"/api/v1/runs/{uuid4()}/raise/not_found")
    assert one.content == other.content
    checked(one, 404, "not_found")


async def test_fields_and_headers_go_with_the_refusals_that_need_them(app: FastAPI, client: Client) -> None:
    async with client(app) as api:
        fields, _ = await raised(api, "fields", 422)
        _, signed_out = await raised(api, "signed_out", 401)
        _, throttled = await raised(api, "throttled", 429)
        _, busy = await raised(api, "busy", 503)
        _, forbidden = await raised(api, "forbidden", 403)
    assert fields["errors"] == [{"pointer": "/quota", "code": "quota", "message": "名额不能少于已报人数"}]
    assert signed_out["www-authenticate"] == 'Bearer realm="xuefen"'
    assert throttled["retry-after"] == "30"
    assert int(busy["retry-after"]) > 0
    assert "retry-after" not in forbidden


async def test_a_bug_is_a_500_that_says_nothing_and_is_logged(
    app: FastAPI, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(app) as api:
        document, _ = await raised(api, "bug", 500)
    assert document["code"] == "internal_error"
    records = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(records) == 1
    assert records[0].exc_info
    assert vars(records[0])["route"] == "/api/v1/runs/:run_id/raise/:what"


@pytest.mark.parametrize("what", ["timeout", "refused"])
async def test_what_passes_by_itself_is_503(app: FastAPI, client: Client, what: str) -> None:
    async with client(app) as api:
        _, headers = await raised(api, what, 503)
    assert "retry-after" in headers


async def test_the_frameworks_own_refusals_speak_our_language(app: FastAPI, client: Client) -> None:
    async with client(app) as api:
        checked(await api.get(f"/nowhere/{SECRET}"), 404, "no_such_address")
        checked(await api.get(f"{RUN}/raise/teapot"), 418, "bad_request")
        not_allowed = await api.put(RUN)
    checked(not_allowed, 405, "method_not_allowed")
    assert not_allowed.headers["allow"] == "GET, POST"


async def test_an_answer_that_fails_half_way_breaks_off(app: FastAPI, client: Client) -> None:
    async with client(app) as api:
        answer = await api.get("/broken")
    assert SECRET not in answer.text


MALFORMED = [
    b"{",
    b"name=x",
    b"{'name': 1}",
    b'{"name": "\xff"}',
    b"[" * 100_000,
    b'{"score": ' + b"9" * 5000 + b"}",
    b'{"a": 1} trailing',
    b'{"name": "' + SECRET.encode(),
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
async def test_a_body_that_is_no_json_is_400(app: FastAPI, client: Client, body: bytes) -> None:
    async with client(app) as api:
        checked(await api.post(RUN, content=body, headers=JSON), 400, "malformed_body")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", None])
async def test_another_content_type_is_415(app: FastAPI, client: Client, kind: str | None) -> None:
    async with client(app) as api:
        headers = {"content-type": kind} if kind else {}
        checked(await api.post(RUN, content=json.dumps(GOOD), headers=headers), 415, "unsupported_media")


INVALID: list[tuple[str, list[tuple[str, str]]]] = [
    ("", [("", "missing")]),
    ("null", [("", "model_attributes_type")]),
    ("[]", [("", "model_attributes_type")]),
    ('"x"', [("", "model_attributes_type")]),
    ("NaN", [("", "model_attributes_type")]),
    ("{}", [("/id", "missing"), ("/name", "missing")]),
    ('{"id": "x", "name": ""}', [("/id", "uuid_parsing"), ("/name", "text_too_short")]),
    ('{"id": %ID, "name": NaN}', [("/name", "string_type")]),
    ('{"id": %ID, "name": "x", "score": NaN}', [("/score", "finite_number")]),
    ('{"id": %ID, "name": "x", "score": -Infinity}', [("/score", "finite_number")]),
    ('{"id": %ID, "name": "x", "score": 1e999}', [("/score", "finite_number")]),
    ('{"id": %ID, "name": "x\\u0000"}', [("/name", "text_control")]),
    ('{"id": %ID, "name": "\\ud800"}', [("/name", "text_control")]),
    ('{"id": %ID, "name": "x", "%SECRET": 1}', [("", "extra_forbidden")]),
    ('{"id": %ID, "name": "x", "wangfang": 1}', [("", "extra_forbidden")]),
    ('{"id": %ID, "name": "x", "\\ud800": NaN}', [("", "string_unicode")]),
    ('{"id": %ID, "name": "x", "lucky": 7}', [("/lucky", "value_error")]),
    ('{"id": %ID, "name": "x", "marks": {"%SECRET": "x"}}', [("/marks", "int_parsing")]),
    (
        '{"id": %ID, "name": "x", "sessions": [{"hours": "1"}, {"hours": "NaN"}, {"hours": 7.2, "place": 5}]}',
        [
            ("/sessions/1/hours", "amount"),
            ("/sessions/2/hours", "amount"),
            ("/sessions/2/place", "string_type"),
        ],
    ),
]


@pytest.mark.parametrize(("body", "expected"), INVALID, ids=range(len(INVALID)))
async def test_a_body_that_does_not_fit_is_422_with_pointers(
    app: FastAPI, client: Client, body: str, expected: list[tuple[str, str]]
) -> None:
    sent = body.replace("%ID", f'"{uuid4()}"').replace("%SECRET", SECRET)
    async with client(app) as api:
        document = checked(await api.post(RUN, content=sent, headers=JSON), 422, "invalid")
    assert [(e["pointer"], e["code"]) for e in document["errors"]] == expected
    assert all("\u4e00" <= char <= "\u9fff" for e in document["errors"] for char in e["message"][:1])


async def test_a_flood_of_errors_is_cut_off(app: FastAPI, client: Client) -> None:
    body = {**GOOD, "sessions": [{} for _ in range(1000)]}
    async with client(app) as api:
        document = checked(await api.post(RUN, json=body), 422, "invalid")
    assert len(document["errors"]) == 50


@pytest.mark.parametrize(
    ("address", "pointer"),
    [
        (f"{RUN}?page_size=0", "query/page_size"),
        (f"{RUN}?{SECRET}=1", "query"),
        (f"/api/v1/runs/{SECRET}", "path/run_id"),
        (f"/api/v1/runs/%00{SECRET}", "path/run_id"),
        ("/api/v1/runs/%ff", "path/run_id"),
    ],
)
async def test_parameters_are_pointed_at_by_their_place(
    app: FastAPI, client: Client, address: str, pointer: str
) -> None:
    async with client(app) as api:
        document = checked(await api.get(address), 422, "invalid")
    assert [error["pointer"] for error in document["errors"]] == [pointer]


async def test_who_is_asking_is_decided_before_what_is_asked(app: FastAPI, client: Client) -> None:
    async with client(app) as api:
        checked(await api.post("/guarded", json={"nonsense": SECRET}), 401, "not_authenticated")
        checked(await api.post("/guarded?who=me", json={"nonsense": SECRET}), 422, "invalid")


async def test_a_form_that_does_not_fit_is_refused_alike(app: FastAPI, client: Client) -> None:
    async with client(app) as api:
        missing = checked(await api.post("/upload", data={"note": "x"}), 422, "invalid")
        text_for_file = checked(await api.post("/upload", data={"note": "x", "file": SECRET}), 422, "invalid")
        broken = await api.post(
            "/upload", content=b"--y\r\nno", headers={"content-type": "multipart/form-data; boundary=x"}
        )
    assert missing["errors"][0]["pointer"] == text_for_file["errors"][0]["pointer"] == "/file"
    assert broken.status_code in (400, 422)


# --- the contract -----------------------------------------------------------------------------------------


def test_problem_is_declared_once_and_used_everywhere(app: FastAPI) -> None:
    contract = app.openapi()
    assert set(contract["components"]["schemas"]) >= {"Problem", "ProblemField"}
    assert "HTTPValidationError" not in json.dumps(contract)
    for operations in contract["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    schema = response["content"]["application/problem+json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}
    assert app.openapi() is contract


def test_an_operation_declares_its_own_refusals_and_those_of_its_kind(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    responses = paths["/api/v1/runs/{run_id}"]["post"]["responses"]
    assert list(responses) == ["200", "400", "404", "409", "413", "415", "422", "503"]
    assert responses["409"]["description"] == "`run_full` 名额已满；`already_enrolled` 已经报名"
    assert list(paths["/api/v1/runs/{run_id}"]["get"]["responses"]) == ["200", "422", "503"]
    assert list(paths["/broken"]["get"]["responses"]) == ["200", "503"]


def test_a_problem_keeps_to_its_schema(app: FastAPI) -> None:
    schema = app.openapi()["components"]["schemas"]["Problem"]
    assert set(schema["required"]) == MEMBERS
    assert schema.get("additionalProperties") is True
