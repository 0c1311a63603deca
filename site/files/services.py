"""The ways into the private store: a stream, a second row for the same bytes, a redrawn picture, and out again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.text import safe_file_name
from files import store
from files.examination import examine, redraw
from files.inspection.pictures import KINDS
from files.models import StoredFile
from files.worker import nudge


class NotAvailable(Exception):
    """The file is held back: nobody has called it clean, or somebody has called it infected."""


def keep(
    chunks: Iterable[bytes], *, name: str, content_type: str, limit: int, by: User | None, at: datetime
) -> StoredFile:
    """Store a stream durably, then its row; the row's existence means that every byte is on disk.

    limit is in bytes, exact. Raises files.store.TooLarge past it. Checking what the bytes are is the caller's: see
    take_in. Call it outside a long transaction: the disk is slow.
    """
    kept = store.keep(chunks, limit=limit)
    try:
        return _row(kept.key, name=name, content_type=content_type, size=kept.size, sha256=kept.sha256, by=by, at=at)
    except BaseException:
        store.discard(kept.key)
        raise


def take_in(chunks: Iterable[bytes], *, name: str, limit: int, by: User | None, at: datetime) -> StoredFile:
    """Store a stream durably, looked into: its content type and pages are what its bytes say.

    limit is in bytes, exact. Raises files.store.TooLarge, or files.inspection.Unacceptable with the reason in Japanese;
    then nothing stays behind. A configured scanner is asked afterwards: until it answers the file is held back.
    """
    kept = store.keep(chunks, limit=limit)
    try:
        kept_name = safe_file_name(name)
        found = examine(store.path_of(kept.key), name=kept_name)
        return _row(
            kept.key,
            name=kept_name,
            content_type=found.content_type,
            pages=found.pages,
            size=kept.size,
            sha256=kept.sha256,
            by=by,
            at=at,
        )
    except BaseException:
        store.discard(kept.key)
        raise


def drop(stored: StoredFile) -> None:
    """Remove a file that nothing came to hang on: its row, then its bytes."""
    key = stored.key
    stored.delete()
    store.discard(key)


def duplicate(stored: StoredFile, *, by: User | None, at: datetime) -> StoredFile:
    """A row and a key of its own for the same bytes, durable, which costs no disk: for an application made again.

    What a scanner said of the bytes holds for both. Raises NotAvailable for an infected file, and for one that is gone
    from the disk: the nightly check reports it, and the rest of an application can still be made again.
    """
    if stored.is_infected:
        raise NotAvailable
    try:
        key = store.link(stored.key)
    except FileNotFoundError:
        raise NotAvailable from None
    try:
        return _row(
            key,
            name=stored.name,
            content_type=stored.content_type,
            pages=stored.pages,
            size=stored.size,
            sha256=stored.sha256,
            by=by,
            at=at,
            same_bytes_as=stored,
            scan=stored.scan,
            scanned_at=stored.scanned_at,
        )
    except BaseException:
        store.discard(key)
        raise


def clean_copy(stored: StoredFile, *, at: datetime) -> StoredFile:
    """What the public gets in place of a picture: its pixels, upright, without a word of where and with what it was
    taken. Any other file is its own copy.

    Made once and found again. Raises NotAvailable while the original is held back, or when it cannot be redrawn.
    """
    if stored.content_type not in KINDS or stored.redrawn_from_id:
        return stored
    if not stored.is_available:
        raise NotAvailable
    made = StoredFile.objects.filter(redrawn_from=stored).first()
    return made or _redrawn(stored, at)


def _redrawn(stored: StoredFile, at: datetime) -> StoredFile:
    spare = store.spare_path(stored.key)
    try:
        if not redraw(store.path_of(stored.key), spare, content_type=stored.content_type):
            raise NotAvailable
        with spare.open("rb") as source:
            kept = store.keep(iter(lambda: source.read(1 << 20), b""), limit=spare.stat().st_size)
    finally:
        spare.unlink(missing_ok=True)
    own = {"name": stored.name, "content_type": stored.content_type, "size": kept.size, "sha256": kept.sha256}
    try:
        copy, is_new = StoredFile.objects.get_or_create(
            redrawn_from=stored, defaults={**own, "key": kept.key, "created_at": at, "scan_due_at": at}
        )
    except BaseException:
        store.discard(kept.key)
        raise
    if not is_new:
        # Somebody else was faster: there is one copy, not one for each visitor.
        store.discard(kept.key)
    transaction.on_commit(nudge)
    return copy


def _row(key: str, *, name: str, by: User | None, at: datetime, **facts: object) -> StoredFile:
    row = StoredFile.objects.create(
        key=key, name=safe_file_name(name), created_by=by, created_at=at, scan_due_at=at, **facts
    )
    transaction.on_commit(nudge)
    return row
