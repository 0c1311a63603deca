"""The socket's side of the room: one hub per room and process, told by a nudge, waiting for nobody."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from typing import Any

from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from live import selectors
from live.models import Question, Room, RoomEvent
from live.phases import phase_at
from live.protocol import CLOSE_SIGNED_OUT, CLOSE_STALLED
from live.selectors import PUBLIC, STAFF

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
TICK_SECONDS = 0.25
HEARTBEAT_SECONDS = 15.0
REVALIDATE_SECONDS = 4.0
QUEUE_FRAMES = 64
STALL_SECONDS = 15.0


# --- Inside a transaction: the log, and the nudge that follows the commit -----------------------------------------


def log(room: Room, stream: str, kind: str, question: Question | None, *, at: datetime) -> None:
    """Append an event to a stream of the room, whose row the caller has locked: commit order is sequence order."""
    field = "pub_seq" if stream == PUBLIC else "staff_seq"
    seq = getattr(room, field) + 1
    setattr(room, field, seq)
    room.save(update_fields=[field])
    RoomEvent.objects.create(room=room, stream=stream, seq=seq, kind=kind, question=question, at=at)
    nudge_on_commit(room)


def nudge_on_commit(room: Room) -> None:
    """After the commit, tell every hub of this room to look; losing the nudge costs a second, never a question."""
    room_pk = room.pk
    transaction.on_commit(lambda: _nudge(room_pk))


def _nudge(room_pk: int) -> None:
    hub = _hubs.get(room_pk)
    if hub is not None:
        hub.wake()
    if settings.REDIS_URL:
        try:
            async_to_sync(get_channel_layer().group_send)(_group(room_pk), {"type": "nudge"})
        except Exception:  # the layer is a shortcut: without it the other processes look once a second
            logger.warning("nudge for room %s was not delivered", room_pk, exc_info=True)


def _group(room_pk: int) -> str:
    return f"live-room-{room_pk}"


# --- Inside the event loop: hubs and connections ------------------------------------------------------------------


class Connection:
    """One socket as the hub sees it: frames are queued, never awaited; counts wait in a slot where newer ones merge."""

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int], Awaitable[None]],
        *,
        user: int,
        is_staff: bool,
        is_still_welcome: Callable[[], bool],
    ) -> None:
        self.user = user
        self.is_staff = is_staff
        self.is_still_welcome = is_still_welcome
        self._send, self._close = send, close
        self._frames: asyncio.Queue[str] = asyncio.Queue(QUEUE_FRAMES)
        self._counts: dict[str, list[int]] = {}
        self._counts_cv = 0
        self._wake = asyncio.Event()
        self._lost = False
        self.task = asyncio.create_task(self._deliver())

    def push(self, frame: str) -> None:
        """Queue a frame; a full queue is emptied and replaced by one request to fetch a snapshot."""
        if not self._lost:
            try:
                self._frames.put_nowait(frame)
            except asyncio.QueueFull:
                self._lost = True
                while not self._frames.empty():
                    self._frames.get_nowait()
        self._wake.set()

    def push_counts(self, cv: int, counts: dict[str, list[int]]) -> None:
        """Put counts into the slot; what was there and not yet sent is overwritten by what is newer."""
        self._counts |= counts
        self._counts_cv = cv
        self._wake.set()

    async def _deliver(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                for frame in self._due():
                    await asyncio.wait_for(self._send(frame), STALL_SECONDS)
        except TimeoutError:
            await self.close(CLOSE_STALLED)
        except asyncio.CancelledError:
            raise
        except Exception:  # a socket that broke while being written to is the socket's end, nobody else's
            logger.debug("a socket went away while being written to", exc_info=True)

    def _due(self) -> list[str]:
        due: list[str] = []
        if self._lost:
            self._lost = False
            due.append(encode({"t": "resync", "after_ms": 0}))
        while not self._frames.empty():
            due.append(self._frames.get_nowait())
        if self._counts:
            due.append(encode({"t": "counts", "cv": self._counts_cv, "c": self._counts}))
            self._counts = {}
        return due

    async def close(self, code: int) -> None:
        await self._close(code)

    def stop(self) -> None:
        self.task.cancel()


def encode(frame: dict[str, Any]) -> str:
    """A frame as the text that goes over the wire."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class RoomHub:
    """All sockets of one room in this process. One task reads the database and serialises each frame once for all."""

    def __init__(self, room_pk: int) -> None:
        self.room_pk = room_pk
        self.connections: set[Connection] = set()
        self.numbers = {PUBLIC: 0, STAFF: 0}
        self.cv = 0
        self._loop = asyncio.get_running_loop()
        self._nudged = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """Make the hub look now; safe from any thread."""
        self._loop.call_soon_threadsafe(self._nudged.set)

    async def start(self) -> None:
        room = await Room.objects.aget(pk=self.room_pk)
        self.numbers, self.cv = {PUBLIC: room.pub_seq, STAFF: room.staff_seq}, room.cv
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._keep_alive())]
        if settings.REDIS_URL:
            self._tasks.append(asyncio.create_task(self._listen()))

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), POLL_SECONDS)
            self._nudged.clear()
            try:
                self._deliver(await database_sync_to_async(self._read)())
            except Exception:  # a database that is away comes back; the hub must still be there
                logger.exception("room %s could not be read", self.room_pk)
            # Counts of many votes within a tick leave as one frame.
            await asyncio.sleep(TICK_SECONDS)

    def _read(self) -> tuple[dict[str, list[dict[str, Any]]], int, dict[str, list[int]]]:
        room = Room.objects.select_related("round").get(pk=self.room_pk)
        events = {
            stream: selectors.events_after(room, stream, self.numbers[stream], limit=500)
            for stream, newest in ((PUBLIC, room.pub_seq), (STAFF, room.staff_seq))
            if newest > self.numbers[stream]
        }
        for frame in events.get(PUBLIC, ()):
            if frame["k"] == "phase.set":
                frame |= {
                    "phase": phase_at(room, timezone.now()),
                    "stage": room.stage_slot.public_id if room.stage_slot else None,
                }
        counts = selectors.counts_after(room, self.cv) if room.cv > self.cv else {}
        return events, room.cv, counts

    def _deliver(self, read: tuple[dict[str, list[dict[str, Any]]], int, dict[str, list[int]]]) -> None:
        events, cv, counts = read
        for stream, frames in events.items():
            for frame in frames:
                text = encode(frame)
                for connection in self.connections:
                    if stream == PUBLIC or connection.is_staff:
                        connection.push(text)
                self.numbers[stream] = frame["seq"]
        self.cv = cv
        if counts:
            for connection in self.connections:
                connection.push_counts(cv, counts)

    async def _keep_alive(self) -> None:
        """Send heartbeats, and close sockets of people who signed out or lost their standing."""
        last_beat = self._loop.time()
        while True:
            await asyncio.sleep(REVALIDATE_SECONDS)
            for connection in list(self.connections):
                await self._revalidate(connection)
            if self._loop.time() - last_beat >= HEARTBEAT_SECONDS - REVALIDATE_SECONDS:
                last_beat = self._loop.time()
                beat = encode(
                    {"t": "hb", "seq": self.numbers[PUBLIC], "cv": self.cv, "here": _bucket(len(self.connections))}
                )
                for connection in self.connections:
                    connection.push(beat)

    async def _revalidate(self, connection: Connection) -> None:
        try:
            is_welcome = await database_sync_to_async(connection.is_still_welcome)()
        except Exception:  # a database that is away comes back, and the question is asked again
            logger.exception("room %s: a socket could not be looked at again", self.room_pk)
            return
        if not is_welcome:
            self.connections.discard(connection)
            await connection.close(CLOSE_SIGNED_OUT)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(_group(self.room_pk), channel)
                while True:
                    await layer.receive(channel)
                    self._nudged.set()
            except asyncio.CancelledError:
                raise
            except Exception:  # Redis away: the one-second poll carries on, and this tries again
                logger.warning("room %s hears no nudges", self.room_pk, exc_info=True)
                await asyncio.sleep(POLL_SECONDS)


_hubs: dict[int, RoomHub] = {}


async def join(room_pk: int, connection: Connection) -> RoomHub:
    """Put a connection into its room's hub, which is started for the first one."""
    hub = _hubs.get(room_pk)
    if hub is None or hub._loop is not asyncio.get_running_loop():
        hub = _hubs[room_pk] = RoomHub(room_pk)
        await hub.start()
    hub.connections.add(connection)
    return hub


def leave(hub: RoomHub, connection: Connection) -> None:
    """Take a connection out; the last one stops the hub."""
    connection.stop()
    hub.connections.discard(connection)
    if not hub.connections:
        hub.stop()
        if _hubs.get(hub.room_pk) is hub:
            del _hubs[hub.room_pk]


def _bucket(count: int) -> str:
    """Presence as a range, so that nobody is counted out of a small room."""
    bounds = [1, 10, 50, 100, 500, 1000, 5000, 10000]
    for low, high in pairwise(bounds):
        if count < high:
            return f"{low}-{high - 1}"
    return "10000-"
