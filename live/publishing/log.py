"""Inside a transaction: the event log, and the nudge that follows the commit."""

from datetime import datetime

from django.db import transaction

from live.models import Question, Room, RoomEvent
from live.publishing import nudges
from live.selectors import PUBLIC


def log(room: Room, stream: str, kind: str, question: Question | None, *, at: datetime) -> None:
    """Append an event to a stream of the room, whose row the caller has locked: commit order is sequence order."""
    field = "pub_seq" if stream == PUBLIC else "staff_seq"
    seq = getattr(room, field) + 1
    setattr(room, field, seq)
    room.save(update_fields=[field])
    RoomEvent.objects.create(room=room, stream=stream, seq=seq, kind=kind, question=question, at=at)
    nudge_on_commit(room)


def nudge_on_commit(room: Room) -> None:
    """After the commit, tell every hub of this room to look; losing the nudge costs a second, never a question."""
    room_pk = room.pk
    transaction.on_commit(lambda: nudges.nudge(room_pk))
