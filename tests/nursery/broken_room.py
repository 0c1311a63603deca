"""Builds of the live room that are broken on purpose: a fault test that does not notice them proves nothing."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from config import goodbye, origins
from live import commands, consumers, doorman, lobby, protocol, scribe, selectors
from live.models import Room, Round
from live.publishing import hub, nudges
from live.selectors import rooms
from live.selectors.shapes import public_shape
from live.services import asking, moderating
from live.writer import Writer
from workflow import services as workflow_services

PAUSE_SECONDS = 0.3
GAP_SECONDS = 0.05
NEVER = 10.0**6


def _acknowledge_before_the_commit() -> None:
    """Votes are acknowledged while they are still to be written."""
    write = Writer._write

    def late(writer: Writer, items: list[commands.Item]) -> None:
        time.sleep(PAUSE_SECONDS)
        write(writer, items)
        connections.close_all()

    def early(self: Writer, items: list[commands.Item]) -> list[str]:
        if any(item.message.get("op") != "vote.set" for item in items):
            return write(self, items)
        threading.Thread(target=late, args=(self, items), daemon=True).start()
        given = [item.message for item in items]
        said = [protocol.ack(m["id"], {"q": m["a"]["q"], "on": m["a"]["on"], "counts": [0, 0]}) for m in given]
        return [each.text for each in said]

    Writer._write = early  # type: ignore[method-assign]


def _believe_in_the_scribe() -> None:
    """What was meant for a scribe counts as written, even when there is none any more."""

    def believed(self: scribe.Scribe, items: list[commands.Item]) -> list[str]:
        if self._is_here and (told := self._told(items)) is not None:
            return told[1]
        return [protocol.ack(each.message["id"], {}).text for each in items]

    scribe.Scribe.write = believed  # type: ignore[method-assign, assignment]


def _forget_ids() -> None:
    """A command that comes again is carried out again."""
    commands._Batch.repeat_results = lambda self: None  # type: ignore[method-assign]
    commands.insert_commands = lambda rows: None  # type: ignore[assignment]


def _count_without_a_lock() -> None:
    """Votes are counted on what a room was, while another process counts on the same."""

    def unlocked(room_pk: int) -> Room:
        [room] = Room.objects.raw("SELECT * FROM live_room WHERE id = %s", [room_pk])
        room.round = Round.objects.get(pk=room.round_id)
        time.sleep(GAP_SECONDS)
        return room

    commands._locked = unlocked


def _rely_on_nudges() -> None:
    """Nothing looks at the database by itself, and whoever lost Redis never listens again."""
    hub.POLL_SECONDS = NEVER
    nudges.PAUSE_SECONDS = NEVER


def _keep_tabs_apart() -> None:
    """What one tab did is not told to the person's others."""
    rooms.own_commands_after = lambda pk: (set(), pk, True)
    selectors.own_commands_after = rooms.own_commands_after


def _let_the_last_decide() -> None:
    """A moderator's decision counts, whatever the question has become since they saw it."""
    workflow_services._check = lambda *given: None  # type: ignore[assignment]
    moderating.require_version = lambda *given: None  # type: ignore[assignment]


def _replay_what_was_said() -> None:
    """An event brings the text it was written for, whatever became of it."""
    frame = rooms._frame

    def told(room: Any, event: Any, question: Any) -> dict[str, Any]:
        made = frame(room, event, question)
        if question is not None and event.stream == rooms.PUBLIC and event.kind == "question.added":
            made |= {"k": event.kind, "q": public_shape(question)}
        return made

    rooms._frame = told


def _believe_the_stored_phase() -> None:
    """The phase is what a job has written, not what the clock says; and the job is late."""
    asking.phase_at = lambda room, at: room.phase
    lobby.services.announce_phase = lambda **given: False  # type: ignore[assignment]


def _wait_for_everybody() -> None:
    """A frame goes to the next reader when the one before has taken it."""
    stretches = hub.Hub._stretches

    async def one_by_one(self: hub.Hub) -> Any:
        async for stretch in stretches(self):
            for connection in stretch:
                if connection._busy is not None:
                    await connection._busy
                yield (connection,)

    hub.Hub._stretches = one_by_one  # type: ignore[method-assign]


def _miss_nothing() -> None:
    """Whoever comes back is told to have missed nothing."""

    async def nothing(self: hub.Hub, have: Any, *, is_staff: bool) -> list[Any]:
        return []

    hub.Hub._missed = nothing  # type: ignore[method-assign]


def _look_once() -> None:
    """Whoever was let in stays."""
    lobby.unwelcome = lambda guests, *, at: set()


def _go_without_a_word() -> None:
    """A server that stops says nothing to those it leaves."""
    goodbye.PoliteSocket.shutdown = WebSocketsSansIOProtocol.shutdown  # type: ignore[method-assign]


def _open_to_any_page() -> None:
    """A socket may be opened from anywhere."""

    async def anybody(self: origins.OwnOrigin, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    origins.OwnOrigin.__call__ = anybody  # type: ignore[method-assign]


def _believe_tickets() -> None:
    """A ticket is believed without its session."""
    doorman._is_signed_in = lambda stored, user: True
    stored = doorman._stored

    def any_session(keys: set[str], at: Any) -> Any:
        return dict.fromkeys(keys, "") | stored(keys, at)

    doorman._stored = any_session
    doorman.signed_out = lambda seats, at: []


def _trust_frames() -> None:
    """Whatever a socket sends is taken for a message."""
    consumers._decode = json.loads


ROOM_BREAKS: dict[str, Callable[[], None]] = {
    "early acks": _acknowledge_before_the_commit,
    "immortal scribe": _believe_in_the_scribe,
    "forgotten ids": _forget_ids,
    "no lock": _count_without_a_lock,
    "nudges alone": _rely_on_nudges,
    "tabs apart": _keep_tabs_apart,
    "last decides": _let_the_last_decide,
    "text in the log": _replay_what_was_said,
    "stored phase": _believe_the_stored_phase,
    "one by one": _wait_for_everybody,
    "nothing missed": _miss_nothing,
    "no second look": _look_once,
    "no farewell": _go_without_a_word,
    "any origin": _open_to_any_page,
    "any session": _believe_tickets,
    "any frame": _trust_frames,
}

# Which story must find which broken build out.
FOUND_BY: Sequence[tuple[str, str]] = (
    ("early acks", "a_process_dies_in_a_storm"),
    ("early acks", "postgresql_restarts"),
    ("immortal scribe", "the_scribes_die_in_a_storm"),
    ("nudges alone", "redis_comes_back_empty"),
    ("forgotten ids", "sent_twice_on_three_transports"),
    ("no lock", "five_hundred_votes_at_once"),
    ("forgotten ids", "acknowledgements_are_lost"),
    ("tabs apart", "two_tabs"),
    ("last decides", "two_moderators_race"),
    ("text in the log", "hidden_while_people_vote"),
    ("stored phase", "closed_at_its_second"),
    ("one by one", "a_reader_stalls"),
    ("nothing missed", "everybody_comes_back_at_once"),
    ("no second look", "signed_out_with_an_open_socket"),
    ("no farewell", "a_process_is_asked_to_stop"),
    ("any origin", "origins_and_tickets"),
    ("any session", "origins_and_tickets"),
    ("any frame", "frames_of_nonsense"),
)
