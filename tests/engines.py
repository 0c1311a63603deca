"""A PostgreSQL and a Redis of the tests' own: on free ports, in a folder that goes with them, never the machine's."""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

READY_SECONDS = 30
STOP_SECONDS = 10
# The folder is thrown away, so nothing has to survive a power cut; every lock and trigger behaves as in real use.
POSTGRES_OPTIONS = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class EngineMissing(Exception):
    """A program is not installed; the message names it and the Debian package that brings it."""


def program(name: str, package: str) -> str:
    """The path of a program; Debian keeps PostgreSQL's outside the search path, newest version last."""
    packaged = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    path = packaged[-1] if packaged else shutil.which(name)
    if path is None:
        raise EngineMissing(f"{name} がありません（Debian: {package}）")
    return path


@contextlib.contextmanager
def engines(*, is_durable: bool = False) -> Iterator[Mapping[str, str]]:
    """Run both while the context lasts; yields DATABASE_URL and REDIS_URL. Raises EngineMissing before starting any.

    is_durable makes PostgreSQL wait for the disk at every commit, as in real use: for benches, which measure that.
    """
    program("initdb", "postgresql")
    program("redis-server", "redis-server")
    with tempfile.TemporaryDirectory(prefix="pitch-engines-") as name:
        folder = Path(name)
        options = [] if is_durable else POSTGRES_OPTIONS
        with _postgres(folder / "postgres", options) as database_url, _redis(folder / "redis") as redis_url:
            yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


@contextlib.contextmanager
def _postgres(folder: Path, options: list[str]) -> Iterator[str]:
    port = free_port()
    folder.mkdir()
    owner = _unprivileged_owner()
    if owner:
        folder.parent.chmod(0o755)
        shutil.chown(folder, owner["user"], owner["group"])
    initdb = [program("initdb", "postgresql"), "-D", str(folder / "rows"), "-U", "pitch", "-A", "trust"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "cwd": folder}
    made = subprocess.run([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], **quiet, **owner)
    if made.returncode:
        raise EngineMissing(f"PostgreSQL を用意できません: {made.stderr.decode(errors='replace').strip()[-300:]}")
    server = [program("postgres", "postgresql"), "-D", str(folder / "rows"), "-k", str(folder), "-h", "127.0.0.1"]
    with _running([*server, "-p", str(port), *options], folder, stop=signal.SIGINT, **owner):
        ready = [program("pg_isready", "postgresql"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        _wait(lambda: subprocess.run(ready).returncode == 0, folder)
        yield f"postgres://pitch@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    port = free_port()
    folder.mkdir()
    server = [program("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    with _running([*server, "--save", "", "--appendonly", "no", "--dir", str(folder)], folder, stop=signal.SIGTERM):
        _wait(lambda: _accepts(port), folder)
        yield f"redis://127.0.0.1:{port}/0"


def _unprivileged_owner() -> dict[str, object]:
    """PostgreSQL refuses to run as root: root lends it the account Debian's package made."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise EngineMissing("利用者 postgres がありません（Debian: postgresql）") from None
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


@contextlib.contextmanager
def _running(command: list[str], folder: Path, *, stop: signal.Signals, **owner: object) -> Iterator[None]:
    """Run a server in a session of its own, so that Ctrl-C reaches it through us and after the tests that use it."""
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True, **owner
        )
        try:
            yield
        finally:
            server.send_signal(stop)
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(is_ready, folder: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while not is_ready():
        if time.monotonic() > until:
            log = (folder.parent / f"{folder.name}.log").read_text(errors="replace")
            raise EngineMissing(f"{folder.name} が起動しません: {log[-500:]}")
        time.sleep(0.05)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port of the loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
