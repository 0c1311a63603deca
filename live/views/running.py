"""The moderators' buttons that run the day: the phase, who is on stage, what the screens show by themselves."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from live import selectors, services
from live.models import Room
from live.views.doors import moderators_room_or_404
from workflow.errors import Refused

# What a button says is to become of a slot.
ACTS: dict[str, Callable[..., None]] = {
    "start": services.start_pitch,
    "next": services.start_pitch,
    "anew": partial(services.start_pitch, anew=True),
    "questions": services.begin_questions,
    "end": services.end_pitch,
    "back": services.take_back_start,
}


@login_required
@require_POST
def run(request: HttpRequest, public_id: str) -> HttpResponse:
    """Set the phase, say who is on stage and how their clock stands, or what the screens show by themselves."""
    room = moderators_room_or_404(request, public_id)
    try:
        _run(request, room, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("live:moderate", room.public_id)


def _run(request: HttpRequest, room: Room, *, at: datetime) -> None:
    assert isinstance(request.user, User)
    post = request.POST
    common: dict[str, Any] = {"room": room, "actor": request.user, "at": at}
    act = post.get("act", "")
    if phase := post.get("phase"):
        if phase not in Room.Phase.values:
            raise Http404
        services.set_phase(phase=phase, seen=post.get("seen") or None, **common)
    elif act in {"wanted", "empty"}:
        services.set_screen(shows_wanted=act == "wanted", **common)
    else:
        wanted = post.get("next" if act == "next" else "slot")
        slot = next((each for each in selectors.slots_of(room.round) if each.public_id == wanted), None)
        if slot is None or act not in ACTS:
            raise Http404
        ACTS[act](slot=slot, **common)
