"""Everybody in the rooms of this process, however they came: limits, commands and second looks."""

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from live import protocol, services
from live.commands import Item, said_id
from live.doorman import Caller, Doorman, Guest, unwelcome
from live.protocol import CLOSE_NOT_ALLOWED, CLOSE_SIGNED_OUT, CLOSE_TOO_MANY, Acknowledgement
from live.publishing.connection import Connection, Send, SendAtOnce
from live.publishing.frames import from_text
from live.publishing.hub import Hub, Hubs
from live.publishing.reading import read
from live.rates import purses
from live.selectors import OWN_OPS
from live.writer import Writer

logger = logging.getLogger(__name__)

# Staff are looked at again every second, everybody else every three: one third of them each second.
SECOND_LOOK_SECONDS = 1.0
SHARES = 3
MOST_AT_ONCE = 500


class NotAdmitted(Exception):
    """Somebody does not come in; code is the one the socket is closed with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Seat:
    """One guest's place in a room."""

    __slots__ = ("_lobby", "connection", "guest", "hub")

    def __init__(self, lobby: "Lobby", hub: Hub, connection: Connection) -> None:
        self._lobby = lobby
        self.hub = hub
        self.connection = connection
        self.guest: Guest = connection.guest

    @property
    def is_full(self) -> bool:
        """Whether the queue is full: command_in_turn() waits, command() would be turned away."""
        return self._lobby.writer.is_full

    async def command_in_turn(self, given: dict[str, Any], at: datetime) -> None:
        """Have a command carried out when there is a place for it, or turned away when there is none in time."""
        if self.is_full and not await self._lobby.writer.room():
            self._refuse(protocol.busy(said_id(given), self.guest.language))
        else:
            self.command(given, at)

    def command(self, given: dict[str, Any], at: datetime) -> None:
        """Have a command carried out; the person's other pages hear of it from their hubs."""
        if wait := purses.take(self.guest.user, time.monotonic()):
            with override(self.guest.language):
                self._refuse(protocol.too_fast(said_id(given), wait))
            return
        item = Item(self.guest.user, self.guest.room, given, at, self.guest.language)
        if _is_own(given):
            self.hub.gives(self.guest.user, given["id"])
        self._lobby.writer.put(item, lambda text: self._answer(given, text))

    def _refuse(self, refusal: Acknowledgement) -> None:
        self.connection.push(from_text(refusal.text))

    def _answer(self, given: dict[str, Any], text: str) -> None:
        self.connection.push(from_text(text))
        if _is_own(given):
            self.hub.answered(self.guest.user, given["id"])

    def leave(self) -> None:
        self._lobby.hubs.leave(self.hub, self.connection)


def _is_own(given: dict[str, Any]) -> bool:
    """Whether a command, which nobody has looked at yet, is about what is somebody's own."""
    op = given.get("op")
    return isinstance(op, str) and op in OWN_OPS


class Lobby:
    """One event loop's rooms, door, writer and watch."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.hubs = Hubs(announce)
        self.doorman = Doorman()
        self.writer = Writer()
        self.pending: Counter[str] = Counter()
        self._coming: dict[tuple[int, int], int] = defaultdict(int)
        self._watch = asyncio.create_task(self._look_again())

    async def enter(
        self,
        caller: Caller,
        have: Any,
        send: Send,
        cut: Callable[[int], Awaitable[None]],
        send_at_once: SendAtOnce | None = None,
    ) -> Seat:
        """Let a caller in and bring them up to date. Raises NotAdmitted."""
        admission = await self.doorman.admit(caller)
        if admission is None:
            raise NotAdmitted(CLOSE_NOT_ALLOWED)
        guest, own = admission
        hub = await self.hubs.of(guest.room)
        # Those on their way in count as well: five sockets at once are five.
        here = len(hub.people.get(guest.user, ())) + self._coming[guest.room, guest.user]
        if here >= (protocol.SOCKETS_EACH if guest.user else protocol.SCREENS_EACH):
            raise NotAdmitted(CLOSE_TOO_MANY)
        connection = Connection(send, cut, guest, send_at_once)
        welcome = {"t": "welcome", "v": protocol.VERSION, "me": {"role": guest.role}, "mine": own}
        self._coming[guest.room, guest.user] += 1
        try:
            await hub.join(connection, welcome, have)
        finally:
            self._coming[guest.room, guest.user] -= 1
            if not self._coming[guest.room, guest.user]:
                del self._coming[guest.room, guest.user]
        return Seat(self, hub, connection)

    # --- Second looks -------------------------------------------------------------------------------------------

    async def _look_again(self) -> None:
        """Close what is no longer welcome: within two seconds for staff, within five for everybody."""
        for turn in range(10**12):
            await asyncio.sleep(SECOND_LOOK_SECONDS)
            for hub in list(self.hubs.by_room.values()):
                # Who sits where in memory never changes, however many come and go meanwhile.
                due = [
                    connection
                    for connection in tuple(hub.connections)
                    if connection.guest.is_staff or id(connection) // 64 % SHARES == turn % SHARES
                ]
                for start in range(0, len(due), MOST_AT_ONCE):
                    await self._look_at(due[start : start + MOST_AT_ONCE])

    async def _look_at(self, connections: list[Connection]) -> None:
        try:
            leaving = await read(unwelcome, [each.guest for each in connections], at=timezone.now())
        except Exception:  # a database that is away comes back, and the question is asked again
            logger.exception("sockets could not be looked at again")
            return
        for connection in connections:
            if connection.guest in leaving:
                await connection.cut(CLOSE_SIGNED_OUT)


async def announce(room_pk: int) -> None:
    """Tell a room that its timetable has moved it to another phase."""
    await read(services.announce_phase, room_pk=room_pk, at=timezone.now())


_lobby: Lobby | None = None


def lobby() -> Lobby:
    """The lobby of the event loop that runs."""
    global _lobby
    if _lobby is None or _lobby.loop is not asyncio.get_running_loop():
        _lobby = Lobby()
    return _lobby
