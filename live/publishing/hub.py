"""One hub per room and process: it reads what is new, writes each frame once, and hands it to everybody here."""

import asyncio
import logging
import os
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import uniform
from typing import Any

from django.conf import settings
from django.utils import timezone

from live.phases import phase_at
from live.protocol import REPLAY_LIMIT
from live.publishing import frames as writing
from live.publishing import leases, news, nudges
from live.publishing.connection import Connection
from live.publishing.frames import Message, message, presence, resync
from live.publishing.news import News, Seen
from live.publishing.reading import read
from live.selectors import PUBLIC, STAFF

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = (12.0, 18.0)
# Acknowledgements and new sockets wait no longer than this many sends.
SOCKETS_AT_A_STRETCH = 250
LEAST_PAUSE_SECONDS = 0.05
MOST_TICK_SECONDS = 1.0
PROCESS = f"{os.getpid()}-{secrets.token_hex(4)}"


def tick_seconds(connections: int, commands: int) -> float:
    """Seconds from the beginning of one look to that of the next: how long the counts of many votes are gathered.

    With ten thousand, 0.6 s leave the core two thirds of its time, and everybody sees a vote within a second. Twice as
    long when as many commands, of any room, were found as there are sockets: to tell everybody takes the time in which
    acknowledgements could go out.
    """
    tick = 0.25 if connections <= 2_000 else 0.5 if connections <= 6_000 else 0.6
    return min(MOST_TICK_SECONDS, tick * (1 + commands / max(1, connections)))


@dataclass
class Hub:
    """All readers of one room in this process.

    announce is called with the room's pk when the timetable has changed its phase and nobody has told the room yet.
    """

    room_pk: int
    announce: Callable[[int], Awaitable[None]]
    connections: set[Connection] = field(default_factory=set)
    people: dict[int, set[Connection]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, int] = field(default_factory=lambda: {PUBLIC: 0, STAFF: 0})
    epoch: str = ""
    phase: str = ""
    cv: int = 0
    here: int = 0
    joining: int = 0

    def __post_init__(self) -> None:
        self._nudged = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        # The newest values of all that is public, and at which cv each was new: a returning reader asks for some.
        self._values: dict[str, dict[str, tuple[Any, int]]] = {"c": {}, "p": {}}
        self._looks: dict[str, list[str]] = {}
        self._last_command = 0
        # Commands given here that no look has seen yet: the page that gave one hears its result by itself.
        self._given: set[tuple[int, str]] = set()
        # Those of them that are answered: the first look after that which reaches the end has seen them.
        self._answered: set[tuple[int, str]] = set()
        self._replays: dict[tuple[str, int], asyncio.Future[list[Message]]] = {}

    async def start(self) -> None:
        room, self._values, self._last_command = await read(news.beginning, self.room_pk)
        self.epoch, self.cv = room.epoch.hex[:8], room.cv
        self.numbers, self.phase = {PUBLIC: room.pub_seq, STAFF: room.staff_seq}, phase_at(room, timezone.now())
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._beat())]

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    def wake(self) -> None:
        """Look now; for the thread of the event loop."""
        self._nudged.set()

    # --- Readers ------------------------------------------------------------------------------------------------

    async def join(self, connection: Connection, welcome: dict[str, Any], have: Any) -> None:
        """Greet a reader with the room's numbers and with what it missed since `have`, then keep it up to date."""
        self.joining += 1
        try:
            missed = await self._missed_until_now(have, is_staff=connection.guest.is_staff)
        finally:
            self.joining -= 1
        self.connections.add(connection)
        self.people[connection.guest.user].add(connection)
        greeting = self._greeting(is_staff=connection.guest.is_staff)
        connection.push(message(welcome | greeting | {"resumed": missed is not None}))
        for frame in missed if missed is not None else [resync(len(self.connections))]:
            connection.push(frame)

    def leave(self, connection: Connection) -> None:
        connection.stop()
        self.connections.discard(connection)
        of_person = self.people[connection.guest.user]
        of_person.discard(connection)
        if not of_person:
            del self.people[connection.guest.user]

    def _greeting(self, *, is_staff: bool) -> dict[str, Any]:
        now = timezone.localtime().isoformat(timespec="milliseconds")
        numbers = {"epoch": self.epoch, "seq": self.numbers[PUBLIC], "cv": self.cv}
        # How much happens in the queue is the moderators' alone.
        numbers |= {"sseq": self.numbers[STAFF]} if is_staff else {}
        return numbers | {"phase": self.phase, "now": now, "here": presence(self.here)}

    async def _missed_until_now(self, have: Any, *, is_staff: bool) -> list[Message] | None:
        while True:
            before = (*self.numbers.values(), self.cv)
            missed = await self._missed(have, is_staff=is_staff)
            if before == (*self.numbers.values(), self.cv):
                return missed

    async def _missed(self, have: Any, *, is_staff: bool) -> list[Message] | None:
        """What is between `have` and now, None when that is too far. Many come back with the same: it is read once."""
        if not isinstance(have, dict) or have.get("epoch") != self.epoch:
            return None
        frames: list[Message] = []
        for stream, name in ((PUBLIC, "seq"), (STAFF, "sseq")) if is_staff else ((PUBLIC, "seq"),):
            after = _number(have, name)
            if not 0 <= self.numbers[stream] - after <= REPLAY_LIMIT:
                return None
            if after < self.numbers[stream]:
                frames += await self._replay(stream, after)
        cv = _number(have, "cv")
        if cv < self.cv:
            values = {
                name: {key: value for key, (value, changed) in known.items() if changed > cv}
                for name, known in self._values.items()
            }
            frames.append(writing.counts(self.cv, values))
        return frames

    def _replay(self, stream: str, after: int) -> "asyncio.Future[list[Message]]":
        replay = self._replays.get((stream, after))
        if replay is None:
            replay = asyncio.ensure_future(read(news.replayed, self.room_pk, stream, after))
            self._replays[stream, after] = replay
        return replay

    # --- News ---------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), POLL_SECONDS)
            self._nudged.clear()
            began, commands = time.monotonic(), 0
            try:
                commands = await self._look()
            except Exception:  # a database that is away comes back; the hub must still be there
                logger.exception("room %s could not be read", self.room_pk)
            busy = time.monotonic() - began
            await asyncio.sleep(max(LEAST_PAUSE_SECONDS, tick_seconds(len(self.connections), commands) - busy))

    async def _look(self) -> int:
        """Read what is new and tell it; returns how many commands were found."""
        has_staff = any(connection.guest.is_staff for connection in self.connections)
        seen = Seen(dict(self.numbers), self.cv, self._last_command)
        answered = set(self._answered)
        found = await read(news.since, self.room_pk, seen, has_staff=has_staff)
        await self._tell(found)
        # A look that stopped early may not have come to all that were answered: only what it saw is forgotten.
        # A refused command is never seen, and goes with the next look that reaches the end.
        done = answered if found.is_all else found.gave
        self._given -= done
        self._answered -= done
        if found.is_phase_due:
            await self.announce(self.room_pk)
        return len(found.gave)

    async def _tell(self, found: News) -> None:
        self.phase = found.phase
        if found.looks != self._looks:
            self._looks = found.looks
            await self._fan_out(message({"t": "looks", "l": found.looks}), is_for_staff=True)
        for stream, frames in found.frames.items():
            for frame in frames:
                # Whoever joins from here on is told by what it missed, and not once more.
                self._replays.clear()
                self.numbers[stream] = frame["seq"]
                self._follow(frame, found.cv)
                await self._fan_out(message(frame), is_for_staff=stream == STAFF)
        self.cv = found.cv
        if any(found.values.values()):
            for name, values in found.values.items():
                self._values[name] |= {key: (value, found.cv) for key, value in values.items()}
            frame = writing.counts(found.cv, found.values)
            async for stretch in self._stretches():
                for connection in stretch:
                    connection.push_counts(frame, found.cv, found.values)

        await self._tell_own(found)

    def gives(self, user: int, command_id: str) -> None:
        """Note that one of somebody's pages here gives a command about what is their own."""
        self._given.add((user, command_id))

    def answered(self, user: int, command_id: str) -> None:
        """Note that such a command was acknowledged, or refused."""
        self._answered.add((user, command_id))

    async def _tell_own(self, found: News) -> None:
        """Show people what is theirs now where another page, another process or a moderator changed it.

        All of it, so that a page that missed some is right.
        """
        self._last_command = found.last_command
        elsewhere = {user for user, command in found.gave if (user, command) not in self._given}
        several = {user for user, _ in found.gave if len(self.people.get(user, ())) > 1}
        told = [user for user in elsewhere | several | found.concerned if user in self.people]
        if told:
            for user, own in (await read(news.own, self.room_pk, told)).items():
                frame = message({"t": "mine", **own})
                for connection in tuple(self.people.get(user, ())):
                    connection.push(frame)

    def _follow(self, frame: dict[str, Any], cv: int) -> None:
        """Keep the values of what is public, of nothing else."""
        if frame["t"] != "ev":
            return
        if "id" in frame:
            self._values["c"].pop(frame["id"], None)
        elif "counts" in frame.get("q", ()):
            self._values["c"][frame["q"]["id"]] = (frame["q"]["counts"], cv)
        elif "polls" in frame:
            shown = {poll["id"]: poll["results"] for poll in frame["polls"] if poll["results"] is not None}
            self._values["p"] = {poll: (results, cv) for poll, results in shown.items()}

    async def _fan_out(self, frame: Message, *, is_for_staff: bool = False) -> None:
        async for stretch in self._stretches():
            for connection in stretch:
                if connection.guest.is_staff or not is_for_staff:
                    connection.push(frame)

    async def _stretches(self) -> AsyncIterator[tuple[Connection, ...]]:
        """Every connection there is now, some at a time, giving the loop back between them."""
        everybody = tuple(self.connections)
        for start in range(0, len(everybody), SOCKETS_AT_A_STRETCH):
            if start:
                await asyncio.sleep(0)
            yield everybody[start : start + SOCKETS_AT_A_STRETCH]

    async def _beat(self) -> None:
        """Say at irregular times that the room is alive, what its numbers are, and about how many are in it."""
        while True:
            try:
                self.here = await read(leases.renewed, self.room_pk, PROCESS, len(self.connections), at=timezone.now())
            except Exception:  # the heartbeat matters more than the number of people it tells
                logger.exception("room %s: presence could not be read", self.room_pk)
            beat = {"t": "hb", "seq": self.numbers[PUBLIC], "cv": self.cv, "here": presence(self.here)}
            staff_beat = message(beat | {"sseq": self.numbers[STAFF]})
            for_all = message(beat)
            async for stretch in self._stretches():
                for connection in stretch:
                    connection.push(staff_beat if connection.guest.is_staff else for_all)
            await asyncio.sleep(uniform(*HEARTBEAT_SECONDS))  # noqa: S311


def _number(have: dict[str, Any], name: str) -> int:
    """A number the client says it has; -1 when it says none."""
    value = have.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


# --- The hubs of this process -------------------------------------------------------------------------------------


class Hubs:
    """The hubs of one event loop, by room; the first reader starts one, the last one stops it."""

    def __init__(self, announce: Callable[[int], Awaitable[None]]) -> None:
        self.loop = asyncio.get_running_loop()
        self.announce = announce
        self.by_room: dict[int, Hub] = {}
        self._starting: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._listener = asyncio.create_task(nudges.listen(self._wake)) if settings.REDIS_URL else None
        nudges.on_nudge(self._wake_from_anywhere)

    async def of(self, room_pk: int) -> Hub:
        """The hub of a room, started if nobody was there."""
        async with self._starting[room_pk]:
            hub = self.by_room.get(room_pk)
            if hub is None:
                hub = Hub(room_pk, self.announce)
                await hub.start()
                self.by_room[room_pk] = hub
        return hub

    def leave(self, hub: Hub, connection: Connection) -> None:
        hub.leave(connection)
        if not hub.connections and not hub.joining and self.by_room.get(hub.room_pk) is hub:
            hub.stop()
            del self.by_room[hub.room_pk]

    def _wake(self, room_pk: int) -> None:
        if room_pk in self.by_room:
            self.by_room[room_pk].wake()

    def _wake_from_anywhere(self, room_pk: int) -> None:
        if room_pk in self.by_room and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._wake, room_pk)
