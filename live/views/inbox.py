"""The vendors' inbox: questions addressed to them, and the answers they write."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Vendor
from core.calendar import to_jst
from core.text import whole_number
from live import selectors
from live.forms import DraftForm, first_error, new_command_id
from live.models import Room
from live.phases import ANSWERING, phase_at
from live.protocol import ANSWER_LIMIT
from live.views.doors import vendors_room_or_404
from live.views.plain import carry_out_form, refused_status

FILTERS = {
    "all": gettext_lazy("すべて"),
    "waiting": gettext_lazy("未回答"),
    "submitted": gettext_lazy("確認待ち"),
    "done": gettext_lazy("回答済み"),
}
OPENINGS = (
    gettext_lazy("ご質問ありがとうございます。"),
    gettext_lazy("現在の仕様では対応していません。対応する場合の時期と条件は、次のとおりです。"),
    gettext_lazy("費用は団体の規模と利用する機能によって変わります。目安は、次のとおりです。"),
    gettext_lazy("詳しい資料をお送りできます。個別面談、または当社の窓口へお問い合わせください。"),
)
EARLIER = 5


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest, public_id: str) -> HttpResponse:
    """Our questions, what there is to do first; POST keeps, hands in or takes back the answer to one of them."""
    room, vendor = vendors_room_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, room, vendor)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _page(request, room, vendor, status=422, problem=first_error(form), failed=request.POST.get("q"))
    ack, step = _carry_out(request, room, form.cleaned_data)
    if not ack["ok"]:
        failure = {"problem": ack["m"], "failed": form.cleaned_data["q"], "theirs": _theirs(ack)}
        return _page(request, room, vendor, status=refused_status(ack), **failure, typed=form.cleaned_data)
    messages.success(request, _said(step, ack["r"], is_individual=bool(form.cleaned_data["individual"])))
    return redirect(reverse("live:inbox", args=[public_id]) + _query(request) + f"#q-{form.cleaned_data['q'][:16]}")


def _query(request: HttpRequest) -> str:
    """The filter that somebody works through, kept in every address a form of the page is sent to."""
    show = request.GET.get("show", "all")
    return f"?show={show}" if show in FILTERS and show != "all" else ""


def _carry_out(request: HttpRequest, room: Room, data: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The acknowledgement and the step it is of: what is handed in is kept first, and stays kept when it is refused."""
    step, q, version = data["step"] or "draft", data["q"], data["version"]
    if step != "withdraw":
        ack = _keep(request, room, data)
        if step == "draft" or not ack["ok"]:
            return ack, "draft"
        version = ack["r"]["draft"]
    command_id = f"{step}-{data['command_id'][:30]}"
    return carry_out_form(request, room, f"answer.{step}", command_id, {"q": q, "expect": version}), step


def _keep(request: HttpRequest, room: Room, data: dict[str, Any]) -> dict[str, Any]:
    """The acknowledgement of keeping the draft.

    While what a colleague keeps waits to be looked at (see pages/js/merge.js), ours stands on the version seen last.
    """
    seen = [whole_number(each.rpartition(":")[2]) for each in request.POST.getlist("seen")]
    expect = min((number for number in seen if number is not None), default=data["version"])
    fields = {"q": data["q"], "expect": expect, "body": data["body"], "individual": bool(data["individual"])}
    return carry_out_form(request, room, "answer.draft", data["command_id"], fields)


def _said(step: str, result: dict[str, Any], *, is_individual: bool) -> str:
    if step == "draft":
        return _("下書きを保存しました。")
    if step == "withdraw":
        return _("提出を取り消しました。続けて書けます。")
    if result["published"]:
        return _("質問した方に回答を送りました。") if is_individual else _("回答を公開しました。")
    if is_individual:
        return _("回答を提出しました。事務局の確認後、質問した方に届きます。")
    return _("回答を提出しました。事務局の確認後に公開されます。")


def _theirs(ack: dict[str, Any]) -> dict[str, Any] | None:
    """The colleague's text of a conflict, to be laid beside one's own."""
    result = ack.get("r") or {}
    return result | {"at": datetime.fromisoformat(result["at"])} if "body" in result else None


@login_required
@require_POST
def save(request: HttpRequest, public_id: str) -> JsonResponse:
    """Keep a draft while it is written, as pages/js/autosave.js asks: 200, 410 once it was handed in, 422."""
    room, _vendor = vendors_room_or_404(request, public_id)
    form = DraftForm(_with_fresh_id(request))
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    data = form.cleaned_data
    ack = _keep(request, room, data)
    saved_at = f"{to_jst(timezone.now()):%H:%M}"
    if ack["ok"]:
        return JsonResponse({"version": ack["r"]["draft"], "saved_at": saved_at})
    if ack["e"] in {"bad", "too_long"}:
        return JsonResponse({"errors": {"body": [ack["m"]]}}, status=422)
    theirs = _theirs(ack)
    if theirs is None:
        return JsonResponse({"message": ack["m"]}, status=410)
    if theirs["submitted"]:
        return JsonResponse({"message": ack["m"], "label": _("提出した回答"), "text": theirs["body"]}, status=410)
    return JsonResponse({"version": theirs["draft"], "saved_at": saved_at, "conflicts": _conflicts(theirs, data)})


def _conflicts(theirs: dict[str, Any], data: dict[str, Any]) -> list[dict[str, Any]]:
    """What a colleague keeps otherwise than we do, for pages/js/merge.js: the text, and for whom it is."""
    ways = dict(DraftForm.base_fields["individual"].choices)  # type: ignore[attr-defined]
    about = {"by": theirs["by"], "at": f"{to_jst(theirs['at']):%H:%M}"}
    found = []
    if theirs["body"] != data["body"]:
        found.append({"name": "body", "label": _("回答"), "stored": theirs["body"], "value": theirs["body"]})
    if theirs["individual"] != bool(data["individual"]):
        way = "1" if theirs["individual"] else "0"
        found.append({"name": "individual", "label": _("回答の届け方"), "stored": str(ways[way]), "value": way})
    return [each | {"control": each["name"]} | about for each in found]


def _with_fresh_id(request: HttpRequest) -> Any:
    """The posted form under an id of its own: a form that saves itself sends the same one again with other words."""
    posted = request.POST.copy()
    posted["command_id"] = new_command_id()
    return posted


def _page(request: HttpRequest, room: Room, vendor: Vendor, *, status: int = 200, **failure: Any) -> HttpResponse:
    now = timezone.now()
    phase = phase_at(room, now)
    items = selectors.inbox(vendor, room)
    typed = failure.get("typed")
    failed = failure.get("failed")
    is_lost = typed is not None and not any(item["id"] == failed for item in items)
    show = request.GET.get("show", "all")
    answered, addressed = selectors.coverage_of(items)
    context = {
        "room": room,
        "round": room.round,
        "vendor": vendor,
        "items": _with_failure([item for item in items if item["id"] == failed or _is_in(item, show)], failure),
        "query": _query(request),
        "problems": _problems(items, failure),
        "filters": [
            {
                "label": label,
                "url": f"?show={name}",
                "is_current": name == show,
                "count": sum(_is_in(item, name) for item in items),
            }
            for name, label in FILTERS.items()
        ],
        "has_any": bool(items),
        # Written to a question that is gone meanwhile: there is no form left to put it into.
        "lost": typed["body"] if typed is not None and is_lost else None,
        "orphans": selectors.orphaned_drafts(vendor, room),
        "answered": answered,
        "addressed": addressed,
        "percent": selectors.percent(answered, addressed),
        "until": room.round.answers_until,
        "at": now,
        "takes_answers": phase in ANSWERING,
        "is_before": phase == Room.Phase.BEFORE,
        "has_summary": selectors.summary_is_open(room, now),
        "openings": OPENINGS,
        "earlier": [item["answer"]["body"] for item in items if item["answer"] and item["answer"]["body"]][:EARLIER],
        "new_command_id": new_command_id,
        "limit": ANSWER_LIMIT,
        **failure,
    }
    return render(request, "live/inbox.html", context, status=status)


def _problems(items: list[dict[str, Any]], failure: dict[str, Any]) -> list[dict[str, str]]:
    """What the summary of errors lists: what is wrong, and the form to mend it in."""
    if not failure:
        return []
    item = next((item for item in items if item["id"] == failure["failed"]), None)
    if item is None:
        return [{"href": "", "label": "", "text": failure["problem"]}]
    control = "typed" if item["stage"] == "submitted" else "body"
    label = _("受付番号 %(number)s") % {"number": item["no"]}
    return [{"href": f"#{control}-{item['id']}", "label": label, "text": failure["problem"]}]


def _with_failure(items: list[dict[str, Any]], failure: dict[str, Any]) -> list[dict[str, Any]]:
    """The items with what was typed where a form was refused, open where somebody is to go on."""
    first = next((item["id"] for item in items if item["is_to_do"]), None)
    typed, theirs = failure.get("typed"), failure.get("theirs")
    for item in items:
        is_failed = item["id"] == failure.get("failed")
        item["is_open"] = is_failed or item["id"] == first or item["stage"] in {"draft", "returned", "revising"}
        item["problem"] = failure.get("problem") if is_failed else None
        if is_failed and typed:
            item["theirs"], item["typed"] = theirs, typed["body"]
            # What a colleague has handed in is shown as it is, and what was typed beside it.
            if item["stage"] != "submitted":
                item["draft"] = item["draft"] | {"body": typed["body"], "individual": typed["individual"]}
    return items


def _is_in(item: dict[str, Any], show: str) -> bool:
    if show == "waiting":
        return bool(item["is_unanswered"])
    if show == "submitted":
        return bool(item["stage"] == "submitted")
    return item["answer"] is not None if show == "done" else True
