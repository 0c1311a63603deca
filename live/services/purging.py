"""Rows that have served their time: repeatable commands after a day, presence and glances once they have expired."""

from datetime import datetime, timedelta

from accounts.reading import among
from live.models import Command, Lease, Look

REPEATABLE = timedelta(hours=24)
# So many at a time, so that nobody's vote waits for the lock.
MOST_ROWS = 5_000


def purge(*, at: datetime) -> int:
    """Delete what is over; returns how many commands went, so that a caller knows whether more may wait.

    A command may be sent again for 24 hours and gets its stored result; after that its row is of no use to anybody.
    """
    Lease.objects.filter(until__lte=at).delete()
    Look.objects.filter(until__lte=at).delete()
    # Commands are numbered in the order of their time: where the oldest is young, all are, and none need be read.
    oldest = Command.objects.order_by("pk").values_list("at", flat=True).first()
    if oldest is None or oldest > at - REPEATABLE:
        return 0
    over = Command.objects.filter(at__lte=at - REPEATABLE).order_by("pk").values_list("pk", flat=True)
    gone, _ = Command.objects.filter(pk__in=among(list(over[:MOST_ROWS]))).delete()
    return gone
