"""The rules of the pages' code that can be read off it."""

import re
from pathlib import Path

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
# The page that draws the contract is no part of the application: tests/house/test_docs_page.py keeps its rules.
SCRIPTS = sorted(file for file in FRONTEND.glob("js/**/*.js") if file.parent.name != "docs")
MOST_LINES = 3_000


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def users_of(pattern: str) -> set[str]:
    return {file.name for file in SCRIPTS if re.search(pattern, text(file))}


def test_all_scripts_and_styles_stay_within_three_thousand_lines() -> None:
    """The words of two languages are data: they grow with every page that is written, and no browser runs them."""
    files = [*SCRIPTS, FRONTEND / "css" / "app.css"]
    assert sum(len(text(file).splitlines()) for file in files) <= MOST_LINES


def test_markup_and_calls_each_have_one_door() -> None:
    assert users_of(r"innerHTML|insertAdjacentHTML|outerHTML|document\.write") == {"html.js"}
    assert users_of(r"\bfetch\(") == {"api.js"}


def test_the_policy_is_never_asked_to_look_away() -> None:
    """No inline style or handler, no evaluation, nothing from elsewhere."""
    assert users_of(r"""\sstyle=["$]|\son[a-z]+=["$]|\beval\(|new Function""") == set()
    page = text(FRONTEND / "index.html")
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page) == []
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page) == []


def test_every_word_that_is_asked_for_exists() -> None:
    words = set(re.findall(r'[\s,]"?([\w.-]+)"?: "', text(FRONTEND / "i18n" / "zh-CN.js")))
    asked = {key for file in SCRIPTS for key in re.findall(r'\btm?\("([\w.-]+)"', text(file))}
    assert asked - words == set()
