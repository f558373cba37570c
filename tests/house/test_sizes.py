"""The report of sizes names what has grown, and refuses what has grown too far."""

from pathlib import Path

import pytest

from tools.sizes import FILE_LINES, FUNCTION_LINES, main


def write(root: Path, lines: int) -> None:
    (root / "backend").mkdir()
    (root / "backend" / "grown.py").write_text("x = 1\n" * lines)


@pytest.mark.parametrize(
    ("lines", "outcome"), [(FILE_LINES[0], 0), (FILE_LINES[1], 0), (FILE_LINES[1] + 1, 1)]
)
def test_only_a_file_past_the_second_figure_is_refused(tmp_path: Path, lines: int, outcome: int) -> None:
    write(tmp_path, lines)
    assert main(tmp_path) == outcome


def test_a_file_past_the_first_figure_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, FILE_LINES[0] + 1)
    main(tmp_path)
    assert f"backend/grown.py: {FILE_LINES[0] + 1} lines, past {FILE_LINES[0]}" in capsys.readouterr().out


def test_a_function_past_the_second_figure_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backend").mkdir()
    body = "    x = 1\n" * FUNCTION_LINES[1]
    (tmp_path / "backend" / "grown.py").write_text(f"def grown():\n{body}")
    assert main(tmp_path) == 1
