"""What moderators decide about questions.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime
from typing import Any

from accounts.models import User
from live import publishing
from live.lifecycle import STEP_TO
from live.models import Question, Room
from live.protocol import REASON_LIMIT, Problem
from live.selectors import PUBLIC, STAFF
from live.services.checks import bump, clean, require_moderator, require_version, said
from workflow.errors import Refused
from workflow.services import move


def moderate(
    *, room: Room, actor: User, question: Question, expect: int, state: str, reason: str, at: datetime
) -> dict[str, Any]:
    """Publish, withhold or hide a question that is still as the moderator saw it."""
    require_moderator(actor)
    require_version(question, expect)
    was_public = question.state == "public"
    reason = clean(reason, limit=REASON_LIMIT, empty=None)
    try:
        move(question, STEP_TO[state], actor=actor, at=at, facts={"reason": reason})
    except Refused as refusal:
        raise Problem("conflict" if refusal.code == Refused.WRONG_STATE else "bad", refusal.message) from refusal
    bump(question, reason=reason)
    if was_public:
        publishing.log(room, PUBLIC, "question.removed", question, at=at)
    elif state == "public":
        publishing.log(room, PUBLIC, "question.added", question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return said(question)
