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
from live.services.checks import bump, clean, refuse_unreachable, require_moderator, require_version, said
from live.services.drafting import hand_in, settle, submitted_draft
from live.services.remembering import remember, standing
from live.services.telling import tell_askers, tell_secretariat_of_answers, tell_vendor_of_mending


def publish_answer(
    *,
    room: Room,
    actor: User,
    question: Question,
    expect: int,
    body: str,
    is_oral: bool,
    is_individual: bool,
    draft: int | None,
    at: datetime,
) -> dict[str, Any]:
    """Publish the answer to a public question, or replace it; an oral answer may have no text.

    With the version of a draft that was handed in, the answer is the vendor's, in the words the moderator let stand.
    """
    require_moderator(actor)
    require_version(question, expect)
    if question.state != "public":
        raise Problem("gone", "公開中の質問にだけ回答を公開できます。")
    refuse_unreachable(question, is_individual=is_individual)
    before = standing(room, question)
    text = clean(body, limit=ANSWER_LIMIT, empty=None if is_oral else gettext_noop("回答を入力してください。"))
    written = submitted_draft(question, draft) if draft is not None else None
    is_reworded = written is not None and written.body != text
    is_mended = is_reworded or (written is not None and written.is_individual != is_individual)
    answer = put_answer(
        question,
        body=text,
        is_oral=is_oral,
        is_individual=is_individual,
        by=written.by if written else actor,
        is_from_vendor=written is not None,
        at=at,
    )
    if written is not None:
        settle(written, body=text, is_individual=is_individual, at=at)
    announce_answer(room, question, answer, actor=actor, at=at)
    if is_mended:
        tell_vendor_of_mending(question, answer, is_reworded=is_reworded, at=at)
    remember("answer.publish", room=room, question=question, before=before, actor=actor, at=at)
    return said(question)


def submit_answer(*, room: Room, actor: User, question: Question, expect: int, at: datetime) -> dict[str, Any]:
    """Hand an own draft in; where vendors publish by themselves it is public with this."""
    draft = hand_in(room, actor, question, expect, at=at)
    if not room.vendors_publish:
        record("submit_answer", subject=question, actor=actor, at=at)
        publishing.log(room, STAFF, "queue.changed", question, at=at)
        tell_secretariat_of_answers(room, at=at)
        return said(question) | {"draft": draft.version, "published": False}
    given = Answer.objects.filter(question=question).first()
    answer = put_answer(
        question,
        body=draft.body,
        is_oral=given is not None and given.is_oral,
        is_individual=draft.is_individual,
        by=draft.by,
        is_from_vendor=True,
        at=at,
    )
    settle(draft, body=draft.body, is_individual=draft.is_individual, at=at)
    announce_answer(room, question, answer, actor=actor, at=at)
    return said(question) | {"draft": draft.version, "published": True}


def put_answer(question: Question, *, is_oral: bool, at: datetime, **fields: Any) -> Answer:
    """Write the answer, or a newer version of it; where in the recording it was spoken is kept."""
    given = Answer.objects.select_for_update().filter(question=question).first()
    answer = given or Answer(question=question, version=0)
    answer.offset_ms = _offset(question, at) if answer.offset_ms is None else answer.offset_ms
    answer.version += 1
    answer.is_oral, answer.published_at = is_oral, at
    for name, value in fields.items():
        setattr(answer, name, value)
    answer.save()
    return answer


def announce_answer(room: Room, question: Question, answer: Answer, *, actor: User, at: datetime) -> None:
    """Record an answer just written, tell the room and its askers."""
    bump(question)
    facts = {"oral": answer.is_oral, "individual": answer.is_individual, "from_vendor": answer.is_from_vendor}
    record("publish_answer", subject=question, actor=actor, at=at, facts=facts)
    publishing.log(room, PUBLIC, "question.answered", question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    tell_askers(question, answer, at=at)


def _offset(question: Question, at: datetime) -> int | None:
    """Where in the slot's recording something said now will be found, in ms, while the slot is on stage.

    A slot that a moderator has begun counts from that moment; another one from its time in the timetable.
    """
    slot = question.slot
    if slot is None:
        return None
    begins = slot.started_at or slot.starts_at
    is_on = begins <= at and (slot.presented_at is None if slot.started_at else at < slot.ends_at)
    return int((at - begins).total_seconds() * 1000) if is_on else None
