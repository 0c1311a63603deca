"""A Python module that runs as a child process on two pipes, started when first needed and again when it has died."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Child:
    """One child, which knows no secret: neither the key nor a database address is in its environment.

    words: the module, then its arguments.
    """

    def __init__(self, *words: str) -> None:
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def running(self) -> "subprocess.Popen[bytes]":
        """The process, started if there is none that lives."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 (our own modules and numbers)
                [sys.executable, "-m", *self._words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={
                    "PYTHONPATH": str(ROOT),
                    "PATH": os.environ.get("PATH", ""),
                    "LANG": "C.UTF-8",
                    "HOME": "/nonexistent",
                    "TMPDIR": tempfile.gettempdir(),
                },
                cwd="/",
            )
        return self._process

    def end(self) -> None:
        """Kill it, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
