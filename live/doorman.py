"""The door of the rooms: who may come in, and who must leave, asked for many people in a few queries."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from live import selectors
from live.models import Room
from live.publishing.reading import read
from live.tickets import Ticket

BATCH_PEOPLE = 200
BATCH_SECONDS = 0.010
SCREEN_ROLE = "screen"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody at the door: what the ticket says, and the session cookie it was shown with."""

    ticket: Ticket
    session_key: str


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who was let in, and what must stay as it was for them to remain.

    user is 0 for a big screen. session and password are digests of what the database held at the door.
    """

    user: int
    room: int
    role: str
    is_staff: bool
    session_key: str
    session: int
    password: int
    screen_key: str


Admission = tuple[Guest, dict[str, Any]]  # The guest, and what is the guest's own in the room.


def admit(callers: Sequence[Caller], *, at: datetime) -> list[Admission | None]:
    """Let in those whose ticket, session and standing are good now; None for the others."""
    rooms = _rooms({caller.ticket.room for caller in callers})
    keys, passwords = _sessions(callers, at), _people({caller.ticket.user for caller in callers})
    admissions: list[Admission | None] = [None] * len(callers)
    for room in rooms.values():
        places = [place for place, caller in enumerate(callers) if caller.ticket.room == room.public_id]
        people = {callers[place].ticket.user for place in places} & set(passwords)
        roles, own = selectors.roles_in(room, people), selectors.mine_of(room, people)
        for place in places:
            caller = callers[place]
            user = passwords.get(caller.ticket.user)
            guest = _screen(room, caller) if caller.ticket.screen_key else _person(room, caller, user, roles, keys)
            if guest is not None:
                admissions[place] = guest, own.get(guest.user, {"questions": [], "votes": [], "named": []})
    return admissions


def unwelcome(guests: Sequence[Guest], *, at: datetime) -> set[Guest]:
    """Those of one room's guests who signed out, were signed out, or lost their standing since they came."""
    room = Room.objects.select_related("round").filter(pk=guests[0].room).first() if guests else None
    if room is None:
        return set(guests)
    keys = {guest.session_key for guest in guests}
    sessions = dict(_stored(keys, at))
    people = {guest.user for guest in guests}
    passwords = {pk: hash(word) for pk, word in _active(people).values_list("pk", "password")}
    roles = selectors.roles_in(room, people)

    def is_welcome(guest: Guest) -> bool:
        if guest.role == SCREEN_ROLE:
            return guest.screen_key == room.screen_key
        is_signed_in = hash(sessions.get(guest.session_key, "")) == guest.session
        is_same = passwords.get(guest.user) == guest.password
        has_standing = guest.user in roles and (not guest.is_staff or roles[guest.user] == selectors.STAFF_ROLE)
        return is_signed_in and is_same and has_standing

    return {guest for guest in guests if not is_welcome(guest)}


def _person(room: Room, caller: Caller, user: User | None, roles: dict[int, str], keys: dict[str, str]) -> Guest | None:
    stored = keys.get(caller.session_key)
    if user is None or stored is None or not _is_signed_in(stored, user) or user.pk not in roles:
        return None
    role = roles[user.pk]
    if caller.ticket.is_staff and role != selectors.STAFF_ROLE:
        return None
    return Guest(
        user.pk, room.pk, role, caller.ticket.is_staff, caller.session_key, hash(stored), hash(user.password), ""
    )


def _screen(room: Room, caller: Caller) -> Guest | None:
    if not constant_time_compare(caller.ticket.screen_key, room.screen_key):
        return None
    return Guest(0, room.pk, SCREEN_ROLE, False, "", 0, 0, room.screen_key)


def _is_signed_in(stored: str, user: User) -> bool:
    """Whether a stored session signs in this person, with the password of today."""
    session = SessionStore().decode(stored)
    is_theirs = session.get(SESSION_KEY) == str(user.pk)
    return is_theirs and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _rooms(public_ids: set[str]) -> dict[str, Room]:
    rooms = Room.objects.select_related("round").filter(public_id__in=public_ids)
    return {room.public_id: room for room in rooms}


def _sessions(callers: Sequence[Caller], at: datetime) -> dict[str, str]:
    return dict(_stored({caller.session_key for caller in callers}, at))


def _stored(keys: set[str], at: datetime) -> Any:
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    return sessions.values_list("session_key", "session_data")


def _people(users: set[int]) -> dict[int, User]:
    return {user.pk: user for user in _active(users).only("pk", "password")}


def _active(users: set[int]) -> Any:
    return User.objects.filter(pk__in=users, is_active=True)


class Doorman:
    """Gathers those who come within ten milliseconds, so that a crowd at the door costs a few queries."""

    def __init__(self, ask: Callable[..., list[Admission | None]] = admit) -> None:
        self._ask = ask
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Caller, asyncio.Future[Admission | None]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def admit(self, caller: Caller) -> Admission | None:
        """Let one caller in, or not."""
        admitted: asyncio.Future[Admission | None] = self._loop.create_future()
        self._waiting.append((caller, admitted))
        if len(self._waiting) >= BATCH_PEOPLE:
            self._open()
        elif self._timer is None:
            self._timer = self._loop.call_later(BATCH_SECONDS, self._open)
        return await admitted

    def _open(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        if batch:
            task = asyncio.ensure_future(self._let_in(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _let_in(self, batch: list[tuple[Caller, "asyncio.Future[Admission | None]"]]) -> None:
        try:
            admissions = await read(self._ask, [caller for caller, _ in batch], at=timezone.now())
        except Exception as error:
            for _, admitted in batch:
                if not admitted.done():
                    admitted.set_exception(error)
            return
        for (_, admitted), admission in zip(batch, admissions, strict=True):
            if not admitted.done():
                admitted.set_result(admission)
