"""What a vendor's people see of their own writing: who changed what, and the whole text to take home."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from core.text import whole_number
from files.exports import file_answer
from pitches import selectors, services, texts
from pitches.models import Proposal
from pitches.views.doors import acts_on_post, own
from workflow.errors import Refused


@login_required
@require_safe
def history(request: HttpRequest, public_id: str) -> HttpResponse:
    """変更履歴: who changed what when, with a way back."""
    return _history(request, own(request, public_id))


def _history(request: HttpRequest, found: Proposal, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "proposal": found,
        "rows": selectors.draft_history(found, request.user),
        "can_restore": selectors.editable_names(found) != frozenset(),
        "refusal": refusal,
    }
    return render(request, "pitches/history.html", context, status=status)


@login_required
@acts_on_post
def restore(request: HttpRequest, public_id: str, change: int) -> HttpResponse:
    """Put back what stood before a change; the putting back is a change as well."""
    found = own(request, public_id)
    assert isinstance(request.user, User)
    row = selectors.change_of(found, request.user, change)
    if row is None:
        raise Http404
    expect = whole_number(request.POST.get("version", "")) or 0
    try:
        services.restore(change=row, expect=expect, user=request.user, at=timezone.now())
    except services.StaleVersion as stale:
        refusal = _("この項目は、そのあとに変更されています。下の履歴を確かめて、もう一度選んでください。")
        return _history(request, stale.current, refusal=refusal, status=409)
    except Refused as refused:
        return _history(request, found, refusal=refused.message, status=422)
    messages.success(request, _("前の内容に戻しました。"))
    return redirect("pitches:history", found.public_id)


@login_required
@require_safe
def text(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything written so far, as a text file; at any time, also after the deadline or a withdrawal."""
    found = own(request, public_id)
    return _text_file(texts.draft_text(found), f"proposal-{found.receipt_number or found.public_id}.txt")


@login_required
@require_safe
def kept_text(request: HttpRequest, public_id: str, kept: str) -> HttpResponse:
    """One text that came too late, as a text file."""
    found = own(request, public_id)
    row = next((each for each in selectors.kept_texts(found, request.user) if each.public_id == kept), None)
    if row is None:
        raise Http404
    return _text_file(texts.kept_text(row), f"kept-{row.public_id}.txt")


def _text_file(body: bytes, name: str) -> HttpResponse:
    return file_answer(body, name, "text/plain; charset=utf-8")
