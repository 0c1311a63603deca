"""The worker that asks the scanner about files nobody has called clean yet; safe to kill at any moment."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.connections import keep_connection
from audit.services import chained, record
from core.loop import Loop
from files import clamd, signals
from files.models import StoredFile
from files.store import path_of

logger = logging.getLogger(__name__)

# Longer than a scan may take, so that no second worker begins the same file meanwhile.
LEASE = timedelta(minutes=3)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
IDLE_SECONDS = 2.0


def scan_due(*, at: datetime, limit: int = 20) -> int:
    """Scan what is due now; returns how many files got a verdict.

    While the scanner is away nothing is scanned and nothing is served; each file is tried again, for ever, after 5, 10,
    20 … seconds, at most five minutes. Without a configured scanner there is nothing to do.
    """
    if not settings.CLAMD_SOCKET:
        return 0
    waiting = StoredFile.objects.filter(scan=StoredFile.Scan.WAITING, scan_due_at__lte=at).order_by("scan_due_at", "pk")
    return sum(_scan_one(stored, at) for stored in waiting[:limit])


def _scan_one(stored: StoredFile, at: datetime) -> bool:
    mine = StoredFile.objects.filter(pk=stored.pk, scan=StoredFile.Scan.WAITING)
    if not mine.filter(scan_due_at=stored.scan_due_at).update(scan_due_at=at + LEASE):
        return False
    try:
        finding = clamd.scan(path_of(stored.key), address=settings.CLAMD_SOCKET, seconds=clamd.SCAN_SECONDS)
    except clamd.ScannerDown as reason:
        wait = min(FIRST_WAIT * 2 ** min(stored.scan_attempts, 10), LONGEST_WAIT)
        mine.update(scan_attempts=stored.scan_attempts + 1, scan_due_at=at + wait)
        logger.warning("file %s could not be scanned (%s)", stored.public_id, reason)
        return False
    return _say(stored, finding, at)


def _say(stored: StoredFile, finding: str, at: datetime) -> bool:
    """Write a verdict and, when something was found, tell the rooms above in the same transaction."""
    verdict = StoredFile.Scan.INFECTED if finding else StoredFile.Scan.CLEAN
    with chained():
        waiting = StoredFile.objects.filter(pk=stored.pk, scan=StoredFile.Scan.WAITING)
        if not waiting.update(scan=verdict, finding=finding[:200], scanned_at=at):
            return False
        stored.refresh_from_db()
        record("scan_file", subject=stored, actor=None, at=at, target=verdict, facts={"finding": finding[:200]})
        if finding:
            signals.infected.send(sender=StoredFile, stored=stored, at=at)
    return True


worker = Loop("scan-worker", lambda: scan_due(at=timezone.now()), idle_seconds=IDLE_SECONDS, between=keep_connection)
nudge = worker.nudge
