"""`make requirements`: it finds marks wherever pytest does, and refuses ids that do not exist."""

from pathlib import Path

import pytest

from tools.requirements import PARTS, Line, main, read_lines, read_proofs, report, unknown

MARKED = """
import pytest

pytestmark = pytest.mark.requirement("003-01")

@pytest.mark.requirement("003-02", "003-03")
async def test_alone(): ...

@pytest.mark.requirement("003-04")
class TestTogether:
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("003-05"))])
    def test_inside(self, x): ...
"""


@pytest.fixture
def proofs(tmp_path: Path) -> dict[str, list[str]]:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_marked.py").write_text(MARKED)
    return read_proofs(tests)


def test_marks_are_found_on_modules_functions_classes_and_cases(proofs: dict[str, list[str]]) -> None:
    file = "tests/test_marked.py"
    assert proofs == {
        "003-01": [file],
        "003-02": [f"{file}::test_alone"],
        "003-03": [f"{file}::test_alone"],
        "003-04": [f"{file}::TestTogether"],
        "003-05": [f"{file}::TestTogether::test_inside"],
    }


def test_the_report_tells_proven_lines_from_open_ones(proofs: dict[str, list[str]]) -> None:
    lines = [Line("003-01", "F", "five levels"), Line("003-99", "F", "nothing proves this")]
    printed = list(report(lines, proofs))
    assert "003-01 proven  [F] five levels" in printed
    assert "003-99 not yet [F] nothing proves this" in printed
    assert "all: 1 of 2 lines proven" in printed


def test_a_mark_that_names_no_line_is_refused(proofs: dict[str, list[str]]) -> None:
    known = [Line(f"003-0{number}", "F", "") for number in range(1, 5)]
    assert [problem.split(":")[0] for problem in unknown(known, proofs)] == ["003-05"]


def test_every_mark_of_this_repository_names_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_every_line_says_where_it_is_built() -> None:
    lines = read_lines()
    assert len(lines) == len({line.id for line in lines}) == 151
    assert [line.id for line in lines if not line.parts or set(line.parts) - set(PARTS)] == []
