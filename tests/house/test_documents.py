"""The documents name only what exists, and the Chinese README says what the English one says."""

import re
from pathlib import Path

import pytest

from tests.house.repository import ROOT, files, read
from tests.machine import PARTS
from xuefen.core.settings import Settings

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
DOCUMENTS = [file for file in files() if file.suffix == ".md"]
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
MAKE = re.compile(r"(?<![.\w])make ([a-z]+)")
COMMAND = re.compile(r"\.venv/bin/xuefen ([a-z-]+)")
VARIABLE = re.compile(r"\bXUEFEN_[A-Z_]+\b")
LINK = re.compile(r"\]\(([^)#:]+)\)")
# Not `430200/S012/`, the path of an organisation.
PATH = re.compile(r"`((?!\d)(?:[\w.-]+/)+[\w.-]*)(?::[^`]*)?`")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Folders that running makes.
MADE = {".venv", "build", "data"}
# Variables that are not settings of the product: which parts a run of the tests must not skip.
OTHER_VARIABLES = {"XUEFEN_TEST_REQUIRE"}


def code(text: str) -> list[tuple[str, str]]:
    """Language and text of each block, without the comments (they are translated)."""
    return [(language, re.sub(r"\s*#.*", "", block)) for language, block in BLOCK.findall(text)]


def targets(text: str) -> set[str]:
    """Targets that a document tells to make; the verb in its prose is none."""
    return set(MAKE.findall("\n".join(CODE.findall(text))))


def dead_paths(text: str, folder: Path) -> list[str]:
    """Links and paths that lead nowhere: from the document, the top or the package."""
    places = (folder, ROOT, ROOT / "backend" / "xuefen")
    named = LINK.findall(text) + [path for path in PATH.findall(text) if path.split("/")[0] not in MADE]
    return [path for path in named if not any((place / path).exists() for place in places)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_document_names_only_what_exists(document: Path) -> None:
    text = read(document)
    known = {f"XUEFEN_{field.upper()}" for field in Settings.model_fields} | OTHER_VARIABLES
    assert targets(text) - set(TARGET.findall(read(ROOT / "Makefile"))) == set()
    assert set(VARIABLE.findall(text)) - known == set()
    assert dead_paths(text, document.parent) == []


def test_a_dead_path_would_be_seen() -> None:
    text = "see [this](nowhere.md), `no/such/file.py`, `policy/` and `organisations/scope.py: within`"
    assert dead_paths(text, ROOT) == ["nowhere.md", "no/such/file.py"]


def test_the_readmes_show_the_same_commands_and_variables() -> None:
    english, chinese = map(read, READMES)
    assert code(english) == code(chinese)
    assert targets(english) == targets(chinese)
    for pattern in (VARIABLE, COMMAND):
        assert set(pattern.findall(english)) == set(pattern.findall(chinese))


def test_every_target_is_explained_by_make_help() -> None:
    makefile = read(ROOT / "Makefile")
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert explained == set(re.findall(r"[a-z]+", re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1]))


def test_the_readme_names_every_part_that_can_be_required() -> None:
    assert f"XUEFEN_TEST_REQUIRE={','.join(PARTS)}" in read(READMES[0])
