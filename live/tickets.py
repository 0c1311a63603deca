"""Tickets: proof, signed and short-lived, of who opens a socket to which room."""

from dataclasses import dataclass

from django.core import signing

SALT = "live.ticket"
SECONDS = 600


class BadTicket(Exception):
    """Forged, for another room, or older than ten minutes."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whom a socket serves: the room's public id, the user's pk and whether the staff stream is theirs."""

    room: str
    user: int
    is_staff: bool


def issue(ticket: Ticket) -> str:
    """Return the signed text a page carries."""
    return signing.dumps([ticket.room, ticket.user, ticket.is_staff], salt=SALT)


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
