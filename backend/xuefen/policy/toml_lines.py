"""Find the line of a key in a TOML text, because the parser forgets it and the reader needs it."""

import re
from collections.abc import Sequence

Path = Sequence[str | int]


def line_of(text: str, path: Path) -> int | None:
    """The line (from 1) where `path` stands, or the nearest table above it; None when nothing matches.

    `("requirements", 2, "credits")` is the key `credits` under the third `[[requirements]]`.
    """
    lines = text.splitlines()
    if not path:
        return None
    start, rest = _table(lines, path)
    if start is None:
        return _key(lines, 0, str(path[0]))
    if not rest:
        return start + 1
    return _key(lines, start + 1, str(rest[0])) or start + 1


def _table(lines: Sequence[str], path: Path) -> tuple[int | None, Path]:
    """The index of the header line that `path` begins with, and what remains of the path after it."""
    name = re.escape(str(path[0]))
    if len(path) > 1 and isinstance(path[1], int):
        headers = _matching(lines, rf"\s*\[\[\s*{name}\s*\]\]")
        return (headers[path[1]], path[2:]) if path[1] < len(headers) else (None, ())
    headers = _matching(lines, rf"\s*\[\s*{name}\s*\]")
    return (headers[0], path[1:]) if headers else (None, ())


def _matching(lines: Sequence[str], pattern: str) -> list[int]:
    return [index for index, line in enumerate(lines) if re.match(pattern, line)]


def _key(lines: Sequence[str], start: int, key: str) -> int | None:
    """The line (from 1) of `key = …` between `start` and the next table header."""
    for index in range(start, len(lines)):
        if re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.]", lines[index]):
            return index + 1
        if re.match(r"\s*\[[\w\[]", lines[index]):
            return None
    return None
