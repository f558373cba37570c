"""What may not be in the repository: download addresses, other locks, paths and hosts of one machine."""

import re

import pytest

from tests.house.repository import ROOT, files, read, text_files

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
ADDRESS = re.compile(
    r"\w+://|^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b|\s@\s", re.MULTILINE
)
OTHER_LOCKS = {
    "Pipfile.lock",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pylock.toml",
    "uv.lock",
    "yarn.lock",
}
# In pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.:/{}-])/(?:" + "home|Users|root|work" + r")/\w")
PACKAGE_HOST = re.compile(
    r"\b(?:files\.pythonhosted|pypi\.(?:org|python)|registry\.npm" + r"js|deb\.debian\.)"
)


def unhashed(lock: str) -> list[str]:
    """Requirements of a lock that carry no hash or no exact version."""
    entries = lock.replace("\\\n", " ").splitlines()
    return [
        entry for entry in entries if entry.strip() and ("==" not in entry or "--hash=sha256:" not in entry)
    ]


def test_there_are_locks() -> None:
    assert {lock.name for lock in LOCKS} >= {"build.txt", "runtime.txt", "dev.txt", "postgres.txt"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_carries_no_download_address(lock) -> None:
    assert ADDRESS.findall(read(lock)) == []


@pytest.mark.parametrize(
    "line",
    [
        "six @ https://example.test/six.whl",
        "--index-url https://example.test/simple",
        "-i mirror",
        "--find-links wheels",
        "six @ file:six.whl",
    ],
)
def test_an_address_in_a_lock_would_be_seen(line: str) -> None:
    assert ADDRESS.search(f"anyio==4.0 \\\n    --hash=sha256:00\n{line}\n")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_an_exact_version_and_a_hash_for_everything(lock) -> None:
    assert unhashed(read(lock)) == []


def test_a_missing_hash_would_be_seen() -> None:
    assert unhashed("six==1.0 \\\n    --hash=sha256:00\nanyio==4.0\n") == ["anyio==4.0"]


def test_both_locks_name_the_same_versions() -> None:
    """A newer version for the tests alone would prove nothing about what runs."""
    runtime, dev = (
        dict(re.findall(r"^([\w.-]+)==(\S+)", read(ROOT / "requirements" / name), re.MULTILINE))
        for name in ("runtime.txt", "dev.txt")
    )
    assert {name: dev.get(name) for name in runtime} == runtime


def test_there_is_no_lock_of_another_kind() -> None:
    assert [file for file in files() if file.name in OTHER_LOCKS] == []


def test_no_npm_lock_tells_where_it_downloaded() -> None:
    npm_locks = [file for file in files() if file.name == "package-lock.json"]
    assert [file for file in npm_locks if '"resolved"' in read(file)] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert {file.name: found for file in text_files() if (found := MACHINE_PATH.findall(read(file)))} == {}


@pytest.mark.parametrize(
    "text", ['"' + "/" + 'home/somebody/x"', "cd " + "/" + "root/x", "at=" + "/" + "Users/x"]
)
def test_a_path_of_one_machine_would_be_seen(text: str) -> None:
    assert MACHINE_PATH.search(text)


def test_no_file_names_a_package_host() -> None:
    assert {file.name: found for file in text_files() if (found := PACKAGE_HOST.findall(read(file)))} == {}


def test_a_package_host_would_be_seen() -> None:
    assert PACKAGE_HOST.search("https://" + "pypi" + ".org/simple")
