"""The fixtures of all tests; what each gives is told in tests/README.md."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from xuefen.core.settings import Settings
from xuefen.core.settings import settings as current_settings
from xuefen.core.signing_keys import new_signing_key

pytest_plugins = [
    "tests.machine",
    "tests.databases",
    "tests.serving",
    "tests.demonstration",
    "tests.browsers",
]

# The same cases in every run, and none that fails because the machine was busy.
hypothesis_settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

TEST_SECRET = "a-secret-of-the-tests-and-of-nothing-else"
TEST_ENCRYPTION_KEYS = '{"test": "dGhlIHRlc3RzIG9uY2UgbWFkZSB0aGlzIHVwIS4uLi4="}'
TEST_SIGNING_KEYS = json.dumps([new_signing_key()])
"""Made anew by each run, and the same for the tests and for the servers they start."""


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The variables with which the product runs in a test."""
    return {
        "XUEFEN_ENVIRONMENT": "test",
        "XUEFEN_DATABASE_URL": database_url,
        "XUEFEN_DATA_DIRECTORY": str(tmp_path),
        "XUEFEN_SECRET_KEY": TEST_SECRET,
        "XUEFEN_ENCRYPTION_KEYS": TEST_ENCRYPTION_KEYS,
        "XUEFEN_SIGNING_KEYS": TEST_SIGNING_KEYS,
    }


@pytest.fixture
def settings(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    current_settings.cache_clear()
    yield current_settings()
    current_settings.cache_clear()


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application on the database of the test, started and stopped as a server does."""
    from xuefen.app import create_app

    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, without a network between; server errors come back as answers."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        yield client
