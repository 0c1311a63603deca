"""The participants' page of a room, complete without JavaScript, and the machine-readable addresses beside it."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from live import selectors, tickets
from live.commands import carry_out
from live.forms import AskForm, new_command_id
from live.models import Room
from live.permissions import may_ask, may_vote, moderates
from live.protocol import MAX_FRAME_BYTES, REPLAY_LIMIT

MANY = 20


def room_or_404(request: HttpRequest, public_id: str) -> Room:
    """The room for someone who may enter it; strangers learn nothing."""
    room = selectors.room_visible_to(request.user, public_id)
    if room is None:
        raise Http404
    return room


def carry_out_form(
    request: HttpRequest, room: Room, op: str, command_id: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Carry out the command of a plain form through the one handler; the answer is an acknowledgement."""
    assert isinstance(request.user, User)
    message = {"t": "cmd", "id": command_id, "op": op, "a": arguments}
    return carry_out(user=request.user, room_pk=room.pk, message=message, at=timezone.now())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def participate(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page where people ask and vote; POST asks."""
    room = room_or_404(request, public_id)
    slots = selectors.choices_of_slots(selectors.slots_of(room.round))
    form = AskForm(request.POST or None, slots=slots)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        answer = carry_out_form(
            request,
            room,
            "question.ask",
            data["command_id"],
            {"body": data["body"], "slot": data["slot"] or None, "kind": data["kind"], "naming": data["naming"]},
        )
        if answer["ok"]:
            messages.success(
                request, f"受け付けました（受付番号 {answer['r']['no']}）。モデレーターの確認後に公開されます。"
            )
            return redirect("live:room", public_id)
        form.add_error("body", answer["m"])
    snapshot = selectors.snapshot(room.pk, is_staff=False)
    mine = selectors.mine(room, request.user)
    context = {
        "room": room,
        "round": room.round,
        "form": form,
        "snapshot": snapshot,
        "questions": _sorted(snapshot["questions"], request.GET.get("sort", "votes")),
        "sort": request.GET.get("sort", "votes"),
        "mine": mine,
        "voted": set(mine["votes"]),
        "may_ask": may_ask(request.user, room) and room.phase in {"before", "live", "feedback"},
        "may_vote": may_vote(request.user, room) and room.phase != "closed",
        "may_moderate": moderates(request.user),
        "ticket": _ticket(request, room, is_staff=False),
        "command_ids": iter(new_command_id, None),
        "at": timezone.now(),
    }
    return render(request, "live/room.html", context, status=422 if form.errors else 200)


def _sorted(questions: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    if order == "new":
        return sorted(questions, key=lambda q: q["asked_at"], reverse=True)
    return sorted(questions, key=lambda q: (-q["counts"][0], q["asked_at"]))


@login_required
@require_POST
def act(request: HttpRequest, public_id: str, op: str) -> HttpResponse:
    """Carry out a vote or a withdrawal from a plain button."""
    room = room_or_404(request, public_id)
    arguments: dict[str, Any] = {"q": request.POST.get("q", "")}
    if op == "vote.set":
        arguments["on"] = request.POST.get("on") == "1"
    answer = carry_out_form(request, room, op, request.POST.get("command_id", ""), arguments)
    if not answer["ok"]:
        messages.error(request, answer["m"])
    elif op == "question.withdraw":
        messages.success(request, "質問を取り下げました。")
    return redirect(f"/live/{room.public_id}/#q-{arguments['q'][:16]}")


@require_safe
def screen(request: HttpRequest, public_id: str) -> HttpResponse:
    """The big screen at the venue: the most wanted public question, never anything unpublished."""
    if not moderates(request.user):
        raise Http404
    room = room_or_404(request, public_id)
    snapshot = selectors.snapshot(room.pk, is_staff=False)
    unanswered = [question for question in snapshot["questions"] if question["answer"] is None]
    context = {
        "room": room,
        "round": room.round,
        "question": next(iter(_sorted(unanswered, "votes")), None),
        "snapshot": snapshot,
        "ticket": _ticket(request, room, is_staff=False),
    }
    return render(request, "live/screen.html", context)


# --- Machine-readable -------------------------------------------------------------------------------------------


@require_POST
def ticket(request: HttpRequest, public_id: str) -> HttpResponse:
    """A fresh ticket for the socket, for whoever the session cookie says."""
    room = room_or_404(request, public_id)
    is_staff = moderates(request.user) and request.POST.get("staff") == "1"
    return JsonResponse({"ticket": _ticket(request, room, is_staff=is_staff), "exp": tickets.SECONDS})


@require_safe
def state(request: HttpRequest, public_id: str) -> HttpResponse:
    """The snapshot, with an ETag of its numbers; staff get the queue as well when they ask for it."""
    room = room_or_404(request, public_id)
    is_staff = moderates(request.user) and request.GET.get("staff") == "1"
    etag = f'"{room.epoch.hex[:8]}-{room.pub_seq}-{room.cv}-{room.staff_seq if is_staff else "p"}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponse(status=304)
    else:
        body = selectors.snapshot(room.pk, is_staff=is_staff)
        response = JsonResponse(body | {"mine": selectors.mine(room, request.user)})
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def events(request: HttpRequest, public_id: str) -> HttpResponse:
    """Events after a number, for polling: {"seq", "cv", "events", "counts"} or {"resync": true}; 304 when nothing is new."""
    room = room_or_404(request, public_id)
    after, cv = _number(request, "after"), _number(request, "cv")
    if not 0 <= room.pub_seq - after <= REPLAY_LIMIT:
        return JsonResponse({"resync": True})
    if after == room.pub_seq and cv == room.cv:
        return HttpResponse(status=304)
    return JsonResponse(
        {
            "seq": room.pub_seq,
            "cv": room.cv,
            "phase": room.phase,
            "events": selectors.events_after(room, selectors.PUBLIC, after, limit=REPLAY_LIMIT),
            "counts": selectors.counts_after(room, cv),
        }
    )


@require_POST
def commands(request: HttpRequest, public_id: str) -> HttpResponse:
    """One command or an array of them as JSON; the same acknowledgements as the socket."""
    room = room_or_404(request, public_id)
    assert isinstance(request.user, User)
    try:
        body = json.loads(request.body[: MAX_FRAME_BYTES * MANY])
    except (ValueError, RecursionError):
        return JsonResponse({"e": "bad"}, status=400)
    messages_in = body if isinstance(body, list) else [body]
    answers = [
        carry_out(user=request.user, room_pk=room.pk, message=message, at=timezone.now())
        for message in messages_in[:MANY]
    ]
    return JsonResponse(answers if isinstance(body, list) else answers[0], safe=False)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _ticket(request: HttpRequest, room: Room, *, is_staff: bool) -> str:
    assert isinstance(request.user, User)
    return tickets.issue(tickets.Ticket(room.public_id, request.user.pk, is_staff))
