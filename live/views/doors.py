"""Who gets into a room over HTTP: people by their session, a big screen by the key of its link."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import Vendor
from live import selectors, tickets
from live.models import Room
from live.permissions import moderates

# Sent back to the room's own addresses alone, so that a screen asks for what it shows without naming its key again.
SCREEN_COOKIE = "live_screen"
SCREEN_SECONDS = 30 * 24 * 3600


def room_or_404(request: HttpRequest, public_id: str) -> Room:
    """The room for someone who may enter it; strangers learn nothing."""
    room = selectors.room_visible_to(request.user, public_id)
    if room is None:
        raise Http404
    return room


def moderators_room_or_404(request: HttpRequest, public_id: str) -> Room:
    """The room for those who moderate; to anyone else there is no console."""
    if not moderates(request.user):
        raise Http404
    return room_or_404(request, public_id)


def vendors_room_or_404(request: HttpRequest, public_id: str) -> tuple[Room, Vendor]:
    """The room and the person's vendor, for those whose vendor presents there."""
    room = room_or_404(request, public_id)
    vendor = selectors.vendor_in(request.user, room)
    if vendor is None:
        raise Http404
    return room, vendor


def readable_room_or_404(request: HttpRequest, public_id: str) -> Room:
    """The room for someone who may enter it, or for a big screen, which only reads what everybody reads."""
    return selectors.room_visible_to(request.user, public_id) or screen_room_or_404(request, public_id)


def screen_room_or_404(request: HttpRequest, public_id: str) -> Room:
    """The room for a big screen that holds its present key, in its link or in its cookie."""
    key = request.GET.get("key", "") or request.COOKIES.get(SCREEN_COOKIE, "")
    room = selectors.room_of_screen(public_id, key)
    if room is None:
        raise Http404
    return room


def keep_screen_key(response: HttpResponse, room: Room) -> HttpResponse:
    """Let a screen that was opened by its link ask for the rest; the key reaches no other address than the room's."""
    response.set_cookie(
        SCREEN_COOKIE,
        room.screen_key,
        max_age=SCREEN_SECONDS,
        path=reverse("live:room", args=[room.public_id]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def ticket_or_404(request: HttpRequest, public_id: str, *, wants_staff: bool) -> tickets.Ticket:
    """What opens the socket to whoever asks: a person, a moderator with the staff's stream if wanted, or a screen."""
    room = selectors.room_visible_to(request.user, public_id)
    if room is not None and request.user.pk is not None:
        return tickets.Ticket(room.public_id, request.user.pk, wants_staff and moderates(request.user))
    return screen_ticket(screen_room_or_404(request, public_id))


def screen_ticket(room: Room) -> tickets.Ticket:
    """What opens the socket to a big screen, which is nobody."""
    return tickets.Ticket(room.public_id, 0, False, room.screen_key)
