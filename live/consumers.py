"""The socket's face: outside world → the lobby → outside world."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.utils import timezone

from live import tickets
from live.doorman import Caller
from live.lobby import Lobby, NotAdmitted, Seat, lobby
from live.protocol import (
    CLOSE_BAD,
    CLOSE_BINARY,
    CLOSE_NOT_ALLOWED,
    CLOSE_TOO_MANY,
    MAX_DEPTH,
    MAX_FRAME_BYTES,
    PENDING_EACH,
    VERSION,
)

HELLO_SECONDS = 5.0
BAD_MESSAGES = 3
CUT_SECONDS = 1.0


class Express(Protocol):
    """What a server may offer beside ASGI, in the scope's extensions as `express` (see config.express)."""

    def send_at_once(self, message: dict[str, Any]) -> bool:
        """Send a text; False when it has to be sent ASGI's way."""

    def listen(self, listener: Callable[[str], bool]) -> None:
        """Call listener(text) with each text; where it returns False, the text comes ASGI's way."""

    def abort(self) -> None:
        """End the connection now, whatever is still to be written."""


class RoomConsumer(AsyncConsumer):  # type: ignore[misc]
    """One socket in one room. It says nothing and hears nothing before a `hello` with a good ticket.

    It neither joins a channel layer nor goes through Channels' dispatch: a room of ten thousand would pay for a queue
    and a task of each socket, and for a hop into a thread, closing database connections, with each message. Nothing in
    here touches the database; what does has threads of its own.
    """

    seat: Seat | None = None
    bad_messages = 0
    is_closed = False
    # While a command waits for its place, nothing that came after it may be heard.
    is_waiting = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.base_send = scope, send
        self.express: Express | None = scope.get("extensions", {}).get("express")
        rooms, address = lobby(), (scope.get("client") or ("",))[0]
        await receive()
        if rooms.pending[address] >= PENDING_EACH:
            await self.close(CLOSE_TOO_MANY)
            return
        await send({"type": "websocket.accept"})
        try:
            await self._greet(rooms, address, receive)
            if self.express is not None and self.seat is not None:
                self.express.listen(self._heard_at_once)
            while not self.is_closed and (message := await receive())["type"] == "websocket.receive":
                await self._hear(message)
        finally:
            if self.seat is not None:
                self.seat.leave()

    async def _greet(self, rooms: Lobby, address: str, receive: Any) -> None:
        """Wait for a good hello, at most HELLO_SECONDS."""
        rooms.pending[address] += 1
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                while self.seat is None and not self.is_closed:
                    message = await receive()
                    if message["type"] != "websocket.receive":
                        self.is_closed = True
                    elif (given := await self._decoded(message)) is not None:
                        await self._hello(rooms, given)
        except TimeoutError:
            await self.close(CLOSE_NOT_ALLOWED)
        finally:
            rooms.pending[address] -= 1
            if not rooms.pending[address]:
                del rooms.pending[address]

    async def _hello(self, rooms: Lobby, given: dict[str, Any]) -> None:
        if given.get("t") != "hello" or given.get("v") != VERSION:
            await self.close(CLOSE_BAD)
            return
        try:
            ticket = tickets.read(given.get("ticket"), room=self.scope["url_route"]["kwargs"]["room"])
            caller = Caller(ticket, session_key(self.scope))
            at_once = None if self.express is None else self.express.send_at_once
            self.seat = await rooms.enter(caller, given.get("have"), self.base_send, self.cut, at_once)
        except tickets.BadTicket:
            await self.close(CLOSE_NOT_ALLOWED)
        except NotAdmitted as refusal:
            await self.close(refusal.code)

    def _heard_at_once(self, text: str) -> bool:
        """Hear a command on the spot; False when it has to wait or is no command: _hear meets it then."""
        assert self.seat is not None
        if self.is_closed or self.is_waiting or self.seat.is_full:
            return False
        given = _decode(text)
        if given is None or not _is_command(given):
            return False
        self.seat.command(given, timezone.now())
        return True

    async def _hear(self, message: dict[str, Any]) -> None:
        assert self.seat is not None
        given = await self._decoded(message)
        if given is None:
            return
        if _is_command(given):
            self.is_waiting = True
            await self.seat.command_in_turn(given, timezone.now())
            self.is_waiting = False
        elif given.get("t") != "hb":
            await self._bad()

    async def _decoded(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """What a frame says, or None when it says nothing that can be read."""
        text = message.get("text")
        if text is None:
            await self.close(CLOSE_BINARY)
            return None
        given = _decode(text)
        if given is None:
            await self._bad()
        return given

    async def _bad(self) -> None:
        self.bad_messages += 1
        if self.bad_messages >= BAD_MESSAGES:
            await self.close(CLOSE_BAD)

    async def close(self, code: int) -> None:
        """Close the socket, once."""
        if not self.is_closed:
            self.is_closed = True
            await self.base_send({"type": "websocket.close", "code": code})

    async def cut(self, code: int) -> None:
        """Close the socket of somebody who may have stopped reading, and who then does not read the close either.

        The server's own way to close waits until what was written before is read. Where the server offers it, the
        connection ends at once and its memory is free; elsewhere its ping ends it.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(CUT_SECONDS):
                await self.close(code)
                return
        if self.express is not None:
            self.express.abort()


def _is_command(given: dict[str, Any]) -> bool:
    return given.get("t") == "cmd" and isinstance(given.get("id"), str)


def _decode(text: str) -> dict[str, Any] | None:
    """The JSON object a frame holds, or None when it is too large, too deep or not an object."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    # Most frames have too few brackets to be deep, and need not be walked through.
    is_flat = text.count("{") + text.count("[") <= MAX_DEPTH
    return message if is_flat or _depth(message) <= MAX_DEPTH else None


def _depth(message: Any) -> int:
    """How deeply objects and arrays are nested in a decoded message."""
    depth, level = 0, [message]
    while level:
        depth += 1
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


def session_key(scope: dict[str, Any]) -> str:
    """The session cookie the socket was opened with; it never leaves the server."""
    for name, value in scope.get("headers", ()):
        if name == b"cookie":
            try:
                cookie = SimpleCookie(value.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
            except CookieError:
                return ""
            return cookie.value if cookie is not None else ""
    return ""
