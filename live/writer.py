"""The one writer of a process: commands that arrive together are committed together, and answered after the commit."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connection

from accounts.connections import keep_connection
from live import protocol, scribe
from live.commands import Item, refused, said_id

logger = logging.getLogger(__name__)

QUEUE_COMMANDS = 2_000
# So many are worth a transaction at once; what has gathered while the last one was written goes into the next together,
# as each costs less the more there are.
BATCH_COMMANDS = 200
MOST_COMMANDS = 1_000
BATCH_SECONDS = 0.010
# How long a socket is left unread while the queue is full, before it is told that the room is busy.
WAIT_SECONDS = 1.0
# A database that is away for a moment (restarted, or its lock held) is waited for; the ids make trying again safe.
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.1

Answer = Callable[[str], None]  # Takes an acknowledgement as it goes over the wire.


class Writer:
    """A bounded queue, and one thread that has written what arrived within ten milliseconds: by the scribe, or itself.

    Lives in one event loop, which calls put() and in which every answer is given.
    """

    def __init__(self, write: Callable[[Sequence[Item]], list[str]] = scribe.write) -> None:
        self._write_batch = write
        self._loop = asyncio.get_running_loop()
        self._queue: deque[tuple[Item, Answer]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-writer")
        self._is_writing = False
        self._timer: asyncio.TimerHandle | None = None
        self._outside: deque[tuple[float, asyncio.Future[bool]]] = deque()
        self._patience: asyncio.TimerHandle | None = None

    @property
    def is_full(self) -> bool:
        """Whether a command would be refused now."""
        return len(self._queue) >= QUEUE_COMMANDS

    async def room(self) -> bool:
        """Wait for a place in a full queue, first come first served; False when there was none within WAIT_SECONDS.

        Whoever waits here reads nothing from its socket. To refuse thousands at once costs the event loop as much as
        to have them carried out.
        """
        place: asyncio.Future[bool] = self._loop.create_future()
        self._outside.append((self._loop.time() + WAIT_SECONDS, place))
        if self._patience is None:
            self._patience = self._loop.call_later(WAIT_SECONDS, self._lose_patience)
        return await place

    def _let_in(self) -> None:
        """Give the free places of the queue to those who wait for them."""
        free = QUEUE_COMMANDS - len(self._queue)
        while free > 0 and self._outside:
            _, place = self._outside.popleft()
            if not place.done():
                place.set_result(True)
                free -= 1

    def _lose_patience(self) -> None:
        """Turn away who has waited too long, and look again when the next one will have."""
        now, self._patience = self._loop.time(), None
        while self._outside and self._outside[0][0] <= now:
            _, place = self._outside.popleft()
            if not place.done():
                place.set_result(False)
        if self._outside:
            self._patience = self._loop.call_later(self._outside[0][0] - now, self._lose_patience)

    def put(self, item: Item, answer: Answer) -> None:
        """Queue a command; answer is called once, after its commit, or at once with `busy` when the queue is full."""
        if self.is_full:
            answer(_busy(item))
            return
        self._queue.append((item, answer))
        if not self._is_writing:
            self._begin_soon()

    def _begin_soon(self) -> None:
        """Write what has gathered if it is enough, else in a moment: a batch of many costs little more than of few."""
        if len(self._queue) >= BATCH_COMMANDS:
            self._begin()
        elif self._timer is None:
            self._timer = self._loop.call_later(BATCH_SECONDS, self._begin)

    def _begin(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = [self._queue.popleft() for _ in range(min(MOST_COMMANDS, len(self._queue)))]
        self._is_writing = True
        self._let_in()
        items = [item for item, _ in batch]
        written = self._loop.run_in_executor(self._thread, self._write, items)
        written.add_done_callback(lambda future: self._answer(batch, future))

    def _answer(self, batch: list[tuple[Item, Answer]], written: "asyncio.Future[list[str]]") -> None:
        self._is_writing = False
        if self._queue:
            self._begin_soon()
        for (_, answer), acknowledgement in zip(batch, written.result(), strict=True):
            try:
                answer(acknowledgement)
            except Exception:  # a socket that is gone is no reason to leave the others unanswered
                logger.debug("an acknowledgement found nobody", exc_info=True)

    # --- In the writer's thread ---------------------------------------------------------------------------------

    def _write(self, items: list[Item]) -> list[str]:
        keep_connection()
        try:
            return self._patiently(items)
        except Exception:
            logger.exception("a batch of %s commands failed", len(items))
            return self._one_by_one(items)
        finally:
            keep_connection()

    def _one_by_one(self, items: list[Item]) -> list[str]:
        """One bad command must not fail the others."""
        acknowledgements = []
        for item in items:
            try:
                acknowledgements += self._patiently([item])
            except Exception:
                logger.exception("a command failed")
                acknowledgements.append(refused(item, protocol.Problem("bad")).text)
        return acknowledgements

    def _patiently(self, items: list[Item]) -> list[str]:
        """Carry out a batch, again on a new connection while the database is away, at most PATIENCE_SECONDS."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._write_batch(items)
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() >= until:
                    logger.warning("the database did not come back for %s commands", len(items), exc_info=True)
                    return [_busy(item) for item in items]
                time.sleep(PAUSE_SECONDS)

    def stop(self) -> None:
        self._thread.shutdown(wait=False)


def _busy(item: Item) -> str:
    return protocol.busy(said_id(item.message), item.language).text
