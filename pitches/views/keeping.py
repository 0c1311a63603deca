"""What is answered when text arrives on a page that is closed: it is kept, said to be kept, and can be taken home."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from pitches import services
from pitches.forms import AnswersForm, ConfirmForm, PlainForm
from pitches.models import Proposal
from pitches.selectors import Progress, stored_answers
from pitches.views.doors import wants_json
from workflow.errors import Refused

Texts = list[tuple[str, str]]


def unopened_texts(saved: Proposal, step: Progress, posted: Any, form: Any) -> Texts:
    """What was typed into fields of the page that are not open now: they were when the page was opened."""
    if saved.state != "correcting" or isinstance(form, ConfirmForm):
        return []
    wide: Any
    if step.page.group:
        wide = AnswersForm(saved, step.page.group, posted, stage=step.page.stage, stored=stored_answers(saved))
    else:
        wide = PlainForm(saved, step.page, posted)
    return [(label, text) for label, text in wide.changed_texts() if label not in form.labels]


def kept(request: HttpRequest, proposal: Proposal, step: Progress, texts: Texts, *, refusal: str) -> HttpResponse:
    """Keep the texts and say so: 409 as a page, 410 with {message} to a script, which then stops sending."""
    assert isinstance(request.user, User)
    row, trouble = None, ""
    try:
        row = services.keep_text(
            proposal=proposal,
            page=step.page.key,
            reason=refusal,
            content=texts,
            user=request.user,
            at=timezone.now(),
        )
    except Refused as refused:
        trouble = refused.message
    if wants_json(request):
        message = trouble or _("この入力は提案に反映されていません。提案のページに保管しました。")
        return JsonResponse({"message": f"＊{refusal} {message}"}, status=410)
    context = {"proposal": proposal, "refusal": refusal, "texts": texts, "kept": row, "trouble": trouble}
    return render(request, "pitches/kept.html", context, status=409)
