"""Answers to questions, spoken on the day or written.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import User
from audit.services import record
from live import publishing
from live.models import Answer, Question, Room
from live.protocol import ANSWER_LIMIT, Problem
from live.selectors import PUBLIC, STAFF
from live.services.checks import bump, clean, require_moderator, require_version, said


def publish_answer(
    *, room: Room, actor: User, question: Question, expect: int, body: str, is_oral: bool, at: datetime
) -> dict[str, Any]:
    """Publish the answer to a public question, or replace it; an oral answer may have no text."""
    require_moderator(actor)
    require_version(question, expect)
    if question.state != "public":
        raise Problem("gone", "公開中の質問にだけ回答を公開できます。")
    text = clean(body, limit=ANSWER_LIMIT, empty=None if is_oral else gettext_noop("回答を入力してください。"))
    Answer.objects.update_or_create(
        question=question,
        defaults={
            "body": text,
            "is_oral": is_oral,
            "by": actor,
            "published_at": at,
            "offset_ms": _offset(question, at),
        },
    )
    bump(question)
    record("publish_answer", subject=question, actor=actor, at=at, facts={"oral": is_oral})
    publishing.log(room, PUBLIC, "question.answered", question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return said(question)


def _offset(question: Question, at: datetime) -> int | None:
    """Where in the slot's recording something said now will be found, if the slot is on stage now."""
    slot = question.slot
    if slot is None or not slot.starts_at <= at < slot.ends_at:
        return None
    return int((at - slot.starts_at).total_seconds() * 1000)
