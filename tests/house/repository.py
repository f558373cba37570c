"""The files of the repository, for the tests of the house."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".ico", ".woff2", ".xlsx", ".pdf", ".db"}


def files() -> list[Path]:
    """Every file that is or would be committed."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file())


def text_files() -> list[Path]:
    return [file for file in files() if file.suffix not in BINARY]


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
