"""Asking a question and taking it back.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import LocalGovernment, User
from accounts.selectors import body_of
from audit.services import record
from core.playtime import MOST_MS
from live import publishing
from live.models import Answer, PitchSlot, Question, Registration, Room, Vote
from live.permissions import is_author, may_ask, moderates
from live.phases import ASKING, phase_at
from live.protocol import ASK_RATE, BODY_BYTES, BODY_LIMIT, Problem
from live.selectors import PUBLIC, STAFF, pitch_on_stage
from live.services.announcing import tell
from live.services.checks import bump, check_rate, clean, refuse_banned, said
from live.services.clusters import recount, state_before_merge, take_out
from live.services.telling import tell_vendor_of_questions
from workflow.errors import Refused
from workflow.services import move


def ask(
    *,
    room: Room,
    actor: User,
    body: str,
    slot: str | None,
    kind: str,
    naming: str,
    pos_ms: int | None = None,
    organisation: str = "",
    at: datetime,
) -> dict[str, Any]:
    """Ask a question or state an opinion; a moderator does it as proxy for a paper slip at the venue.

    pos_ms is where in the recording it is asked about; how long the recording is, the archive knows.
    organisation is the code of the body on the slip, registered for the round; from anybody else it is bad.
    """
    if not may_ask(actor, room):
        raise Problem("denied", "質問するには、この回への参加申込が必要です。")
    refuse_banned(room, actor)
    if phase_at(room, at) not in ASKING:
        raise Problem("closed", "質問の受付は終了しています。")
    is_proxy = moderates(actor)
    if not is_proxy:
        check_rate(ASK_RATE, room.questions.filter(author=actor), "asked_at", at)
    room.question_count += 1
    question = Question.objects.create(
        room=room,
        slot=_slot(room, slot, at),
        offset_ms=None if pos_ms is None else min(max(pos_ms, 0), MOST_MS),
        number=f"A-{room.question_count:04d}",
        kind=kind,
        body=clean(body, limit=BODY_LIMIT, max_bytes=BODY_BYTES, empty=gettext_noop("質問を入力してください。")),
        naming=naming,
        source=Question.Source.VENUE if is_proxy else Question.Source.ONLINE,
        author=actor,
        organisation=_on_slip(room, organisation, is_proxy) if organisation else body_of(actor),
        state="pending" if room.is_moderated else "public",
        state_at=at,
        asked_at=at,
    )
    room.save(update_fields=["question_count"])
    record("ask", subject=question, actor=actor, at=at, target=question.state)
    if question.state == "public":
        publishing.log(room, PUBLIC, "question.added", question, at=at)
        tell_vendor_of_questions(question, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return said(question) | {"no": question.number}


def withdraw(*, room: Room, actor: User, question: Question, at: datetime) -> dict[str, Any]:
    """Take an own question back; it disappears for everyone, the trail keeps that it was there."""
    if not is_author(question, actor):
        raise Problem("gone")
    # The answer is somebody else's, and would leave the records with the question.
    if Answer.objects.filter(question=question).exists():
        raise Problem(
            "conflict", "回答済みの質問は取り下げられません。公開を望まないときは、事務局へお知らせください。"
        )
    if phase_at(room, at) == Room.Phase.CLOSED:
        raise Problem(
            "closed", "質疑は終了したため、取り下げられません。公開を望まないときは、事務局へお知らせください。"
        )
    was_public = question.state == "public"
    for child in question.merged.filter(state="merged").select_related("merged_into"):
        state = state_before_merge(child)
        take_out(room, child, into_state=state, actor=actor, at=at)
        bump(child)
        tell(room, child, was_public=False, at=at)
    try:
        move(question, "withdraw", actor=actor, at=at)
    except Refused as refusal:
        raise Problem("conflict", refusal.message) from refusal
    bump(question)
    _unsay(room, question, at)
    tell(room, question, was_public=was_public, at=at)
    return said(question)


def _unsay(room: Room, question: Question, at: datetime) -> None:
    """What was merged keeps its voters for the target; whoever takes the question back is no longer one of them."""
    if question.merged_into is None:
        return
    own = Vote.objects.filter(question=question, participant_id=question.author_id, is_on=True)
    own.update(is_on=False, updated_at=at)
    recount(room=room, questions=[question.merged_into])


def _on_slip(room: Room, code: str, is_proxy: bool) -> LocalGovernment:
    """The body a paper slip names."""
    registration = Registration.objects.filter(round=room.round, body=code, cancelled_at=None).select_related("body")
    first = registration.first()
    if first is None or not is_proxy:
        raise Problem("bad", "団体が見つかりません。参加申込のある団体から選んでください。")
    return first.body


def _slot(room: Room, public_id: str | None, at: datetime) -> PitchSlot | None:
    """The slot a question is for: the named one, which must be of this round, else the one on stage."""
    if not public_id:
        return pitch_on_stage(room, at)
    slot = PitchSlot.objects.filter(part__round=room.round, public_id=public_id, proposal__isnull=False).first()
    if slot is None:
        raise Problem("bad", "あて先の提案が見つかりません。ページを再読み込みしてください。")
    return slot
