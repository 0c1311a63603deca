"""The participants' page of a room, complete without JavaScript."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from accounts.selectors import body_of
from core.text import whole_number
from live import selectors, tickets
from live.forms import AskForm, new_command_id
from live.lifecycle import QUESTION_TABLE
from live.models import Question, Room
from live.permissions import may_ask, may_vote, moderates
from live.phases import ASKING, phase_at
from live.views.doors import room_or_404
from live.views.links import linked
from live.views.listing import chosen, listed
from live.views.plain import carry_out_form
from live.views.words import beginning, moments, phrase


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
    at = timezone.now()
    form = _ask_form(room, at, request.POST or None, initial=about)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if alike := [] if data["confirmed"] or moderates(request.user) else selectors.similar(room, data["body"]):
            shapes = [selectors.public_shape(question) for question in alike]
            return render(request, "live/room.html", _page(request, room, form, at) | {"alike": shapes})
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
            messages.success(request, phrase(name, no=answer["r"]["no"]))
            # Without an anchor a browser keeps that of the form, and what is said at the top would be out of sight.
            return redirect(reverse("live:room", args=[public_id]) + "#main")
        form.add_error("body", answer["m"])
    return render(request, "live/room.html", _page(request, room, form, at), status=422 if form.errors else 200)


def page_again(request: HttpRequest, room: Room, *, status: int, **failure: Any) -> HttpResponse:
    """The page after a plain form of another kind was refused, with what is said about that."""
    at = timezone.now()
    page = _page(request, room, _ask_form(room, at), at) | failure
    typed = [whole_number(each) for each in failure.get("poll_typed", [])]
    page["polls"] = [
        poll | {"given": typed, "ranks": typed} if poll["id"] == failure.get("poll_failed") else poll
        for poll in page["polls"]
    ]
    return render(request, "live/room.html", page, status=status)


def _ask_form(room: Room, at: datetime, data: QueryDict | None = None, **given: Any) -> AskForm:
    """The form of a question; addressed to nobody it goes to whoever is on stage."""
    slot = selectors.pitch_on_stage(room, at)
    vendor = slot.proposal.vendor.name if slot is not None and slot.proposal is not None else ""
    slots = selectors.choices_of_slots(selectors.slots_of(room.round))
    return AskForm(data, slots=slots, on_stage=vendor, **given)


def _invite(request: HttpRequest, public_id: str) -> HttpResponse:
    """Lead an officer who has not registered to the registration; to anyone else the room does not exist."""
    room = Room.objects.select_related("round").filter(public_id=public_id).first()
    if room is None or body_of(request.user) is None or room.round.programme_published_at is None:
        raise Http404
    messages.info(request, _("質疑に参加するには、この回への参加申込が必要です。"))
    return redirect("live:register", room.round.public_id)


def _page(request: HttpRequest, room: Room, form: AskForm, at: datetime) -> dict[str, Any]:
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
        "initial": beginning(snapshot, at=at, mine=mine, names=_names(request.user)),
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
        "has_open_poll": phase in ASKING and any(poll["state"] == "open" for poll in polls),
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
    }


def _names(user: Any) -> dict[str, str]:
    """How a question of the person will be signed, by what may be chosen; a paper slip is the venue's."""
    body = body_of(user)
    name = user.get_full_name() if body is not None else ""
    return {naming: selectors.signature(naming, body, name) for naming in Question.Naming.values}


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
