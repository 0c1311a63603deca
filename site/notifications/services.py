"""The one way to send a mail: put it into the outbox, inside the transaction of the fact it tells of."""

from collections.abc import Callable, Mapping
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
from notifications.worker import composers, nudge


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
    subject, body = _words(template, to, context, at)
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
            "subject": subject,
            "body": body,
            "about_type": about_type,
            "about_id": about_id,
            "topic": topic,
            "created_at": at,
            "not_before": at + hold,
        },
    )
    transaction.on_commit(nudge)
    return message if is_new else None


def _words(template: str, to: Any, context: Mapping[str, Any], at: datetime) -> tuple[str, str]:
    """The subject and the body that a template makes."""
    text = render_to_string(
        f"{template}.txt",
        {**context, "recipient": to, "site_url": settings.SITE_URL, "sent_at_ja": format_deadline(at)},
    )
    subject, _, body = text.strip().partition("\n")
    return single_line(f"【自治体ピッチ】{subject}")[:200], body.strip() + "\n"


def compose_on_leaving(
    topic: str, template: str, context_of: Callable[[Message, datetime], Mapping[str, Any] | None]
) -> None:
    """Let the mails of a topic be written when they leave, so that they say what is true then (enqueue_on_leaving).

    context_of gives the template's context, or None where nothing is left to tell: then the mail goes nowhere.
    """

    def compose(message: Message, at: datetime) -> tuple[str, str] | None:
        context = context_of(message, at) if message.recipient is not None else None
        return None if context is None else _words(template, message.recipient, context, at)

    composers[topic] = compose


def enqueue_on_leaving(
    topic: str,
    *,
    about: models.Model,
    to: User,
    at: datetime,
    hold: timedelta = timedelta(0),
    gap: timedelta = timedelta(0),
) -> Message | None:
    """Queue a mail that is written when it leaves, unless one waits already, which will then tell of this as well.

    The first to be queued sets the time: it is kept back for hold, and at least gap after the last one that left.
    """
    ours = _about(about, topic, to)
    # Under lock: one that waits is not claimed before what it has to tell of is committed; one that is leaving is late.
    waiting = ours.select_for_update().filter(state=Message.State.QUEUED)
    if any(each.leased_until is None or each.leased_until < at for each in waiting):
        return None
    last = ours.filter(state=Message.State.SENT).order_by("-sent_at").first()
    earliest = last.sent_at + gap if last is not None and last.sent_at is not None else at
    message = Message(
        dedupe_key=f"{topic}:{about.pk}:{to.pk}:{at.isoformat()}",
        recipient=to,
        address=to.email,
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        topic=topic,
        created_at=at,
        not_before=max(at + hold, earliest),
    )
    words = composers[topic](message, at)
    if words is None or Message.objects.filter(dedupe_key=message.dedupe_key).exists():
        return None
    message.subject, message.body = words
    message.save()
    transaction.on_commit(nudge)
    return message


def told_until(message: Message) -> datetime:
    """Up to when a mail's recipient was told on its topic: when the last one left, else when the first was queued."""
    ours = _ours(message.about_type, message.about_id, message.topic, message.recipient)
    left = ours.filter(state=Message.State.SENT).aggregate(at=models.Max("sent_at"))["at"]
    return left or ours.aggregate(at=models.Min("created_at"))["at"] or message.created_at


def _about(about: models.Model, topic: str, to: User) -> models.QuerySet[Message]:
    return _ours(about._meta.label_lower, str(about.pk), topic, to)


def _ours(about_type: str, about_id: str, topic: str, to: User | None) -> models.QuerySet[Message]:
    return Message.objects.filter(about_type=about_type, about_id=about_id, topic=topic, recipient=to)


def not_yet_sent(*, about: models.Model, topic: str, to: User) -> list[Message]:
    """The mails of a topic about a subject that this person never got since the last one that left, oldest first.

    A new one supersedes those that wait: it has to say what they would have said.
    """
    newest = _about(about, topic, to).order_by("-pk")
    unsent = takewhile(lambda each: each.state in {Message.State.QUEUED, Message.State.SUPERSEDED}, newest)
    return list(unsent)[::-1]


def has_left(*, about: models.Model, topic: str, to: User, since: datetime) -> bool:
    """Whether a mail of a topic about a subject has left to somebody since a moment."""
    return _about(about, topic, to).filter(state=Message.State.SENT, sent_at__gte=since).exists()


def drop_unsent(*, about: models.Model, topic: str, to: User) -> None:
    """Let the mails of a topic that have not left go nowhere: what they tell of is no longer so."""
    _about(about, topic, to).filter(state=Message.State.QUEUED).update(state=Message.State.SUPERSEDED)
