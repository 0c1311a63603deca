"""Answers on their way: written by a vendor's people, handed in, given back.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import User
from audit.services import record
from live import publishing
from live.models import AnswerDraft, Question, Room
from live.permissions import may_answer
from live.phases import ANSWERING, phase_at
from live.protocol import ANSWER_LIMIT, REASON_LIMIT, Problem
from live.selectors import STAFF
from live.services.checks import clean, refuse_unreachable, require_moderator, said
from live.services.telling import tell_vendor_of_return


def draft_answer(
    *, room: Room, actor: User, question: Question, expect: int, body: str, is_individual: bool, at: datetime
) -> dict[str, Any]:
    """Keep what is written of an answer, whatever the phase: a deadline closes the handing in, never the writing."""
    draft = _own(actor, question, expect, at)
    if draft.submitted_at is not None:
        raise _handed_in(draft)
    refuse_unreachable(question, is_individual=is_individual)
    text = clean(body, limit=ANSWER_LIMIT, empty=None)
    if draft.version and (text, is_individual) == (draft.body, draft.is_individual):
        return _done(draft)
    draft.body, draft.is_individual, draft.by = text, is_individual, actor
    draft.published_at = None
    return _done(_written(draft, at))


def withdraw_answer(*, room: Room, actor: User, question: Question, expect: int, at: datetime) -> dict[str, Any]:
    """Take back what waits for the secretariat, to write on."""
    draft = _own(actor, question, expect, at)
    if draft.submitted_at is None:
        raise Problem("conflict", "提出されていない回答です。", result=_told(draft))
    draft.submitted_at = None
    _written(draft, at)
    record("withdraw_answer", subject=question, actor=actor, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    return _done(draft)


def return_answer(
    *, room: Room, actor: User, question: Question, expect: int, reason: str, at: datetime
) -> dict[str, Any]:
    """Give a draft that was handed in back to its vendor, who is told why."""
    require_moderator(actor)
    draft = submitted_draft(question, expect)
    draft.returned_reason = clean(reason, limit=REASON_LIMIT, empty=gettext_noop("差し戻す理由を入力してください。"))
    draft.submitted_at = None
    _written(draft, at)
    record("return_answer", subject=question, actor=actor, at=at, facts={"reason": draft.returned_reason})
    publishing.log(room, STAFF, "queue.changed", question, at=at)
    tell_vendor_of_return(question, draft, at=at)
    return said(question) | {"draft": draft.version}


def hand_in(room: Room, actor: User, question: Question, expect: int, *, at: datetime) -> AnswerDraft:
    """The draft, handed in by its vendor while answers are taken."""
    draft = _own(actor, question, expect, at)
    if phase_at(room, at) not in ANSWERING:
        raise Problem("closed", "回答の受付期間ではないため、提出できません。下書きは保存されています。")
    if draft.submitted_at is not None:
        raise _handed_in(draft)
    refuse_unreachable(question, is_individual=draft.is_individual)
    clean(draft.body, limit=ANSWER_LIMIT, empty=gettext_noop("回答を入力してください。"))
    draft.submitted_at, draft.returned_reason, draft.by = at, "", actor
    return _written(draft, at)


def submitted_draft(question: Question, expect: int) -> AnswerDraft:
    """The draft as the moderator saw it, still handed in."""
    draft = AnswerDraft.objects.select_for_update(of=("self",)).select_related("by").filter(question=question).first()
    if draft is None or draft.version != expect or draft.submitted_at is None:
        raise Problem("conflict", result=said(question) | {"draft": draft.version if draft else 0})
    return draft


def settle(draft: AnswerDraft, *, body: str, is_individual: bool, at: datetime) -> None:
    """What stands in the draft is what was published: writing on begins from there."""
    draft.body, draft.is_individual = body, is_individual
    draft.submitted_at, draft.published_at, draft.returned_reason = None, at, ""
    _written(draft, at)


def _own(actor: User, question: Question, expect: int, at: datetime) -> AnswerDraft:
    """The draft, as the actor saw it, of a public question asked of their vendor; a new one where there is none."""
    if not may_answer(actor, question):
        raise Problem("denied", "回答できるのは、あて先の事業者の担当者です。")
    if question.state != "public":
        raise Problem("gone")
    found = AnswerDraft.objects.select_for_update(of=("self",)).select_related("by").filter(question=question).first()
    draft = found or AnswerDraft(question=question, by=actor, version=0, updated_at=at)
    if draft.version != expect and draft.submitted_at is not None:
        raise _handed_in(draft)
    if draft.version != expect:
        raise Problem("conflict", "ほかの担当者が先に書き換えました。両方の文を見比べてください。", result=_told(draft))
    return draft


def _handed_in(draft: AnswerDraft) -> Problem:
    return Problem(
        "conflict",
        "%(by)sさんが提出しました。書き直すには、提出を取り消してください。",
        result=_told(draft),
        by=str(draft.by),
    )


def _written(draft: AnswerDraft, at: datetime) -> AnswerDraft:
    draft.version += 1
    draft.updated_at = at
    draft.save()
    return draft


def _done(draft: AnswerDraft) -> dict[str, Any]:
    # Without the text: results of commands are kept for a day, and nobody needs it a second time.
    return {"q": draft.question.public_id, "draft": draft.version}


def _told(draft: AnswerDraft) -> dict[str, Any]:
    """The draft as its writers see it, so that two texts can be laid side by side."""
    return {
        "q": draft.question.public_id,
        "draft": draft.version,
        "body": draft.body,
        "individual": draft.is_individual,
        "by": str(draft.by),
        "at": draft.updated_at.isoformat(),
        "submitted": draft.submitted_at is not None,
    }
