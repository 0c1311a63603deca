"""Which phase a room is in at a moment: by the round's times, or by hand until the next of them."""

from datetime import datetime
from typing import Final

from live.models import Room, Round

Phase = Room.Phase
# When those who take part ask, vote and reply (live/static/live/reducer.js knows it); afterwards only answers come.
ASKING: Final = frozenset({Phase.BEFORE, Phase.LIVE, Phase.FEEDBACK})
ANSWERING: Final = frozenset({Phase.LIVE, Phase.FEEDBACK, Phase.ANSWERS})


def schedule(round: Round) -> list[tuple[datetime, Room.Phase]]:
    """(from when, phase) of the round, in order; a time nobody has set makes no phase begin."""
    times = (
        (round.opens_at, Phase.LIVE),
        (round.closes_at, Phase.FEEDBACK),
        (round.feedback_until, Phase.ANSWERS),
        (round.answers_until, Phase.CLOSED),
    )
    return sorted(((begins, phase) for begins, phase in times if begins is not None), key=lambda pair: pair[0])


def phase_at(room: Room, at: datetime) -> str:
    """The phase that counts at a moment, a value of Room.Phase; ends are exclusive, as every deadline's.

    A phase set by hand holds until the next scheduled time after it, so that a day that runs late is put right by one
    press and the week after it still ends when it was announced. room.round is read.
    """
    return last_change(room, at)[1]


def last_change(room: Room, at: datetime) -> tuple[datetime | None, str]:
    """Since when the phase of a moment holds, and which it is; None where nobody and no time has ever set one."""
    begun = [change for change in schedule(room.round) if change[0] <= at]
    if begun and (room.phase_set_at is None or room.phase_set_at < begun[-1][0]):
        return begun[-1][0], str(begun[-1][1])
    return room.phase_set_at, room.phase


def next_change(room: Room, at: datetime) -> tuple[datetime, str] | None:
    """The next scheduled (time, phase) that would change anything, or None."""
    now = phase_at(room, at)
    return next(((begins, str(phase)) for begins, phase in schedule(room.round) if begins > at and phase != now), None)
