"""Shutting somebody out of asking and voting in one room, and letting them in again.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import User
from audit.services import record
from live import publishing
from live.models import Ban, Question, Room
from live.permissions import moderates
from live.protocol import REASON_LIMIT, Problem
from live.selectors import STAFF
from live.services.checks import clean, require_moderator


def ban(*, room: Room, actor: User, question: Question, reason: str, at: datetime) -> dict[str, Any]:
    """Shut the asker of a question out; what was asked and voted stays as it is."""
    require_moderator(actor)
    if moderates(question.author):
        raise Problem("bad", "代理入力の質問です。投稿した人を停止することはできません。")
    text = clean(reason, limit=REASON_LIMIT, empty=gettext_noop("投稿を停止する理由を入力してください。"))
    values = {"reason": text, "by": actor, "at": at, "lifted_at": None}
    Ban.objects.update_or_create(room=room, user=question.author, defaults=values)
    record("ban", subject=room, actor=actor, at=at, facts={"person": question.author_id, "reason": text})
    publishing.log(room, STAFF, "bans.changed", None, at=at)
    return {"q": question.public_id, "banned": True}


def unban(*, room: Room, actor: User, question: Question, at: datetime) -> dict[str, Any]:
    """Let the asker of a question ask and vote again."""
    require_moderator(actor)
    if Ban.objects.filter(room=room, user=question.author, lifted_at=None).update(lifted_at=at):
        record("unban", subject=room, actor=actor, at=at, facts={"person": question.author_id})
        publishing.log(room, STAFF, "bans.changed", None, at=at)
    return {"q": question.public_id, "banned": False}
