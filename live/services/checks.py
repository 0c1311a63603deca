"""What the verbs of the question room check and write alike."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext

from accounts.models import User
from core.text import UnsafeText, graphemes, reject_unsafe
from live.lifecycle import QUESTION_TABLE
from live.models import Ban, Question, Room
from live.permissions import moderates
from live.protocol import Problem
from workflow.errors import Refused
from workflow.services import move


def clean(text: str, *, limit: int, empty: str | None, max_bytes: int | None = None) -> str:
    """The text as it is kept; empty says what to tell somebody who wrote nothing, None lets nothing pass as nothing.

    limit is in grapheme clusters. One of them may be long (families, flags, stacked accents): bytes have their own end.
    """
    try:
        cleaned = reject_unsafe(text, multiline=True)
    except UnsafeText as error:
        raise Problem("bad", str(error)) from error
    if empty is not None and not cleaned:
        raise Problem("bad", empty)
    # Browsers and servers know different Unicode versions: a tenth more than the counter shows is let through.
    if graphemes(cleaned) > limit * 1.1:
        raise Problem("too_long", "%(limit)s文字以内で入力してください。", limit=limit)
    if len(cleaned.encode()) > (max_bytes or limit * 12):
        raise Problem("too_long", "データの量が多すぎます。絵文字や結合文字を減らしてください。")
    return cleaned


def refuse_unreachable(question: Question, *, is_individual: bool) -> None:
    """Refuse an answer for the asker alone where nobody could read it: a paper slip belongs to nobody here."""
    if is_individual and question.source == Question.Source.VENUE:
        raise Problem(
            "bad", "会場の用紙で受け付けた質問には、個別に回答できません。届ける先がないため、公開で回答してください。"
        )


def check_rate(rate: tuple[int, int], rows: Any, field: str, at: datetime) -> None:
    """Refuse when as many rows as the rate allows were made within its seconds; says how long to wait."""
    many, seconds = rate
    since = at - timedelta(seconds=seconds)
    recent = list(rows.filter(**{f"{field}__gt": since}).order_by(f"-{field}").values_list(field, flat=True)[:many])
    if len(recent) >= many:
        wait = recent[-1] + timedelta(seconds=seconds) - at
        raise Problem("rate", retry_ms=max(1, int(wait.total_seconds() * 1000)))


def require_moderator(person: User) -> None:
    """Refuse anybody who does not moderate."""
    if not moderates(person):
        raise Problem("denied")


def refuse_banned(room: Room, person: User | int) -> None:
    """Refuse whoever was shut out of this room, and say why."""
    ban = Ban.objects.filter(room=room, user=person, lifted_at=None).first()
    if ban is not None:
        raise Problem("denied", "この部屋での投稿は停止されています（理由: %(reason)s）。", reason=ban.reason)


def require_version(question: Question, expect: int) -> None:
    """Refuse a moderator who saw something older, and say what the question is now and who made it that."""
    if question.version == expect:
        return
    last = question.acts.filter(version=question.version).select_related("moderator").order_by("pk").last()
    result = said(question) | {"by": last.moderator.get_full_name() if last else ""}
    if question.merged_into is not None and question.state == "merged":
        result["merged_into"] = question.merged_into.public_id
    state = gettext(QUESTION_TABLE.label(question.state))
    if last is None:
        raise Problem("conflict", "先に変更されました（現在: %(state)s）。", result=result, state=state)
    raise Problem(
        "conflict",
        "%(by)sさんが先に変更しました（現在: %(state)s）。",
        result=result,
        state=state,
        by=result["by"],
    )


def take_step(
    subject: Model,
    step: str,
    *,
    actor: User,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
) -> None:
    """Move a question or a poll; a refusal becomes a Problem, with result in its acknowledgement."""
    try:
        move(subject, step, actor=actor, at=at, facts=facts)
    except Refused as refusal:
        code = "conflict" if refusal.code == Refused.WRONG_STATE else "bad"
        raise Problem(code, refusal.message, result=result) from refusal


def bump(question: Question, **fields: Any) -> None:
    """Write fields and a new version."""
    question.version += 1
    for name, value in fields.items():
        setattr(question, name, value)
    question.save(update_fields=["version", *fields])


def said(question: Question) -> dict[str, Any]:
    """What acknowledgements say of a question."""
    return {"q": question.public_id, "state": question.state, "version": question.version}
