"""What pages ask for by themselves: tickets, snapshots, events, similar questions; and commands without a socket."""

import hashlib
import json
import time
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.text import whole_number
from live import selectors, tickets
from live.commands import Item, carry_out_batch, said_id
from live.models import Room
from live.permissions import moderates
from live.phases import phase_at
from live.protocol import BODY_LIMIT, MAX_FRAME_BYTES, REPLAY_LIMIT, Acknowledgement, encode, too_fast
from live.rates import purses
from live.views.doors import readable_room_or_404, room_or_404, ticket_or_404

MANY = 20


@require_POST
def ticket(request: HttpRequest, public_id: str) -> HttpResponse:
    """A fresh ticket for the socket, for whoever the session cookie says."""
    given = ticket_or_404(request, public_id, wants_staff=request.POST.get("staff") == "1")
    return JsonResponse({"ticket": tickets.issue(given), "exp": tickets.SECONDS})


@gzip_page
@require_safe
def state(request: HttpRequest, public_id: str) -> HttpResponse:
    """The snapshot and what is one's own, with an ETag; staff get the queue as well when they ask for it."""
    room = readable_room_or_404(request, public_id)
    is_staff = moderates(request.user) and request.GET.get("staff") == "1"
    at, mine = timezone.now(), encode(selectors.mine(room, request.user))
    # A question that was withheld changes nothing but its asker's own list, which the room's numbers do not count.
    own = hashlib.sha256(mine.encode()).hexdigest()[:12]
    numbers = f"{room.pub_seq}-{room.cv}-{room.staff_seq if is_staff else 'p'}-{phase_at(room, at)}"
    etag = f'"{room.epoch.hex[:8]}-{numbers}-{own}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        if is_staff:
            text = encode(selectors.snapshot(room.pk, is_staff=True, at=at))
        else:
            text = selectors.public_snapshot(room, at=at)
        response = HttpResponse(f'{text[:-1]},"mine":{mine}}}', content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def events(request: HttpRequest, public_id: str) -> HttpResponse:
    """Events after a number, for polling and for filling gaps; 304 when nothing is new, nor the phase the one known.

    Returns {"epoch", "seq", "cv", "phase", "stage", "clock", "pinned", "events", "counts", "results"} or
    {"resync": true}; staff who give their own number as `staff_after` get "sseq" and the events of their stream among
    the others.
    """
    room = readable_room_or_404(request, public_id)
    after, cv = (sequence_number(request.GET.get(name, "")) for name in ("after", "cv"))
    has_staff_stream = moderates(request.user) and "staff_after" in request.GET
    staff_after = sequence_number(request.GET["staff_after"]) if has_staff_stream else room.staff_seq
    missed = (room.pub_seq - after, room.staff_seq - staff_after)
    if min(after, staff_after) < 0 or not all(0 <= count <= REPLAY_LIMIT for count in missed):
        return JsonResponse({"resync": True})
    stage = selectors.stage_now(room, timezone.now())
    # The timetable changes the phase, and nobody need have told the room yet.
    if missed == (0, 0) and cv == room.cv and request.GET.get("phase", stage["phase"]) == stage["phase"]:
        return HttpResponse(status=304)
    found = selectors.events_after(room, selectors.PUBLIC, after, limit=REPLAY_LIMIT)
    found += selectors.events_after(room, selectors.STAFF, staff_after, limit=REPLAY_LIMIT) if missed[1] else []
    body = {
        "epoch": room.epoch.hex[:8],
        "seq": room.pub_seq,
        "cv": room.cv,
        **stage,
        "pinned": selectors.pinned(room),
        "events": found,
        "counts": selectors.counts_after(room, cv),
        "results": selectors.poll_results_after(room, cv),
    }
    return JsonResponse(body | {"sseq": room.staff_seq} if has_staff_stream else body)


@require_safe
def similar(request: HttpRequest, public_id: str) -> HttpResponse:
    """{"similar": public shapes} of questions that ask what is being typed; a text longer than questions finds none."""
    room = room_or_404(request, public_id)
    body = request.GET.get("body", "")
    found = selectors.similar(room, body) if len(body) <= BODY_LIMIT * 2 else []
    response = JsonResponse({"similar": [selectors.public_shape(question) for question in found]})
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def commands(request: HttpRequest, public_id: str) -> HttpResponse:
    """One command or an array of them as JSON; the same acknowledgements as the socket."""
    room = room_or_404(request, public_id)
    assert isinstance(request.user, User)
    if len(request.body) > MAX_FRAME_BYTES * MANY:
        return JsonResponse({"e": "bad"}, status=413)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return JsonResponse({"e": "bad"}, status=400)
    messages_in = body if isinstance(body, list) else [body]
    if len(messages_in) > MANY:
        return JsonResponse({"e": "bad"}, status=413)
    answers = _carried_out(request.user, room, messages_in, at=timezone.now())
    return JsonResponse(answers if isinstance(body, list) else answers[0], safe=False)


def _carried_out(user: User, room: Room, given: list[Any], *, at: datetime) -> list[Acknowledgement]:
    """What became of each command; a person sends no more this way than over a socket, and both together."""
    waits = [purses.take(user.pk, time.monotonic()) for _ in given]
    items = [Item(user.pk, room.pk, each, at) for each, wait in zip(given, waits, strict=True) if not wait]
    done = iter(carry_out_batch(items))
    return [too_fast(said_id(each), wait) if wait else next(done) for each, wait in zip(given, waits, strict=True)]


def sequence_number(text: str) -> int:
    """A number that a client says it has reached; -1 when it says none."""
    number = whole_number(text, digits=18)
    return -1 if number is None else number
