"""The one way into the private store."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from core.text import safe_file_name
from files import store
from files.models import StoredFile


def keep(
    chunks: Iterable[bytes], *, name: str, content_type: str, limit: int, by: User | None, at: datetime
) -> StoredFile:
    """Store a stream durably, then its row; the row's existence means that every byte is on disk.

    limit is in bytes, exact. Raises files.store.TooLarge past it. Checking what the bytes are is the caller's: see
    files.inspection. Call it outside a long transaction: the disk is slow.
    """
    kept = store.keep(chunks, limit=limit)
    try:
        return StoredFile.objects.create(
            key=kept.key,
            name=safe_file_name(name),
            content_type=content_type,
            size=kept.size,
            sha256=kept.sha256,
            created_by=by,
            created_at=at,
        )
    except BaseException:
        store.discard(kept.key)
        raise
