"""Who may have a file's bytes: each room that hangs files on its rows says so for its own."""

from collections.abc import Callable

from accounts.selectors import Person
from files.models import StoredFile

Grant = Callable[[Person, StoredFile], bool]
_grants: list[Grant] = []


def register_grant(grant: Grant) -> None:
    """Add a room's answer to "may this person read this file?"; called once, by its AppConfig.ready()."""
    _grants.append(grant)


def may_read(person: Person, stored: StoredFile) -> bool:
    """Whether any room grants the person this file; no grant, no bytes."""
    return any(grant(person, stored) for grant in _grants)
