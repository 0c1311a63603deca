"""What moderators just did, remembered so that it can be taken back for a moment.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from audit.services import record
from live.models import Answer, AnswerDraft, ModerationAct, Question, Room
from live.protocol import UNDO_SECONDS, Problem
from live.services.announcing import pin_question, tell
from live.services.checks import bump, require_moderator, require_version, said
from live.services.clusters import merge_into, take_out
from live.services.telling import tell_askers, untell
from workflow.services import move

# From where, to where: the steps that bring a question back to what it was.
WAYS_BACK: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("public", "pending"): ("requeue",),
    ("public", "withheld"): ("requeue", "withhold"),
    ("public", "hidden"): ("hide",),
    ("withheld", "pending"): ("requeue",),
    ("hidden", "public"): ("publish",),
    ("pending", "public"): ("publish",),
    ("pending", "withheld"): ("withhold",),
}


def standing(room: Room, question: Question) -> dict[str, Any]:
    """What a question is before an act, as far as acts change it; JSON-able."""
    answer, draft = (model.objects.filter(question=question).first() for model in (Answer, AnswerDraft))
    return {
        "state": question.state,
        "reason": question.reason,
        "body": question.body,
        "original_body": question.original_body,
        "merged_into": question.merged_into_id,
        "children": list(question.merged.values_list("pk", flat=True)),
        "stage_question": room.stage_question_id,
        "answer": None if answer is None else _kept(answer),
        "draft": None if draft is None else _kept(draft),
    }


def remember(
    op: str, *, room: Room, question: Question, before: dict[str, Any], actor: User, at: datetime
) -> ModerationAct:
    """Keep what a question was before the act that was just done to it."""
    if before["stage_question"] == room.stage_question_id:
        # Somebody else may pin another question meanwhile: only an act that changed the stage gives it back.
        before = {name: value for name, value in before.items() if name != "stage_question"}
    return ModerationAct.objects.create(
        question=question, moderator=actor, op=op, before=before, version=question.version, at=at
    )


def undo(*, room: Room, actor: User, question: Question, expect: int, at: datetime) -> dict[str, Any]:
    """Take back the actor's last act on a question: within ten seconds, and if nothing has happened to it since."""
    require_moderator(actor)
    require_version(question, expect)
    act = question.acts.order_by("-pk").first()
    if act is None or act.moderator_id != actor.pk or act.version != question.version:
        raise Problem("conflict", "元に戻せる操作がありません。", result=said(question))
    if at - act.at > timedelta(seconds=UNDO_SECONDS):
        raise Problem("closed", "元に戻せる時間（%(seconds)s秒）を過ぎました。", seconds=UNDO_SECONDS)
    was_public = question.state == "public"
    is_stage_as_left = room.stage_question_id == _stage_left_by(act)
    record("undo", subject=question, actor=actor, at=at, facts={"op": act.op})
    _return(room, question, act.before, actor, at)
    if act.op == "answer.publish":
        _return_answer(question, act, at=at)
    act.delete()
    tell(room, question, was_public=was_public, at=at)
    if is_stage_as_left and "stage_question" in act.before:
        pin_question(room, _still_public(act.before["stage_question"]), at=at)
    return said(question)


def _stage_left_by(act: ModerationAct) -> int | None:
    """What an act that changed the stage left on it: its question, or nothing where that had been there."""
    return None if act.before.get("stage_question") == act.question_id else act.question_id


def _return(room: Room, question: Question, before: Mapping[str, Any], actor: User, at: datetime) -> None:
    target: Question | None = None
    if question.state == "merged" and before["state"] != "merged":
        target = take_out(room, question, into_state=before["state"], children=before["children"], actor=actor, at=at)
    elif before["state"] == "merged" and question.state != "merged":
        target = Question.objects.get(pk=before["merged_into"])
        if target.state not in {"public", question.state}:
            raise Problem("conflict", "統合先の質問が公開されていないため、元に戻せません。", result=said(question))
        merge_into(room, question, target, actor=actor, at=at)
    for step in WAYS_BACK.get((question.state, before["state"]), ()):
        move(question, step, actor=actor, at=at, facts={"reason": before["reason"]})
    bump(question, **{name: before[name] for name in ("reason", "body", "original_body")})
    if target is not None:
        tell(room, target, was_public=target.state == "public", at=at)


def _return_answer(question: Question, act: ModerationAct, *, at: datetime) -> None:
    """Bring back the answer that stood before, and the draft it came from unless its vendor has written on."""
    untell(question)
    Answer.objects.filter(question=question).delete()
    question._state.fields_cache.pop("answer", None)
    if act.before["answer"] is not None:
        answer = Answer.objects.create(question=question, **_restored(Answer, act.before["answer"]))
        tell_askers(question, answer, at=at)
    draft = AnswerDraft.objects.filter(question=question, published_at=act.at).first()
    if draft is not None and act.before["draft"] is not None:
        values = _restored(AnswerDraft, act.before["draft"]) | {"version": draft.version + 1}
        AnswerDraft.objects.filter(pk=draft.pk).update(**values)


def _kept(row: Answer | AnswerDraft) -> dict[str, Any]:
    """Every column of a row but its keys, JSON-able."""
    names = [field.attname for field in row._meta.concrete_fields if field.name not in {"id", "question"}]
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _restored(model: type[Answer | AnswerDraft], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that _kept() wrote, as the model takes them."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in kept.items() if name in fields}


def _still_public(pk: int | None) -> Question | None:
    return Question.objects.filter(pk=pk, state="public").first() if pk is not None else None
