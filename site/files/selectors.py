"""Questions to the store: one file for one person, and which files are damaged."""

from collections.abc import Iterator

from accounts.selectors import Person
from files.models import StoredFile
from files.permissions import may_read
from files.store import path_of, sha256_of


def readable(person: Person, public_id: str) -> StoredFile | None:
    """The file if the person may have it, else None: what is forbidden and what is not there look the same."""
    stored = StoredFile.objects.filter(public_id=public_id).first()
    return stored if stored is not None and may_read(person, stored) else None


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
