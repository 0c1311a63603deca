"""What comes due in the rooms without anybody pressing a button."""

from django.utils import timezone

from accounts.connections import keep_connection
from core.loop import Loop
from live.services.purging import purge
from live.services.telling import remind_vendors

IDLE_SECONDS = 60.0


def look_after() -> int:
    """Send the reminders that are due, each once however many processes look, and delete what is over."""
    at = timezone.now()
    return remind_vendors(at=at) + purge(at=at)


worker = Loop("live-reminders", look_after, idle_seconds=IDLE_SECONDS, between=keep_connection)
