"""core is tested without a database: the product's settings of a test, and nothing else."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI

from xuefen.core import privacy, tokens
from xuefen.core.settings import settings as current_settings

Client = Callable[[FastAPI], httpx.AsyncClient]


@pytest.fixture(autouse=True)
def core_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    monkeypatch.setenv("XUEFEN_ENVIRONMENT", "test")
    monkeypatch.setenv("XUEFEN_DATA_DIRECTORY", str(tmp_path_factory.getbasetemp() / "core"))
    for cached in (current_settings, tokens.tokens, privacy.cipher):
        cached.cache_clear()
    yield
    for cached in (current_settings, tokens.tokens, privacy.cipher):
        cached.cache_clear()


@pytest.fixture
def client() -> Client:
    def make(app: FastAPI) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="https://testserver")

    return make
