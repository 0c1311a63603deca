"""Questions to the store: one file for one person, which files wait for the scanner, and which are damaged."""

from collections.abc import Iterator
from datetime import datetime

from accounts.selectors import Person
from files.models import StoredFile
from files.permissions import Access, access_to
from files.store import path_of, sha256_of


def granted(person: Person, public_id: str) -> tuple[StoredFile | None, Access]:
    """The file and how much of it the person may have; (None, NONE) for what is forbidden and what is not there."""
    stored = StoredFile.objects.select_related("redrawn_from").filter(public_id=public_id).first()
    access = access_to(person, stored) if stored is not None else Access.NONE
    return (stored, access) if access else (None, Access.NONE)


def waits_for_scan_since() -> datetime | None:
    """When the longest-waiting file that nobody has scanned was received; None when none waits."""
    waiting = StoredFile.objects.filter(scan=StoredFile.Scan.WAITING)
    return waiting.order_by("created_at").values_list("created_at", flat=True).first()


def damaged() -> Iterator[tuple[StoredFile, str]]:
    """Every file that is gone ("missing") or whose bytes differ from what was acknowledged ("corrupt")."""
    for stored in StoredFile.objects.order_by("pk").iterator():
        found = sha256_of(stored.key)
        if found != stored.sha256:
            yield stored, "missing" if found is None else "corrupt"


def is_whole(stored: StoredFile) -> bool:
    """Whether a file is on disk at its full length: cheap enough for a list; the nightly check compares every byte."""
    try:
        return path_of(stored.key).stat().st_size == stored.size
    except OSError:
        return False
