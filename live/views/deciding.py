"""The moderators' plain forms: each becomes one command, and comes back with what was typed when it is refused."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.text import whole_number
from live import selectors
from live.models import Room
from live.views.doors import moderators_room_or_404
from live.views.listing import Choice, desk_choice, listed
from live.views.moderation import console_again
from live.views.plain import carry_out_form, refused_status
from live.views.words import phrase

TYPED: Final = ("reason", "body", "oral", "into", "organisation", "kind", "slot")


def _about(post: Mapping[str, str]) -> dict[str, Any]:
    return {"q": post.get("q", ""), "expect": whole_number(post.get("expect", ""))}


def _moderate(post: Mapping[str, str]) -> dict[str, Any]:
    # A ready reason is a button of its own; what was typed beside it is the moderator's own words.
    reason = post.get("ready") or post.get("reason", "")
    return _about(post) | {"state": post.get("state", ""), "reason": reason}


def _answer(post: Mapping[str, str]) -> dict[str, Any]:
    return _about(post) | {"body": post.get("body", ""), "oral": post.get("oral") == "1"}


def _slip(post: Mapping[str, str]) -> dict[str, Any]:
    given = {name: post.get(name) or None for name in ("slot", "kind", "organisation")}
    return {"body": post.get("body", ""), "naming": "body_only"} | {n: v for n, v in given.items() if v}


ARGUMENTS: Final[Mapping[str, Callable[[Mapping[str, str]], dict[str, Any]]]] = {
    "question.moderate": _moderate,
    "question.edit": lambda post: _about(post) | {"body": post.get("body", "")},
    "question.separate": _about,
    "moderation.undo": _about,
    "answer.publish": _answer,
    "stage.pin": lambda post: {"q": post.get("q") or None},
    "person.ban": lambda post: {"q": post.get("q", ""), "reason": post.get("reason", "")},
    "person.unban": lambda post: {"q": post.get("q", "")},
    "question.ask": _slip,
}


@login_required
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Carry out what one form of the console asks for; `op` says which."""
    room = moderators_room_or_404(request, public_id)
    op = request.POST.get("op", "")
    found: list[dict[str, Any]] = []
    if op == "question.merge":
        found = _targets(room, request.POST)
        if len(found) > 1:
            return _again(request, room, op, status=422, problem=phrase("several_targets"), found=found)
        arguments = _merge(request.POST, found)
    else:
        arguments = ARGUMENTS.get(op, _about)(request.POST)
    ack = carry_out_form(request, room, op, request.POST.get("command_id", ""), arguments)
    if ack["ok"]:
        done = _done(room, op, ack)
        if done:
            messages.success(request, done)
        # What was done, the way back and the next question stand at the top; a message stands above even that.
        console = reverse("live:moderate", args=[room.public_id]) + desk_choice(request.GET).query
        return redirect(console + ("" if done else "#queue"))
    return _again(request, room, op, status=refused_status(ack), problem=ack["m"])


def _again(request: HttpRequest, room: Room, op: str, **failure: Any) -> HttpResponse:
    """The console with what was typed, and why it was refused."""
    typed = {name: request.POST.get(name, "") for name in TYPED}
    failed = "slip" if op == "question.ask" else request.POST.get("q")
    return console_again(request, room, failed=failed, failed_op=op, typed=typed, **failure)


def _done(room: Room, op: str, ack: Mapping[str, Any]) -> str:
    """The sentence after what cannot be taken back by one button; everything else is said beside that button."""
    question = selectors.question_called(room, ack["r"].get("q") or "")
    if question is None:
        return ""
    if op == "question.ask":
        return phrase("slip_done", no=question.number)
    if op == "moderation.undo":
        return phrase("did_undo", no=question.number)
    if op in {"person.ban", "person.unban"}:
        return phrase(f"did_{op.split('.')[1]}", n=str(question.author))
    return ""


def _targets(room: Room, post: Mapping[str, str]) -> list[dict[str, Any]]:
    """Into which questions: a button says its id, a receipt number is looked up, anything else is words to look for."""
    wanted = (post.get("target") or post.get("into", "")).strip()
    called = selectors.question_called(room, wanted)
    if called is not None:
        return [selectors.staff_shape(called)]
    question = room.questions.filter(public_id=post.get("q", "").replace("\0", "")).first()
    if not wanted or question is None:
        return []
    rows = selectors.queue(room).filter(state__in={"public", question.state}).exclude(pk=question.pk)
    return listed((selectors.staff_shape(row) for row in rows), Choice(words=wanted))


def _merge(post: Mapping[str, str], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The command; the version of the question that takes the other in is what it is now."""
    into = found[0] if found else {"id": post.get("into", ""), "version": None}
    expect = [whole_number(post.get("expect", "")), into["version"]]
    return {"from": post.get("q", ""), "into": into["id"], "expect": expect}
