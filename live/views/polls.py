"""Polls and reactions: the moderators' console, and the plain buttons of those who take part."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.text import whole_number
from live import selectors
from live.forms import PollForm, new_command_id
from live.models import Room
from live.views.doors import moderators_room_or_404, room_or_404
from live.views.plain import carry_out_form, refused_status
from live.views.room import page_again
from live.views.words import phrase

# What one button of the console asks for: the operation and what it says besides the poll.
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "open": ("poll.open", {}),
    "close": ("poll.close", {}),
    "show": ("poll.show", {"on": True}),
    "hide": ("poll.show", {"on": False}),
    "stage": ("poll.stage", {"on": True}),
    "unstage": ("poll.stage", {"on": False}),
    "let": ("poll.let", {"on": True}),
    "keep_back": ("poll.let", {"on": False}),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def console(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every poll of a room with its results and buttons, and the form that makes one; POST takes one step."""
    room = moderators_room_or_404(request, public_id)
    if request.method != "POST":
        return _console(request, room)
    step = request.POST.get("step", "save")
    if step == "save":
        return _save(request, room)
    if step not in STEPS:
        raise Http404
    op, fields = STEPS[step]
    arguments = {"poll": request.POST.get("poll", ""), **fields}
    if op in {"poll.open", "poll.close"}:
        arguments["expect"] = _number(request.POST.get("expect", ""))
    if op == "poll.let":
        arguments["text"] = request.POST.get("text", "")
    ack = carry_out_form(request, room, op, request.POST.get("command_id", ""), arguments)
    if not ack["ok"]:
        return _console(request, room, status=refused_status(ack), problem=ack["m"], failed=arguments["poll"])
    return redirect(reverse("live:polls", args=[public_id]) + f"#poll-{arguments['poll'][:16]}")


def _save(request: HttpRequest, room: Room) -> HttpResponse:
    form = PollForm(request.POST, slots=selectors.choices_of_slots(selectors.slots_of(room.round)))
    if not form.is_valid():
        return _console(request, room, form=form, status=422)
    data = form.cleaned_data
    options = [line for line in data["options"].splitlines() if line.strip()]
    arguments = {
        "poll": data["poll"] or None,
        "expect": data["expect"] or 0,
        "kind": data["kind"],
        "prompt": data["prompt"],
        "options": options,
        "max": data["max_choices"] or max(1, len(options)),
        "slot": data["slot"] or None,
    }
    ack = carry_out_form(request, room, "poll.save", data["command_id"], arguments)
    if not ack["ok"]:
        form.add_error(None, ack["m"])
        return _console(request, room, form=form, status=refused_status(ack))
    messages.success(request, _("アンケートを保存しました。受付を始めるまで参加者には見えません。"))
    return redirect(reverse("live:polls", args=[room.public_id]) + f"#poll-{ack['r']['poll']}")


def _console(
    request: HttpRequest, room: Room, *, form: PollForm | None = None, status: int = 200, **failure: Any
) -> HttpResponse:
    slots = selectors.slots_of(room.round)
    polls = selectors.all_polls(request.user, room)
    chosen = next((poll for poll in polls if poll["id"] == request.GET.get("edit") and poll["state"] == "draft"), None)
    given = selectors.reactions_of(request.user, room)
    context = {
        "room": room,
        "round": room.round,
        "polls": polls,
        "form": form or PollForm(slots=selectors.choices_of_slots(slots), initial=_initial(chosen)),
        "is_edit": chosen is not None or (form is not None and bool(form.data.get("poll"))),
        "labels": [label for _value, label in selectors.REACTION_LABELS],
        "reactions": [
            (slot, [(label, given.get(slot.pk, {}).get(value, 0)) for value, label in selectors.REACTION_LABELS])
            for slot in slots
        ],
        "new_command_id": new_command_id,
        "not_sent": phrase("not_sent"),
        **failure,
    }
    return render(request, "live/polls.html", context, status=status)


def _initial(poll: dict[str, Any] | None) -> dict[str, Any]:
    """What the form of a poll in preparation begins with."""
    if poll is None:
        return {}
    return {
        "poll": poll["id"],
        "expect": poll["version"],
        "kind": poll["kind"],
        "prompt": poll["prompt"],
        "options": "\n".join(poll["options"]),
        "max_choices": poll["max"],
        "slot": poll["slot"],
    }


@login_required
@require_POST
def reply(request: HttpRequest, public_id: str) -> HttpResponse:
    """Reply to a poll from a plain form."""
    room = room_or_404(request, public_id)
    poll, given = request.POST.get("poll", ""), request.POST.getlist("value")
    is_written = request.POST.get("kind") in {"text", "words"}
    value = given if is_written else [_number(each) for each in given if each]
    ack = carry_out_form(
        request, room, "poll.reply", request.POST.get("command_id", ""), {"poll": poll, "value": value}
    )
    if not ack["ok"]:
        return _room_again(request, room, poll, ack, given)
    messages.success(request, _("アンケートに回答しました。受付中は変更できます。"))
    return redirect(reverse("live:room", args=[public_id]) + f"#poll-{poll[:16]}")


def _room_again(request: HttpRequest, room: Room, poll: str, ack: dict[str, Any], given: list[str]) -> HttpResponse:
    """The participants' page with what is wrong at the poll it is about, and what was typed or ticked still in it."""
    return page_again(
        request, room, status=refused_status(ack), poll_failed=poll, poll_problem=ack["m"], poll_typed=given
    )


@login_required
@require_POST
def react(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a label to a pitch, or take it back, from a plain button."""
    room = room_or_404(request, public_id)
    arguments = {
        "slot": request.POST.get("slot", ""),
        "label": request.POST.get("label", ""),
        "on": request.POST.get("on") == "1",
    }
    ack = carry_out_form(request, room, "reaction.set", request.POST.get("command_id", ""), arguments)
    if not ack["ok"]:
        messages.error(request, ack["m"])
    return redirect(reverse("live:room", args=[public_id]) + "#on-stage-heading")


def _number(text: str) -> int:
    number = whole_number(text)
    return -1 if number is None else number
