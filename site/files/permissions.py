"""Who may have a file's bytes: each room that hangs files on its rows says so for its own."""

from collections.abc import Callable
from enum import IntEnum

from accounts.selectors import Person
from files.models import StoredFile

Grant = Callable[[Person, StoredFile], bool]


class Access(IntEnum):
    """How much of a file somebody gets."""

    NONE = 0
    PUBLISHED_COPY = 1
    ORIGINAL = 2


_grants: list[tuple[Grant, Access]] = []


def register_grant(grant: Grant, *, gives: Access = Access.ORIGINAL) -> None:
    """Add a room's answer to "may this person read this file?"; called once, by its AppConfig.ready().

    A grant that lets the public in gives the published copy: a picture without what its camera wrote into it.
    """
    _grants.append((grant, gives))


def access_to(person: Person, stored: StoredFile) -> Access:
    """The most that any room grants the person; no grant, no bytes. A copy is its original's."""
    original = stored.redrawn_from or stored
    most = Access.NONE
    for grant, gives in _grants:
        if gives > most and grant(person, original):
            most = gives
    return most
