"""Which lines of the sources are proven by which tests (`make requirements`).

Reads docs/requirements.toml and every `pytest.mark.requirement("003-28")` under tests/, without running
them. `--check` prints only what is wrong and fails on a mark that names no known line.
"""

import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINES = ROOT / "docs" / "requirements.toml"
PARTS = {
    "F": "foundation",
    "P": "policies",
    "M": "menu to vouchers",
    "A": "approvals to certificates",
    "S": "platforms",
    "W": "pages",
    "D": "duties",
}

NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

Proofs = dict[str, list[str]]


@dataclass(frozen=True)
class Line:
    id: str
    parts: str
    says: str


def read_lines(file: Path = LINES) -> list[Line]:
    sources = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        Line(f"{source}-{number}", line["parts"], line["says"])
        for source, lines in sources.items()
        for number, line in lines.items()
    ]


def read_proofs(tests: Path = ROOT / "tests") -> Proofs:
    """Line id -> tests that name it, as pytest would call them."""
    proofs: Proofs = defaultdict(list)
    for file in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for owner, ids in _marks(tree, file.relative_to(tests.parent).as_posix()):
            for id in ids:
                proofs[id].append(owner)
    return proofs


def _marks(node: ast.AST, owner: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Marks below `node`, each with the test, class or module that it stands on."""
    for child in ast.iter_child_nodes(node):
        name = f"{owner}::{child.name}" if isinstance(child, NAMED) else owner
        if isinstance(child, ast.Call) and _is_mark(child.func):
            yield owner, [_literal(argument, owner) for argument in child.args]
        yield from _marks(child, name)


def _is_mark(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "requirement"
        and isinstance(function.value, ast.Attribute)
        and function.value.attr == "mark"
    )


def _literal(argument: ast.expr, owner: str) -> str:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return f"{ast.unparse(argument)} (not a literal, in {owner})"


def unknown(lines: Sequence[Line], proofs: Proofs) -> list[str]:
    known = {line.id for line in lines}
    return [f"{id}: no such line, named by {', '.join(proofs[id])}" for id in proofs if id not in known]


def report(lines: Sequence[Line], proofs: Proofs) -> Iterator[str]:
    for line in lines:
        tests = sorted(set(proofs.get(line.id, ())))
        yield f"{line.id} {'proven ' if tests else 'not yet'} [{line.parts}] {line.says}"
        yield from (f"         {test}" for test in tests)
    yield ""
    for part, title in PARTS.items():
        ids = [line.id for line in lines if part in line.parts]
        yield f"{title}: {sum(id in proofs for id in ids)} of {len(ids)} lines proven"
    yield f"all: {sum(line.id in proofs for line in lines)} of {len(lines)} lines proven"


def main(arguments: Sequence[str]) -> int:
    lines, proofs = read_lines(), read_proofs()
    wrong = unknown(lines, proofs)
    if "--check" not in arguments:
        print("\n".join(report(lines, proofs)))
    for problem in wrong:
        print(problem, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
