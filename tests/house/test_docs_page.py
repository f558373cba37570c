"""The page that draws the contract: nothing from elsewhere, nothing that the policy forbids, nothing in production.

What a browser makes of it is tested in test_docs_in_browser.py.
"""

import base64
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.house.repository import ROOT, read
from xuefen.app import create_app
from xuefen.core.settings import Settings
from xuefen.core.settings import settings as current_settings
from xuefen.core.signing_keys import new_signing_key
from xuefen.core.tokens import tokens

PAGE = ROOT / "frontend" / "docs.html"
SCRIPTS = sorted((ROOT / "frontend" / "js" / "docs").glob("*.js"))
MOST_LINES = 250
ADDRESSES = ("/docs", "/docs.html")


def test_its_scripts_stay_small() -> None:
    assert sum(len(read(file).splitlines()) for file in SCRIPTS) <= MOST_LINES


def test_it_builds_elements_and_never_parses_markup() -> None:
    parsing = (
        r"(inner|outer)HTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser"
        r"|\beval\(|new Function"
    )
    assert [file.name for file in SCRIPTS if re.search(parsing, read(file))] == []


def test_it_holds_no_inline_code_and_no_address_elsewhere() -> None:
    page = read(PAGE)
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page) == []
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page) == []
    assert [file.name for file in SCRIPTS if re.search(r"https?://", read(file))] == []


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Settings]:
    for name, value in {
        "XUEFEN_ENVIRONMENT": "production",
        "XUEFEN_DATABASE_URL": f"sqlite:///{tmp_path / 'xuefen.db'}",
        "XUEFEN_SECRET_KEY": "a-secret-of-this-test-and-of-nothing-else",
        "XUEFEN_ENCRYPTION_KEYS": json.dumps({"k1": base64.b64encode(os.urandom(32)).decode()}),
        "XUEFEN_SIGNING_KEYS": json.dumps([new_signing_key()]),
    }.items():
        monkeypatch.setenv(name, value)
    for cached in (current_settings, tokens):
        cached.cache_clear()
    yield current_settings()
    for cached in (current_settings, tokens):
        cached.cache_clear()


@pytest.fixture
async def in_production(production: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(production), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        yield client


@pytest.mark.parametrize("address", ADDRESSES)
async def test_in_production_it_is_not_there(in_production: httpx.AsyncClient, address: str) -> None:
    answer = await in_production.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "no_such_address"
    assert (await in_production.get("/")).status_code == 200


async def test_in_production_the_contract_itself_is_still_there(in_production: httpx.AsyncClient) -> None:
    assert (await in_production.get("/api/v1/openapi.json")).json()["openapi"].startswith("3.1")
