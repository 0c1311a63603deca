"""What moderators decide about questions.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import User
from audit.services import record
from live.lifecycle import STEP_TO
from live.models import Answer, Question, Room
from live.protocol import BODY_BYTES, BODY_LIMIT, REASON_LIMIT, Problem
from live.services.announcing import pin_question, tell
from live.services.checks import bump, clean, require_moderator, require_version, said, take_step
from live.services.clusters import came_along, merge_into, state_before_merge, take_out
from live.services.remembering import remember, standing


def moderate(
    *, room: Room, actor: User, question: Question, expect: int, state: str, reason: str, at: datetime
) -> dict[str, Any]:
    """Publish, withhold, hide or requeue a question that is still as the moderator saw it."""
    require_moderator(actor)
    require_version(question, expect)
    if question.state == "merged":
        raise Problem("conflict", "統合された質問です。先に統合を解除してください。", result=said(question))
    before = standing(room, question)
    reason = clean(reason, limit=REASON_LIMIT, empty=None)
    take_step(question, STEP_TO[state], actor=actor, at=at, facts={"reason": reason})
    bump(question, reason=reason)
    tell(room, question, was_public=before["state"] == "public", at=at)
    remember("question.moderate", room=room, question=question, before=before, actor=actor, at=at)
    return said(question)


def edit(*, room: Room, actor: User, question: Question, expect: int, body: str, at: datetime) -> dict[str, Any]:
    """Mend the wording; what was written first is kept, and is the asker's and the moderators' to read."""
    require_moderator(actor)
    require_version(question, expect)
    if question.state not in {"pending", "public", "withheld"}:
        raise Problem("conflict", "この状態の質問は編集できません。", result=said(question))
    text = clean(body, limit=BODY_LIMIT, max_bytes=BODY_BYTES, empty=gettext_noop("質問を入力してください。"))
    if text == question.body:
        return said(question)
    before = standing(room, question)
    first = question.original_body or question.body
    bump(question, body=text, original_body="" if text == first else first)
    record("edit_question", subject=question, actor=actor, at=at, facts={"version": question.version})
    tell(room, question, was_public=question.state == "public", at=at)
    remember("question.edit", room=room, question=question, before=before, actor=actor, at=at)
    return said(question)


def merge(
    *, room: Room, actor: User, question: Question, target: Question, expect: list[Any], at: datetime
) -> dict[str, Any]:
    """Merge a question into another one; the target's content stays as it is, and so does its version."""
    require_moderator(actor)
    if len(expect) != 2 or not all(type(version) is int for version in expect):
        raise Problem("bad")
    if question.pk == target.pk:
        raise Problem("bad", "同じ質問どうしは統合できません。")
    require_version(question, expect[0])
    require_version(target, expect[1])
    if question.state not in {"pending", "public"} or target.state not in {"public", question.state}:
        raise Problem(
            "conflict",
            "統合できるのは、公開中どうし・承認待ちどうし、または承認待ちから公開中への組み合わせです。",
            result=said(target),
        )
    if Answer.objects.filter(question=question).exists():
        raise Problem(
            "conflict",
            "回答済みの質問は、ほかの質問に統合できません。回答済みの質問のほうを統合先にしてください。",
            result=said(target),
        )
    before = standing(room, question)
    merge_into(room, question, target, actor=actor, at=at)
    bump(question)
    tell(room, question, was_public=before["state"] == "public", at=at)
    tell(room, target, was_public=target.state == "public", at=at)
    remember("question.merge", room=room, question=question, before=before, actor=actor, at=at)
    return said(question) | {"into": target.public_id, "counts": [target.score, target.bodies]}


def separate(*, room: Room, actor: User, question: Question, expect: int, at: datetime) -> dict[str, Any]:
    """Let a merged question stand for itself again, as it stood before the merge: with what had been merged into it."""
    require_moderator(actor)
    require_version(question, expect)
    if question.state != "merged":
        raise Problem("conflict", "この質問は統合されていません。", result=said(question))
    before = standing(room, question)
    state, children = state_before_merge(question), came_along(question)
    target = take_out(room, question, into_state=state, children=children, actor=actor, at=at)
    bump(question)
    tell(room, question, was_public=False, at=at)
    tell(room, target, was_public=target.state == "public", at=at)
    for child in question.merged.filter(pk__in=children):
        tell(room, child, was_public=False, at=at)
    remember("question.separate", room=room, question=question, before=before, actor=actor, at=at)
    return said(question)


def pin(*, room: Room, actor: User, question: Question | None, at: datetime) -> dict[str, Any]:
    """Put one public question on stage, or none."""
    require_moderator(actor)
    if question is not None and question.state != "public":
        raise Problem("gone", "公開中の質問だけを登壇者の前に出せます。")
    shown = question or room.stage_question
    if shown is not None and room.stage_question_id != (question and question.pk):
        before = standing(room, shown)
        pin_question(room, question, at=at)
        record("pin" if question else "unpin", subject=shown, actor=actor, at=at)
        remember("stage.pin", room=room, question=shown, before=before, actor=actor, at=at)
    return {"q": question.public_id if question else None}
