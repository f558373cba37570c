import pytest
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse

from tests.core.conftest import Client
from xuefen.core import problems
from xuefen.core.headers import SecurityHeaders, page_policy


def make_app(**options: object) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(SecurityHeaders, **({"https": True} | options))

    @app.get("/api/v1/me")
    async def me() -> dict[str, str]:
        return {}

    @app.get("/api/v1/bug")
    async def bug() -> None:
        raise RuntimeError

    @app.get("/.well-known/jwks.json")
    async def keys(response: Response) -> dict[str, str]:
        response.headers["Cache-Control"] = "public, max-age=300"
        return {}

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        return "<!doctype html>"

    return app


EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/api/v1/bug", "/api/v1/nothing", "/nothing"])
async def test_every_answer_carries_them_also_refusals_and_bugs(client: Client, path: str) -> None:
    async with client(make_app()) as api:
        headers = (await api.get(path)).headers
    assert {name: headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert "permissions-policy" in headers


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/bug", "/api/v1/nothing"])
async def test_data_is_never_kept_and_never_a_page(client: Client, path: str) -> None:
    async with client(make_app()) as api:
        headers = (await api.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'; base-uri 'none'")


async def test_the_page_runs_its_own_code_only(client: Client) -> None:
    async with client(make_app()) as api:
        headers = (await api.get("/")).headers
    policy = headers["content-security-policy"]
    assert headers["cache-control"] == "no-cache"
    assert policy == page_policy()
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "require-trusted-types-for 'script'; trusted-types app" in policy


def test_the_page_may_call_an_api_of_another_origin_when_the_deployment_says_so() -> None:
    assert "connect-src 'self' https://api.example.cn;" in page_policy(["https://api.example.cn"])


async def test_an_answer_keeps_what_it_sets_itself(client: Client) -> None:
    async with client(make_app()) as api:
        headers = (await api.get("/.well-known/jwks.json")).headers
    assert headers.get_list("cache-control") == ["public, max-age=300"]


async def test_development_does_not_force_https(client: Client) -> None:
    async with client(make_app(https=False)) as api:
        assert "strict-transport-security" not in (await api.get("/")).headers
