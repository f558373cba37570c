"""Files and functions that have grown (`make check`): past the first figure named, past the second refused.

A file past 300 lines, or a function past a screen, usually has a second subject.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("backend", "frontend", "tests", "tools")
SUFFIXES = {".py", ".js"}
FILE_LINES = (300, 500)
FUNCTION_LINES = (40, 120)


@dataclass(frozen=True)
class Grown:
    name: str
    lines: int
    limits: tuple[int, int]

    @property
    def refused(self) -> bool:
        return self.lines > self.limits[1]

    def __str__(self) -> str:
        return f"{self.name}: {self.lines} lines, {'refused past' if self.refused else 'past'} {self.limits[self.refused]}"


def measure(root: Path) -> Iterator[Grown]:
    """What has grown past the first figure, file by file."""
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in SUFFIXES and "vendor" not in file.parts:
                yield from _measure_file(file, file.relative_to(root).as_posix())


def _measure_file(file: Path, name: str) -> Iterator[Grown]:
    text = file.read_text(encoding="utf-8")
    if (lines := len(text.splitlines())) > FILE_LINES[0]:
        yield Grown(name, lines, FILE_LINES)
    if file.suffix == ".py":
        yield from _measure_functions(ast.parse(text), name)


def _measure_functions(tree: ast.AST, name: str) -> Iterator[Grown]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES[0]:
                yield Grown(f"{name}: {node.name}", lines, FUNCTION_LINES)


def main(root: Path = ROOT) -> int:
    grown = sorted(measure(root), key=lambda found: -found.lines)
    print("\n".join(map(str, grown)) or "no file and no function has outgrown its page")
    return 1 if any(found.refused for found in grown) else 0


if __name__ == "__main__":
    sys.exit(main())
