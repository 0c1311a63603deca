"""Look into a file from a safe distance: in a child process with bounded time and memory, a few at once."""

import atexit
import json
import queue
import threading
from pathlib import Path
from typing import Any

from core.child import Child
from files.inspection import Found, Unacceptable

# One file that takes its ten seconds must not keep everybody else's waiting.
CHILDREN = 3
SECONDS = 10


class Examiner:
    """Warm children, started when first needed; each looks into one file at a time."""

    def __init__(self, children: int = CHILDREN, *, seconds: int = SECONDS) -> None:
        self._free: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._all = [_Child(seconds) for _ in range(children)]
        for child in self._all:
            self._free.put(child)

    def examine(self, path: Path, *, name: str) -> Found:
        """What files.inspection.inspect says of a file. Raises Unacceptable, also for one too heavy to look into."""
        said = self._ask({"path": str(path), "name": name})
        if refused := said.get("refused"):
            raise Unacceptable(refused)
        if "content_type" not in said:
            raise Unacceptable(f"「{name}」を受け付けられません。複雑すぎて検査できないファイルです。")
        return Found(said["content_type"], said["pages"])

    def redraw(self, path: Path, target: Path, *, content_type: str) -> bool:
        """Write a picture's pixels alone to target; whether that could be done."""
        return "done" in self._ask({"path": str(path), "target": str(target), "content_type": content_type})

    def close(self) -> None:
        for child in self._all:
            child.close()

    def _ask(self, wanted: dict[str, str]) -> dict[str, Any]:
        child = self._free.get()
        try:
            return child.ask(wanted)
        finally:
            self._free.put(child)


class _Child:
    def __init__(self, seconds: int) -> None:
        self._child = Child("files.child", str(seconds))
        self._lock = threading.Lock()

    def ask(self, wanted: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            try:
                process = self._child.running()
                assert process.stdin is not None and process.stdout is not None
                process.stdin.write(json.dumps(wanted).encode() + b"\n")
                process.stdin.flush()
                line = process.stdout.readline()
                if not line:
                    raise EOFError
            except (OSError, EOFError):
                self._child.end()
                return {"failed": True}
            answer: dict[str, Any] = json.loads(line)
            return answer

    def close(self) -> None:
        with self._lock:
            self._child.end()


_examiner = Examiner()
atexit.register(_examiner.close)
examine = _examiner.examine
redraw = _examiner.redraw
