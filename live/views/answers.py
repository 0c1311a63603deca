"""The secretariat's page of answers: what vendors handed in, what is overdue, how much is answered."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from live import selectors
from live.forms import ReviewForm, first_error, new_command_id
from live.models import Question, Room
from live.protocol import ANSWER_LIMIT
from live.views.doors import moderators_room_or_404
from live.views.plain import carry_out_form, refused_status


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, public_id: str) -> HttpResponse:
    """Drafts that wait, longest waiting first, and each vendor's coverage; POST publishes one or gives it back."""
    room = moderators_room_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, room)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, room, status=422, problem=first_error(form), failed=request.POST.get("q"))
    data = form.cleaned_data
    ack = carry_out_form(request, room, *_command(data))
    if not ack["ok"]:
        return _page(request, room, status=refused_status(ack), problem=ack["m"], failed=data["q"], typed=data)
    messages.success(request, _said(data))
    return redirect("live:answers", public_id)


def _said(data: dict[str, Any]) -> str:
    if data["step"] == "return":
        return _("回答を差し戻しました。")
    return _("質問した方に回答を送りました。") if data["individual"] else _("回答を公開しました。")


def _command(data: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """The operation, the client's id and the arguments of what the moderator decided."""
    if data["step"] == "return":
        fields = {"q": data["q"], "expect": data["draft"], "reason": data["reason"]}
        return "answer.return", data["command_id"], fields
    names = ("q", "expect", "draft", "body", "individual", "oral")
    return "answer.publish", data["command_id"], {name: data[name] for name in names}


def problem_at(question: Question | None, control: str, problem: str | None) -> list[dict[str, str]]:
    """What a page's summary of errors lists (see components/form_errors.html): what is wrong, and where to mend it."""
    if problem is None:
        return []
    if question is None:
        return [{"href": "", "label": "", "text": problem}]
    label = _("受付番号 %(number)s") % {"number": question.number}
    return [{"href": f"#{control}-{question.public_id}", "label": label, "text": problem}]


def _page(request: HttpRequest, room: Room, *, status: int = 200, **failure: Any) -> HttpResponse:
    now = timezone.now()
    waiting = selectors.drafts_waiting(request.user, room)
    to_all = selectors.asked_of_everybody(request.user, room)
    vendors = [
        row | {"percent": selectors.percent(row["answered"], row["addressed"])}
        for row in selectors.answering(request.user, room)
    ]
    typed = failure.get("typed") or {}
    failed = next((each for each in (*waiting, *to_all) if each.public_id == failure.get("failed")), None)
    context = {
        "room": room,
        "round": room.round,
        "waiting": waiting,
        "to_all": to_all,
        "vendors": vendors,
        "until": room.round.answers_until,
        "at": now,
        "is_late": selectors.answers_are_due(room, now),
        "open_count": sum(len(row["waiting"]) for row in vendors),
        "is_anything_asked": selectors.is_anything_asked(room),
        "limit": ANSWER_LIMIT,
        "problems": problem_at(failed, "reason" if typed.get("step") == "return" else "body", failure.get("problem")),
        "new_command_id": new_command_id,
        # What was typed for a draft that went away meanwhile is shown once more, so that it can be copied.
        "lost": "" if failed else typed.get("reason") or typed.get("body", ""),
        **failure,
    }
    return render(request, "live/answers.html", context, status=status)
