"""The process that opens what strangers sent: forks for each file, within limits, and knows no secret.

Run as `python -m files.child SECONDS`: so much processor time may one file cost. Over stdin comes one JSON line per
file ({"path", "name"} to be looked into, {"path", "target", "content_type"} to be redrawn); over stdout goes one each:
{"content_type", "pages"}, {"done"}, {"refused"} in Japanese, or {"failed"}. It ends when stdin closes.
"""

import json
import logging
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from files.inspection import Unacceptable, inspect
from files.inspection.pictures import redraw

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


def serve(requests: BinaryIO, answers: BinaryIO, seconds: int) -> None:
    """Answer requests one after the other until the other end closes."""
    for line in requests:
        answers.write(_in_a_fork(line, seconds) + b"\n")
        answers.flush()


def _in_a_fork(line: bytes, seconds: int) -> bytes:
    """Answer in a fork of its own: what one file does to it ends with it."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        _answer_and_exit(line, theirs, seconds)
    os.close(theirs)
    readable, _, _ = select.select([ours], [], [], seconds + 2)
    said = os.read(ours, 65536) if readable else b""
    if not readable:
        os.kill(pid, signal.SIGKILL)
    os.close(ours)
    os.waitpid(pid, 0)
    return said or b'{"failed": true}'


def _answer_and_exit(line: bytes, target: int, seconds: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        os.write(target, json.dumps(answer(json.loads(line))).encode())
    except BaseException as error:
        sys.stderr.write(f"files: {type(error).__name__}\n")
    finally:
        os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A parser's remarks about a hostile file are for nobody, and there may be a million of them.
    logging.disable(logging.CRITICAL)
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
