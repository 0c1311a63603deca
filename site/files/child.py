"""The process that opens what strangers sent: forks for each file, within limits, and knows no secret.

Run as `python -m files.child`. Over stdin comes one JSON line per file ({"path", "name"} to be looked into, {"path",
"target", "content_type"} to be redrawn); over stdout goes one JSON line each: {"content_type", "pages"}, {"done"},
{"refused"} in Japanese, or {"failed"}. It ends when stdin closes.
"""

import json
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from files.inspection import Unacceptable, inspect
from files.inspection.pictures import redraw

SECONDS = 10
MEMORY_BYTES = 1024 * 1024 * 1024
FILE_BYTES = 512 * 1024 * 1024


def answer(wanted: dict[str, str]) -> dict[str, Any]:
    """Do what one request wants."""
    path = Path(wanted["path"])
    if "target" in wanted:
        redraw(path, Path(wanted["target"]), content_type=wanted["content_type"])
        return {"done": True}
    try:
        found = inspect(path, name=wanted["name"])
    except Unacceptable as refusal:
        return {"refused": str(refusal)}
    return {"content_type": found.content_type, "pages": found.pages}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests one after the other until the other end closes."""
    for line in requests:
        answers.write(_in_a_fork(line) + b"\n")
        answers.flush()


def _in_a_fork(line: bytes) -> bytes:
    """Answer in a fork of its own: what one file does to it ends with it."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        _answer_and_exit(line, theirs)
    os.close(theirs)
    readable, _, _ = select.select([ours], [], [], SECONDS + 2)
    said = os.read(ours, 65536) if readable else b""
    if not readable:
        os.kill(pid, signal.SIGKILL)
    os.close(ours)
    os.waitpid(pid, 0)
    return said or b'{"failed": true}'


def _answer_and_exit(line: bytes, target: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        os.write(target, json.dumps(answer(json.loads(line))).encode())
    except BaseException as error:
        sys.stderr.write(f"files: {type(error).__name__}\n")
    finally:
        os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
