"""Work that is done again and again in a thread of its own, at once after a nudge and otherwise every few seconds."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Loop:
    """The loop around a piece of work that says how much it found to do; while it finds something it goes on.

    between is called before each round and once at the end, to give back what must not be held while idle. What the
    work raises is logged, and the loop goes on: what was away comes back.
    """

    def __init__(
        self, name: str, work: Callable[[], int], *, idle_seconds: float, between: Callable[[], object] = lambda: None
    ) -> None:
        self.name = name
        self._work = work
        self._idle_seconds = idle_seconds
        self._between = between
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def nudge(self) -> None:
        """Begin the next round of this process's loop at once; a loop elsewhere finds the work by looking."""
        self._wake.set()

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self.run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Ask the loop to end, and wait for the piece in hand."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(timeout)

    def run(self) -> None:
        """Work until stopped, in the calling thread."""
        while not self._stopping.is_set():
            self._wake.clear()
            self._between()
            try:
                is_busy = self._work() > 0
            except Exception:
                logger.exception("%s: a round failed", self.name)
                is_busy = False
            if not is_busy:
                self._wake.wait(self._idle_seconds)
        self._between()
