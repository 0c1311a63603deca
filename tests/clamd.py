"""A clamd of the tests' own: one local signature, a socket in a folder that goes with it, never the machine's."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# Put together here, so that no file of the repository is what a scanner looks for.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
START_SECONDS = 30


class Scanner:
    """One clamd, which a test may start, stop in its tracks, kill and start again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "clamd.sock")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        rows = folder / "signatures"
        rows.mkdir()
        (rows / "tests.ndb").write_text(f"Tests.Eicar:0:*:{EICAR.hex()}\n")
        settings = f"Foreground yes\nLocalSocket {self.address}\nDatabaseDirectory {rows}\nStreamMaxLength 100M\n"
        settings += f"MaxFileSize 100M\nMaxScanSize 400M\nAlertExceedsMax yes\nTemporaryDirectory {folder}\n"
        (folder / "clamd.conf").write_text(settings)

    def start(self) -> None:
        Path(self.address).unlink(missing_ok=True)
        with (self._folder / "clamd.log").open("ab") as log:
            command = [_program(), "--config-file", str(self._folder / "clamd.conf")]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                pytest.fail((self._folder / "clamd.log").read_text(errors="replace")[-1000:])
            time.sleep(0.05)

    def freeze(self) -> None:
        """It takes connections and says nothing more: a scanner that is too slow."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(self.address)
            line.sendall(b"zPING\0")
            return line.recv(16) == b"PONG\0"
        return False


def _program() -> str:
    path = shutil.which("clamd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if path is None:
        pytest.skip("clamd がありません（Debian: clamav-daemon）")
    return path


@pytest.fixture
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanner]:
    """A running scanner that knows EICAR and nothing else."""
    _program()
    scanner = Scanner(tmp_path_factory.mktemp("clamd"))
    scanner.start()
    yield scanner
    scanner.kill()
