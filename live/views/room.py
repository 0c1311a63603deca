"""The participants' page of a room, complete without JavaScript, and the machine-readable addresses beside it."""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.selectors import body_of
from core.text import whole_number
from live import selectors, tickets
from live.commands import Item, carry_out, carry_out_batch, said_id
from live.forms import AskForm, new_command_id
from live.lifecycle import QUESTION_TABLE
from live.models import Question, Room
from live.permissions import may_ask, may_vote, moderates
from live.phases import ASKING, phase_at
from live.protocol import BODY_LIMIT, MAX_FRAME_BYTES, REPLAY_LIMIT, Acknowledgement, encode, too_fast
from live.rates import purses
from live.views.doors import readable_room_or_404, room_or_404, ticket_or_404
from live.views.links import linked
from live.views.listing import chosen, listed
from live.views.words import beginning, moments, words

MANY = 20


def carry_out_form(
    request: HttpRequest, room: Room, op: str, command_id: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Carry out the command of a plain form through the one handler; the answer is an acknowledgement."""
    assert isinstance(request.user, User)
    if wait := purses.take(request.user.pk, time.monotonic()):
        return too_fast("", wait)
    message = {"t": "cmd", "id": command_id, "op": op, "a": arguments}
    return carry_out(user=request.user, room_pk=room.pk, message=message, at=timezone.now())


def refused_status(answer: Mapping[str, Any]) -> int:
    """The HTTP status of an acknowledgement that says no."""
    return 409 if answer["e"] == "conflict" else 422


# Two hundred questions as plain HTML would keep a line of 64 kbit/s busy for over a minute.
@gzip_page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def participate(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page where people ask and vote; POST asks."""
    room = selectors.room_visible_to(request.user, public_id)
    if room is None:
        return _invite(request, public_id)
    # A link beside a recording says which pitch, and perhaps which scene, a question will be about.
    about = {"slot": request.GET.get("to", ""), "scene": request.GET.get("scene", "")[:20]}
    slots = selectors.choices_of_slots(selectors.slots_of(room.round))
    form = AskForm(request.POST or None, slots=slots, on_stage=_on_stage(room, timezone.now()), initial=about)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if alike := [] if data["confirmed"] or moderates(request.user) else selectors.similar(room, data["body"]):
            return render(request, "live/room.html", _page(request, room, form) | {"alike": _shapes(alike)})
        answer = carry_out_form(
            request,
            room,
            "question.ask",
            data["command_id"],
            {name: data[name] for name in ("body", "kind", "naming")}
            | {"slot": data["slot"] or None, "pos_ms": data["scene"]},
        )
        if answer["ok"]:
            name = "received_public" if answer["r"]["state"] == "public" else "received"
            messages.success(request, words()[name].format(no=answer["r"]["no"]))
            # Without an anchor a browser keeps that of the form, and what is said at the top would be out of sight.
            return redirect(reverse("live:room", args=[public_id]) + "#main")
        form.add_error("body", answer["m"])
    return render(request, "live/room.html", _page(request, room, form), status=422 if form.errors else 200)


def page_again(request: HttpRequest, room: Room, *, status: int, **failure: Any) -> HttpResponse:
    """The page after a plain form of another kind was refused, with what is said about that."""
    slots = selectors.choices_of_slots(selectors.slots_of(room.round))
    form = AskForm(slots=slots, on_stage=_on_stage(room, timezone.now()))
    page = _page(request, room, form) | failure
    typed = [whole_number(each) for each in failure.get("poll_typed", [])]
    page["polls"] = [
        poll | {"given": typed, "ranks": typed} if poll["id"] == failure.get("poll_failed") else poll
        for poll in page["polls"]
    ]
    return render(request, "live/room.html", page, status=status)


def _on_stage(room: Room, at: datetime) -> str:
    """The vendor on stage, to whom a question goes that is addressed to nobody; "" where nobody is."""
    slot = room.stage_slot if phase_at(room, at) == Room.Phase.LIVE else None
    return slot.proposal.vendor.name if slot is not None and slot.proposal is not None else ""


def _invite(request: HttpRequest, public_id: str) -> HttpResponse:
    """Lead an officer who has not registered to the registration; to anyone else the room does not exist."""
    room = Room.objects.select_related("round").filter(public_id=public_id).first()
    if room is None or body_of(request.user) is None or room.round.programme_published_at is None:
        raise Http404
    messages.info(request, _("質疑に参加するには、この回への参加申込が必要です。"))
    return redirect("live:register", room.round.public_id)


def _page(request: HttpRequest, room: Room, form: AskForm) -> dict[str, Any]:
    at = timezone.now()
    choice = chosen(request.GET)
    snapshot = selectors.snapshot(room.pk, is_staff=False, at=at)
    mine = selectors.mine(room, request.user)
    own, voted = {question["id"] for question in mine["questions"]}, set(mine["votes"])
    named = set(mine["named"])
    polls = selectors.polls_for(request.user, room)
    phase = phase_at(room, at)
    ban = selectors.ban_of(room, request.user)
    can_vote = may_vote(request.user, room) and phase in ASKING and ban is None
    is_live = phase == Room.Phase.LIVE
    questions = _ready(listed(snapshot["questions"], choice))
    return {
        "room": room,
        "round": room.round,
        "at": at,
        "form": form,
        "initial": beginning(snapshot, at=at, mine=mine, may_vote=can_vote, names=_names(request.user)),
        "questions": [
            question | {"is_mine": q in own, "is_voted": q in voted, "is_named": q in named}
            for question in questions
            for q in (question["id"],)
        ],
        "pinned": next((each for each in snapshot["questions"] if is_live and each["id"] == snapshot["pinned"]), None),
        "choice": choice,
        "orders": choice.orders(),
        "ban": ban,
        "own_ids": own,
        "own": _ready(reversed(mine["questions"])),
        "states": [*(state.key for state in QUESTION_TABLE.states), "sending"],
        "may_ask": may_ask(request.user, room) and phase in ASKING and ban is None,
        "polls": polls,
        "has_open_poll": any(poll["state"] == "open" for poll in polls),
        "reaction_labels": selectors.REACTION_LABELS,
        "poll_blanks": selectors.poll_blanks(),
        "may_react": can_vote,
        "has_begun": selectors.rounds_begun(at).filter(pk=room.round_id).exists(),
        "is_presenter": selectors.vendor_in(request.user, room) is not None,
        "may_vote": can_vote,
        "phase": phase,
        "phases": Room.Phase.choices,
        "is_over": phase not in ASKING,
        "is_moderator": moderates(request.user),
        "ticket": tickets.issue(tickets.Ticket(room.public_id, request.user.pk or 0, False)),
        "new_command_id": new_command_id,
        "slots": selectors.slots_with_reactions(request.user, room),
        "by_timetable": selectors.slot_at(room.round, at),
    }


def _names(user: Any) -> dict[str, str]:
    """How a question of the person will be signed, by what may be chosen; a paper slip is the venue's."""
    body = body_of(user)
    shown = str(body) if body is not None else "会場"
    return {
        Question.Naming.NAMED: f"{shown} {user.get_full_name()}" if body is not None else shown,
        Question.Naming.BODY_ONLY: shown,
        Question.Naming.ANONYMOUS: "匿名",
    }


def _ready(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Shapes as a template writes them: with their moment, and the answer with its links."""
    return [
        question
        | {
            **moments(question),
            "answer_linked": linked(question["answer"]["body"]) if question["answer"] else "",
        }
        for question in questions
    ]


def _shapes(questions: Iterable[Any]) -> list[dict[str, Any]]:
    return [selectors.public_shape(question) for question in questions]


@login_required
@require_POST
def act(request: HttpRequest, public_id: str, op: str) -> HttpResponse:
    """Carry out a vote or a withdrawal from a plain button."""
    room = room_or_404(request, public_id)
    arguments: dict[str, Any] = {"q": request.POST.get("q", "")}
    if op == "vote.set":
        # The button that tells the vendor the body, or takes that back, stands on a vote that was given.
        named = request.POST.get("named")
        arguments |= {"on": named is not None or request.POST.get("on") == "1", "named": named == "1"}
    answer = carry_out_form(request, room, op, request.POST.get("command_id", ""), arguments)
    if not answer["ok"]:
        messages.error(request, answer["m"])
    elif op == "question.withdraw":
        messages.success(request, _("質問を取り下げました。"))
    anchor = f"#q-{arguments['q'][:16]}" if op == "vote.set" else "#own"
    # What the list was narrowed to, read anew: only a choice comes back.
    query = (
        chosen(QueryDict(request.POST.get("list", "").removeprefix("?")[:500])).query if "list" in request.POST else ""
    )
    return redirect(reverse("live:room", args=[room.public_id]) + query + anchor)


# --- Machine-readable -------------------------------------------------------------------------------------------


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

    Returns {"epoch", "seq", "cv", "phase", "stage", "events", "counts", "results"} or {"resync": true}; staff who give
    their own number as `staff_after` get "sseq" and the events of their stream among the others.
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
    response = JsonResponse({"similar": _shapes(found)})
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
