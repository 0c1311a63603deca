"""What the verbs of the question room check and write alike."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from core.text import UnsafeText, graphemes, reject_unsafe
from live.models import Question
from live.permissions import moderates
from live.protocol import Problem


def clean(text: str, *, limit: int, empty: str | None) -> str:
    """The text as it is kept; empty says what to tell somebody who wrote nothing, None lets nothing pass as nothing."""
    try:
        cleaned = reject_unsafe(text, multiline=True)
    except UnsafeText as error:
        raise Problem("bad", str(error)) from error
    if empty is not None and not cleaned:
        raise Problem("bad", empty)
    # Browsers and servers know different Unicode versions: a tenth more than the counter shows is let through.
    if graphemes(cleaned) > limit * 1.1 or len(cleaned.encode()) > limit * 12:
        raise Problem("too_long", "%(limit)s文字以内で入力してください。", limit=limit)
    return cleaned


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


def require_version(question: Question, expect: int) -> None:
    """Refuse when the question is no longer as the person saw it, and say what it is now."""
    if question.version != expect:
        raise Problem("conflict", result=said(question))


def bump(question: Question, **fields: Any) -> None:
    """Write fields and a new version."""
    question.version += 1
    for name, value in fields.items():
        setattr(question, name, value)
    question.save(update_fields=["version", *fields])


def said(question: Question) -> dict[str, Any]:
    """What acknowledgements say of a question."""
    return {"q": question.public_id, "state": question.state, "version": question.version}
