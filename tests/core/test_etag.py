from typing import Any

import pytest
from fastapi import FastAPI, Response

from tests.core.conftest import Client
from xuefen.core import problems
from xuefen.core.errors import NotFound, PreconditionFailed, PreconditionRequired
from xuefen.core.etag import Expected, IfMatch, MalformedIfMatch, etag, parse_if_match, set_etag


@pytest.mark.parametrize(
    ("sent", "version"), [('"7"', 7), ('"0"', 0), (' "12" ', 12), (f'"{2**31 - 1}"', 2**31 - 1)]
)
def test_a_strong_tag_is_a_version(sent: str, version: int) -> None:
    assert parse_if_match(sent) == Expected(version)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "*",
        "7",
        "'7'",
        'W/"7"',
        '"7", "8"',
        '"7""8"',
        '"-1"',
        '"07"',
        '"7.0"',
        '"x"',
        '""',
        '"',
        '"٧"',
        f'"{2**31}"',
    ],
)
def test_anything_else_is_malformed(sent: str) -> None:
    with pytest.raises(MalformedIfMatch):
        parse_if_match(sent)


def test_a_missing_tag_is_refused_when_the_version_is_needed_and_not_before() -> None:
    expected = parse_if_match(None)
    with pytest.raises(PreconditionRequired):
        expected.given()
    with pytest.raises(PreconditionRequired):
        expected.check(1)


def test_a_stale_tag_is_refused() -> None:
    Expected(3).check(3)
    assert Expected(3).given() == 3
    with pytest.raises(PreconditionFailed):
        Expected(3).check(4)


async def test_over_http_absence_comes_before_the_version(client: Client) -> None:
    app = FastAPI()
    problems.install(app)

    @app.put("/rows/{row}")
    async def edit(row: int, expected: IfMatch, response: Response) -> dict[str, Any]:
        if row == 0:
            raise NotFound
        expected.check(3)
        set_etag(response, 4)
        return {}

    async with client(app) as api:
        assert (await api.put("/rows/0")).status_code == 404
        assert (await api.put("/rows/1")).status_code == 428
        assert (await api.put("/rows/1", headers={"If-Match": '"2"'})).status_code == 412
        assert (await api.put("/rows/1", headers={"If-Match": 'W/"3"'})).status_code == 400
        done = await api.put("/rows/1", headers={"If-Match": etag(3)})
        assert (done.status_code, done.headers["ETag"]) == (200, '"4"')
