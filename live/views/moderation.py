"""The moderators' console: the queue to decide on, beside the day as it runs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from core.text import bigrams
from live import selectors, tickets
from live.forms import new_command_id
from live.lifecycle import READY_REASONS
from live.models import Question, Room
from live.views.doors import moderators_room_or_404
from live.views.listing import DESK_ORDERS, desk_choice
from live.views.running import day_of
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
    shut_out = {question for ban in snapshot["banned"] for question in ban["of"]}
    queue = _with_likes(
        [_aged(question, now) | {"is_banned": question["id"] in shut_out} for question in snapshot["queue"]]
    )
    choice = desk_choice(request.GET)
    by_state = {state: [question for question in queue if question["state"] == state] for state, _heading in GROUPS}
    by_state["public"] = choice.arranged(by_state["public"], on_stage=snapshot["stage"] or "")
    context = {
        **day_of(request, room, now),
        "round": room.round,
        "groups": [(state, heading, by_state[state]) for state, heading in GROUPS],
        "choice": choice,
        "orders": DESK_ORDERS,
        "is_all_aside": all(question["is_aside"] for question in by_state["public"]),
        "banned": snapshot["banned"],
        # Beside what was refused just now an older success would read as its answer.
        "undoable": None if "problem" in failure else _undoable(room, request.user, now),
        "failed_no": next((question["no"] for question in queue if question["id"] == failure.get("failed")), ""),
        "reasons": READY_REASONS,
        "keys": KEYS,
        "bodies": selectors.bodies_in(room.round),
        "kinds": Question.Kind.choices,
        "ticket": tickets.issue(tickets.Ticket(room.public_id, request.user.pk, True)),
        "initial": beginning(snapshot, at=now, said=desk_words()),
        "new_command_id": new_command_id,
        **failure,
    }
    return render(request, "live/moderate.html", context, status=status)


def _undoable(room: Room, person: User, at: datetime) -> dict[str, Any] | None:
    """What the person may still take back, with the sentence that says what was done."""
    act = selectors.undoable(room, person, at)
    return act and act | {"done": phrase(f"did_{act['did']}", no=act["no"])}


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
