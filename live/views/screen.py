"""The big screen at the venue: one question or one poll, the clock, and the way in; it needs nobody signed in."""

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from live import selectors, services, tickets
from live.permissions import moderates
from live.views.doors import keep_screen_key, moderators_room_or_404, screen_room_or_404, screen_ticket
from live.views.listing import in_order
from live.views.words import beginning


@require_safe
def screen(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the hall sees: what is pinned, else the most wanted public question; never anything unpublished.

    The link's key becomes a cookie and leaves the address, which the hall can read: after a power cut the machine opens
    either again, and nobody has to sign in.
    """
    if "key" in request.GET:
        room = screen_room_or_404(request, public_id)
        return keep_screen_key(redirect("live:screen", room.public_id), room)
    is_known = moderates(request.user)
    room = moderators_room_or_404(request, public_id) if is_known else screen_room_or_404(request, public_id)
    now = timezone.now()
    snapshot = selectors.snapshot(room.pk, is_staff=False, at=now)
    address = request.build_absolute_uri(reverse("live:code_room", args=[room.code]))
    context = {
        "room": room,
        "round": room.round,
        "question": on_screen(snapshot),
        "poll": poll_on_screen(snapshot),
        "slots": selectors.slots_of(room.round),
        "initial": beginning(snapshot, at=now, said=_hall_words()),
        "ticket": tickets.issue(screen_ticket(room)),
        "address": address.split("://", 1)[1],
        # The drawing holds nothing but the address above: paths of an SVG, no text of anybody.
        "drawing": mark_safe(segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True)),  # noqa: S308
    }
    return render(request, "live/screen.html", context)


def _hall_words() -> dict[str, str]:
    """What the hall is told instead: nobody writes there, and that all is well goes without saying."""
    return {
        "connecting": "",
        "live": "",
        "polling": "",
        "reconnecting": _("再接続しています"),
        "signed_out": _("このスクリーンのリンクは無効になりました。新しいリンクを開いてください。"),
    }


def on_screen(snapshot: dict[str, Any]) -> dict[str, Any] | None:
    """The question to show: the pinned one, else the most wanted unanswered one, or none where that is not wanted.

    While somebody is on stage only questions to them count.
    """
    questions, stage = snapshot["questions"], snapshot["stage"]
    pinned = next((question for question in questions if question["id"] == snapshot["pinned"]), None)
    if pinned is not None or not snapshot["wanted"]:
        return pinned
    waiting = (each for each in questions if each["answer"] is None and (not stage or each["slot"] == stage))
    return next(iter(in_order(waiting, "votes")), None)


def poll_on_screen(snapshot: dict[str, Any]) -> dict[str, Any] | None:
    """The poll a moderator put on the big screen, with its results as a template prints them."""
    poll = next((poll for poll in snapshot["polls"] if poll["id"] == snapshot["stage_poll"]), None)
    return poll | {"printed": selectors.printed(poll, poll["results"])} if poll is not None else None


@login_required
@require_POST
def renew_key(request: HttpRequest, public_id: str) -> HttpResponse:
    """Shut out every screen that holds the present link, and make a new one."""
    room = moderators_room_or_404(request, public_id)
    assert isinstance(request.user, User)
    services.renew_screen_key(room=room, actor=request.user, at=timezone.now())
    messages.success(request, _("新しいスクリーン用リンクを作りました。前のリンクのスクリーンは表示されなくなります。"))
    return redirect(reverse("live:moderate", args=[room.public_id]) + "#screen")
