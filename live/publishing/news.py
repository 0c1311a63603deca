"""What is new in a room, asked of the database: for the reading threads of hubs (see live.publishing.reading)."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from live import selectors
from live.models import Room
from live.phases import last_change, phase_at
from live.protocol import REPLAY_LIMIT
from live.publishing.frames import Message, Values, message
from live.selectors import PUBLIC, STAFF


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a hub has looked."""

    numbers: dict[str, int]
    cv: int
    last_command: int


@dataclass
class News:
    """What one look at the database found: the number of the counts, frames by stream, values that changed.

    gave holds (person, command id) of commands about people's own questions and votes, concerned the askers of
    questions that somebody decided on; last_command is the newest command looked at, and is_all says that there is no
    newer one.
    """

    cv: int
    phase: str
    frames: dict[str, list[dict[str, Any]]]
    values: Values
    is_phase_due: bool
    looks: dict[str, list[str]]
    gave: set[tuple[int, str]]
    concerned: set[int]
    last_command: int
    is_all: bool


def _room(room_pk: int) -> Room:
    return selectors.rooms_on_stage().get(pk=room_pk)


def beginning(room_pk: int) -> tuple[Room, dict[str, dict[str, tuple[Any, int]]], int]:
    """The room, all its public values with the cv at which each was new, and the newest command anywhere."""
    room = _room(room_pk)
    rows = room.questions.filter(state="public").values_list("public_id", "score", "bodies", "cv")
    polls = {poll: (results, room.cv) for poll, results in selectors.poll_results_after(room, 0).items()}
    counts = {question: ([score, bodies], cv) for question, score, bodies, cv in rows}
    return room, {"c": counts, "p": polls}, selectors.last_command()


def own(room_pk: int, people: list[int]) -> dict[int, dict[str, Any]]:
    """What is their own in the room, by person (pk)."""
    return selectors.mine_of(_room(room_pk), people)


def since(room_pk: int, seen: Seen, *, has_staff: bool) -> News:
    """What is new in a room since a hub looked; who looks at which question only where there is staff to be told."""
    # The commands first: what they changed is then certainly in what is read after them.
    gave, last_command, is_all = selectors.own_commands_after(seen.last_command)
    room, at, numbers = _room(room_pk), timezone.now(), seen.numbers
    newest = {PUBLIC: room.pub_seq, STAFF: room.staff_seq}
    frames = {
        stream: _frames(room, stream, numbers[stream], limit=500)
        for stream in newest
        if newest[stream] > numbers[stream]
    }
    has_values = room.cv > seen.cv
    values: Values = {
        "c": selectors.counts_after(room, seen.cv) if has_values else {},
        "p": selectors.poll_results_after(room, seen.cv) if has_values else {},
    }
    concerned = selectors.askers_concerned(room, numbers[STAFF]) if STAFF in frames else set()
    is_phase_due = last_change(room, at)[0] != room.phase_set_at
    looks = selectors.looks(room, at) if has_staff else {}
    return News(room.cv, phase_at(room, at), frames, values, is_phase_due, looks, gave, concerned, last_command, is_all)


def replayed(room_pk: int, stream: str, after: int) -> list[Message]:
    """The frames of a stream after a sequence number, at most REPLAY_LIMIT."""
    return [message(frame) for frame in _frames(_room(room_pk), stream, after, limit=REPLAY_LIMIT)]


def _frames(room: Room, stream: str, after: int, *, limit: int) -> list[dict[str, Any]]:
    frames = selectors.events_after(room, stream, after, limit=limit)
    for frame in frames:
        if frame["k"] == "phase.set":
            frame |= selectors.stage_now(room, timezone.now())
    return frames
