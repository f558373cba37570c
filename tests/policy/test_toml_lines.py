"""The line of a key, found in the text that the parser has forgotten."""

import pytest

from xuefen.policy.toml_lines import line_of

TEXT = """key = "a"
name = "b"

[cycle]
starts_on = 2009-01-01
"ends_on" = 2015-12-31

  [ year ]
starts_month = 1
worth.kind = "fixed"

[[requirements]]
id = "first"

[[requirements]]
id = "second"
credits = [
  1,
]
[[ terms ]]
starts = "02-15"
[closing]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("key",), 1),
        (("name",), 2),
        (("cycle",), 4),
        (("cycle", "starts_on"), 5),
        (("cycle", "ends_on"), 6),
        (("cycle", "absent"), 4),
        (("year",), 8),
        (("year", "starts_month"), 9),
        (("year", "worth", "kind"), 10),
        (("requirements", 0), 12),
        (("requirements", 0, "id"), 13),
        (("requirements", 0, "credits"), 12),
        (("requirements", 1), 15),
        (("requirements", 1, "id"), 16),
        (("requirements", 1, "credits"), 17),
        (("requirements", 1, "credits", 0), 17),
        (("terms", 0, "starts"), 21),
        (("closing", "starts"), 22),
        (("requirements", 2, "id"), None),
        (("starts_on",), None),
        (("absent", "starts_on"), None),
        (("absent",), None),
        ((), None),
    ],
)
def test_a_key_is_found_on_its_line_or_its_table(path: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, path) == line


def test_nothing_is_found_in_an_empty_text() -> None:
    assert line_of("", ("key",)) is None


def test_names_are_no_patterns() -> None:
    assert line_of("kxy = 1\n[a.b]\nk.y = 2", ("k.y",)) is None
    assert line_of("[axb]\n", ("a.b", "k")) is None
