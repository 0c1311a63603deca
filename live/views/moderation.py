"""The moderators' console: the queue to decide on, beside the day as it runs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from core.text import bigrams
from live import selectors, services, tickets
from live.forms import new_command_id
from live.lifecycle import READY_REASONS
from live.models import Question, Room
from live.phases import next_change, phase_at
from live.views.doors import moderators_room_or_404
from live.views.listing import DESK_ORDERS, desk_choice
from live.views.words import beginning, desk_words, moments, phrase

PATIENCE = timedelta(seconds=15)
GROUPS = (
    ("pending", _("承認待ち")),
    ("public", _("公開中")),
    ("withheld", _("保留")),
    ("hidden", _("非公開")),
    ("merged", _("統合")),
)
KEYS = (
    ("J", _("次の質問へ")),
    ("K", _("前の質問へ")),
    ("A", _("公開する")),
    ("W", _("保留・非公開にする（続けて1〜5で理由を選ぶ）")),
    ("M", _("ほかの質問に統合する")),
    ("P", _("登壇者の前に出す・下げる")),
    ("O", _("口頭で回答済みにする")),
    ("R", _("回答を書く")),
    ("E", _("表記を整える")),
    ("Z", _("直前の操作を元に戻す（10秒以内）")),
    ("N", _("会場の質問を代理入力する")),
    ("?", _("この一覧を開く・閉じる")),
)


@login_required
@require_safe
def console(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything a moderator decides on, oldest first, beside the programme's clock."""
    return console_again(request, moderators_room_or_404(request, public_id))


def console_again(request: HttpRequest, room: Room, *, status: int = 200, **failure: Any) -> HttpResponse:
    """The console; failure says what was refused (`problem`), at which question (`failed`), and what was typed."""
    assert isinstance(request.user, User)
    now = timezone.now()
    snapshot = selectors.snapshot(room.pk, is_staff=True, at=now)
    slots = selectors.slots_of(room.round)
    shut_out = {question for ban in snapshot["banned"] for question in ban["of"]}
    queue = _with_likes(
        [_aged(question, now) | {"is_banned": question["id"] in shut_out} for question in snapshot["queue"]]
    )
    choice = desk_choice(request.GET)
    by_state = {state: [question for question in queue if question["state"] == state] for state, _heading in GROUPS}
    by_state["public"] = choice.arranged(by_state["public"], on_stage=snapshot["stage"] or "")
    context = {
        "room": room,
        "round": room.round,
        "groups": [(state, heading, by_state[state]) for state, heading in GROUPS],
        "choice": choice,
        "orders": DESK_ORDERS,
        "is_all_aside": all(question["is_aside"] for question in by_state["public"]),
        "pinned": snapshot["pinned"],
        "banned": snapshot["banned"],
        # Beside what was refused just now an older success would read as its answer.
        "undoable": None if "problem" in failure else _undoable(room, request.user, now),
        "failed_no": next((question["no"] for question in queue if question["id"] == failure.get("failed")), ""),
        "reasons": READY_REASONS,
        "keys": KEYS,
        "bodies": selectors.bodies_in(room.round),
        "kinds": Question.Kind.choices,
        "slots": slots,
        **_stage(room, now),
        "by_timetable": selectors.slot_at(room.round, now),
        "phases": Room.Phase.choices,
        "phase": phase_at(room, now),
        "ticket": tickets.issue(tickets.Ticket(room.public_id, request.user.pk, True)),
        "initial": beginning(snapshot, at=now, said=desk_words()),
        "next_slot": selectors.next_slot(room, slots),
        "next_phase": _next_phase(room, now),
        "screen_link": request.build_absolute_uri(
            reverse("live:screen", args=[room.public_id], query={"key": room.screen_key})
        ),
        "new_command_id": new_command_id,
        **failure,
    }
    return render(request, "live/moderate.html", context, status=status)


def _stage(room: Room, at: datetime) -> dict[str, Any]:
    """Who is on stage, how their clock stands, and whether it may still be said that it was a slip of the finger."""
    slot = room.stage_slot
    if slot is None or slot.started_at is None:
        return {"on_stage": slot}
    qa_at, ends_at = selectors.pitch_times(slot)
    clock = {"now": at, "qa_at": qa_at, "ends_at": ends_at}
    return {"on_stage": slot, **clock, "may_take_back": services.may_take_back(room, at)}


def _undoable(room: Room, person: User, at: datetime) -> dict[str, Any] | None:
    """What the person may still take back, with the sentence that says what was done."""
    act = selectors.undoable(room, person, at)
    return act and act | {"done": phrase(f"did_{act['did']}", no=act["no"])}


def _next_phase(room: Room, at: datetime) -> tuple[datetime, str] | None:
    """When the timetable changes the phase next, and to what."""
    change = next_change(room, at)
    return (change[0], str(Room.Phase(change[1]).label)) if change else None


def _aged(question: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A staff shape with its moment as a template writes it, and whether it has waited longer than people should."""
    told = moments(question)
    is_late = question["state"] == "pending" and at - told["asked"] > PATIENCE
    return question | told | {"is_late": is_late}


def _with_likes(queue: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What waits, each with the questions that ask much the same and may take it in."""
    questions = list(queue)
    others = [(bigrams(each["body"]), each) for each in questions if each["state"] in {"pending", "public"}]
    for question in questions:
        if question["state"] == "pending":
            rest = [(pairs, other) for pairs, other in others if other is not question]
            question["alike"] = selectors.most_alike(question["body"], rest, limit=3)
    return questions
