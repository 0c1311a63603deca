"""The one way to send a mail: put it into the outbox, inside the transaction of the fact it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string

from accounts.models import User
from core.calendar import format_deadline
from core.text import single_line
from notifications.models import Message
from notifications.worker import nudge


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody of whom only an address is known, whether or not they have an account."""

    email: str


def enqueue(
    template: str,
    *,
    to: Any,
    context: Mapping[str, Any],
    at: datetime,
    dedupe_key: str,
    about: models.Model | None = None,
    topic: str = "",
    hold: timedelta = timedelta(0),
    is_secret: bool = False,
) -> Message | None:
    """Write one mail for one person (a user, or an Addressee); returns None when dedupe_key is already taken.

    template names a plain-text template ("mail/pitches/submitted" → mail/pitches/submitted.txt) whose first line is the
    subject. The words are rendered now, so that they match the fact. hold keeps it back, for a while. A message
    about the same subject and topic that has not left yet is superseded. is_secret: the text is forgotten afterwards.
    """
    text = render_to_string(
        f"{template}.txt",
        {**context, "recipient": to, "site_url": settings.SITE_URL, "sent_at_ja": format_deadline(at)},
    )
    subject, _, body = text.strip().partition("\n")
    about_type, about_id = (about._meta.label_lower, str(about.pk)) if about is not None else ("", "")
    if topic:
        Message.objects.filter(
            about_type=about_type, about_id=about_id, topic=topic, recipient=to, state=Message.State.QUEUED
        ).update(state=Message.State.SUPERSEDED)
    message, is_new = Message.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "recipient": to if isinstance(to, User) else None,
            "is_secret": is_secret,
            "address": to.email,
            "subject": single_line(f"【自治体ピッチ】{subject}")[:200],
            "body": body.strip() + "\n",
            "about_type": about_type,
            "about_id": about_id,
            "topic": topic,
            "created_at": at,
            "not_before": at + hold,
        },
    )
    transaction.on_commit(nudge)
    return message if is_new else None


def not_yet_sent(*, about: models.Model, topic: str, to: User) -> list[Message]:
    """The mails of a topic about a subject that this person never got since the last one that left, oldest first.

    A new one supersedes those that wait: it has to say what they would have said.
    """
    newest = Message.objects.filter(
        about_type=about._meta.label_lower, about_id=str(about.pk), topic=topic, recipient=to
    ).order_by("-pk")
    unsent = takewhile(lambda each: each.state in {Message.State.QUEUED, Message.State.SUPERSEDED}, newest)
    return list(unsent)[::-1]


def drop_unsent(*, about: models.Model, topic: str, to: User) -> None:
    """Let the mails of a topic that have not left go nowhere: what they tell of is no longer so."""
    Message.objects.filter(
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        topic=topic,
        recipient=to,
        state=Message.State.QUEUED,
    ).update(state=Message.State.SUPERSEDED)
