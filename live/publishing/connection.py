"""One reader of a room: frames are handed over on the spot, and wait in a small queue only while the reader is busy."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from live.protocol import CLOSE_STALLED
from live.publishing.frames import Message, Values, counts, resync

logger = logging.getLogger(__name__)

QUEUE_FRAMES = 64
QUEUE_BYTES = 64 * 1024
STALL_SECONDS = 15.0

Send = Callable[[Message], Coroutine[Any, Any, None]]
SendAtOnce = Callable[[Message], bool]  # False: it has to be sent by Send.


class Connection:
    """A socket, or a stream of server-sent events, as its hub sees it. It is pushed to and never awaited.

    A send that finishes at once, as nearly all do, costs a function call: no queue, no task. One that does not makes
    the connection busy; what is pushed meanwhile is kept, up to QUEUE_FRAMES and QUEUE_BYTES, newer counts replacing
    older ones. What does not fit is dropped, and the reader is told to fetch a snapshot once it reads again. A reader
    that takes nothing for STALL_SECONDS is cut off.
    """

    __slots__ = (
        "_busy",
        "_bytes",
        "_cv",
        "_frames",
        "_is_lost",
        "_send",
        "_send_at_once",
        "_values",
        "cut",
        "guest",
        "is_gone",
    )

    def __init__(
        self,
        send: Send,
        cut: Callable[[int], Awaitable[None]],
        guest: Any,
        send_at_once: SendAtOnce | None = None,
    ) -> None:
        self._send = send
        self._send_at_once = send_at_once
        self.cut = cut
        self.guest = guest
        self.is_gone = False
        self._busy: asyncio.Task[None] | None = None
        self._frames: deque[Message] = deque()
        self._bytes = 0
        self._is_lost = False
        self._values: Values = {}
        self._cv = 0

    def push(self, frame: Message) -> None:
        """Hand a frame over, or keep it while the reader is busy."""
        if self._busy is None:
            try:
                if self._send_at_once is not None and self._send_at_once(frame):
                    return
                # As far as it comes without waiting; it says what it waits for, and nearly always that is nothing.
                sending = self._send(frame)
                waits_for = sending.send(None)
            except StopIteration:
                return
            except Exception:  # a socket that broke while being written to is its own end, which its reader meets
                self.is_gone = True
                return
            self._busy = asyncio.ensure_future(self._catch_up(sending, waits_for))
        elif not self._is_lost:
            self._frames.append(frame)
            self._bytes += len(frame["text"].encode())
            if len(self._frames) > QUEUE_FRAMES or self._bytes > QUEUE_BYTES:
                self._is_lost = True
                self._frames.clear()

    def push_counts(self, frame: Message, cv: int, values: Values) -> None:
        """Hand new counts over; while the reader is busy they wait in a slot of their own, newer over older."""
        if self._busy is None:
            self.push(frame)
        else:
            self._values = {name: self._values.get(name, {}) | values.get(name, {}) for name in ("c", "p")}
            self._cv = cv

    def stop(self) -> None:
        """Let go of everything that still waits."""
        self.is_gone = True
        if self._busy is not None:
            self._busy.cancel()
        self._frames.clear()

    async def _catch_up(self, sending: Coroutine[Any, Any, None], waits_for: Any) -> None:
        """Finish a send that had to wait, then whatever was kept meanwhile."""
        try:
            async with asyncio.timeout(STALL_SECONDS):
                await _finish(sending, waits_for)
            while (frame := self._next()) is not None:
                async with asyncio.timeout(STALL_SECONDS):
                    await self._send(frame)
        except TimeoutError:
            self._frames.clear()
            await self.cut(CLOSE_STALLED)
        except Exception:
            self.is_gone = True
            logger.debug("a socket went away while being written to", exc_info=True)
        finally:
            self._busy = None

    def _next(self) -> Message | None:
        if self._is_lost:
            self._is_lost, self._bytes, self._values = False, 0, {}
            return resync(0)
        if self._frames:
            frame = self._frames.popleft()
            self._bytes -= len(frame["text"].encode())
            return frame
        if self._values:
            values, self._values = self._values, {}
            return counts(self._cv, values)
        return None


async def _finish(sending: Coroutine[Any, Any, None], waits_for: Any) -> None:
    """Go on with a coroutine stepped by hand, as its task would: wait for what it waits for, and step again."""
    try:
        while True:
            if waits_for is None:
                await asyncio.sleep(0)
            else:
                # A future notes that somebody awaits it; here that somebody is this function.
                waits_for._asyncio_future_blocking = False
                await asyncio.wait([waits_for])
            waits_for = sending.send(None)
    except StopIteration:
        return
    finally:
        sending.close()
