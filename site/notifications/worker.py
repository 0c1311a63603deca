"""The worker that sends the outbox: claims by lease, sends, marks; safe to kill at any moment."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone

from accounts.connections import keep_connection
from core.loop import Loop
from notifications.models import Message

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 10
IDLE_SECONDS = 2.0
# By topic, what writes a mail at the moment it leaves: (subject, body), or None where it has nothing to tell any more.
composers: dict[str, Callable[[Message, datetime], tuple[str, str] | None]] = {}


def claim(*, at: datetime, limit: int = 20) -> list[Message]:
    """Lease up to limit due messages to the caller; two workers never get the same one while its lease lasts."""
    lease = secrets.token_hex(16)
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    due = Message.objects.filter(free, state=Message.State.QUEUED, not_before__lte=at).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        Message.objects.filter(free, pk=pk, state=Message.State.QUEUED).update(lease=lease, leased_until=at + LEASE)
    return list(Message.objects.filter(lease=lease, state=Message.State.QUEUED).order_by("pk"))


def send(message: Message, *, at: datetime) -> bool:
    """Send one claimed message and mark the outcome; failures wait 1, 2, 4 … minutes, at most MAX_ATTEMPTS times.

    The Message-ID is the row's own, so that a mail sent twice by a worker that died between sending and
    marking is recognised as one by the receiving side.
    """
    mine = Message.objects.filter(pk=message.pk, lease=message.lease, state=Message.State.QUEUED)
    try:
        if not _compose(message, at):
            mine.update(state=Message.State.SUPERSEDED, leased_until=None)
            return False
        _mail(message).send()
    except Exception as error:  # any transport failure is retried; none may stop the worker
        attempts = message.attempts + 1
        is_last = attempts >= MAX_ATTEMPTS
        mine.update(
            attempts=attempts,
            state=Message.State.FAILED if is_last else Message.State.QUEUED,
            last_error=f"{type(error).__name__}: {error}"[:300],
            not_before=at + timedelta(minutes=2 ** (attempts - 1)),
            leased_until=None,
            lease="",
            **(_forgotten(message) if is_last else {}),
        )
        logger.warning("mail %s failed, attempt %s", message.pk, attempts)
        return False
    words = {"subject": message.subject, "body": message.body}
    mine.update(state=Message.State.SENT, sent_at=at, leased_until=None, **(words | _forgotten(message)))
    return True


def _compose(message: Message, at: datetime) -> bool:
    """Write a mail whose words are those of the moment it leaves; whether there is anything to send."""
    compose = composers.get(message.topic)
    words = compose(message, at) if compose is not None else (message.subject, message.body)
    if words is not None:
        message.subject, message.body = words
    return words is not None


def _mail(message: Message) -> EmailMessage:
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        headers={"Message-ID": f"<outbox-{message.pk}@pitch>", "Auto-Submitted": "auto-generated"},
    )


def _forgotten(message: Message) -> dict[str, str]:
    """What is overwritten once nobody needs a secret mail's text any more."""
    return {"body": ""} if message.is_secret else {}


def work_once(*, at: datetime | None = None) -> int:
    """Send everything that is due now; returns how many left."""
    now = at or timezone.now()
    return sum(send(message, at=now) for message in claim(at=now))


worker = Loop("outbox-worker", work_once, idle_seconds=IDLE_SECONDS, between=keep_connection)
nudge = worker.nudge
