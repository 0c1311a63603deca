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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.processes import children

READY_SECONDS = 30
STOP_SECONDS = 10
# The folder is thrown away, so nothing has to survive a power cut; every lock and trigger behaves as in real use.
THROW_AWAY = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
# What was committed survives the death of every process of PostgreSQL, though not the machine's.
SURVIVES_KILL = ("-c", "fsync=off", "-c", "full_page_writes=off")
# As in real use: a commit waits for the disk.
DURABLE = ()


class EngineMissing(Exception):
    """A program is not installed; the message names it and the Debian package that brings it."""


def program(name: str, package: str) -> str:
    """The path of a program; Debian keeps PostgreSQL's outside the search path, newest version last."""
    packaged = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    path = packaged[-1] if packaged else shutil.which(name)
    if path is None:
        raise EngineMissing(f"{name} がありません（Debian: {package}）")
    return path


class Engine:
    """One server at one address for as long as its folder lives: a test may stop it, kill it and start it again."""

    def __init__(
        self,
        command: list[str],
        folder: Path,
        *,
        url: str,
        is_ready: Callable[[], bool],
        stop: signal.Signals,
        owner: dict[str, object],
    ) -> None:
        self.url = url
        self._command, self._folder, self._owner = command, folder, owner
        self._is_ready, self._stop_signal = is_ready, stop
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a session of its own so that Ctrl-C reaches it through us, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                start_new_session=True,
                **self._owner,
            )
        until = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if time.monotonic() > until:
                log = self._log.read_text(errors="replace")
                raise EngineMissing(f"{self._folder.name} が起動しません: {log[-500:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end, as its own tools do, and make sure that it has."""
        if self._process is None:
            return
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it and all its children at once, without a word to anybody, and wait until they are gone."""
        assert self._process is not None
        # PostgreSQL's children lead sessions of their own, and one that writes to the disk outlives its parent.
        parent = self._process.pid
        family = [parent, *children(parent)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        until = time.monotonic() + READY_SECONDS
        while any(Path(f"/proc/{pid}").exists() for pid in family) and time.monotonic() < until:
            time.sleep(0.02)

    def ensure(self) -> None:
        """Start it if it does not run: what one test left behind must not fail the next."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    @property
    def _log(self) -> Path:
        return self._folder.parent / f"{self._folder.name}.log"


@dataclass(frozen=True, slots=True)
class Engines:
    """A PostgreSQL and a Redis, both running."""

    postgres: Engine
    redis: Engine

    @property
    def addresses(self) -> dict[str, str]:
        return {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}


@contextlib.contextmanager
def engines(options: Sequence[str] = THROW_AWAY) -> Iterator[Engines]:
    """Run both while the context lasts. Raises EngineMissing before starting any.

    options say what PostgreSQL's commits survive: THROW_AWAY, SURVIVES_KILL or DURABLE.
    """
    program("initdb", "postgresql")
    program("redis-server", "redis-server")
    with tempfile.TemporaryDirectory(prefix="pitch-engines-") as name:
        both = Engines(_postgres(Path(name) / "postgres", options), _redis(Path(name) / "redis"))
        try:
            both.postgres.start()
            both.redis.start()
            yield both
        finally:
            both.redis.stop()
            both.postgres.stop()


def _postgres(folder: Path, options: Sequence[str]) -> Engine:
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
    ready = [program("pg_isready", "postgresql"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return Engine(
        [*server, "-p", str(port), *options],
        folder,
        url=f"postgres://pitch@127.0.0.1:{port}/postgres",
        is_ready=lambda: subprocess.run(ready).returncode == 0,
        stop=signal.SIGINT,
        owner=owner,
    )


def _redis(folder: Path) -> Engine:
    port = free_port()
    folder.mkdir()
    server = [program("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    return Engine(
        [*server, "--save", "", "--appendonly", "no", "--dir", str(folder)],
        folder,
        url=f"redis://127.0.0.1:{port}/0",
        is_ready=lambda: _accepts(port),
        stop=signal.SIGTERM,
        owner={},
    )


def _unprivileged_owner() -> dict[str, object]:
    """PostgreSQL refuses to run as root: root lends it the account Debian's package made."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise EngineMissing("利用者 postgres がありません（Debian: postgresql）") from None
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port of the loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
