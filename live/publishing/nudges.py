"""Nudges: "look at room 7", to the hubs of this process at once and to those of others over Redis, if it is there.

Nothing depends on a nudge: every hub looks by itself once a second. So sending one never waits and never fails, and
hearing them goes on through any absence of Redis.
"""

import asyncio
import logging
import threading
from collections.abc import Callable

import redis
import redis.asyncio
from django.conf import settings

logger = logging.getLogger(__name__)

CHANNEL = "live-nudge"
PATIENCE_SECONDS = 1.0
PAUSE_SECONDS = 1.0
# A connection that died without a word is noticed by a question it does not answer.
CHECK_SECONDS = 5

_wakers: set[Callable[[int], None]] = set()
# In a scribe: the rooms nudged since its server last heard of them. It has no hubs; its server nudges for it.
_gathered: set[int] | None = None


def gather() -> set[int]:
    """Have nudges of this process only gathered from now on; returns the set of rooms (pk) that will hold them."""
    global _gathered
    _gathered = set()
    return _gathered


def nudge(room_pk: int) -> None:
    """Make every hub of a room look now, or note the room after gather(); from any thread, waits for nothing."""
    if _gathered is not None:
        _gathered.add(room_pk)
        return
    for wake in tuple(_wakers):
        wake(room_pk)
    if settings.REDIS_URL:
        _sender.put(room_pk)


def on_nudge(wake: Callable[[int], None]) -> None:
    """Have wake(room pk) called for every nudge of this process, in the thread that gives it."""
    _wakers.add(wake)


class _Sender:
    """A thread that tells Redis; many nudges of a room that have not left yet are one."""

    def __init__(self) -> None:
        self._rooms: set[int] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, room_pk: int) -> None:
        with self._lock:
            self._rooms.add(room_pk)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live-nudges", daemon=True)
                self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        )
        while True:
            self._wake.wait()
            self._wake.clear()
            with self._lock:
                rooms, self._rooms = self._rooms, set()
            try:
                for room_pk in rooms:
                    client.publish(CHANNEL, room_pk)
            except redis.RedisError:
                logger.warning("nudges for rooms %s did not leave; the others look once a second", rooms)


_sender = _Sender()


async def listen(wake: Callable[[int], None]) -> None:
    """Call wake(room pk) for every nudge of any process, for ever; one listener serves all rooms of a process."""
    while True:
        try:
            await _listen_once(wake)
        except (redis.RedisError, OSError):
            logger.warning("nudges are not heard; every room is looked at once a second", exc_info=True)
        await asyncio.sleep(PAUSE_SECONDS)


async def _listen_once(wake: Callable[[int], None]) -> None:
    """Hear nudges until Redis goes away; a new connection subscribes anew, as a Redis that came back knows nobody."""
    client = redis.asyncio.Redis.from_url(
        settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=PATIENCE_SECONDS, socket_keepalive=True
    )
    async with client, client.pubsub() as heard:
        await heard.subscribe(CHANNEL)
        while True:
            message = await heard.get_message(ignore_subscribe_messages=True, timeout=CHECK_SECONDS)
            if message is None:
                await heard.ping()
            elif message["type"] == "message":
                wake(int(message["data"]))
