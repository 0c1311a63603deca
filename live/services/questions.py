"""What happens to questions: asked, voted for, moderated, answered, withdrawn.

Each verb expects to run inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.models import User
from accounts.selectors import body_of
from audit.services import record
from core.text import UnsafeText, graphemes, reject_unsafe
from live import publishing
from live.lifecycle import STEP_TO
from live.models import Answer, Command, PitchSlot, Question, Room, Vote
from live.permissions import is_author, may_ask, may_vote, moderates
from live.protocol import ANSWER_LIMIT, ASK_RATE, BODY_LIMIT, REASON_LIMIT, VOTE_RATE, Problem
from live.selectors import PUBLIC, STAFF
from workflow.errors import Refused
from workflow.services import move

ASKING_PHASES = frozenset({Room.Phase.BEFORE, Room.Phase.LIVE, Room.Phase.FEEDBACK})


def ask(
    *, room: Room, author: User, body: str, slot: str | None, kind: str, naming: str, at: datetime
) -> dict[str, Any]:
    """Ask a question or state an opinion; a moderator does it as proxy for a paper slip at the venue."""
    if not may_ask(author, room):
        raise Problem("denied", "質問するには、この回への参加申込が必要です。")
    if room.phase not in ASKING_PHASES:
        raise Problem("closed", "質問の受付は終了しています。")
    is_proxy = moderates(author)
    if not is_proxy:
        _check_rate(ASK_RATE, room.questions.filter(author=author), "asked_at", at)
    room.question_count += 1
    question = Question.objects.create(
        room=room,
        slot=_slot(room, slot),
        number=f"A-{room.question_count:04d}",
        kind=kind,
        body=_clean(body, limit=BODY_LIMIT, empty="質問を入力してください。"),
        naming=naming,
        source=Question.Source.VENUE if is_proxy else Question.Source.ONLINE,
        author=author,
        organisation=body_of(author),
        state="pending" if room.is_moderated else "public",
        state_at=at,
        asked_at=at,
    )
    room.save(update_fields=["question_count"])
    record("ask", subject=question, actor=author, at=at, target=question.state)
    if question.state == "public":
        publishing.log(room, PUBLIC, "question.added", question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return _said(question) | {"no": question.number}


def set_vote(*, room: Room, participant: User, question: Question, is_on: bool, at: datetime) -> dict[str, Any]:
    """Make the participant's vote on a question be there or not; counts are recomputed, so that they cannot drift."""
    if not may_vote(participant, room):
        raise Problem("denied", "「当団体も同じ」は、参加申込をした自治体職員が押せます。")
    if room.phase == Room.Phase.CLOSED:
        raise Problem("closed")
    if question.state != "public":
        raise Problem("gone")
    _check_rate(VOTE_RATE, Command.objects.filter(participant=participant, op="vote.set"), "at", at)
    body = body_of(participant)
    assert body is not None
    Vote.objects.update_or_create(
        question=question,
        participant=participant,
        defaults={"is_on": is_on, "organisation": body, "updated_at": at},
    )
    counted = question.votes.filter(is_on=True).aggregate(
        people=Count("pk"), bodies=Count("organisation", distinct=True, filter=Q(is_on=True))
    )
    room.cv += 1
    room.save(update_fields=["cv"])
    question.score, question.bodies, question.cv = counted["people"], counted["bodies"], room.cv
    question.save(update_fields=["score", "bodies", "cv"])
    publishing.nudge_on_commit(room)
    return {"q": question.public_id, "on": is_on, "counts": [question.score, question.bodies]}


def moderate(
    *, room: Room, moderator: User, question: Question, expect: int, state: str, reason: str, at: datetime
) -> dict[str, Any]:
    """Publish, withhold or hide a question that is still as the moderator saw it."""
    _check_moderator(moderator)
    _check_version(question, expect)
    was_public = question.state == "public"
    reason = _clean(reason, limit=REASON_LIMIT, empty=None)
    try:
        move(question, STEP_TO[state], actor=moderator, at=at, facts={"reason": reason})
    except Refused as refusal:
        raise Problem("conflict" if refusal.code == Refused.WRONG_STATE else "bad", refusal.message) from refusal
    _bump(question, reason=reason)
    if was_public:
        publishing.log(room, PUBLIC, "question.removed", question, at=at)
    elif state == "public":
        publishing.log(room, PUBLIC, "question.added", question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return _said(question)


def publish_answer(
    *, room: Room, moderator: User, question: Question, expect: int, body: str, is_oral: bool, at: datetime
) -> dict[str, Any]:
    """Publish the answer to a public question, or replace it; an oral answer may have no text."""
    _check_moderator(moderator)
    _check_version(question, expect)
    if question.state != "public":
        raise Problem("gone", "公開中の質問にだけ回答を公開できます。")
    text = _clean(body, limit=ANSWER_LIMIT, empty=None if is_oral else "回答を入力してください。")
    Answer.objects.update_or_create(
        question=question,
        defaults={
            "body": text,
            "is_oral": is_oral,
            "by": moderator,
            "published_at": at,
            "offset_ms": _offset(question, at),
        },
    )
    _bump(question)
    record("publish_answer", subject=question, actor=moderator, at=at, facts={"oral": is_oral})
    publishing.log(room, PUBLIC, "question.answered", question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return _said(question)


def withdraw(*, room: Room, author: User, question: Question, at: datetime) -> dict[str, Any]:
    """Take an own question back; it disappears for everyone, the trail keeps that it was there."""
    if not is_author(question, author):
        raise Problem("gone")
    was_public = question.state == "public"
    try:
        move(question, "withdraw", actor=author, at=at)
    except Refused as refusal:
        raise Problem("conflict", refusal.message) from refusal
    _bump(question)
    if was_public:
        publishing.log(room, PUBLIC, "question.removed", question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return _said(question)


def _slot(room: Room, public_id: str | None) -> PitchSlot | None:
    """The slot a question is for: the named one, which must be of this round, else the one on stage."""
    if not public_id:
        return room.stage_slot
    slot = PitchSlot.objects.filter(part__round=room.round, public_id=public_id, proposal__isnull=False).first()
    if slot is None:
        raise Problem("bad", "あて先の提案が見つかりません。ページを再読み込みしてください。")
    return slot


def _clean(text: str, *, limit: int, empty: str | None) -> str:
    try:
        cleaned = reject_unsafe(text, multiline=True)
    except UnsafeText as error:
        raise Problem("bad", str(error)) from error
    if empty is not None and not cleaned:
        raise Problem("bad", empty)
    # Browsers and servers know different Unicode versions: a tenth more than the counter shows is let through.
    if graphemes(cleaned) > limit * 1.1 or len(cleaned.encode()) > limit * 12:
        raise Problem("too_long", f"{limit}文字以内で入力してください。")
    return cleaned


def _check_rate(rate: tuple[int, int], rows: Any, field: str, at: datetime) -> None:
    many, seconds = rate
    since = at - timedelta(seconds=seconds)
    recent = list(rows.filter(**{f"{field}__gt": since}).order_by(f"-{field}").values_list(field, flat=True)[:many])
    if len(recent) >= many:
        wait = recent[-1] + timedelta(seconds=seconds) - at
        raise Problem("rate", retry_ms=max(1, int(wait.total_seconds() * 1000)))


def _check_moderator(person: User) -> None:
    if not moderates(person):
        raise Problem("denied")


def _check_version(question: Question, expect: int) -> None:
    if question.version != expect:
        raise Problem("conflict", result=_said(question))


def _bump(question: Question, **fields: Any) -> None:
    question.version += 1
    for name, value in fields.items():
        setattr(question, name, value)
    question.save(update_fields=["version", *fields])


def _said(question: Question) -> dict[str, Any]:
    return {"q": question.public_id, "state": question.state, "version": question.version}


def _offset(question: Question, at: datetime) -> int | None:
    """Where in the slot's recording something said now will be found, if the slot is on stage now."""
    slot = question.slot
    if slot is None or not slot.starts_at <= at < slot.ends_at:
        return None
    return int((at - slot.starts_at).total_seconds() * 1000)
