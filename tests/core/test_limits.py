from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, UploadFile
from pydantic import BaseModel

from tests.core.conftest import Client
from xuefen.core import problems
from xuefen.core.limits import BodyLimit

LIMIT, UPLOAD_LIMIT = 1000, 5000


class Body(BaseModel):
    text: str


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(
        BodyLimit,
        maximum=LIMIT,
        upload_maximum=UPLOAD_LIMIT,
        upload_paths=[r"/imports", r"/claims/[^/]+/files"],
    )
    app.state.reached = 0

    @app.post("/json")
    async def take(body: Body, request: Request) -> int:
        app.state.reached += 1
        return len(body.text)

    @app.post("/ignores")
    async def ignores() -> int:
        return 0

    @app.post("/imports")
    @app.post("/claims/{claim_id}/files")
    async def upload(file: UploadFile) -> int:
        return len(await file.read())

    return app


def json_of(size: int) -> bytes:
    return b'{"text": "' + b"x" * (size - 12) + b'"}'


async def in_pieces(data: bytes, size: int = 100) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def post(app: FastAPI, client: Client, path: str, **sent: Any) -> tuple[int, str]:
    async with client(app) as api:
        answer = await api.post(path, **sent)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status_code, answer.json()["code"]
    return answer.status_code, answer.text


HEADERS = {"content-type": "application/json"}


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_body_of_the_limit_passes_and_one_byte_more_does_not(
    app: FastAPI, client: Client, streamed: bool
) -> None:
    for size, status in ((LIMIT, 200), (LIMIT + 1, 413), (LIMIT * 50, 413)):
        body = in_pieces(json_of(size)) if streamed else json_of(size)
        got, code = await post(app, client, "/json", content=body, headers=HEADERS)
        assert (got, got == 413) == (status, code == "too_large")
    assert app.state.reached == 1


async def test_a_claimed_length_is_refused_before_anything_is_read(app: FastAPI, client: Client) -> None:
    for path in ("/ignores", "/nowhere"):
        assert await post(app, client, path, content=b"x" * (LIMIT + 1)) == (413, "too_large")


@pytest.mark.parametrize("claimed", ["-1", "1e3", "0x10", "", " ", "٣", "9" * 30, "12, 12"])
async def test_a_length_that_is_no_number_is_malformed(app: FastAPI, client: Client, claimed: str) -> None:
    headers = {**HEADERS, "content-length": claimed.encode()}
    assert await post(app, client, "/json", content=json_of(50), headers=headers) == (400, "malformed_body")


async def test_a_length_that_lies_does_not_help(app: FastAPI, client: Client) -> None:
    headers = {**HEADERS, "content-length": "10"}
    got = await post(app, client, "/json", content=json_of(LIMIT * 3), headers=headers)
    assert got == (413, "too_large")


@pytest.mark.parametrize("path", ["/imports", "/claims/7/files"])
async def test_uploads_may_be_larger(app: FastAPI, client: Client, path: str) -> None:
    assert await post(app, client, path, files={"file": b"x" * 4000}) == (200, "4000")
    assert await post(app, client, path, files={"file": b"x" * UPLOAD_LIMIT}) == (413, "too_large")


async def test_only_the_very_path_of_an_upload_may(app: FastAPI, client: Client) -> None:
    for path in ("/imports/", "/imports2", "/x/imports", "/json"):
        assert await post(app, client, path, files={"file": b"x" * 4000}) == (413, "too_large")


async def test_without_upload_paths_none_is_larger(client: Client) -> None:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(BodyLimit, maximum=LIMIT, upload_maximum=UPLOAD_LIMIT)
    assert await post(app, client, "/", content=b"x" * (LIMIT + 1)) == (413, "too_large")
