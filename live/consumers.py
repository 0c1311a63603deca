"""The socket's face: outside world → the one command handler → outside world."""

import asyncio
import json
from http.cookies import SimpleCookie
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from live import publishing, selectors, tickets
from live.commands import carry_out
from live.models import Room
from live.permissions import moderates
from live.phases import phase_at
from live.protocol import CLOSE_BAD, CLOSE_NOT_ALLOWED, MAX_DEPTH, MAX_FRAME_BYTES, REPLAY_LIMIT, VERSION

HELLO_SECONDS = 5.0
BAD_MESSAGES = 3


class RoomConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket in one room. It says nothing and hears nothing before a `hello` with a good ticket."""

    room: Room | None = None
    user: User | None = None
    hub: publishing.RoomHub | None = None
    connection: publishing.Connection | None = None
    bad_messages = 0

    async def connect(self) -> None:
        await self.accept()
        self.deadline = asyncio.get_running_loop().call_later(
            HELLO_SECONDS, lambda: asyncio.ensure_future(self.close(CLOSE_NOT_ALLOWED))
        )

    async def disconnect(self, code: int) -> None:
        self.deadline.cancel()
        if self.hub is not None and self.connection is not None:
            publishing.leave(self.hub, self.connection)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None:
            await self.close(1003)
            return
        message = _decode(text_data)
        if message is None:
            await self._bad()
        elif self.connection is None:
            await self._hello(message)
        elif message.get("t") == "cmd":
            assert self.user is not None and self.room is not None
            answer = await database_sync_to_async(carry_out)(
                user=self.user, room_pk=self.room.pk, message=message, at=timezone.now()
            )
            await self.send(publishing.encode(answer))
            if answer.get("e") == "bad" and not answer["id"]:
                await self._bad()
        elif message.get("t") != "hb":
            await self._bad()

    async def _hello(self, message: dict[str, Any]) -> None:
        if message.get("t") != "hello" or message.get("v") != VERSION:
            await self.close(CLOSE_BAD)
            return
        try:
            ticket = tickets.read(message.get("ticket"), room=self.scope["url_route"]["kwargs"]["room"])
        except tickets.BadTicket:
            await self.close(CLOSE_NOT_ALLOWED)
            return
        welcome = await database_sync_to_async(self._enter)(ticket)
        if welcome is None:
            await self.close(CLOSE_NOT_ALLOWED)
            return
        self.deadline.cancel()
        assert self.room is not None and self.user is not None
        self.connection = publishing.Connection(
            lambda text: self.send(text_data=text),
            lambda code: self.close(code),
            user=self.user.pk,
            is_staff=ticket.is_staff,
            is_still_welcome=self._is_still_welcome,
        )
        # Join first, then read what was missed: an event between the two arrives twice, and is then ignored.
        self.hub = await publishing.join(self.room.pk, self.connection)
        await self.send(publishing.encode(welcome | await database_sync_to_async(self._numbers)()))
        for frame in await database_sync_to_async(self._missed)(message.get("have"), ticket.is_staff):
            await self.send(publishing.encode(frame))

    def _enter(self, ticket: tickets.Ticket) -> dict[str, Any] | None:
        """Read the user and room of a good ticket once more: the standing may have changed since it was issued."""
        user = User.objects.filter(pk=ticket.user, is_active=True).first()
        room = selectors.room_visible_to(user, ticket.room) if user is not None else None
        if user is None or room is None or (ticket.is_staff and not moderates(user)):
            return None
        self.user, self.room = user, room
        self.session_key = _session_key(self.scope)
        if not self._has_session(user):
            return None
        return {"t": "welcome", "v": VERSION, "mine": selectors.mine(room, user)}

    def _numbers(self) -> dict[str, Any]:
        assert self.room is not None
        self.room.refresh_from_db()
        return {
            "epoch": self.room.epoch.hex[:8],
            "seq": self.room.pub_seq,
            "sseq": self.room.staff_seq,
            "cv": self.room.cv,
            "phase": phase_at(self.room, timezone.now()),
            "now": timezone.localtime().isoformat(timespec="milliseconds"),
        }

    def _missed(self, have: Any, is_staff: bool) -> list[dict[str, Any]]:
        """The frames between what the client has and now, or a resync when that is too far."""
        assert self.room is not None
        if not isinstance(have, dict) or have.get("epoch") != self.room.epoch.hex[:8]:
            return [{"t": "resync", "after_ms": 0}]
        seq, sseq, cv = (_number(have, name) for name in ("seq", "sseq", "cv"))
        if not 0 <= self.room.pub_seq - seq <= REPLAY_LIMIT or (
            is_staff and not 0 <= self.room.staff_seq - sseq <= REPLAY_LIMIT
        ):
            return [{"t": "resync", "after_ms": 0}]
        frames = selectors.events_after(self.room, selectors.PUBLIC, seq, limit=REPLAY_LIMIT)
        if is_staff:
            frames += selectors.events_after(self.room, selectors.STAFF, sseq, limit=REPLAY_LIMIT)
        if counts := selectors.counts_after(self.room, cv):
            frames.append({"t": "counts", "cv": self.room.cv, "c": counts})
        return frames

    def _has_session(self, user: User) -> bool:
        """Whether the session the socket was opened with still signs in the same person, with the same password."""
        session = SessionStore(self.session_key or None)
        is_theirs = session.get(SESSION_KEY) == str(user.pk)
        return is_theirs and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())

    def _is_still_welcome(self) -> bool:
        """Whether the person is still signed in, active and allowed in the room; asked every few seconds."""
        assert self.user is not None and self.room is not None and self.connection is not None
        user = User.objects.filter(pk=self.user.pk, is_active=True).first()
        if user is None or not self._has_session(user):
            return False
        if self.connection.is_staff and not moderates(user):
            return False
        return selectors.room_visible_to(user, self.room.public_id) is not None

    async def _bad(self) -> None:
        self.bad_messages += 1
        if self.bad_messages >= BAD_MESSAGES:
            await self.close(CLOSE_BAD)


def _number(have: dict[str, Any], name: str) -> int:
    """A number the client says it has; -1 when it says none."""
    value = have.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _decode(text: str) -> dict[str, Any] | None:
    """The JSON object a frame holds, or None when it is too large, too deep or not an object."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and _depth(message) <= MAX_DEPTH else None


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


def _session_key(scope: dict[str, Any]) -> str:
    """The session cookie the socket was opened with; it never leaves the server."""
    for name, value in scope.get("headers", ()):
        if name == b"cookie":
            cookie = SimpleCookie(value.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
            return cookie.value if cookie is not None else ""
    return ""
