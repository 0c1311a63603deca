"""The day as moderators run it: the phase, who is on stage, what the screens show by themselves."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from live import selectors, services
from live.models import Room
from live.phases import next_change, phase_at
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
    if request.headers.get("X-Requested-With") == "fetch":
        return _day(request, moderators_room_or_404(request, public_id))
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


@login_required
@require_safe
def day(request: HttpRequest, public_id: str) -> HttpResponse:
    """What of the console follows the day, alone: the queue beside it may be megabytes, and all ask at each press."""
    return _day(request, moderators_room_or_404(request, public_id))


def _day(request: HttpRequest, room: Room) -> HttpResponse:
    return render(request, "live/day.html", day_of(request, room, timezone.now()))


def day_of(request: HttpRequest, room: Room, at: datetime) -> dict[str, Any]:
    """Who was, is and will be on stage, how the clock stands, the phase, and what the screens show."""
    slots = selectors.slots_of(room.round)
    return {
        "room": room,
        "slots": slots,
        **_stage(room, at),
        "pinned": selectors.pinned(room),
        "next_slot": selectors.next_slot(room, slots),
        "by_timetable": selectors.slot_at(room.round, at),
        "phases": Room.Phase.choices,
        "phase": phase_at(room, at),
        "next_phase": _next_phase(room, at),
        "screen_link": request.build_absolute_uri(
            reverse("live:screen", args=[room.public_id], query={"key": room.screen_key})
        ),
    }


def _stage(room: Room, at: datetime) -> dict[str, Any]:
    """Who is on stage, how their clock stands, and whether it may still be said that it was a slip of the finger."""
    slot = room.stage_slot
    if slot is None or slot.started_at is None:
        return {"on_stage": slot}
    qa_at, ends_at = selectors.pitch_times(slot)
    clock = {"now": at, "qa_at": qa_at, "ends_at": ends_at}
    return {"on_stage": slot, **clock, "may_take_back": services.may_take_back(room, at)}


def _next_phase(room: Room, at: datetime) -> tuple[datetime, str] | None:
    """When the timetable changes the phase next, and to what."""
    change = next_change(room, at)
    return (change[0], str(Room.Phase(change[1]).label)) if change else None
