"""The whole room at a moment, as one audience sees it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from live.models import Room
from live.protocol import encode
from live.selectors.polls import polls_now
from live.selectors.rooms import banned, looks, pinned, public_questions, queue, rooms_on_stage
from live.selectors.shapes import public_shape, staff_shape
from live.selectors.stage import stage_now

# The newest public snapshot of each room (pk) as JSON, and what it stands for: the room's numbers and its stage.
_texts: dict[int, tuple[dict[str, Any], str]] = {}


def snapshot(room_pk: int, *, is_staff: bool, at: datetime) -> dict[str, Any]:
    """The whole room as one audience sees it: numbers first, then data, in one transaction.

    {"epoch", "seq", "cv", "phase", "stage", "clock", "pinned", "wanted", "questions": [public shapes],
    "polls": [public shapes], "stage_poll": public id or None}, for staff also {"queue": [staff shapes], "looks",
    "banned"}. wanted says whether the screens choose a question where none is pinned.
    """
    with transaction.atomic():
        room = rooms_on_stage().get(pk=room_pk)
        state = {
            "epoch": room.epoch.hex[:8],
            "seq": room.pub_seq,
            "cv": room.cv,
            **stage_now(room, at),
            "pinned": pinned(room),
            "wanted": room.shows_wanted,
            "questions": [public_shape(question) for question in public_questions(room)],
            **polls_now(room),
        }
        if is_staff:
            state |= {
                "sseq": room.staff_seq,
                "queue": [staff_shape(question) for question in queue(room)],
                "looks": looks(room, at),
                "banned": banned(room),
            }
    return state


def public_snapshot(room: Room, *, at: datetime) -> str:
    """The participants' snapshot as JSON, read and written once for each state of the room.

    After a restart thousands ask for it at once. It is kept by the room's numbers, not by time, so that what is hidden
    is gone from it at once; room is as rooms_on_stage() read it just now.
    """
    now = {"epoch": room.epoch.hex[:8], "seq": room.pub_seq, "cv": room.cv, **stage_now(room, at)}
    kept = _texts.get(room.pk)
    if kept is not None and kept[0] == now:
        return kept[1]
    state = snapshot(room.pk, is_staff=False, at=at)
    text = encode(state)
    _texts[room.pk] = {name: state[name] for name in now}, text
    return text
