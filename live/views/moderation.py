"""The moderator's console: the queue, the answers and the clock of the day."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from live import selectors, services, tickets
from live.forms import AnswerForm, ModerateForm, new_command_id
from live.models import Room
from live.permissions import moderates
from live.phases import phase_at
from live.views.room import carry_out_form, room_or_404
from live.views.words import words
from workflow.errors import Refused

PATIENCE = timedelta(seconds=15)
GROUPS = (("pending", _("承認待ち")), ("public", _("公開中")), ("withheld", _("保留")), ("hidden", _("非公開")))


def _room(request: HttpRequest, public_id: str) -> Room:
    if not moderates(request.user):
        raise Http404
    return room_or_404(request, public_id)


@login_required
@require_safe
def console(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything a moderator decides on, oldest first, beside the programme's clock."""
    return _console(request, _room(request, public_id))


def _console(request: HttpRequest, room: Room, *, status: int = 200, **failure: Any) -> HttpResponse:
    assert isinstance(request.user, User)
    now = timezone.now()
    snapshot = selectors.snapshot(room.pk, is_staff=True, at=now)
    queue = [_aged(question, now) for question in snapshot["queue"]]
    context = {
        "room": room,
        "round": room.round,
        "groups": [
            (state, heading, [question for question in queue if question["state"] == state])
            for state, heading in GROUPS
        ],
        "slots": selectors.slots_of(room.round),
        "on_stage": room.stage_slot,
        "by_timetable": selectors.slot_at(room.round, now),
        "phases": Room.Phase.choices,
        "phase": phase_at(room, now),
        "ticket": tickets.issue(tickets.Ticket(room.public_id, request.user.pk, True)),
        "initial": {"snapshot": snapshot, "mine": {"questions": [], "votes": []}, "words": words()},
        "new_command_id": new_command_id,
        **failure,
    }
    return render(request, "live/moderate.html", context, status=status)


def _aged(question: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A staff shape with its moment as a template writes it, and whether it has waited longer than people should."""
    asked = datetime.fromisoformat(question["asked_at"])
    return question | {"asked": asked, "is_late": question["state"] == "pending" and at - asked > PATIENCE}


@login_required
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Publish, withhold or hide one question."""
    room = _room(request, public_id)
    form = ModerateForm(request.POST)
    if not form.is_valid():
        return _refused(request, room, _first(form), status=422)
    data = form.cleaned_data
    answer = carry_out_form(
        request,
        room,
        "question.moderate",
        data["command_id"],
        {"q": data["q"], "expect": data["expect"], "state": request.POST.get("state", ""), "reason": data["reason"]},
    )
    return _told(request, room, answer)


@login_required
@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Publish the answer to one question."""
    room = _room(request, public_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refused(request, room, _first(form), status=422)
    data = form.cleaned_data
    ack = carry_out_form(
        request,
        room,
        "answer.publish",
        data["command_id"],
        {"q": data["q"], "expect": data["expect"], "body": data["body"], "oral": data["oral"]},
    )
    return _told(request, room, ack)


def _told(request: HttpRequest, room: Room, ack: dict[str, Any]) -> HttpResponse:
    if ack["ok"]:
        return redirect("live:moderate", room.public_id)
    return _refused(request, room, ack["m"], status=409 if ack["e"] == "conflict" else 422)


def _refused(request: HttpRequest, room: Room, problem: str, *, status: int) -> HttpResponse:
    """The console again, with the problem and what was typed at the question it was typed for."""
    typed = {name: request.POST.get(name, "") for name in ("reason", "body", "oral")}
    return _console(request, room, status=status, failed=request.POST.get("q"), problem=problem, typed=typed)


def _first(form: Any) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


@login_required
@require_POST
def run(request: HttpRequest, public_id: str) -> HttpResponse:
    """Set the phase, or bring a slot on stage or end it."""
    room = _room(request, public_id)
    assert isinstance(request.user, User)
    now = timezone.now()
    try:
        if phase := request.POST.get("phase"):
            if phase not in Room.Phase.values:
                raise Http404
            services.set_phase(room=room, phase=phase, actor=request.user, at=now)
        else:
            slot = next((s for s in selectors.slots_of(room.round) if s.public_id == request.POST.get("slot")), None)
            if slot is None:
                raise Http404
            is_over = request.POST.get("presented") == "1"
            services.mark_presented(room=room, slot=slot, is_presented=is_over, actor=request.user, at=now)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("live:moderate", room.public_id)
