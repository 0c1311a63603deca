"""What a supervisor asks: is the process alive (/healthz), and may visitors be sent to it (/readyz)."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from files.selectors import waits_for_scan_since
from notifications.models import Message

FREE_DISK_SHARE = 0.10
OUTBOX_PATIENCE = timedelta(minutes=10)
SCAN_PATIENCE = timedelta(minutes=10)


def database_takes_writes(at: datetime) -> bool:
    """Whether a row could be written now: an UPDATE of no row still takes the write lock and fails on a replica."""
    try:
        with transaction.atomic():
            Session.objects.filter(pk="").update(expire_date=at)
    except DatabaseError:
        return False
    return True


def files_can_be_written(at: datetime) -> bool:
    """Whether DATA_DIR accepts a new file."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as probe:
            probe.write(b"1")
    except OSError:
        return False
    return True


def disk_has_room(at: datetime) -> bool:
    """Whether at least a tenth of DATA_DIR's disk is free: a deadline day brings its uploads all at once."""
    usage = shutil.disk_usage(Path(settings.DATA_DIR))
    return usage.free >= usage.total * FREE_DISK_SHARE


def mail_leaves(at: datetime) -> bool:
    """Whether no mail has been due for longer than OUTBOX_PATIENCE; one that failed is due again at its next try."""
    try:
        waiting = Message.objects.filter(state=Message.State.QUEUED, not_before__lt=at - OUTBOX_PATIENCE)
        return not waiting.exists()
    except DatabaseError:
        return False


def scans_keep_up(at: datetime) -> bool:
    """Whether no file has waited for the virus scanner longer than SCAN_PATIENCE; without a scanner none waits."""
    if not settings.CLAMD_SOCKET:
        return True
    try:
        since = waits_for_scan_since()
    except DatabaseError:
        return False
    return since is None or since >= at - SCAN_PATIENCE


def sockets_reach_one_another(at: datetime) -> bool:
    """Whether the channel layer passes a message on; without it pages work and rooms fall silent."""
    try:
        async_to_sync(get_channel_layer().group_send)("readyz", {"type": "nobody.listens"})
    except Exception:  # each layer raises what its client library raises; all of it means the same here
        return False
    return True


# Name in the reply -> what must be true. Names and truth values only: the reply is public.
PROBES: dict[str, Callable[[datetime], bool]] = {
    "database": database_takes_writes,
    "files": files_can_be_written,
    "disk": disk_has_room,
    "mail": mail_leaves,
    "scanner": scans_keep_up,
    "sockets": sockets_reach_one_another,
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks nothing else, so that a broken database does not restart it."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every probe holds, else 503; the reply names each probe and its outcome."""
    at = timezone.now()
    outcome = {name: holds(at) for name, holds in PROBES.items()}
    is_ready = all(outcome.values())
    return JsonResponse({"ok": is_ready, "probes": outcome}, status=200 if is_ready else 503)
