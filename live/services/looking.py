"""Which question a moderator has open: a hint to the others that ends by itself, never a lock.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from live.models import Look, Question, Room
from live.protocol import LOOK_SECONDS
from live.services.checks import require_moderator


def look(*, room: Room, actor: User, question: Question | None, at: datetime) -> dict[str, Any]:
    """Say which question one has open for the next twenty seconds, or that it is none."""
    require_moderator(actor)
    if question is None:
        Look.objects.filter(room=room, user=actor).delete()
    else:
        until = at + timedelta(seconds=LOOK_SECONDS)
        Look.objects.update_or_create(room=room, user=actor, defaults={"question": question, "until": until})
    return {"q": question.public_id if question else None}
