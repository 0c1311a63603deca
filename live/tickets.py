"""Tickets: proof, signed and short-lived, of who opens a socket to which room."""

from dataclasses import astuple, dataclass, field

from django.core import signing
from django.utils.translation import get_language

SALT = "live.ticket"
SECONDS = 600


class BadTicket(Exception):
    """Forged, for another room, or older than ten minutes."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whom a socket serves: the room's public id, the user's pk and whether the staff stream is theirs.

    A big screen serves nobody: user 0 and the room's screen key, of which there is a new one when screens are shut out.
    language is that of the page which the ticket was issued for, as a code of settings.LANGUAGES.
    """

    room: str
    user: int
    is_staff: bool
    screen_key: str = ""
    language: str = field(default_factory=get_language)


def issue(ticket: Ticket) -> str:
    """Return the signed text a page carries."""
    return signing.dumps(list(astuple(ticket)), salt=SALT)


def read(text: object, *, room: str) -> Ticket:
    """Return what a ticket says; raises BadTicket unless it is ours, fresh and for this room."""
    if not isinstance(text, str):
        raise BadTicket
    try:
        ticket = Ticket(*signing.loads(text, salt=SALT, max_age=SECONDS))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise BadTicket from error
    if ticket.room != room:
        raise BadTicket
    return ticket
