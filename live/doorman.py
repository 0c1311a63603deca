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
from accounts.reading import among, rows_of
from accounts.selectors import PASSWORD_END, signed_out
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

    user is 0 for a big screen. password is the end of what the database keeps in place of the password. language is
    what they are spoken to in.
    """

    user: int
    room: int
    role: str
    is_staff: bool
    session_key: str
    password: str
    screen_key: str
    language: str


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
    """Those of one room's guests who signed out, were signed out, or lost their standing since they came.

    A session is ended by taking its row away, and by a new password: the database compares, and names those who differ.
    """
    room = Room.objects.select_related("round").filter(pk=guests[0].room).first() if guests else None
    if room is None:
        return set(guests)
    people = [guest for guest in guests if guest.role != SCREEN_ROLE]
    leaving = {guest for guest in guests if guest.role == SCREEN_ROLE and guest.screen_key != room.screen_key}
    leaving |= {people[n] for n in signed_out([(each.session_key, each.user, each.password) for each in people], at)}
    standing = selectors.standing_in(room, {(guest.user, guest.role) for guest in people})
    return leaving | {
        guest
        for guest in people
        if guest.user not in standing or (guest.is_staff and standing[guest.user] != selectors.STAFF_ROLE)
    }


def _person(room: Room, caller: Caller, user: User | None, roles: dict[int, str], keys: dict[str, str]) -> Guest | None:
    stored = keys.get(caller.session_key)
    if user is None or stored is None or not _is_signed_in(stored, user) or user.pk not in roles:
        return None
    role = roles[user.pk]
    if caller.ticket.is_staff and role != selectors.STAFF_ROLE:
        return None
    ticket, password = caller.ticket, user.password[-PASSWORD_END:]
    return Guest(user.pk, room.pk, role, ticket.is_staff, caller.session_key, password, "", ticket.language)


def _screen(room: Room, caller: Caller) -> Guest | None:
    if not constant_time_compare(caller.ticket.screen_key, room.screen_key):
        return None
    return Guest(0, room.pk, SCREEN_ROLE, False, "", "", room.screen_key, caller.ticket.language)


def _is_signed_in(stored: str, user: User) -> bool:
    """Whether a stored session signs in this person, with the password of today."""
    session = SessionStore().decode(stored)
    is_theirs = session.get(SESSION_KEY) == str(user.pk)
    return is_theirs and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _rooms(public_ids: set[str]) -> dict[str, Room]:
    rooms = Room.objects.select_related("round").filter(public_id__in=public_ids)
    return {room.public_id: room for room in rooms}


def _sessions(callers: Sequence[Caller], at: datetime) -> dict[str, str]:
    return _stored({caller.session_key for caller in callers}, at)


def _stored(keys: set[str], at: datetime) -> dict[str, str]:
    sessions = Session.objects.filter(session_key__in=among(keys), expire_date__gt=at)
    return dict(rows_of(sessions.values_list("session_key", "session_data"), 2))


def _people(users: set[int]) -> dict[int, User]:
    active = User.objects.filter(pk__in=among(users), is_active=True).values_list("pk", "password")
    return {pk: User(pk=pk, password=password) for pk, password in rows_of(active, 2)}


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
