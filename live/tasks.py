"""What comes due in the rooms without anybody pressing a button."""

from django.db import close_old_connections
from django.utils import timezone

from core.loop import Loop
from live.services.telling import remind_vendors

IDLE_SECONDS = 60.0


def remind() -> int:
    """Send the reminders that are due; each is written once, however many processes look."""
    return remind_vendors(at=timezone.now())


worker = Loop("live-reminders", remind, idle_seconds=IDLE_SECONDS, between=close_old_connections)
